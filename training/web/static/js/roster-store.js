// What this device keeps of rosters so that they work without a network: marks that wait to be sent, and what the server
// last said. The pages themselves lie in the browser's cache, kept by roster-worker.js. Marks hold no name.
// A browser that keeps nothing (some private windows) gets a memory that lasts as long as the page.

export const HOURS = 48; // as in roster-worker.js
const WAIT_DAYS = 30; // then no server takes a mark any more
const NAME = "rosters";
const HOUR = 3_600_000;
const memory = { marks: new Map(), known: new Map() };
let base;

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
      localStorage.setItem(NAME, "kept");
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

const read = (store) => within(store, "readonly", (rows) => rows.getAll(), (rows) => [...rows.values()]);

// Marks that wait, in the order in which they were made.
export async function waiting() {
  return (await read("marks")).sort((one, other) => one.made_at - other.made_at);
}

// Keep marks; those that they take the place of are dropped in the same breath.
export function keepMarks(marks, replaced = []) {
  return within("marks", "readwrite", (rows) => {
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

export const knowRoster = (roster) =>
  within("known", "readwrite", (rows) => { rows.put(roster); }, (rows) => rows.set(roster.meeting, roster));

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

// Everything, at once: at sign-out.
export async function forget() {
  for (const store of ["marks", "known"]) {
    await within(store, "readwrite", (rows) => { rows.clear(); }, (rows) => rows.clear());
  }
  await forgetPages();
  localStorage.removeItem(NAME);
}
