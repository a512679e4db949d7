// The screen for the beamer: the next code and count are put in place without a blink. Without this the page reloads.

let left = 0;
let busy = false;

const screen = () => document.querySelector("[data-screen]");

function begin() {
  left = Number(screen()?.dataset.left || 10);
}

async function renew() {
  if (busy) return;
  busy = true;
  try {
    const answer = await fetch(location.href, { headers: { accept: "text/html" } });
    if (!answer.ok || answer.redirected) throw new Error("not the screen");
    const next = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("[data-screen]");
    if (next) {
      screen().replaceWith(next);
      begin();
    }
  } catch {
    // Without a network the last code stays; it is tried again in a few seconds.
  } finally {
    busy = false;
  }
}

begin();
let ticks = 0;
setInterval(() => {
  left -= 1;
  ticks += 1;
  const words = document.querySelector("[data-countdown]");
  if (words) words.textContent = left > 0 ? words.dataset.words.replace("{n}", left) : "";
  // The count of who is in, every few seconds; the code, when it changes.
  if (left <= 0 || ticks % 5 === 0) renew();
}, 1000);
