// Calendars as two JavaScript libraries read them: texts as a JSON list on stdin, what each found as JSON on stdout.
// `uid`, `summary`, and `start` and `end` as milliseconds since 1970.
import { readFileSync } from "node:fs";
import ICAL from "ical.js";
import ical from "node-ical";

const DAY = 24 * 3600 * 1000;

function byIcalJs(text) {
  const calendar = new ICAL.Component(ICAL.parse(text));
  for (const zone of calendar.getAllSubcomponents("vtimezone")) {
    // As Thunderbird does: the definition in the calendar counts, not one that was seen before.
    ICAL.TimezoneService.remove(zone.getFirstPropertyValue("tzid"));
    ICAL.TimezoneService.register(zone);
  }
  return calendar.getAllSubcomponents("vevent").map((component) => {
    const event = new ICAL.Event(component);
    const at = (time) => (time.isDate ? Date.UTC(time.year, time.month - 1, time.day) : time.toUnixTime() * 1000);
    return { uid: event.uid, start: at(event.startDate), end: at(event.endDate), summary: event.summary ?? "" };
  });
}

function byNodeIcal(text) {
  const found = Object.values(ical.sync.parseICS(text)).filter((one) => one.type === "VEVENT");
  return found.map((event) => {
    // A date is midnight where the machine is; compared as the date that it says.
    const at = (time) =>
      time.dateOnly ? Date.UTC(time.getFullYear(), time.getMonth(), time.getDate()) : time.getTime();
    return { uid: event.uid, start: at(event.start), end: at(event.end ?? event.start), summary: text_of(event.summary) };
  });
}

const text_of = (value) => (value && typeof value === "object" ? value.val : value) ?? "";

const calendars = JSON.parse(readFileSync(0, "utf-8"));
process.stdout.write(JSON.stringify({ "ical.js": calendars.map(byIcalJs), "node-ical": calendars.map(byNodeIcal) }));
