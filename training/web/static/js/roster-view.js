// What of a roster is seen and heard: how somebody was, how many are recorded, what waits and what lost.
// Every word comes from the page (<template data-roster-words>), where it was translated.

const RECORDED = (row) => row.dataset.status !== "not recorded";
const TOUCHED = ["late", "left early", "partial", "excused"];
const AGAIN = ["corrected-later", "person-said", "marked-later", "marked-first", "not-taken"];
const LIMIT = 12; // a shorter list needs no search

const fill = (text, values) => text.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
const folded = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();

export function view(page) {
  // data-say-late-by is words.lateBy.
  const said = Object.entries(page.querySelector("[data-roster-words]").dataset).filter(([name]) => name.startsWith("say"));
  const words = Object.fromEntries(said.map(([name, text]) => [name[3].toLowerCase() + name.slice(4), text]));
  const rows = [...page.querySelectorAll(".roster-row")];
  const names = new Map();
  const finds = new Map();
  for (const row of rows) {
    // The page leaves out whatever is the usual.
    row.dataset.row = row.id.slice(2);
    const [, version, status] = row.querySelector("input[type=hidden]")?.value.match(/^(\d+) (.+)$/) ?? [];
    Object.assign(row.dataset, { version: version ?? 0, status: status ?? "not recorded" });
    const who = row.querySelector(".roster-who");
    names.set(row.dataset.row, who.querySelector("bdi").textContent);
    finds.set(row, folded([...who.querySelectorAll("bdi")].map((each) => each.textContent).join(" ")));
    if (!who.querySelector(".roster-by")) who.append(Object.assign(document.createElement("span"), { className: "roster-by" }));
  }
  const find = (name) => page.querySelector(`[data-${name}]`);
  const clock = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", timeZone: page.dataset.zone });
  const at = (instant) => clock.format(new Date(instant));

  // "Late 10 min, left early 5 min"
  function told(mark) {
    const parts = [];
    if (mark.minutes_late) parts.push(fill(words.lateBy, { n: mark.minutes_late }));
    if (mark.minutes_early) parts.push(fill(parts.length ? words.thenEarlyBy : words.earlyBy, { n: mark.minutes_early }));
    if (mark.status === "partial") return mark.minutes == null ? words.partial : fill(words.partialOf, { n: mark.minutes });
    if (parts.length) return parts.join(", ");
    return { present: words.present, late: words.late, "left early": words.early, excused: words.excused,
      "no-show": words.noShow }[mark.status] ?? words.notRecorded;
  }

  // "walk-in" is handed over as data-say-way-walk-in, and so is words.wayWalkIn.
  const word = (group, code) => words[`${group} ${code}`.replace(/[ -](.)/g, (_, letter) => letter.toUpperCase())] ?? "";

  // What the two buttons do not say: minutes, who, when, why.
  function line(mark, waits) {
    const parts = [];
    if (TOUCHED.includes(mark.status)) parts.push(told(mark));
    if (waits) parts.push(fill(words.waits, { time: at(mark.made_at) }));
    else if (mark.version && mark.made_at) {
      const who = mark.marked_by === page.dataset.viewer ? words.you : mark.marked_by_name;
      const by = who ? fill(words.byWhom, { time: at(mark.made_at), who }) : at(mark.made_at);
      parts.push([by, word("way", mark.way)].filter(Boolean).join(", "));
      if (mark.status === "not recorded") parts.unshift(words.notRecorded);
    }
    return [...parts, mark.reason].filter(Boolean).join(" · ");
  }

  function person(row, mark, waits) {
    row.dataset.status = mark.status;
    row.classList.toggle("is-waiting", waits);
    for (const radio of row.querySelectorAll("input[type=radio]")) radio.checked = radio.value === mark.status;
    const other = TOUCHED.includes(mark.status);
    const more = row.querySelector(".roster-more");
    more.classList.toggle("is-on", other);
    more.firstChild.data = other ? word("short", mark.status) : words.more;
    row.querySelector(".roster-by").textContent = line(mark, waits);
  }

  // Without those who got their place after the meeting and are not recorded.
  const expected = () => rows.filter((row) => RECORDED(row) || !("later" in row.dataset));

  function count() {
    const done = rows.filter(RECORDED).length;
    const all = expected().length;
    find("count").textContent = fill(words.count, { n: done, all });
    find("bar").setAttribute("width", all ? (100 * done) / all : 0);
    find("bar").closest("[data-roster-bar]").classList.toggle("is-whole", done === all);
    const everybody = find("everybody");
    if (everybody) everybody.hidden = done === all;
    narrow();
  }

  const heard = new Map();
  // A live region says only what is new.
  function tell(place, text) {
    if (heard.get(place) === text) return;
    heard.set(place, text);
    place.textContent = text;
  }

  // The hour of a roster has come that was opened before it.
  function open() {
    for (const each of page.querySelectorAll("[data-opened]")) each.hidden = false;
    find("gate").disabled = false;
    find("gate-notice").hidden = true;
    tell(find("said"), words.open);
  }

  // The meeting has begun, so its roster may be complete.
  function begun() {
    for (const each of page.querySelectorAll("[data-begun]")) each.hidden = false;
    find("not-begun").hidden = true;
  }

  function state({ trouble, waits, savedAt, opens, lost }) {
    const bar = find("roster-bar");
    bar.dataset.trouble = trouble;
    bar.dataset.waits = waits;
    const place = find("state");
    if (trouble === "signed out") {
      tell(place, fill(waits === 1 ? words.signInOne : words.signInMany, { n: waits }));
      find("sign-in").hidden = false;
      return;
    }
    find("sign-in").hidden = true;
    if (waits && trouble === "early") tell(place, fill(words.tooEarly, { time: at(opens) }));
    else if (waits && trouble) tell(place, fill(waits === 1 ? words.waitsOne : words.waitsMany, { n: waits }));
    else if (waits) tell(place, words.saving);
    else if (trouble === "network") tell(place, words.offline);
    else if (lost) tell(place, words.notTaken);
    else if (savedAt) tell(place, fill(words.saved, { time: at(savedAt) }));
  }

  function lost(all, { dismiss, insist }) {
    const list = find("lost");
    const shape = page.querySelector("[data-lost-shape]").content;
    const here = all.filter((one) => names.has(one.mine.enrollment));
    // Two hundred who were filled in at once are one line for each reason.
    const filled = here.filter((one) => one.mine.rest);
    const reasons = [...new Set(filled.map((one) => one.why))];
    const together = reasons.map((why) => filled.filter((one) => one.why === why)).filter((some) => some.length > 1);
    const lines = together.map((some) => {
      const line = shape.cloneNode(true).firstElementChild;
      const people = [...names].filter(([key]) => some.some((one) => one.mine.enrollment === key)).map(([, name]) => name).join(", ");
      line.querySelector("[data-title]").textContent = fill(words.lostRest, { n: some.length, names: people });
      line.querySelector("[data-why]").textContent = some[0].why;
      for (const each of line.querySelectorAll("[data-again], [data-with-reason]")) each.hidden = true;
      line.querySelector("[data-dismiss]").addEventListener("click", () => dismiss(...some.map((one) => one.mine.operation)));
      return line;
    });
    list.replaceChildren(...lines, ...here.filter((one) => !together.flat().includes(one)).map((one) => {
      const line = shape.cloneNode(true).firstElementChild;
      const { mine, stands } = one;
      const values = {
        name: names.get(mine.enrollment), mine: told(mine), mineAt: at(mine.made_at), why: one.why,
        theirs: stands ? told(stands) : "", theirsAt: stands ? at(stands.made_at) : "",
        who: (stands?.marked_by === page.dataset.viewer ? words.you : stands?.marked_by_name) || words.somebody,
      };
      line.querySelector("[data-title]").textContent = fill(stands ? words.lostTo : words.refused, values);
      line.querySelector("[data-why]").textContent = fill(words.lostMine, values);
      const again = line.querySelector("[data-again]");
      again.textContent = fill(words.insist, values);
      // What is missing is a reason, and there is a page for that; nothing else helps by being sent again.
      const reason = line.querySelector("[data-with-reason]");
      reason.href = `/rosters/${page.dataset.meeting}/people/${mine.enrollment}`;
      reason.hidden = one.code !== "reason-missing";
      again.hidden = !AGAIN.includes(one.code);
      again.addEventListener("click", () => insist(one));
      line.querySelector("[data-dismiss]").addEventListener("click", () => dismiss(mine.operation));
      return line;
    }));
    list.hidden = !list.children.length;
  }

  // Somebody was added, or the roster was closed or opened again: only a new page shows that.
  function changed(roster) {
    const known = new Set(names.keys());
    const others = roster.entries.some((one) => !known.has(one.enrollment_id)) || roster.entries.length !== known.size;
    find("outdated").hidden = !others && Boolean(roster.closed_at) === (page.dataset.closed === "yes");
  }

  function narrow() {
    const asked = folded(find("search").value).split(/\s+/).filter(Boolean);
    const open = find("only-open").checked;
    for (const row of rows) {
      const hit = asked.every((word) => finds.get(row).includes(word));
      // Whoever was just recorded stays until the list is asked again, so that nothing jumps away under a thumb.
      row.hidden = !hit || (open && RECORDED(row) && !row.contains(document.activeElement));
    }
    const left = rows.filter((row) => !row.hidden).length;
    tell(find("found"), asked.length || open ? fill(words.found, { n: left }) : "");
  }

  const visible = () => rows.filter((row) => !row.hidden);

  function step(row, by) {
    const all = visible();
    const next = all[all.indexOf(row) + by];
    const target = next?.querySelector("input:checked") ?? next?.querySelector("input[type=radio]");
    target?.focus();
    next?.scrollIntoView({ block: "nearest" });
  }

  function across(row, from, by) {
    const stops = [...row.querySelectorAll("input[type=radio], .roster-more")];
    const here = stops.indexOf(from.closest("input, button"));
    stops[(here + by + stops.length) % stops.length].focus();
  }

  // For somebody who does not see the row: what became of a key or of the sheet.
  function say(row, mark) {
    tell(find("said"), `${names.get(row.dataset.row)}: ${told(mark)}. ${find("count").textContent}`);
  }

  function everybody(marked) {
    find("undo-part").hidden = marked === null;
    if (marked !== null) {
      tell(find("undo-words"), fill(words.everybody, { n: marked }));
      find("undo").focus();
    }
  }

  function begin(keeps) {
    for (const each of page.querySelectorAll("[data-script]")) each.hidden = each.dataset.script === "off";
    find("tools").hidden = rows.length < LIMIT;
    find("unkept").hidden = keeps;
    find("search").addEventListener("input", narrow);
    find("only-open").addEventListener("change", narrow);
    find("search").addEventListener("keydown", (event) => { if (event.key === "Enter") event.preventDefault(); });
    // A page from this device must not repeat what was done when it was loaded.
    if (Date.now() - Date.parse(page.dataset.now) > 120_000) document.querySelector(".flash")?.remove();
  }

  const kept = () => { find("kept").hidden = false; };

  return { rows, expected, told, person, count, state, lost, changed, step, across, say, everybody, begin, kept, open, begun };
}
