// Choosing files: each goes to the server in parts, shows how far it is, and goes on after a broken connection or a
// reload. The form gets a hidden field for each file that has arrived; without this module it carries the files itself.

import { holdBack } from "./upload-closing.js";
import { forgetOld, Kept } from "./upload-kept.js";
import { Refused, sendFile, Stopped } from "./upload-sending.js";

// Nobody waits longer to learn what became of files from before.
const PATIENCE = 5000;
const STEPS = [["GB", 1e9], ["MB", 1e6], ["KB", 1e3]];

export function sizeWords(bytes, lang) {
  const [unit, of] = STEPS.find(([, least]) => bytes >= least) ?? [bytes === 1 ? "byte" : "bytes", 1];
  return `${new Intl.NumberFormat(lang, { maximumFractionDigits: of === 1 ? 0 : 1 }).format(bytes / of)} ${unit}`;
}

const span = (number, unit) => new Intl.NumberFormat(document.documentElement.lang, { style: "unit", unit, unitDisplay: "long" }).format(number);

const made = (tag, name, text = "") => {
  const element = document.createElement(tag);
  element.className = name;
  element.textContent = text;
  return element;
};
// Whether it is the same file, as far as a browser tells: it does not open one by itself to look.
const alike = (one, other) => ["name", "size", "modified", "path"].every((key) => one[key] === other[key]);
const filled = (text, values) => text.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);

// One file in the list. `state` is waiting, sending, done, failed (can be tried again, or chosen again), refused
// (cannot), or begun (before a reload; the same file has to be chosen again).
class Item {
  constructor(upload, known) {
    this.upload = upload;
    this.known = known;
    this.state = "waiting";
    this.stop = new AbortController();
    this.row = made("li", "upload-item");
    const name = made("p", "upload-name");
    name.append(made("bdi", "", known.path || known.name));
    this.bar = made("progress", "upload-bar");
    this.bar.max = known.size || 1;
    this.bar.value = 0;
    this.bar.setAttribute("aria-label", known.name);
    this.words = made("p", "upload-words");
    this.buttons = made("p", "upload-buttons");
    this.row.append(name, this.bar, this.words, this.buttons);
  }

  show(state, words, buttons) {
    this.state = state;
    this.row.dataset.state = state;
    this.bar.hidden = !["waiting", "sending", "begun"].includes(state);
    this.words.textContent = words;
    const focused = this.buttons.contains(document.activeElement);
    this.buttons.replaceChildren(...buttons.map(([text, action]) => {
      const button = made("button", "button button-small", text);
      button.type = "button";
      button.setAttribute("aria-label", filled(this.upload.text("of"), { what: text, name: this.known.name }));
      button.addEventListener("click", action);
      return button;
    }));
    if (focused) (this.buttons.querySelector("button") ?? this.upload.field).focus();
    this.upload.changed();
  }

  progress(sent, started) {
    const { size } = this.known;
    const t = this.upload.text.bind(this.upload);
    this.bar.value = sent;
    const told = { sent: this.upload.size(sent), size: this.upload.size(size), percent: Math.floor(100 * sent / size) };
    const seconds = (size - sent) / ((sent - started.sent) / (performance.now() - started.at)) / 1000;
    // The first seconds say nothing about the rest.
    const guess = performance.now() - started.at > 3000 && Number.isFinite(seconds);
    const time = seconds > 90 ? span(Math.round(seconds / 60), "minute") : span(Math.ceil(seconds), "second");
    this.words.textContent = filled(t("sending"), told) + (guess ? `, ${filled(t("left"), { time })}` : "");
  }

  done(upload) {
    this.known.id = upload.id;
    for (const [name, value] of [["upload", upload.id], [`path-${upload.id}`, this.known.path]]) {
      const field = made("input", "");
      Object.assign(field, { type: "hidden", name, value });
      this.row.append(field);
    }
    const t = this.upload.text.bind(this.upload);
    this.show("done", filled(t("done"), { size: this.upload.size(this.known.size) }), [[t("remove"), () => this.remove()]]);
    this.upload.hear(`${this.known.name}: ${this.words.textContent}`);
  }

