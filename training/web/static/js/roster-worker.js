// Opens rosters that were opened before when there is no network. Served as /rosters/worker.js, so that it sees those pages
// and nothing else. What it keeps is private: each page belongs to whoever it was made for, is shown for two days at most,
// and is dropped at sign-out and as soon as a page says that somebody else is signed in, or nobody.

const CACHE = "rosters";
const HOURS = 48; // as in roster-store.js
const PATIENCE = 5000;
const STAMP = "x-kept-at";
const OWNER = "x-kept-for"; // as in roster-store.js
const WITHOUT_NETWORK = "/rosters/without-network";
const ROSTER = /^\/rosters\/[0-9a-f]{8}-[0-9a-f-]{27}$/;

addEventListener("install", () => skipWaiting());
addEventListener("activate", (event) => event.waitUntil(tidy().then(() => clients.claim())));

const fresh = (answer) => Date.now() - Number(answer.headers.get(STAMP)) < HOURS * 3_600_000;

async function tidy() {
  const cache = await caches.open(CACHE);
  for (const request of await cache.keys()) {
    const answer = await cache.match(request);
    if (answer && !fresh(answer)) await cache.delete(request);
  }
}

// Whose page this is: "" for nobody, undefined where it does not say.
const whose = (text) => text.match(/<body [^>]*data-viewer="([^"]*)"/)?.[1];

async function forgetOthers(viewer) {
  const cache = await caches.open(CACHE);
  for (const request of await cache.keys()) {
    const owner = (await cache.match(request, { ignoreVary: true }))?.headers.get(OWNER);
    if (owner && owner !== viewer) await cache.delete(request, { ignoreVary: true });
  }
}

async function put(url, answer, owner) {
  const headers = new Headers(answer.headers);
  headers.set(STAMP, String(Date.now()));
  if (owner) headers.set(OWNER, owner);
  const body = await answer.blob();
  await (await caches.open(CACHE)).put(url, new Response(body, { status: answer.status, headers }));
}

async function kept(url) {
  const answer = await (await caches.open(CACHE)).match(url, { ignoreVary: true });
  return answer && fresh(answer) ? answer : undefined;
}

// Our own files never change under their address.
async function file(event) {
  const found = await kept(event.request.url);
  return found ?? fetch(event.request);
}

async function fromNetwork(event, path) {
  const answer = await fetch(event.request);
  await learn(event, path, answer.clone());
  return answer;
}

// What an answer says about what is kept: whose it is, and that somebody may not see it any more.
async function learn(event, path, answer) {
  const gone = [401, 403, 404, 410].includes(answer.status) || answer.type === "opaqueredirect";
  if (gone) await caches.open(CACHE).then((cache) => cache.delete(path));
  if (!answer.headers.get("content-type")?.startsWith("text/html")) return;
  const read = answer.clone().text().then(async (text) => {
    const viewer = whose(text);
    if (viewer !== undefined) await forgetOthers(viewer);
    const whole = answer.ok && answer.type === "basic" && !answer.redirected;
    // What was asked for with a "?" is another page than the one that opens without a network.
    if (viewer && whole && ROSTER.test(path) && !new URL(event.request.url).search) await put(path, answer, viewer);
  });
  event.waitUntil(read.catch(() => undefined));
}

const later = (time, value) => new Promise((resolve) => { setTimeout(resolve, time, value); });

// From the network, unless that takes too long while we have a copy.
async function roster(event, path) {
  const network = fromNetwork(event, path).then((answer) => {
    if (answer.status >= 502 && answer.status <= 504) throw new TypeError("unreachable");
    return answer;
  });
  // What comes too late to be shown still says who may see it the next time.
  event.waitUntil(network.catch(() => undefined));
  const copy = await kept(path);
  if (!copy) return network.catch(() => otherwise());
  return Promise.race([network.catch(() => copy), later(PATIENCE, copy)]);
}

const otherwise = async () => (await kept(WITHOUT_NETWORK)) ?? Response.error();

addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== location.origin) return;
  if (url.pathname.startsWith("/static/")) event.respondWith(file(event));
  else if (request.mode !== "navigate") return;
  else if (ROSTER.test(url.pathname)) event.respondWith(roster(event, url.pathname));
  else event.respondWith(fromNetwork(event, url.pathname).catch(() => otherwise()));
});

// A page says what it is made of, because all of that was loaded before anybody looked.
async function keep({ page, files }) {
  await tidy();
  const named = (await keepOne(WITHOUT_NETWORK)).match(/\/static\/[^"\s]+/g) ?? [];
  for (const path of new Set([page, ...files, ...named])) await keepOne(path);
}

// Keep a page or a file; returns the text of a page.
async function keepOne(path) {
  const found = await kept(path);
  // A file that is still in use stays for as long again; a page was kept when it was loaded.
  if (found && !path.startsWith("/static/")) return found.text();
  // What is shown to whoever has no network has nobody's name in its head.
  const answer = found ?? (await fetch(path, { credentials: path === WITHOUT_NETWORK ? "omit" : "same-origin" }));
  if (!answer.ok || answer.redirected) return "";
  if (path.startsWith("/static/")) return put(path, answer).then(() => "");
  const text = await answer.clone().text();
  const owner = whose(text);
  if (owner || path === WITHOUT_NETWORK) await put(path, answer, owner);
  return text;
}

addEventListener("message", (event) => {
  if (event.data?.keep) {
    const done = keep(event.data.keep).then(() => "kept", () => "failed");
    event.waitUntil(done.then((said) => event.source?.postMessage({ said })));
  }
});
