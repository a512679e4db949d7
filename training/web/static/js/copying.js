// A button beside an address that is shown once: it copies the whole of it. Without this module, or where a browser
// allows no copying, the field beside it is selected at once and copied by hand.

async function copied(field) {
  field.focus();
  field.select();
  try {
    await navigator.clipboard.writeText(field.value);
    return true;
  } catch {
    // No secure connection, or no permission: the selection is what older ways copy.
    return document.execCommand("copy");
  }
}

function offer(part) {
  const field = part.querySelector("textarea, input");
  const button = part.querySelector("[data-copy]");
  const said = part.querySelector("[role=status]");
  button.addEventListener("click", async () => {
    const done = await copied(field);
    if (done) button.focus();
    // Emptied first, so that a second press is read out as well.
    said.textContent = "";
    setTimeout(() => { said.textContent = done ? said.dataset.done : said.dataset.failed; }, 100);
  });
  field.addEventListener("focus", () => field.select());
  button.hidden = false;
}

for (const part of document.querySelectorAll("[data-copying]")) offer(part);
