// On every page on a device that keeps rosters: what waits is sent, what is old or of somebody else than whose page this is
// goes, and at sign-out everything goes, after one last try and not without asking. Loaded by site.js where there is
// something to do.

import { forget, tidy, waiting } from "./roster-store.js";
import { ask, send } from "./roster-sync.js";

const LAST_TRY = 5_000;
const quiet = { saved() {}, unreachable() {}, signedOut() {}, early() {} };

async function sendMine() {
  if (!(await waiting()).length) return;
  // Only as who made them: another account may be signed in by now.
  const { ok, said } = await ask("/api/v1/me");
  if (ok) await send(said.id, quiet);
}

async function leave(form) {
  // Whoever signs out wants to go: an answer that does not come is not waited for any longer.
  await Promise.race([sendMine(), new Promise((over) => setTimeout(over, LAST_TRY))]);
  const left = (await waiting()).length;
  if (left && !confirm(form.dataset.unsent.replace("{n}", left))) return;
  await forget();
  form.submit();
}

for (const form of document.querySelectorAll('form[action="/sign-out"]')) {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    // One run at a time, however often it is pressed.
    if (form.querySelector("[aria-busy]")) return;
    const button = form.querySelector("button");
    button.setAttribute("aria-busy", "true");
    leave(form).finally(() => button.removeAttribute("aria-busy"));
  });
}
// A page that nobody looked for whom it is says nothing; one for nobody says so: that sign-in is over.
await tidy(document.body.dataset.viewer);
// A roster's own page sends for itself, and says so.
if (!document.querySelector("[data-roster]")) await sendMine();
