"""Time zone data: the pinned `tzdata` package, and what it says about zones and countries.

Python asks the operating system for zone data first. Two machines with different systems would then disagree about
the instant of the same meeting, so the composition roots call `prefer_pinned_zones` once, before anything else.
"""

import unicodedata
import zoneinfo
from functools import cache
from importlib.resources import files
from zoneinfo import ZoneInfo

# Placeholders of the database, not places where anybody lives.
_NOT_FOR_PEOPLE = frozenset({"Factory", "localtime", "posixrules"})
# Of the names that name no place, those that every calendar reads alike.
_CLEAR = frozenset({"UTC", "Etc/UTC"})


def prefer_pinned_zones() -> None:
    """Read zones from the pinned package only, from now on, in the whole process. For composition roots and tests."""
    zoneinfo.reset_tzpath(())
    ZoneInfo.clear_cache()
    _known_names.cache_clear()


def zone_data_version() -> str:
    """The release of the pinned zone data, as IANA names it: "2026f"."""
    return _pinned("tzdata.zi").split("\n", 1)[0].rpartition(" ")[2]


def zone_named(name: str) -> ZoneInfo | None:
    """The zone of exactly this IANA name, old names included; None for anything else, however hostile the text."""
    return ZoneInfo(name) if name in _known_names() else None


def is_misread(name: str) -> bool:
    """Whether calendar programs read the name of a zone in different ways: "GMT" is London's time to some, with its
    summers, and "EST5EDT", "Etc/GMT+5" or "Cuba" is nothing to others. Names by region and city, and UTC, are clear."""
    return name not in _CLEAR and ("/" not in name or name.startswith("Etc/"))


def zone_typed(text: str) -> str:
    """What somebody typed into a form as an IANA name: "Berlin", "são paulo" and "europe/berlin" are understood.

    A city that more than one zone is named after, and anything unknown, comes back as it was typed, to be refused.
    """
    if text in _known_names() and not is_misread(text):
        return text
    found = _by_spelling().get(_spelling(text), ())
    return found[0] if len(found) == 1 else text


def zone_place(name: str) -> str:
    """The place that a zone is named after, as people write it: "New York"."""
    return name.rsplit("/", 1)[-1].replace("_", " ")


@cache
def zone_names() -> tuple[str, ...]:
    """The zones to offer in a picker, sorted: every place of today's zone table, and UTC."""
    return tuple(sorted({*_country_of_zone(), "UTC"}))


@cache
def country_names() -> dict[str, str]:
    """English country names by ISO 3166 alpha-2 code, as the zone data lists them."""
    return {row[0]: row[1] for row in _rows("iso3166.tab")}


def country_of_zone(name: str) -> str | None:
    """The ISO 3166 alpha-2 code of the country a zone belongs to; None for UTC, Etc/* and old names."""
    return _country_of_zone().get(name)


def zones_of_country(code: str) -> tuple[str, ...]:
    """The zones of a country, in the order of the zone table (the most populous usually first); () if unknown."""
    return tuple(zone for zone, country in _country_of_zone().items() if country == code)


@cache
def _by_spelling() -> dict[str, tuple[str, ...]]:
    """Zones by their whole name and by the city they are named after, however spelled."""
    found: dict[str, tuple[str, ...]] = {}
    for name in zone_names():
        for spelling in {_spelling(name), _spelling(name.rpartition("/")[2])}:
            found[spelling] = (*found.get(spelling, ()), name)
    return found


def _spelling(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return " ".join(plain.casefold().replace("_", " ").split())


@cache
def _known_names() -> frozenset[str]:
    return frozenset(zoneinfo.available_timezones() - _NOT_FOR_PEOPLE)


@cache
def _country_of_zone() -> dict[str, str]:
    return {row[2]: row[0] for row in _rows("zone.tab")}


def _rows(table: str) -> list[list[str]]:
    lines = _pinned(table).splitlines()
    return [line.split("\t") for line in lines if line and not line.startswith("#")]


@cache
def _pinned(name: str) -> str:
    return files("tzdata").joinpath("zoneinfo", name).read_text(encoding="utf-8")
