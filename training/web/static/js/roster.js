// The roster under a thumb: a tap is kept on this device first and sent as soon as there is a network. Without this module
// the page is a form with one button; all of it works like that, too.

import "./roster-keeping.js";
import { changeKnown, jot, keeps, keepMarks, known, tidy, waiting } from "./roster-store.js";
import { address, ask, send } from "./roster-sync.js";
import { moreFor } from "./roster-more.js";
import { view } from "./roster-view.js";

const page = document.querySelector("[data-roster]");
const { meeting, viewer } = page.dataset;
const shown = view(page);
const NOBODY = { status: "not recorded", minutes_late: 0, minutes_early: 0, minutes: null, reason: "", version: 0 };
const REFRESH = 30_000;
const LOOK = 2_000;
const AGAIN = [2_000, 5_000, 15_000, 30_000, 60_000];
let pending = new Map(); // enrollment -> mark that waits
let stands = {}; // enrollment -> mark as the server last said
let trouble = ""; // "" | "network" | "signed out" | "early"
let opens = Date.parse(page.dataset.opens ?? ""); // when it may be marked from; NaN for one that is open
let begins = Date.parse(page.dataset.begins ?? ""); // when it may be closed from; NaN for one whose meeting has begun
let waitsFor; // when the server opens a roster whose marks came too soon
let ahead = 0; // how far the clock of this device is ahead of the server's
let tries = 0;
let timer;
let undo = [];

const newId = () => {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
};

const markOf = (enrollment) => pending.get(enrollment) ?? stands[enrollment] ?? NOBODY;
const says = (mark) => [mark.status, mark.minutes_late, mark.minutes_early, mark.minutes, mark.reason ?? ""].join("|");

// What the page says was read by the server before what this device was told since.
function fromPage() {
  const found = {};
  for (const row of shown.rows) {
    const { status, late = 0, early = 0, minutes, reason = "", version, at = null, mine, byName = "", way = "roster" } = row.dataset;
    found[row.dataset.row] = {
      ...NOBODY, status, minutes_late: Number(late), minutes_early: Number(early), minutes: minutes ? Number(minutes) : null, reason,
      version: Number(version), made_at: at, marked_by: mine === undefined ? null : viewer, marked_by_name: byName, way,
    };
  }
  return found;
}

// What is newer: what this page said, or what the device was told since.
const newer = (one, other) => ((other?.version ?? -1) > one.version ? other : one);

async function paint() {
  const marks = await waiting();
  const mine = marks.filter((mark) => mark.meeting === meeting && mark.viewer === viewer);
  pending = new Map(mine.map((mark) => [mark.enrollment, mark]));
  const kept = await known(meeting);
  for (const [enrollment, mark] of Object.entries(kept?.marks ?? {})) {
    if (stands[enrollment]) stands[enrollment] = newer(stands[enrollment], mark);
  }
  for (const row of shown.rows) shown.person(row, markOf(row.dataset.row), pending.has(row.dataset.row));
  shown.count();
  const lost = (kept?.lost ?? []).filter((one) => one.mine.viewer === viewer);
  const waits = marks.filter((mark) => mark.viewer === viewer).length;
  shown.state({ trouble, waits, savedAt: kept?.savedAt, opens: waitsFor, lost: lost.length });
  shown.lost(lost, { dismiss, insist });
  // Not all of them are marked present, then, and the list says who.
  if (lost.some((one) => one.mine.rest && undo.includes(one.mine.enrollment))) shown.everybody(null);
}

// One attempt to say how somebody was. `what` holds the status and what belongs to it; `tapped` is the same attempt as it was
// written down.
function made(enrollment, what, tapped) {
  const base = stands[enrollment]?.version ?? 0;
  const { operation = newId(), made_at = Date.now() } = tapped ?? {};
  const now = { ...NOBODY, ...what, operation, meeting, viewer, enrollment, made_at, base_version: base };
  delete now.version;
  return now;
}

let turn = Promise.resolve();
// Taps in a row are kept in a row.
const inTurn = (action) => (turn = turn.then(action, action));