  fail(words, state = "failed", retry = "retry") {
    const t = this.upload.text.bind(this.upload);
    const again = [t(retry), () => { this.wait(); this.upload.next(); }];
    const buttons = [[t("remove"), () => this.remove()]];
    this.show(state, words, state === "refused" || !this.file ? buttons : [again, ...buttons]);
    this.upload.hear(`${this.known.name}: ${words}`);
  }

  wait() {
    this.stop = new AbortController();
    const t = this.upload.text.bind(this.upload);
    this.show("waiting", t("waiting"), [[t("stop"), () => this.remove()]]);
  }

  async send() {
    const t = this.upload.text.bind(this.upload);
    this.show("sending", "", [[t("stop"), () => this.remove()]]);
    const tell = {
      begun: (id) => { this.known.id = id; this.upload.kept.put(this.known); },
      over: () => this.forget(),
      progress: (sent, started) => this.progress(sent, started),
      checking: () => { this.bar.removeAttribute("value"); this.words.textContent = t("checking"); },
      again: (seconds) => {
        const before = this.words.textContent;
        this.words.textContent = filled(t("again"), { time: span(seconds, "second") });
        return () => { this.words.textContent = before; };
      },
    };
    try {
      this.done(await sendFile(this.file, this.known, this.upload.to, tell, this.stop.signal));
    } catch (error) {
      if (this.stop.signal.aborted) return;
      if (error instanceof Stopped) this.ended(error.message);
      else if (error instanceof Refused) {
        if (!error.again) this.upload.kept.drop(this.known.id);
        this.fail(error.signedOut ? t("signedOut") : error.message || t("failed"), error.again ? "failed" : "refused");
      } else this.fail(t("failed"));
    }
  }

  // The server has nothing of it any more.
  forget() {
    this.upload.kept.drop(this.known.id);
    delete this.known.id;
  }

  ended(why) {
    this.forget();
    this.fail(this.upload.text(why), "failed", "anew");
  }

  remove() {
    this.stop.abort();
    if (this.known.id && this.state !== "done") {
      fetch(`/api/v1/uploads/${this.known.id}`, { method: "DELETE", credentials: "same-origin", keepalive: true }).catch(() => {});
      this.upload.hear(`${this.known.name}: ${this.upload.text("stopped")}`);
    }
    this.upload.kept.drop(this.known.id);
    this.upload.items = this.upload.items.filter((other) => other !== this);
    const focused = this.row.contains(document.activeElement);
    this.row.remove();
    if (focused) this.upload.field.focus();
    this.upload.changed();
    this.upload.next();
  }
}

const timers = new WeakMap();

function tell(place, words) {
  // Emptied first, so that the same words are read out again.
  place.textContent = "";
  clearTimeout(timers.get(place));
  if (words) timers.set(place, setTimeout(() => { place.textContent = words; }, 50));
}

class Upload {
  constructor(part) {
    this.part = part;
    this.form = part.closest("form");
    this.field = part.querySelector('input[type="file"]');
    this.folder = part.querySelector("[data-folder-field]");
    this.list = part.querySelector("[data-uploads]");
    this.state = part.querySelector("[data-upload-state]");
    this.heard = part.querySelector("[data-upload-heard]");
    this.to = part.dataset.upload;
    this.kept = new Kept(this.form.getAttribute("action") ?? "");
    // What the page shows as put in. The same bytes may come once more under another name.
    this.held = new Set(JSON.parse(part.dataset.held ?? "[]").map((pair) => pair.join(" ")));
    this.many = this.field.multiple;
    this.items = [];
    this.field.addEventListener("change", () => this.take(this.field));
    this.folder?.addEventListener("change", () => this.take(this.folder));
    this.drops(part.querySelector(".upload-drop"));
    this.form.addEventListener("submit", (event) => this.submit(event));
    for (const each of part.querySelectorAll("[data-script]")) each.hidden = each.dataset.script === "off";
    this.coming = 0;
    this.resuming = true;
    this.resumed = this.resume().catch((error) => console.error(error)).finally(() => { this.resuming = false; this.changed(); });
  }

  text(name) { return this.part.dataset[`text${name[0].toUpperCase()}${name.slice(1)}`]; }

  size(bytes) { return sizeWords(bytes, document.documentElement.lang); }

  // What is said of the whole form, for everybody.
  say(words) { tell(this.state, words); }

  // What stands in the row of a file already: for those who only hear it.
  hear(words) { tell(this.heard, words); }

