// A form that closes what files are brought to, as Publish does, goes only when none is left beside it: afterwards they
// would be offered nowhere. What was written into it is there again after the files went in.

const BOX = 'input[type="checkbox"][name="upload"]';

class Closing {
  constructor(form, uploads) {
    this.form = form;
    this.uploads = uploads;
    this.waiting = this.waited = false;
    this.words = form.querySelector("[data-files-left]");
    this.key = `training-closing ${document.body.dataset.viewer ?? ""} ${form.getAttribute("action")}`;
    this.show();
    for (const name of ["uploads-changed", "change"]) document.addEventListener(name, () => this.show());
    form.addEventListener("submit", (event) => this.submit(event));
    for (const upload of uploads) upload.form.addEventListener("submit", (event) => { if (!event.defaultPrevented) this.keep(); });
    this.restore();
  }

  get left() {
    return this.uploads.some((upload) => upload.holds || [...upload.form.querySelectorAll(BOX)].some((box) => box.checked));
  }

  show() { this.words.hidden = !this.left; }

  submit(event) {
    this.show();
    if (this.left) {
      event.preventDefault();
      this.words.querySelector("a").focus();
    } else if (this.waiting) event.preventDefault();
    else if (!this.waited && this.uploads.some((upload) => upload.asking)) {
      event.preventDefault();
      this.wait(event.submitter);
    }
  }

  // The press counts, only not before it is known whether files are left: most of the time they went in just now.
  async wait(submitter) {
    this.waiting = true;
    submitter?.setAttribute("aria-busy", "true");
    await Promise.all(this.uploads.map((upload) => upload.resumed));
    submitter?.removeAttribute("aria-busy");
    this.waiting = false;
    this.waited = true;
    this.form.requestSubmit(submitter);
  }

  get fields() { return [...this.form.querySelectorAll('textarea, input:not([type="hidden"], [type="checkbox"])')]; }

  keep() {
    const typed = this.fields.map((field) => [field.name, field.value]).filter(([, value]) => value);
    try {
      if (typed.length) sessionStorage.setItem(this.key, JSON.stringify(typed));
    } catch {
      // No storage, or it is full: then it has to be written again.
    }
  }

  restore() {
    try {
      const typed = new Map(JSON.parse(sessionStorage.getItem(this.key) ?? "[]"));
      sessionStorage.removeItem(this.key);
      for (const field of this.fields) if (!field.value && typed.has(field.name)) field.value = typed.get(field.name);
    } catch {
      // No storage.
    }
  }
}

export function holdBack(uploads) {
  for (const form of document.querySelectorAll("form[data-needs-files-in]")) new Closing(form, uploads);
}
