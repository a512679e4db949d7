// Questions that are asked only after a certain answer: shown when they are due, hidden and not sent while they are not.
// Without this module they are all shown, each saying when it is asked, and the server decides what counts.

const answersOf = (form, name) =>
  [...form.querySelectorAll("input, select, textarea")]
    .filter((field) => field.name === name && !field.disabled)
    .filter((field) => field.type !== "hidden" && (!["radio", "checkbox"].includes(field.type) || field.checked))
    .map((field) => field.value);

function show(part, due) {
  part.hidden = !due;
  for (const field of part.querySelectorAll("input, select, textarea")) field.disabled = !due;
}

function follow(form, parts) {
  // In the order of the page, so that what depends on a hidden question is hidden as well.
  const judge = () => {
    for (const part of parts) show(part, answersOf(form, part.dataset.asksIf).includes(part.dataset.asksValue));
  };
  form.addEventListener("change", judge);
  judge();
}

const byForm = new Map();
for (const part of document.querySelectorAll("[data-asks-if]")) {
  const form = part.closest("form, [data-asking]");
  if (form) byForm.set(form, [...(byForm.get(form) ?? []), part]);
}
byForm.forEach((parts, form) => follow(form, parts));
