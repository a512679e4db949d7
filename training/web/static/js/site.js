// What makes a page that already works a little quicker to use. Every part stands alone and may fail alone.

const each = (selector, action) => document.querySelectorAll(selector).forEach(action);

// Light and dark: change at once, tell the server in the background; without a connection the form itself goes.
function themes() {
  each('form[action="/theme"]', (form) => {
    form.addEventListener("submit", async (event) => {
      const button = event.submitter;
      if (!button?.value) return;
      event.preventDefault();
      const root = document.documentElement;
      if (button.value === "auto") delete root.dataset.theme;
      else root.dataset.theme = button.value;
      document.querySelector('meta[name="color-scheme"]').content = button.value === "auto" ? "light dark" : button.value;
      form.querySelectorAll("[aria-pressed]").forEach((other) => other.setAttribute("aria-pressed", String(other === button)));
      const body = new URLSearchParams(new FormData(form, button));
      try {
        const answer = await fetch(form.action, { method: "POST", body, credentials: "same-origin", redirect: "manual" });
        if (answer.type !== "opaqueredirect" && !answer.ok) form.submit();
      } catch {
        // Offline: the choice holds for this page and is asked again on the next.
      }
    });
  });
}

// Menus close by Escape (focus goes back to their button) and by a click elsewhere.
function menus() {
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    each("details.menu[open]", (menu) => {
      const inside = menu.contains(document.activeElement);
      menu.open = false;
      if (inside) menu.querySelector("summary").focus();
    });
  });
  document.addEventListener("click", (event) => {
    each("details[data-menu][open]", (menu) => {
      if (!menu.contains(event.target)) menu.open = false;
    });
  });
}

function release(form) {
  delete form.dataset.sent;
  form.querySelectorAll("[aria-busy]").forEach((button) => button.removeAttribute("aria-busy"));
}

// A second press of the same button is not a second booking. The server refuses it too; this saves the scare.
function sendOnce() {
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || form.getAttribute("method")?.toLowerCase() !== "post") return;
    if (form.dataset.sent) return event.preventDefault();
    form.dataset.sent = "yes";
    event.submitter?.setAttribute("aria-busy", "true");
    setTimeout(release, 15000, form); // No answer, or the answer was a file: let them try again.
  });
  // Coming back by the browser's own button shows the page as it was left.
  addEventListener("pageshow", () => each("form[data-sent]", release));
}

function selectAll() {
  each("[data-group]", (group) => {
    const all = group.querySelector("[data-select-all]");
    const boxes = [...group.querySelectorAll('input[type="checkbox"]:not([data-select-all], :disabled)')];
    const words = group.querySelector("[data-chosen]");
    if (!all || boxes.length < 2) return;
    // "Everybody" are those who can be seen: a list may be narrowed to a name.
    const shown = () => boxes.filter((box) => !box.closest("li")?.hidden);
    const tell = () => {
      const chosen = boxes.filter((box) => box.checked).length;
      all.checked = shown().length > 0 && shown().every((box) => box.checked);
      all.indeterminate = chosen > 0 && !all.checked;
      words.textContent = words.dataset.text.replace("{n}", chosen);
    };
    all.addEventListener("change", () => {
      for (const box of shown()) box.checked = all.checked;
      tell();
    });
    group.addEventListener("change", tell);
    group.querySelector("[data-needs-script]").hidden = false;
    tell();
  });
}

// A long list narrows down to what is typed above it; accents and capitals do not matter.
function finders() {
  const folded = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
  each("input[data-find]", (field) => {
    const rows = [...field.closest("[data-group], .stack").querySelectorAll(".people > li, tbody > tr")];
    if (rows.length < 12) return;
    const texts = rows.map((row) => folded(row.textContent));
    const status = field.closest("[data-needs-script]").querySelector("[data-found]");
    field.addEventListener("input", () => {
      const asked = folded(field.value).split(/\s+/).filter(Boolean);
      rows.forEach((row, number) => { row.hidden = !asked.every((word) => texts[number].includes(word)); });
      const found = rows.filter((row) => !row.hidden).length;
      status.textContent = asked.length ? status.dataset.text.replace("{n}", found) : "";
      field.dispatchEvent(new Event("change", { bubbles: true }));
    });
    // Enter must not send the form that the list is in.
    field.addEventListener("keydown", (event) => { if (event.key === "Enter") event.preventDefault(); });
    field.closest("[data-needs-script]").hidden = false;
  });
}

// Where somebody types their time zone: the one that their device has, if it is one of those offered.
function ownZone() {
  each("input[data-own-zone]", (field) => {
    const own = Intl.DateTimeFormat().resolvedOptions().timeZone;
    const known = [...(field.list?.options ?? [])].some((option) => option.value === own);
    if (known && field.value === field.defaultValue) field.value = own;
  });
}

// After a refused form, start reading where the trouble is named.
function faults() {
  // Whoever reads or writes there already was faster than this module.
  if (document.activeElement === document.body) document.querySelector("[data-focus]")?.focus();
}

// Marks that wait on this device, and names that must not stay on it.
function keptRosters() {
  if (localStorage.getItem("rosters")) import("./roster-keeping.js");
}

for (const part of [themes, menus, sendOnce, selectAll, finders, ownZone, faults, keptRosters]) {
  try {
    part();
  } catch (error) {
    console.error(error);
  }
}