  // What is in the way of sending the form; it is gone as soon as that is.
  hinder() {
    this.hindered = true;
    const left = this.items.filter((item) => item.state !== "done").map((item) => item.state);
    const words = left.every((state) => state === "begun") ? "begun" : left.every((state) => state === "refused") ? "refused" : left.includes("refused") ? "both" : "faults";
    this.say(this.text(words));
  }

  take(field) {
    const files = [...field.files].map((file) => [file, file.webkitRelativePath || ""]);
    // The files go by themselves; the form must not carry them a second time.
    field.value = "";
    this.add(files);
  }

  // What was begun before a reload has its row first: who chooses the same file again goes on with it, however quickly.
  async add(files) {
    this.coming += 1;
    await this.resumed;
    this.coming -= 1;
    const chosen = this.many ? files : files.slice(0, 1);
    if (files.length > chosen.length) this.say(this.text("one"));
    for (const [file, path] of chosen) this.addOne(file, path);
    this.changed();
    this.next();
  }

  addOne(file, path) {
    const known = { name: file.name, size: file.size, modified: file.lastModified, path };
    const there = this.items.find((item) => item.state !== "refused" && alike(item.known, known));
    if (there) {
      if (!["begun", "failed"].includes(there.state)) return;
      there.file = file;
      there.unasked = false;
      there.wait();
      return;
    }
    if (!this.many) for (const item of [...this.items]) item.remove();
    // Begun before, and not in the list: nobody could say yet how far it is.
    const item = new Item(this, { ...known, id: this.kept.all().find((each) => alike(each, known))?.id });
    item.file = file;
    this.append(item);
    item.wait();
  }

  append(item) {
    this.items.push(item);
    this.list.append(item.row);
  }

  // One file after the other: the line is full with one, and the first is there soonest.
  async next() {
    if (this.items.some((item) => item.state === "sending")) return;
    const item = this.items.find((each) => each.state === "waiting" && each.file);
    if (!item) return;
    await item.send();
    this.next();
  }

  get busy() { return this.coming > 0 || this.items.some((item) => item.state === "waiting" || item.state === "sending"); }

  // Whether files are here that the form has not taken with it.
  get holds() { return this.busy || this.items.length > 0 || this.kept.all().some((known) => !known.sent); }

  // Whether the server is still asked what became of files that went off with a form.
  get asking() { return this.resuming && this.kept.all().length > 0; }

  changed() {
    this.list.hidden = !this.items.length;
    this.part.dispatchEvent(new Event("uploads-changed", { bubbles: true }));
    this.part.toggleAttribute("data-busy", this.busy);
    if (this.hindered && this.items.every((item) => !["failed", "refused", "begun"].includes(item.state))) {
      this.hindered = false;
      this.say("");
    }
    if (this.busy || !this.wanted) return;
    const submitter = this.wanted;
    this.wanted = null;
    if (this.items.every((item) => item.state === "done")) setTimeout(() => this.form.requestSubmit(submitter.form ? submitter : undefined));
    else this.hinder();
  }

  submit(event) {
    if (event.defaultPrevented) return;
    if (this.busy) {
      event.preventDefault();
      this.wanted = event.submitter ?? this.form;
      this.say(this.text("busy"));
    } else if (this.items.some((item) => item.state !== "done")) {
      event.preventDefault();
      this.hinder();
      this.items.find((item) => item.state !== "done").buttons.querySelector("button")?.focus();
    } else for (const item of this.items) this.kept.put({ ...item.known, sent: true });
  }

  drops(place) {
    const inside = (event) => event.dataTransfer?.types.includes("Files");
    place.addEventListener("dragover", (event) => {
      if (!inside(event)) return;
      event.preventDefault();
      place.dataset.over = "yes";
    });
    for (const name of ["dragleave", "drop"]) place.addEventListener(name, () => delete place.dataset.over);
    place.addEventListener("drop", async (event) => {
      if (!inside(event)) return;
      event.preventDefault();
      // Asked for before anything is awaited: afterwards the browser has forgotten them.
      const entries = [...event.dataTransfer.items].map((item) => item.webkitGetAsEntry?.()).filter(Boolean);
      const files = entries.length ? (await Promise.all(entries.map((entry) => walk(entry)))).flat() : [...event.dataTransfer.files].map((file) => [file, ""]);
      this.add(files);
    });
  }

