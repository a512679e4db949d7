// On every page on a device that keeps rosters: what waits is sent, what is old or of somebody else than whose page this is
// goes, and at sign-out everything goes, after one last try and not without asking. What was not taken is said on any page
// where its roster cannot be opened to say it. Loaded by site.js where there is something to do.

import { adopt, changeKnown, forget, rosters, tidy, waiting } from "./roster-store.js";
import { ask, send } from "./roster-sync.js";

const LAST_TRY = 5_000;
// Whoever gets these answers finds no roster any more on which they could be told.
const AWAY = ["not-teaching", "not-found", "no-roster"];
const quiet = { saved() {}, unreachable() {}, signedOut() {}, early() {} };

async function sendMine() {
  if (!(await waiting()).length) return;
  // Only as who made them: another account may be signed in by now.
  const { ok, said } = await ask("/api/v1/me");
  if (ok) await send(said.id, quiet);
}

async function leave(form) {
  // Whoever signs out wants to go: an answer that does not come is not waited for any longer.
  await adopt();
  await Promise.race([sendMine(), new Promise((over) => setTimeout(over, LAST_TRY))]);
  const left = (await waiting()).length;
  if (left && !confirm(form.dataset.unsent.replace("{n}", left))) return;
  await forget();
  form.submit();
}

function notice({ meeting, title, lost }) {
  const shape = document.querySelector("[data-marks-lost]");
  const words = lost.length === 1 ? shape.dataset.sayOne : shape.dataset.sayMany;
  const line = shape.content.cloneNode(true).firstElementChild;
  line.querySelector("[data-title]").textContent = [words.replace("{n}", lost.length), title].filter(Boolean).join(": ");
  line.querySelector("[data-why]").textContent = [...new Set(lost.map((one) => one.why))].join(" ");
  line.querySelector("button").addEventListener("click", async () => {
    const read = new Set(lost.map((one) => one.mine.operation));
    await changeKnown(meeting, (now) => now && { ...now, lost: now.lost.filter((one) => !read.has(one.mine.operation)) });
    line.remove();
  });
  return line;
}

// A roster on which marks are made says for itself what was lost there.
async function tellLost(viewer, marking) {
  const here = document.querySelector("[data-roster]")?.dataset.meeting;
  for (const roster of await rosters()) {
    const told = (one) => (roster.meeting === here ? !marking : AWAY.includes(one.code));
    const lost = roster.viewer === viewer ? roster.lost.filter(told) : [];
    if (lost.length) document.querySelector("#main > .wrap").prepend(notice({ ...roster, lost }));
  }
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
await adopt();
// A page that nobody looked for whom it is says nothing; one for nobody says so: that sign-in is over.
await tidy(document.body.dataset.viewer);
// A roster on which marks are made sends for itself, and says so.
const marking = Boolean(document.querySelector("[data-roster-form]"));
if (!marking) await sendMine();
if (document.body.dataset.viewer) await tellLost(document.body.dataset.viewer, marking);
