// What this device keeps of rosters so that they work without a network: marks that wait to be sent, and what the server
// last said. The pages themselves lie in the browser's cache, kept by roster-worker.js. Marks hold no name.
// A browser that keeps nothing (some private windows) gets a memory that lasts as long as the page.

export const HOURS = 48; // as in roster-worker.js
const WAIT_DAYS = 30; // then no server takes a mark any more
const NAME = "rosters";
const TAPPED = "rosters-tapped-";
const HOUR = 3_600_000;
const memory = { marks: new Map(), known: new Map() };
let base;
// What keeps in the same breath; nothing where a browser allows nothing.
const shelf = (() => { try { return localStorage; } catch { return null; } })();

function opened() {
  return new Promise((resolve) => {
    const asked = indexedDB.open(NAME, 1);
    asked.onupgradeneeded = () => {
      asked.result.createObjectStore("marks", { keyPath: "operation" });
      asked.result.createObjectStore("known", { keyPath: "meeting" });
    };
    asked.onsuccess = () => {
      // Signing out elsewhere throws the whole of it away.
      asked.result.onversionchange = asked.result.onclose = () => { asked.result.close(); base = undefined; };
      resolve(asked.result);
      shelf?.setItem(NAME, "kept");
    };
    asked.onerror = asked.onblocked = () => resolve(null);
  }).catch(() => null);
}

// Whether what is marked here outlives the page.
export const keeps = async () => Boolean(await (base ??= opened()));

async function within(store, mode, action, otherwise) {
  const db = await (base ??= opened());
  if (!db) return otherwise(memory[store]);
  return new Promise((resolve, reject) => {
    const all = db.transaction(store, mode);
    const asked = action(all.objectStore(store));
    all.oncomplete = () => resolve(asked?.result);
    all.onabort = all.onerror = () => reject(all.error);
  });
}

// What was tapped and is not in the store yet, one entry for each tap: windows write beside each other without a lock.
const jots = () => Object.keys(shelf ?? {}).filter((key) => key.startsWith(TAPPED));

// Write marks down in the breath of the tap, because the store takes some turns: whoever taps and goes on at once, or whose
// device shuts the page, loses nothing. Returns what crosses them out again once they are kept.
export function jot(marks) {
  const key = TAPPED + marks[0]?.operation;
  try {
    if (marks.length) shelf?.setItem(key, JSON.stringify(marks));
  } catch {
    // No room: the store is a moment away.
  }
  return () => shelf?.removeItem(key);
}

// Keep what a page that is gone had only written down. A mark of a page that is still there is kept twice as one.
export async function adopt() {
  for (const key of jots()) {
    const marks = JSON.parse(shelf.getItem(key) ?? "[]");
    const same = (one) => marks.find((mark) => mark.meeting === one.meeting && mark.enrollment === one.enrollment);
    const there = (await waiting()).filter(same);
    const late = new Set(there.filter((one) => one.made_at > same(one).made_at).map(same));
    await keepMarks(marks.filter((mark) => !late.has(mark)), there.filter((one) => !late.has(same(one))).map((one) => one.operation));
    shelf.removeItem(key);
  }
}

const read = (store) => within(store, "readonly", (rows) => rows.getAll(), (rows) => [...rows.values()]);

// Marks that wait, in the order in which they were made.
export async function waiting() {
  return (await read("marks")).sort((one, other) => one.made_at - other.made_at);
}

// Keep marks; those that they take the place of are dropped in the same breath.
export async function keepMarks(marks, replaced = []) {
  if (!marks.length && !replaced.length) return;
  await within("marks", "readwrite", (rows) => {
    for (const operation of replaced) rows.delete(operation);
    for (const mark of marks) rows.put(mark);
  }, (rows) => {
    for (const operation of replaced) rows.delete(operation);
    for (const mark of marks) rows.set(mark.operation, mark);
  });
}

export const dropMarks = (operations) => keepMarks([], operations);

export const known = (meeting) =>
  within("known", "readonly", (rows) => rows.get(meeting), (rows) => rows.get(meeting));

// Change what is known of a roster, in one breath: an answer that comes meanwhile, or another window, loses nothing of its
// own. `change` makes the new one of what is there, or nothing when all is to stay as it is.
export const changeKnown = (meeting, change) =>
  within("known", "readwrite", (rows) => {
    const asked = rows.get(meeting);
    asked.onsuccess = () => {
      const roster = change(asked.result);
      if (roster) rows.put(roster);
    };
  }, (rows) => {
    const roster = change(rows.get(meeting));
    if (roster) rows.set(meeting, roster);
  });

export const rosters = () => read("known");

// Names go after two days, and at once when somebody else is signed in, or nobody (""). Without a viewer nobody knows.
export async function tidy(viewer) {
  const now = Date.now();
  const old = (await rosters()).filter((each) => (viewer !== undefined && each.viewer !== viewer) || now - each.at > HOURS * HOUR);
  // Marks hold no name, and only who made them sends them: they wait until that person is back.
  const stale = (await waiting()).filter((each) => now - each.made_at > WAIT_DAYS * 24 * HOUR);
  await dropMarks(stale.map((each) => each.operation));
  for (const each of old) {
    await within("known", "readwrite", (rows) => { rows.delete(each.meeting); }, (rows) => rows.delete(each.meeting));
  }
  if (viewer !== undefined) await forgetPagesBut(viewer);
}

// Pages of others; our own files name nobody, and neither does the page without a network.
async function forgetPagesBut(viewer) {
  if (!("caches" in globalThis) || !(await caches.has(NAME))) return;
  const cache = await caches.open(NAME);
  for (const request of await cache.keys()) {
    const whose = (await cache.match(request, { ignoreVary: true }))?.headers.get("x-kept-for");
    if (whose && whose !== viewer) await cache.delete(request, { ignoreVary: true });
  }
}

async function forgetPages() {
  if ("caches" in globalThis) await caches.delete(NAME);
}

// Everything, at once: at sign-out. What is still on its way then comes too late to be kept.
export async function forget() {
  const db = await (base ??= opened());
  base = Promise.resolve(null);
  for (const rows of Object.values(memory)) rows.clear();
  if (db) {
    await new Promise((resolve, reject) => {
      const all = db.transaction(["marks", "known"], "readwrite");
      for (const store of all.objectStoreNames) all.objectStore(store).clear();
      all.oncomplete = resolve;
      all.onabort = all.onerror = () => reject(all.error);
    });
  }
  await forgetPages();
  for (const key of [...jots(), NAME]) shelf?.removeItem(key);
}