// `wish` is asked at once, to be written down, and again when its turn has come: what was tapped before may still be on its way
// to being kept.
function mark(wish) {
  const tapped = new Map(wish().map(({ enrollment, what }) => [enrollment, made(enrollment, what)]));
  const crossOut = jot([...tapped.values()]);
  return inTurn(async () => {
    const changes = wish().filter(({ enrollment, what }) => says({ ...NOBODY, ...what }) !== says(markOf(enrollment)));
    if (!changes.length) {
      crossOut();
      return paint();
    }
    const marks = changes.map(({ enrollment, what }) => made(enrollment, what, tapped.get(enrollment)));
    for (const one of marks) pending.set(one.enrollment, one);
    const before = (await waiting()).filter((one) => one.meeting === meeting && !sending.has(one.operation));
    const replaced = before.filter((one) => marks.some((mark) => mark.enrollment === one.enrollment));
    await keepMarks(marks, replaced.map((one) => one.operation));
    crossOut();
    await paint();
    soon(400);
  });
}

const sending = new Set();
const told = {
  saved: async (which) => {
    trouble = "";
    tries = 0;
    await changeKnown(which, (roster) => roster && { ...roster, savedAt: Date.now() });
  },
  unreachable: () => { trouble = "network"; },
  signedOut: () => { trouble = "signed out"; },
  early: (at) => { trouble = "early"; waitsFor = at; },
};

// A roster that was opened before its hour opens by itself when the hour comes, and can be closed when its meeting begins,
// by the server's clock as far as it is known: there may be no network to ask.
function openInTime() {
  const now = Date.now() - ahead;
  if (now >= opens) {
    opens = NaN;
    shown.open();
  }
  if (now >= begins) {
    begins = NaN;
    shown.begun();
  }
}

async function sync() {
  clearTimeout(timer);
  for (const one of await waiting()) sending.add(one.operation);
  const done = await send(viewer, told);
  sending.clear();
  // Who marked what instead is asked for, because the answer to a mark names nobody.
  if ((await known(meeting))?.lost.some((one) => one.stands && !one.stands.marked_by_name)) await refresh();
  await inTurn(paint);
  const left = (await waiting()).some((one) => one.viewer === viewer);
  if (left && trouble !== "signed out") soon(done && !trouble ? 100 : AGAIN[Math.min(tries++, AGAIN.length - 1)]);
}

function soon(wait) {
  clearTimeout(timer);
  timer = setTimeout(sync, wait);
}

// How it stands by others: another device may be marking the same people.
async function refresh() {
  const { said, ok, answer } = await ask(address(meeting));
  if (answer?.status === 401) {
    trouble = "signed out";
    await tidy(""); // the marks wait; names do not
  }
  if (ok && said) {
    const marks = Object.fromEntries(said.entries.filter((one) => one.mark)
      .map((one) => [one.enrollment_id, { ...one.mark, marked_by_name: one.marked_by_name }]));
    if (trouble === "network") trouble = "";
    ahead = Date.now() - Date.parse(said.server_time);
    if (!Number.isNaN(opens)) opens = Date.parse(said.opens_at);
    if (!Number.isNaN(begins)) begins = Date.parse(said.starts_at);
    openInTime();
    const title = document.querySelector("h1").textContent.trim();
    await changeKnown(meeting, (before) => {
      const roster = before ?? { lost: [], savedAt: null };
      for (const one of roster.lost) one.stands &&= marks[one.mine.enrollment] ?? one.stands;
      return { ...roster, ahead, meeting, viewer, title, at: Date.now(), marks };
    });
    shown.changed(said);
  }
  await inTurn(paint);
}

async function dismiss(...operations) {
  const left = (roster) => roster.lost.filter((one) => !operations.includes(one.mine.operation));
  await changeKnown(meeting, (roster) => roster && { ...roster, lost: left(roster) });
  await inTurn(paint);
}

async function insist(one) {
  const { enrollment, status, minutes_late, minutes_early, minutes, reason } = one.mine;
  await dismiss(one.mine.operation);
  await mark(() => [{ enrollment, what: { status, minutes_late, minutes_early, minutes, reason } }]);
}

function everybody() {
  mark(() => {
    // Whoever got their place after the meeting is marked one by one.
    const open = shown.expected().map((row) => row.dataset.row).filter((enrollment) => markOf(enrollment).status === NOBODY.status);
    if (open.length) shown.everybody((undo = open).length);
    return open.map((enrollment) => ({ enrollment, what: { status: "present", rest: true } }));
  });
}

// Only what still stands as it was filled in: what others said or scanned since is theirs, also where this page does not know yet.
function takeBack() {
  const filled = ({ status, rest, way }) => status === "present" && (rest || way === "all");
  mark(() => undo.filter((enrollment) => filled(markOf(enrollment)))
    .map((enrollment) => ({ enrollment, what: { status: NOBODY.status, rest: true } })));
  shown.everybody(null);
}

