"""Which time zone a row means, from its coordinates, its country, or what the importer was told."""

import re
from collections.abc import Callable, Sequence
from datetime import datetime
from enum import StrEnum

import tzfpy

from training.base.structs import Frozen
from training.base.zones import country_names, country_of_zone, zone_named, zones_of_country

ZonesAt = Callable[[float, float], Sequence[str]]
"""Latitude and longitude in decimal degrees -> IANA names of the zones there, the likeliest first."""

ONLINE_COUNTRY = "W3"
"""What the column `country` says for a workshop that is held online."""

_DECIMAL = re.compile(r"[+-]?[0-9]{1,3}(\.[0-9]{1,20})?")


class ZoneSource(StrEnum):
    """What a zone was taken from."""

    COORDINATES = "coordinates"
    COUNTRY = "country"
    TOLD = "told"


class Where(Frozen, frozen=True, kw_only=True):
    """What a row says about its place, cleaned, and when it says something happens there (naive wall times)."""

    country: str
    latitude: str
    longitude: str
    online: bool
    times: tuple[datetime, ...]


class FoundZone(Frozen, frozen=True, kw_only=True):
    """A zone, where it came from, that said to a person, and what was noticed about the coordinates."""

    zone: str
    source: ZoneSource
    sentence: str
    point: tuple[float, float] | None = None
    """The latitude and longitude it came from."""
    unusable: str = ""
    """Why the coordinates were not used; "" if they were, or if there are none."""


class Contradiction(Exception):
    """Country and coordinates name different countries. The text is the sentence for a person."""


class ZoneUnclear(Exception):
    """No single zone can be told. The text is the sentence for a person."""


class PlaceUnknown(ZoneUnclear):
    """There is nothing to tell a zone from."""


def zones_at(latitude: float, longitude: float) -> tuple[str, ...]:
    """The zones at a point by tzfpy, the likeliest first; at sea these are Etc/*, outside the globe there are none."""
    likeliest = tzfpy.get_tz(longitude, latitude)
    others = [name for name in tzfpy.get_tzs(longitude, latitude) if name != likeliest]
    return tuple(name for name in (likeliest, *others) if name)


def find_zone(where: Where, online_zone: str, look_up: ZonesAt = zones_at) -> FoundZone:
    """The zone of a row: by coordinates on land, else by a country with one time, else, if online, as told.

    Raises Contradiction, ZoneUnclear and PlaceUnknown; guesses nothing.
    """
    names, unusable = _names_at(where, look_up)
    if names:
        return _by_coordinates(where, names)
    country = "" if where.country == ONLINE_COUNTRY else where.country
    try:
        found = _by_country(country, where.times)
    except ZoneUnclear as error:
        if not where.online:
            raise type(error)(f"{unusable} {error}".strip()) from None
        sentence = (
            f"Nothing tells the time zone of this online workshop: its times are read in {online_zone} (--online-zone)."
        )
        return FoundZone(zone=online_zone, source=ZoneSource.TOLD, sentence=sentence, unusable=unusable)
    return FoundZone(zone=found, source=ZoneSource.COUNTRY, sentence=_said(found, country), unusable=unusable)


def _names_at(where: Where, look_up: ZonesAt) -> tuple[tuple[str, ...], str]:
    """The land zones at the coordinates, or why there are none."""
    given = f"{where.latitude or 'none'}, {where.longitude or 'none'}"
    if not where.latitude and not where.longitude:
        return (), ""
    latitude, longitude = _degrees(where.latitude, 90), _degrees(where.longitude, 180)
    if latitude is None or longitude is None:
        swapped = _degrees(where.longitude, 90) is not None and _degrees(where.latitude, 180) is not None
        return (), (
            f"The coordinates ({given}) were not used: they are not a latitude from -90 to 90 and a longitude from "
            f"-180 to 180 in decimal degrees.{' They may stand the wrong way round.' if swapped else ''}"
        )
    # Open water has nautical zones (Etc/GMT+8), which nobody's clock follows.
    land = tuple(name for name in look_up(latitude, longitude) if country_of_zone(name))
    return (
        land,
        "" if land else f"The coordinates ({given}) were not used: they lie at sea, where no land's time holds.",
    )


def _degrees(text: str, limit: int) -> float | None:
    degrees = float(text) if _DECIMAL.fullmatch(text) else None
    return degrees if degrees is not None and abs(degrees) <= limit else None


def _by_coordinates(where: Where, names: tuple[str, ...]) -> FoundZone:
    if where.country and where.country != ONLINE_COUNTRY:
        inside = tuple(name for name in names if country_of_zone(name) == where.country)
        if not inside:
            raise Contradiction(
                f"The country is {_country(where.country)}, but the coordinates ({where.latitude}, {where.longitude}) "
                f"lie in {_country(country_of_zone(names[0]) or '')}. Correct the one that is wrong and import again."
            )
        names = inside
    if not _one_time(names, where.times):
        raise ZoneUnclear(f"The coordinates lie where several time zones are in use: {', '.join(names)}.")
    sentence = f"The time zone {names[0]} was taken from the coordinates."
    point = (float(where.latitude), float(where.longitude))
    return FoundZone(zone=names[0], source=ZoneSource.COORDINATES, sentence=sentence, point=point)


def _by_country(country: str, times: tuple[datetime, ...]) -> str:
    if not country:
        raise PlaceUnknown(
            "There is no country and no usable coordinates, so the time zone is unknown. Add one of them."
        )
    names = zones_of_country(country)
    if not names or not _one_time(names, times):
        raise ZoneUnclear(
            f"{_country(country)} has more than one time and there are no usable coordinates. "
            "Add latitude and longitude."
        )
    return names[0]


def _one_time(names: tuple[str, ...], times: tuple[datetime, ...]) -> bool:
    """Whether clocks in all these zones agree at all these wall times."""
    zones = [zone_named(name) for name in names]
    return all(len({time.replace(tzinfo=zone).utcoffset() for zone in zones}) == 1 for time in times)


def _said(zone: str, country: str) -> str:
    only = len(zones_of_country(country)) == 1
    why = "which has no other" if only else "where all zones show the same time on these days"
    return f"The time zone {zone} was taken from the country, {_country(country)}, {why}."


def _country(code: str) -> str:
    return f"{code} ({country_names().get(code, 'unknown')})"
