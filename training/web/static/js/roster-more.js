// What is more than present or no-show, on a sheet over the list: late and left early with two taps, part of the time,
// excused, taken back.

export function moreFor(page, taken) {
  const sheet = page.querySelector("[data-sheet-shape]").content.cloneNode(true).firstElementChild;
  page.append(sheet);
  const find = (name) => sheet.querySelector(`[data-${name}]`);
  const whole = Number(page.dataset.minutes);
  let row;
  let mark;

  const number = (name) => {
    const field = find(`own-${name}`);
    if (!field.reportValidity()) return null;
    return field.value === "" ? null : Number(field.value);
  };

  function take(what) {
    const chosen = row;
    sheet.close();
    taken(chosen, { reason: "", ...what });
  }

  // Somebody can be late and leave early: the other one stays.
  function take_minutes(kind, minutes) {
    if (!minutes) return find(`own-${kind}`).focus();
    const both = mark.status === "late" || mark.status === "left early";
    const late = kind === "late" ? minutes : both ? mark.minutes_late : 0;
    const early = kind === "early" ? minutes : both ? mark.minutes_early : 0;
    take({ status: late ? "late" : "left early", minutes_late: late, minutes_early: early });
  }

  function excuse() {
    const field = find("own-excused");
    if (!field.reportValidity()) return;
    take({ status: "excused", reason: field.value.trim() });
  }

  sheet.addEventListener("click", (event) => {
    // The ground beside the sheet.
    if (event.target === sheet) return sheet.close();
    const button = event.target.closest("button");
    if (!button) return;
    const { set, minutes } = button.dataset;
    if (set === "late" || set === "early") take_minutes(set, Number(minutes) || number(set));
    else if (set === "partial") take({ status: "partial", minutes: number("partial") });
    else if (set === "excused") excuse();
    else if (set === "none") take({ status: "not recorded" });
    else sheet.close();
  });
  sheet.addEventListener("keydown", (event) => {
    const part = event.target.closest("[data-part]")?.dataset.part;
    if (event.key !== "Enter" || event.target.tagName !== "INPUT" || !part) return;
    event.preventDefault();
    sheet.querySelector(`[data-set="${part}"]:not([data-minutes])`).click();
  });

  function open(which, now, part) {
    row = which;
    mark = now;
    find("sheet-name").textContent = row.querySelector(".roster-who bdi").textContent;
    find("sheet-link").href = `/rosters/${page.dataset.meeting}/people/${row.dataset.row}`;
    for (const field of sheet.querySelectorAll("input")) field.value = "";
    const both = now.status === "late" || now.status === "left early";
    // Late and early together are less than the meeting.
    const most = { late: whole - 1 - (both ? now.minutes_early : 0), early: whole - 1 - (both ? now.minutes_late : 0) };
    for (const [kind, minutes] of Object.entries(most)) find(`own-${kind}`).max = minutes;
    find("own-excused").value = now.status === "excused" ? now.reason ?? "" : "";
    find("own-partial").value = now.status === "partial" && now.minutes !== null ? now.minutes : "";
    for (const button of sheet.querySelectorAll("[data-minutes]")) {
      button.hidden = Number(button.dataset.minutes) > most[button.dataset.set];
      const said = button.dataset.set === "late" ? now.minutes_late : now.minutes_early;
      button.setAttribute("aria-pressed", String(Boolean(said) && said === Number(button.dataset.minutes)));
    }
    sheet.querySelector('[data-set="none"]').hidden = now.status === "not recorded";
    // The browser goes back here the moment the sheet closes. A "close" event comes later, when a quick key may have gone on
    // to the next person already: it would take the focus back, and the key after it would mark the wrong one.
    row.querySelector(".roster-more").focus();
    sheet.showModal();
    const first = part === "excused" ? find("own-excused") : sheet.querySelector(`[data-set="${part}"]`);
    first?.focus();
  }

  return { open };
}
