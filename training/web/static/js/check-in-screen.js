// The screen for the beamer: the next code and count are put in place without a blink. Without this the page reloads.

const PATIENCE = 8000;
const GRACE = 20; // seconds that a code may stand after its time: it is taken for half a minute more, and has to be typed

let until = 0; // when the code changes, by the clock of this device
let busy = false;
let leaving = false;

const screen = () => document.querySelector("[data-screen]");
const left = () => Math.ceil((until - Date.now()) / 1000);

function begin() {
  until = Date.now() + Number(screen()?.dataset.left || 10) * 1000;
}

async function renew() {
  if (busy) return;
  busy = true;
  try {
    // One answer that never comes must not be waited for as long as the page is open.
    const answer = await fetch(location.href, { headers: { accept: "text/html" }, signal: AbortSignal.timeout(PATIENCE) });
    // Signed out, or no longer one who teaches here: the page itself says so, and leads on.
    if (answer.redirected || answer.status === 401 || answer.status === 403) {
      leaving = true;
      return location.reload();
    }
    if (!answer.ok) throw new Error("not the screen");
    const next = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("[data-screen]");
    if (next) {
      screen().replaceWith(next);
      begin();
    }
  } catch {
    // It is tried again in a few seconds; a code whose time is over does not stand until then.
  } finally {
    busy = leaving;
  }
}

// A code that is taken no more looks as good as any other: where it was, words say that the next one comes.
function takeAway() {
  const code = document.querySelector("[data-code]");
  if (!code?.dataset.gone) return;
  const words = document.createElement("p");
  words.className = "beamer-words";
  words.setAttribute("role", "status");
  words.textContent = code.dataset.gone;
  code.replaceChildren(words);
  delete code.dataset.gone;
}

begin();
let ticks = 0;
setInterval(() => {
  const now = left();
  ticks += 1;
  const words = document.querySelector("[data-countdown]");
  if (words) words.textContent = now > 0 ? words.dataset.words.replace("{n}", now) : "";
  if (now <= -GRACE) takeAway();
  // The count of who is in, every few seconds; the code, when it changes.
  if (now <= 0 || ticks % 5 === 0) renew();
}, 1000);