  // The server lists what came with a form that came back; here it has a row already.
  box(id) { return [...this.form.querySelectorAll('input[type="checkbox"][name="upload"]')].find((each) => each.value === id); }

  drop(id) {
    const box = this.box(id);
    const group = box?.closest("fieldset");
    box?.closest("label").remove();
    if (group && !group.querySelector("input")) group.remove();
  }

  // What was begun before a reload: what is whole is there again, for the rest the file has to be chosen again.
  async resume() {
    const asked = this.kept.all().filter((known) => !this.items.some((item) => !item.unasked && alike(item.known, known)));
    const answers = await Promise.all(asked.map((known) => this.ask(known)));
    asked.forEach((known, number) => {
      const item = this.items.find((each) => each.unasked && alike(each.known, known));
      if (item) this.takeAway(item);
      if (answers[number] === undefined) this.leave(known);
      else this.restore(known, answers[number]);
    });
    // Nobody could say; so it stays kept.
    if (answers.includes(undefined)) addEventListener("online", () => this.askAgain(), { once: true });
  }

  askAgain() { this.resumed = this.resume().catch((error) => console.error(error)).finally(() => this.changed()); }

  // What the server knows of an upload: null for nothing, undefined where it does not say in time.
  async ask({ id }) {
    const stop = new AbortController();
    const late = setTimeout(() => stop.abort(), PATIENCE);
    try {
      const answer = await fetch(`/api/v1/uploads/${id}`, { credentials: "same-origin", signal: stop.signal });
      if ([404, 410].includes(answer.status)) return null;
      return answer.ok ? await answer.json() : undefined;
    } catch {
      return undefined;
    } finally {
      clearTimeout(late);
    }
  }

  // Nobody could say what became of it. What went off with a form is most likely taken; the rest certainly is not.
  leave(known) {
    if (known.sent) return;
    const item = new Item(this, known);
    item.unasked = true;
    this.append(item);
    item.show("begun", this.text("unasked"), [[this.text("retry"), () => this.askAgain()], [this.text("forget"), () => item.remove()]]);
  }

  takeAway(item) {
    this.items = this.items.filter((other) => other !== item);
    item.row.remove();
  }

  // `upload`: what the server knows of it; null for nothing.
  restore(known, upload) {
    const { id, sent } = known;
    if (upload?.state === "refused" || (sent && (!upload || this.held.has(`${upload.file?.id} ${upload.name}`)))) { this.kept.drop(id); return; }
    // It came back with the form, and somebody took it off before we knew.
    if (this.box(id)?.checked === false) { this.kept.drop(id); return; }
    // The form went off with it, and this page does not have it: so nobody took the form.
    if (sent) this.kept.put({ ...known, sent: false });
    const item = new Item(this, { ...known, sent: false });
    this.append(item);
    if (!upload || (upload.state === "finished" && !upload.file)) item.ended("gone");
    else if (upload.state === "finished") { item.done(upload); this.drop(id); } else {
      const there = Math.min(known.size, upload.parts.length * upload.part_size);
      item.bar.value = there;
      item.show("begun", filled(this.text("resume"), { sent: this.size(there), size: this.size(known.size) }), [[this.text("forget"), () => item.remove()]]);
    }
  }
}

async function walk(entry, path = "") {
  if (entry.isFile) return [[await new Promise((done, fail) => entry.file(done, fail)), path + entry.name]];
  const reader = entry.createReader();
  const found = [];
  for (;;) {
    // A reader tells at most a hundred at a time.
    const some = await new Promise((done, fail) => reader.readEntries(done, fail));
    if (!some.length) return found;
    for (const each of some) found.push(...await walk(each, `${path}${entry.name}/`));
  }
}

forgetOld();
const uploads = [...document.querySelectorAll("[data-upload]")].map((part) => new Upload(part));
for (const upload of uploads) {
  // Somebody was faster than this module, or the browser kept the choice over a reload.
  for (const field of [upload.field, upload.folder]) if (field?.files.length) upload.take(field);
}
holdBack(uploads);
addEventListener("beforeunload", (event) => { if (uploads.some((upload) => upload.busy)) event.preventDefault(); });
