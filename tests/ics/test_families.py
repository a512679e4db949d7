"""Parsers that other people wrote read every kind of calendar, and agree on uid, start, end and title."""

from datetime import UTC, datetime
from functools import cache

import pytest

from tests.ics import checker
from tests.ics.families import read_by
from tests.ics.made import AWKWARD_ZONES, CALENDAR, HOSTILE, around_changes, entry, full, invitation
from training.ics.entries import Entry
from training.ics.writing import write_calendar, write_download, write_invite

FAMILY = [
    "vobject",
    "icalendar",
    pytest.param("libical", marks=pytest.mark.parser("libical")),
    pytest.param("ical.js", marks=pytest.mark.parser("node")),
    pytest.param("node-ical", marks=pytest.mark.parser("node")),
]
Kind = tuple[bytes, tuple[Entry, ...]]


@cache
def kinds() -> dict[str, Kind]:
    """Every kind of calendar there is, with the entries that are in it."""
    day = entry(uid="day", all_day=True, local_start=datetime(2027, 5, 3), local_end=datetime(2027, 5, 4))
    many = [entry(uid="a", parts=2), entry(uid="b", part=2, parts=2, cancelled=True), day]
    loud = full("Übung, 漢字; 😀 مرحبا", uid="loud")
    found: dict[str, Kind] = {
        "a feed": (write_calendar([*many, loud], name=CALENDAR).data, (*many, loud)),
        "an empty feed": (write_calendar([], name=CALENDAR).data, ()),
        "a download": (write_download([*many, loud]).data, (*many, loud)),
        "one entry of CalDAV": (write_download([loud]).data, (loud,)),
    }
    for name, one in (("", invitation()), (" loud", loud), (" in UTC", invitation(zone="UTC"))):
        found[f"an invitation{name}"] = (write_invite(one, "REQUEST"), (one,))
        found[f"a withdrawal{name}"] = (write_invite(one, "CANCEL"), (one,))
    for number, text in enumerate(HOSTILE):
        one = full(text, uid=f"hostile-{number}")
        found[f"a hostile text {number}"] = (write_invite(one, "REQUEST"), (one,))
    for zone in AWKWARD_ZONES:
        for years in ((2026, 2027), (2036, 2037, 2038), (2061,)):
            entries = tuple(around_changes(zone, years))
            found[f"{zone} {years[0]}"] = (write_calendar(entries, name=CALENDAR).data, entries)
    return found


def told(data: bytes, entries: tuple[Entry, ...]) -> dict[str, tuple[datetime, datetime, str]]:
    """What is to be found: the instants of the entries, and the titles as the strict checker reads them."""
    titles = {event.text("UID"): event.text("SUMMARY") for event in checker.read(data).all("VEVENT")}
    days = {one.uid: (one.local_start.replace(tzinfo=UTC), one.local_end.replace(tzinfo=UTC)) for one in entries}
    return {
        one.uid: (*(days[one.uid] if one.all_day else (one.starts_at, one.ends_at)), titles[one.uid]) for one in entries
    }


def is_known(family: str, uid: str, title: str) -> bool:
    """Mistakes of theirs that nothing we write could mend: node-ical takes zones from Node's own zone data, which knows
    nothing of Cuba's law of 2026 yet, and a backslash before an n for a break, however it is escaped.
    """
    return family == "node-ical" and (uid.startswith("America/Havana-2027") or "\\\n" in title)


@pytest.mark.parametrize("family", FAMILY)
def test_every_kind_of_calendar_is_read_alike(family: str) -> None:
    read = read_by(family, [data for data, _ in kinds().values()])
    wrong = []
    for (name, (data, entries)), found in zip(kinds().items(), read, strict=True):
        expected = told(data, entries)
        assert len(found) == len(expected), name
        for uid, start, end, title in found:
            if (start, end, title) != expected[uid] and not is_known(family, uid, title):
                wrong.append(f"{name}: {uid} is {start} to {end} {title[:80]!r}, not {expected[uid]}")
    assert not wrong, f"{len(wrong)} wrong\n" + "\n".join(wrong[:40])
