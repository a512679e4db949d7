// Who would see a material: asked again whenever who or when is changed in its form. The server counts and finds the words.
// Without this module, or without a network, the button "Show" asks by the form itself.

const NAMES = ["audience", "opens", "amount", "unit", "meeting_number", "shown", "prework", "hidden"];
const PAUSE = 250;
// A sentence that is not that of the choice must not stand longer than this.
const PATIENCE = 8000;

function follow(place) {
  const form = place.closest("form");
  if (!form) return;
  const shown = () => Object.fromEntries([...new FormData(form)].filter(([name]) => NAMES.includes(name)));
  const buttons = form.querySelectorAll("[data-reach-show]");
  let timer = 0;
  let asked = null;

  async function ask() {
    asked?.abort();
    const mine = new AbortController();
    asked = mine;
    const late = setTimeout(() => mine.abort(), PATIENCE);
    place.setAttribute("aria-busy", "true");
    try {
      const address = `${place.dataset.reach}${place.dataset.reach.includes("?") ? "&" : "?"}${new URLSearchParams(shown())}`;
      const answer = await fetch(address, { credentials: "same-origin", signal: mine.signal, redirect: "error" });
      if (!answer.ok) throw new Error(String(answer.status));
      // Words of our own server, escaped there.
      place.innerHTML = await answer.text();
      place.closest(".reach")?.classList.toggle("tone-warning", answer.headers.get("x-reach") === "never");
      buttons.forEach((button) => { button.hidden = true; });
    } catch {
      // Something else was chosen meanwhile, and that is asked.
      if (asked !== mine) return;
      place.textContent = place.dataset.unknown;
      buttons.forEach((button) => { button.hidden = false; });
    }
    clearTimeout(late);
    place.removeAttribute("aria-busy");
  }

  const soon = (event) => {
    if (!NAMES.includes(event.target.name)) return;
    clearTimeout(timer);
    timer = setTimeout(ask, PAUSE);
  };
  form.addEventListener("input", soon);
  form.addEventListener("change", soon);
  buttons.forEach((button) => { button.hidden = true; });
  // Somebody was faster than this module, or the browser kept what was chosen over a reload.
  if (chosenAnew(form)) ask();
}

// Whether a field says something else than the page came with.
function chosenAnew(form) {
  const started = document.createElement("form");
  started.append(...[...form.elements].filter((field) => NAMES.includes(field.name)).map((field) => field.cloneNode(true)));
  started.reset();
  const values = (of) => JSON.stringify(NAMES.map((name) => new FormData(of).getAll(name)));
  return values(started) !== values(form);
}

document.querySelectorAll("[data-reach]").forEach(follow);
