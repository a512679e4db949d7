// Which uploads of this place somebody has begun on this device, so that a reload loses nothing. Only ids, names and
// sizes: never what is in a file. Another person on the same device does not see them.

const PREFIX = "training-uploads";

export class Kept {
  constructor(viewer, to) {
    this.key = `${PREFIX} ${viewer} ${to}`;
  }

  all() {
    try {
      const found = JSON.parse(localStorage.getItem(this.key) ?? "[]");
      return Array.isArray(found) ? found.filter((each) => typeof each?.id === "string" && typeof each.name === "string") : [];
    } catch {
      return [];
    }
  }

  put(known) { this.write([...this.all().filter((each) => each.id !== known.id), known]); }

  drop(id) { if (id) this.write(this.all().filter((each) => each.id !== id)); }

  write(list) {
    try {
      if (list.length) localStorage.setItem(this.key, JSON.stringify(list));
      else localStorage.removeItem(this.key);
    } catch {
      // No storage, or it is full: then a reload begins anew.
    }
  }
}
