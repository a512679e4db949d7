// Which files somebody has brought to one form on this device, so that a reload loses nothing. Only ids, names and
// sizes: never what is in a file. Another form does not see them, nor does another person on the same device.

const PREFIX = "training-uploads ";
// The server forgets by then what was put nowhere.
const LASTS = 7 * 24 * 60 * 60 * 1000;

const read = (key) => {
  try {
    const found = JSON.parse(localStorage.getItem(key) ?? "[]");
    return Array.isArray(found) ? found.filter((each) => typeof each?.id === "string" && typeof each.name === "string") : [];
  } catch {
    return [];
  }
};

function write(key, list) {
  try {
    if (list.length) localStorage.setItem(key, JSON.stringify(list));
    else localStorage.removeItem(key);
  } catch {
    // No storage, or it is full: then a reload begins anew.
  }
}

export class Kept {
  // `form`: the address that the form goes to. It names the session or course, or the version of a material.
  constructor(form) {
    this.key = `${PREFIX}${document.body.dataset.viewer ?? ""} ${new URL(form, location.href).pathname}`;
  }

  all() { return read(this.key); }

  put(known) { write(this.key, [...this.all().filter((each) => each.id !== known.id), { at: Date.now(), ...known }]); }

  drop(id) { if (id) write(this.key, this.all().filter((each) => each.id !== id)); }

  // The server has the form that these went off with.
  taken() { write(this.key, this.all().filter((each) => !each.sent)); }
}

// What nobody came back to, in whatever form.
export function forgetOld() {
  try {
    const keys = Object.keys(localStorage).filter((key) => key.startsWith(PREFIX));
    for (const key of keys) write(key, read(key).filter((each) => each.at > Date.now() - LASTS));
  } catch {
    // No storage.
  }
}
