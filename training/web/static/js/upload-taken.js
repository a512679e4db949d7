// On the page that follows a form with files: the server has them now, so the form does not offer them again.

import { Kept } from "./upload-kept.js";

for (const part of document.querySelectorAll("[data-upload-taken]")) new Kept(part.dataset.uploadTaken).taken();
