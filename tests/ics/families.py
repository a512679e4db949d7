"""Programs of other people that read calendars: vobject, icalendar, libical (GNOME, KDE), ical.js and node-ical.

Each gives what it found as (uid, start, end, summary). What is not installed is named in `MISSING`, with how to get
it; `tests/conftest.py` then counts the tests that need it as not run.
"""

import contextlib
import ctypes
import io
import json
import logging
import os
import subprocess
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import Any

import icalendar
import playwright
import vobject  # type: ignore[import-untyped]  # it publishes none

Found = tuple[str, datetime, datetime, str]
SCRIPTS = Path(__file__).parent / "parsers"
# Playwright's wheel brings a Node; nothing else has to be installed to run the scripts.
NODE = Path(playwright.__file__).parent / "driver" / ("node.exe" if os.name == "nt" else "node")


def _libical() -> Any:
    for name in ("libical.so.3", "libical.so.4", "libical.3.dylib"):
        with contextlib.suppress(OSError):
            return ctypes.CDLL(name)
    return None


LIBICAL = _libical()
MISSING: dict[str, str] = {}
if LIBICAL is None:
    MISSING["libical"] = "libical was not found (Debian: apt-get install libical3)"
if not NODE.exists() or not (SCRIPTS / "node_modules").is_dir():
    MISSING["node"] = "the JavaScript parsers are not installed (cd tests/ics/parsers && npm ci)"


def by_vobject(data: bytes) -> list[Found]:
    """As vobject reads it (radicale, khal's ancestors, many scripts)."""
    # It keeps the first definition of a zone that it sees; a program that reads one calendar has seen no other.
    vars(vobject.icalendar)["__tzidMap"].clear()
    vobject.icalendar.registerTzid("UTC", UTC)
    calendar = vobject.readOne(io.StringIO(data.decode()))
    found = []
    for event in calendar.contents.get("vevent", []):
        end = event.dtend.value if hasattr(event, "dtend") else event.dtstart.value
        found.append((event.uid.value, instant(event.dtstart.value), instant(end), event.summary.value))
    return found


def by_icalendar(data: bytes) -> list[Found]:
    """As the icalendar package reads it (Home Assistant's relatives, Plone)."""
    calendar = icalendar.Calendar.from_ical(data)
    assert isinstance(calendar, icalendar.Calendar)
    return [(str(e["UID"]), instant(e.start), instant(e.end), str(e["SUMMARY"])) for e in calendar.events]


class _Time(ctypes.Structure):
    """libical's struct icaltimetype."""

    _fields_ = [(name, ctypes.c_int) for name in "year month day hour minute second is_date is_daylight".split()] + [
        ("zone", ctypes.c_void_p)
    ]


def by_libical(data: bytes) -> list[Found]:
    """As libical reads it (Evolution, KDE, Cyrus)."""
    lib = LIBICAL
    for name in ("icalparser_parse_string", "icalcomponent_get_first_component", "icalcomponent_get_next_component"):
        getattr(lib, name).restype = ctypes.c_void_p
    for name in ("icalcomponent_get_uid", "icalcomponent_get_summary"):
        getattr(lib, name).restype = ctypes.c_char_p
    lib.icalcomponent_get_dtstart.restype = lib.icalcomponent_get_dtend.restype = _Time
    lib.icaltime_as_timet_with_zone.restype = ctypes.c_longlong
    lib.icaltime_as_timet_with_zone.argtypes = [_Time, ctypes.c_void_p]
    kind = lib.icalcomponent_string_to_kind(b"VEVENT")
    root = ctypes.c_void_p(lib.icalparser_parse_string(data))
    assert lib.icalcomponent_count_errors(root) == 0, "libical found errors"
    found = []
    event = lib.icalcomponent_get_first_component(root, kind)
    while event:
        here = ctypes.c_void_p(event)
        times = [lib.icalcomponent_get_dtstart(here), lib.icalcomponent_get_dtend(here)]
        start, end = (datetime.fromtimestamp(lib.icaltime_as_timet_with_zone(at, at.zone), UTC) for at in times)
        uid, summary = (text(here).decode() for text in (lib.icalcomponent_get_uid, lib.icalcomponent_get_summary))
        found.append((uid, start, end, summary))
        event = lib.icalcomponent_get_next_component(root, kind)
    lib.icalcomponent_free(root)
    return found


def instant(value: date) -> datetime:
    """A time with a zone in UTC; a date as midnight in UTC."""
    if isinstance(value, datetime):
        assert value.tzinfo is not None, "a floating time"
        return value.astimezone(UTC)
    return datetime(value.year, value.month, value.day, tzinfo=UTC)


@cache
def _by_node(calendars: tuple[bytes, ...]) -> dict[str, list[list[Found]]]:
    """Both JavaScript libraries, in one process for all of them."""
    given = json.dumps([data.decode() for data in calendars])
    run = subprocess.run(
        [NODE, SCRIPTS / "read.mjs"], input=given, capture_output=True, text=True, check=False, timeout=300,
        cwd=SCRIPTS, env=os.environ | {"TZ": "Pacific/Auckland"},
    )  # fmt: skip
    assert run.returncode == 0, run.stderr[-2000:]
    return {
        family: [[_found(one) for one in events] for events in found]
        for family, found in json.loads(run.stdout).items()
    }


def _found(one: dict[str, Any]) -> Found:
    start, end = (datetime.fromtimestamp(one[name] / 1000, UTC) for name in ("start", "end"))
    return one["uid"], start, end, one["summary"]


def read_by(family: str, calendars: Sequence[bytes]) -> list[list[Found]]:
    """What one family of parsers finds in each of the calendars."""
    if family in ("ical.js", "node-ical"):
        return _by_node(tuple(calendars))[family]
    logging.getLogger("icalendar").setLevel(logging.ERROR)
    return [FAMILIES[family](data) for data in calendars]


FAMILIES: dict[str, Callable[[bytes], list[Found]]] = {
    "vobject": by_vobject,
    "icalendar": by_icalendar,
    "libical": by_libical,
}