// Keys that work while somebody of the list has the focus, and only then.
const KEYS = { p: "present", n: "no-show" };
const OPENS = { l: "late", e: "early", x: "excused", m: "more" };

function keyed(event, sheet) {
  const row = event.target.closest("[data-row]");
  if (!row || event.ctrlKey || event.metaKey || event.altKey) return;
  const enrollment = row.dataset.row;
  const key = event.key.toLowerCase();
  if (event.key === "ArrowDown" || event.key === "ArrowUp") shown.step(row, event.key === "ArrowDown" ? 1 : -1);
  // The buttons of one person: a mark is made by Space, not in passing.
  else if (event.key === "ArrowRight" || event.key === "ArrowLeft") shown.across(row, event.target, event.key === "ArrowRight" ? 1 : -1);
  else if (KEYS[key]) mark(() => [{ enrollment, what: { status: KEYS[key] } }]).then(() => shown.say(row, markOf(enrollment)));
  else if (OPENS[key]) sheet.open(row, markOf(enrollment), OPENS[key]);
  else return;
  event.preventDefault();
}

async function keepOffline() {
  const worker = await navigator.serviceWorker?.register("/rosters/worker.js", { scope: "/rosters/" });
  if (!worker || !(await keeps())) return;
  const ready = await navigator.serviceWorker.ready;
  const loaded = performance.getEntriesByType("resource").map((each) => new URL(each.name));
  const named = [...document.querySelectorAll("link[href], script[src]")].map((each) => new URL(each.href || each.src));
  const files = [...loaded, ...named].filter((each) => each.origin === location.origin && each.pathname.startsWith("/static/"));
  navigator.serviceWorker.addEventListener("message", ({ data }) => { if (data?.said === "kept") shown.kept(); });
  ready.active.postMessage({ keep: { page: location.pathname, files: [...new Set(files.map((each) => each.pathname))] } });
}

function listen() {
  const sheet = moreFor(page, (row, what) => mark(() => [{ enrollment: row.dataset.row, what }])
    .then(() => shown.say(row, markOf(row.dataset.row))));
  page.addEventListener("change", (event) => {
    const row = event.target.closest("[data-row]");
    if (!row || event.target.type !== "radio") return;
    const status = event.target.value;
    mark(() => [{ enrollment: row.dataset.row, what: { status } }]);
  });
  page.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    const row = button?.closest("[data-row]");
    if (!button || button.form !== page.querySelector("[data-roster-form]")) return;
    event.preventDefault();
    if (row) sheet.open(row, markOf(row.dataset.row), "more");
    else if (button.matches("[data-everybody]")) everybody();
    else if (button.matches("[data-undo]")) takeBack();
  });
  page.querySelector("[data-roster-form]").addEventListener("submit", (event) => event.preventDefault());
  page.addEventListener("keydown", (event) => keyed(event, sheet));
  addEventListener("online", () => { tries = 0; sync().then(refresh); });
  addEventListener("offline", () => { trouble = "network"; inTurn(paint); });
  document.addEventListener("visibilitychange", () => { if (!document.hidden) sync().then(refresh); });
  setInterval(() => { if (!document.hidden && navigator.onLine && !trouble) refresh(); }, REFRESH);
  // Looked at again and again: a device that sleeps forgets how long it was to wait.
  setInterval(openInTime, LOOK);
  document.addEventListener("visibilitychange", openInTime);
}

// What was tapped before this module was there.
const tapped = () => shown.rows.filter((row) => (row.querySelector("input:checked")?.value ?? "") !== row.dataset.status)
  .flatMap((row) => [...row.querySelectorAll("input:checked")].map(({ value }) => ({ enrollment: row.dataset.row, what: { status: value } })));

async function begin() {
  await tidy(viewer);
  stands = fromPage();
  if (!navigator.onLine) trouble = "network";
  // In the same breath as listening: a later tap paints all rows, and that puts back what nobody has read by then.
  const early = tapped();
  listen();
  // First in the row: after what this device was told, and before whatever is tapped from now on.
  const painted = inTurn(paint);
  const kept = early.length ? mark(() => early) : painted;
  shown.begin(await keeps());
  ahead = (await known(meeting))?.ahead ?? 0;
  openInTime();
  await kept;
  page.dataset.ready = "yes";
  await sync();
  await refresh();
  await keepOffline();
}

begin().catch((error) => console.error(error));
