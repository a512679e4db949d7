// Sends the marks that wait, in batches, each with its own id: a batch that was taken, but whose answer was lost, is taken
// once and answered the same. Every outcome is told to whoever asked; only the server decides who was first.

import { changeKnown, dropMarks, keepMarks, waiting } from "./roster-store.js";

const MOST = 500; // marks in one request
const PATIENCE = 20_000;
const UNREADABLE = [400, 413, 422];
const WAITED = 60_000; // after so long a mark waited for the network
const SOON = 900_000; // a roster that opens so soon was tapped on a device whose clock is ahead

const body = (mark) => ({
  enrollment_id: mark.enrollment, status: mark.status, minutes_late: mark.minutes_late, minutes_early: mark.minutes_early,
  minutes: mark.minutes, reason: mark.reason ?? "", operation: mark.operation, made_at: new Date(mark.made_at).toISOString(),
  base_version: mark.base_version,
});

export const address = (meeting) => `/api/v1/meetings/${meeting}/roster`;

// What the server answered; `.answer` is null without a network, or with one that leads nowhere.
export async function ask(url, options = {}) {
  try {
    const answer = await fetch(url, {
      ...options, credentials: "same-origin", redirect: "error", signal: AbortSignal.timeout(PATIENCE),
      headers: { accept: "application/json", ...options.headers },
    });
    const said = answer.status === 304 ? null : await answer.json();
    return { answer, said, ok: answer.ok };
  } catch {
    return { answer: null, said: null, ok: false };
  }
}

const post = (meeting, way, marks) => ask(`${address(meeting)}/marks`, {
  method: "POST",
  headers: { "content-type": "application/json" },
  // Whose they are: a window that stayed open may be somebody else's by now.
  body: JSON.stringify({ sent_at: new Date().toISOString(), way, made_by: marks[0].viewer, marks: marks.map(body) }),
});

// How the server weighs a mark: one of all who were left, one that waited for the network, one made just now.
const wayOf = (mark) => (mark.rest ? "all" : Date.now() - mark.made_at > WAITED ? "offline" : "roster");

// In the order made, cut where the meeting or the way changes.
function* batches(marks) {
  let batch = [];
  for (const mark of marks) {
    const [first] = batch;
    if (first && (first.meeting !== mark.meeting || wayOf(first) !== wayOf(mark) || batch.length === MOST)) {
      yield batch;
      batch = [];
    }
    batch.push(mark);
  }
  if (batch.length) yield batch;
}

// What was made while the batch was on its way knew what the batch had said. An enrollment is the same in all meetings of a
// session, and the versions of another roster say nothing about this one.
async function rebase(marks, outcomes) {
  const versions = new Map(outcomes.filter((one) => one.taken && one.mark).map((one) => [one.enrollment_id, one.mark.version]));
  const sent = new Set(marks.map((mark) => mark.operation));
  const later = (await waiting()).filter((mark) =>
    mark.meeting === marks[0].meeting && !sent.has(mark.operation) && versions.has(mark.enrollment));
  await keepMarks(later.map((mark) => ({ ...mark, base_version: versions.get(mark.enrollment) })));
}

// Whether the server opens the roster in a moment. One that opens much later was moved: what was marked is not of then.
const opensSoon = (said) => said?.code === "roster-not-open" && Date.parse(said.data.at) - Date.parse(said.data.now) < SOON;

// Whoever was filled in with all others was looked at by nobody here: it needs no word when somebody who looked, or a machine,
// said otherwise, or when it was to be taken back. What was refused, or lost against nobody's word, is told.
const JUDGED = ["corrected-later", "person-said", "marked-later", "marked-first"];
const looked = ({ code, mark }) => mark && (code === "person-said" || (mark.way !== "all" && mark.status !== "not recorded"));
const knownBetter = (one, mine) => JUDGED.includes(one.code) && (looked(one) || mine.status === "not recorded");

// How a roster stands after an answer, with what lost, until somebody has read that: also when another page sent it.
async function note(meeting, viewer, marks, outcomes) {
  await changeKnown(meeting, (before) => {
    const roster = before ?? { meeting, viewer, marks: {}, lost: [] };
    for (const one of outcomes) {
      const mine = marks.find((mark) => mark.operation === one.operation);
      if (one.mark) roster.marks[one.enrollment_id] = one.mark;
      if (!one.taken && mine && !(mine.rest && knownBetter(one, mine))) roster.lost.push({ mine, code: one.code, why: one.why, stands: one.mark ?? null });
    }
    return { ...roster, viewer, at: Date.now() };
  });
}

async function deliver(meeting, marks, told) {
  const { answer, said, ok } = await post(meeting, wayOf(marks[0]), marks);
  if (ok) {
    await rebase(marks, said.marks);
    await note(meeting, marks[0].viewer, marks, said.marks);
    await dropMarks(marks.map((mark) => mark.operation));
    await told.saved(meeting);
    return true;
  }
  const status = answer?.status ?? 0;
  if (status === 401 || said?.code === "made-by-another") told.signedOut();
  else if (opensSoon(said)) {
    told.early(Date.parse(said.data.at));
    // The marks of other rosters need not wait for this one.
    return true;
  }
  // Too many at once, or a server that is down: the same again, later.
  else if (status === 0 || status === 408 || status === 429 || status >= 500) told.unreachable();
  // One that cannot be read must not hold up the others.
  else if (UNREADABLE.includes(status) && marks.length > 1) {
    const half = Math.ceil(marks.length / 2);
    return (await deliver(meeting, marks.slice(0, half), told)) && deliver(meeting, marks.slice(half), told);
  } else {
    const { code = "", detail: why = "" } = said ?? {};
    const refused = marks.map(({ enrollment, operation }) => ({ enrollment_id: enrollment, operation, taken: false, code, why }));
    await note(meeting, marks[0].viewer, marks, refused);
    await dropMarks(marks.map((mark) => mark.operation));
    await told.saved(meeting);
    return true;
  }
  return false;
}

async function sendAll(viewer, told) {
  const mine = (await waiting()).filter((mark) => mark.viewer === viewer);
  for (const batch of batches(mine)) {
    if (!(await deliver(batch[0].meeting, batch, told))) return false;
  }
  return true;
}

// Send what waits for this person. One window at a time; twice would do no harm, but says everything twice.
export async function send(viewer, told) {
  if (!navigator.locks) return sendAll(viewer, told);
  return navigator.locks.request("rosters", () => sendAll(viewer, told));
}
