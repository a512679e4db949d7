"""Addresses below /dav/ and what they name."""

import re
from enum import StrEnum
from urllib.parse import unquote, urlsplit
from uuid import UUID

from training.base.structs import Frozen

ROOT = "/dav/"
WELL_KNOWN = "/.well-known/caldav"
_ID = r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
_PRINCIPAL = re.compile(rf"/dav/principals/({_ID})/?")
_CALENDARS = re.compile(rf"/dav/calendars/({_ID})(?:/(mine|teaching|partner-{_ID}))?(?:/({_ID})\.ics)?/?")
_MOST = 400


class Kind(StrEnum):
    """What an address names."""

    ROOT = "root"
    PRINCIPAL = "principal"
    HOME = "home"
    CALENDAR = "calendar"
    ENTRY = "entry"


class Place(Frozen, frozen=True, kw_only=True):
    """An address, read. `calendar` is the calendar's own part, `uid` the entry's."""

    kind: Kind
    person_id: UUID | None = None
    calendar: str = ""
    uid: str = ""


def place_of(path: str) -> Place | None:
    """What a decoded path names; None when there can be nothing."""
    if path in (ROOT, ROOT.rstrip("/")):
        return Place(kind=Kind.ROOT)
    if len(path) > _MOST:
        return None
    if principal := _PRINCIPAL.fullmatch(path):
        return Place(kind=Kind.PRINCIPAL, person_id=UUID(principal[1]))
    found = _CALENDARS.fullmatch(path)
    if found is None or (found[3] and (not found[2] or path.endswith("/"))):
        return None
    kind = Kind.ENTRY if found[3] else Kind.CALENDAR if found[2] else Kind.HOME
    return Place(kind=kind, person_id=UUID(found[1]), calendar=found[2] or "", uid=found[3] or "")


def place_of_href(href: str) -> Place | None:
    """What an address inside of a request names: a path, or a whole address of which only the path counts."""
    try:
        return place_of(unquote(urlsplit(href.strip()).path, errors="strict"))
    except ValueError:
        return None


def principal_path(person_id: UUID) -> str:
    """The address of a person."""
    return f"{ROOT}principals/{person_id}/"


def home_path(person_id: UUID) -> str:
    """The address of a person's calendars."""
    return f"{ROOT}calendars/{person_id}/"


def calendar_path(person_id: UUID, calendar: str) -> str:
    """The address of one calendar."""
    return f"{home_path(person_id)}{calendar}/"


def entry_path(person_id: UUID, calendar: str, uid: str) -> str:
    """The address of one entry."""
    return f"{calendar_path(person_id, calendar)}{uid}.ics"
