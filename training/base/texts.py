"""The one Jinja environment: pages and mails of every room, escaped, strict about missing values, gettext-aware.

A template is named after its room: `booking/book.html` lies in `training/booking/templates/booking/book.html`.
"""

import re
import secrets
from collections.abc import Callable
from datetime import date, datetime, timedelta
from functools import lru_cache
from gettext import NullTranslations
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_datetime, format_skeleton, format_time, get_timezone_name
from babel.numbers import format_decimal
from jinja2 import Environment, FileSystemLoader, StrictUndefined, pass_context, select_autoescape
from jinja2.ext import Extension
from jinja2.runtime import Context

from training.base.zones import zone_place

FORM_TOKEN = "form_token"  # noqa: S105 - the name of a field
"""The field by which a form that is sent twice is known again (`training.web.once`)."""
LOCALE = "en"
# An opening tag whose attributes may hold expressions of a template, with any signs in them.
_FORM = re.compile(r"<form\b(?:\{\{.*?\}\}|\{%.*?%\}|[^>{]|\{)*>", re.DOTALL)
_POSTS = re.compile(r"""\bmethod=["']?post\b""", re.IGNORECASE)
# For forms that do nothing a second time because they make nothing: light or dark, signing out.
_REPEATABLE = re.compile(r"\sdata-repeatable\b")
_ROOMS = Path(__file__).resolve().parent.parent


class _FormTokens(Extension):
    """Puts a token of its own into every form that posts, so that no template can forget it."""

    def preprocess(self, source: str, name: str | None, filename: str | None = None) -> str:
        """The source with a hidden field behind each opening tag."""
        return _FORM.sub(_with_token, source)


def _with_token(found: re.Match[str]) -> str:
    tag = found[0]
    if not _POSTS.search(tag):
        return tag
    if _REPEATABLE.search(tag):
        return _REPEATABLE.sub("", tag)
    return f'{tag}<input type="hidden" name="{FORM_TOKEN}" value="{{{{ form_token() }}}}">'


def form_token() -> str:
    """A new token for one form on one page: 24 signs that nobody can guess."""
    return secrets.token_urlsafe(18)


@lru_cache(maxsize=1)
def environment() -> Environment:
    """The environment, made at first use."""
    folders = sorted(str(folder) for folder in _ROOMS.glob("*/templates"))
    made = Environment(
        loader=FileSystemLoader(folders),
        autoescape=select_autoescape(["html"]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        # All of them are kept: with its own limit of 400 it would forget some, and read them anew for a page.
        cache_size=-1,
        extensions=["jinja2.ext.i18n", "jinja2.ext.do", _FormTokens],
    )
    made.globals["form_token"] = form_token
    made.install_gettext_translations(NullTranslations(), newstyle=True)  # type: ignore[attr-defined]
    made.filters.update(zone_name=zone_name, number=number, language=language)
    made.filters.update(when=_by_locale(when), day=_by_locale(day), clock=_by_locale(clock))
    return made


def _by_locale(written: Callable[..., str]) -> Callable[..., str]:
    """A filter that writes dates as the template's own `locale` does, where it has one: mails do, pages do not."""

    @pass_context
    def write(context: Context, *args: Any) -> str:
        locale = context.resolve_or_missing("locale")
        return written(*args, locale) if type(locale) is str and len(args) > 1 else written(*args)

    return write


def render(template: str, **values: Any) -> str:
    """The text of a template. Raises jinja2.UndefinedError for a value it needs and was not given."""
    return environment().get_template(template).render(**values)


@lru_cache(maxsize=20_000)
def when(instant: datetime, zone: str, locale: str = LOCALE) -> str:
    """'Tue 6 May 2026, 15:00' on the wall clock of `zone`; 'Tue, May 6, 2026, 3:00 PM' for the locale en-US."""
    if locale == LOCALE:
        return format_datetime(instant.astimezone(ZoneInfo(zone)), "EEE d MMM y, HH:mm", locale=LOCALE)
    return f"{day(instant, zone, locale)}, {clock(instant, zone, locale)}"


@lru_cache(maxsize=20_000)
def day(instant: datetime | date, zone: str = "UTC", locale: str = LOCALE) -> str:
    """'Tue 6 May 2026' in `zone`; a plain date stays that day everywhere."""
    local = instant.astimezone(ZoneInfo(zone)).date() if isinstance(instant, datetime) else instant
    known = locale_named(locale)
    if known is None or locale == LOCALE:
        return format_date(local, "EEE d MMM y", locale=LOCALE)
    return _plain(format_skeleton("yMMMEd", local, locale=known))


@lru_cache(maxsize=20_000)
def clock(instant: datetime, zone: str, locale: str = LOCALE) -> str:
    """'15:00' on the wall clock of `zone`; '3:00 PM' for the locale en-US."""
    local, known = instant.astimezone(ZoneInfo(zone)), locale_named(locale)
    if known is None or locale == LOCALE:
        return format_datetime(local, "HH:mm", locale=LOCALE)
    return _plain(format_time(local.time(), "short", locale=known))


def _plain(text: str) -> str:
    """With blanks as mail programs of every age know them, not the narrow ones before AM and PM."""
    return text.replace("\u202f", " ").replace("\xa0", " ")


@lru_cache(maxsize=500)
def locale_named(tag: str) -> Locale | None:
    """The locale 'de' or 'en-US' stands for; None for one that nobody knows."""
    try:
        return Locale.parse(tag, sep="-")
    except (ValueError, LookupError, UnknownLocaleError):
        return None


@lru_cache(maxsize=20_000)
def zone_name(zone: str, instant: datetime | None = None, until: datetime | None = None) -> str:
    """'Berlin time (UTC+2)': the zone as people say it, with its offset at that instant when one is given.

    Of a span `until` is its end: where clocks change in between, 'New York time (UTC-5, at the end UTC-4)'.
    """
    place = zone_place(zone)
    if zone in ("UTC", "Etc/UTC"):
        return "UTC"
    if zone.startswith("Etc/"):
        place = get_timezone_name(ZoneInfo(zone), locale=LOCALE)
    if instant is None:
        return f"{place} time"
    first, last = (_offset(at.astimezone(ZoneInfo(zone))) for at in (instant, until or instant))
    return f"{place} time ({first})" if first == last else f"{place} time ({first}, at the end {last})"


def _offset(local: datetime) -> str:
    """'UTC+2', 'UTC-2:30'. Not by babel, which writes half an hour west of a full one as an hour too much."""
    seconds = int((local.utcoffset() or timedelta()).total_seconds())
    hours, minutes = divmod(abs(seconds) // 60, 60)
    return f"UTC{'-' if seconds < 0 else '+'}{hours}" + (f":{minutes:02}" if minutes else "")


def number(value: float) -> str:
    """'1,933'."""
    return str(format_decimal(value, locale=LOCALE))


@lru_cache(maxsize=500)
def language(tag: str) -> str:
    """'Spanish' for 'es'; the tag itself when nobody knows it."""
    known = locale_named(tag)
    return (known.get_display_name(LOCALE) if known else None) or tag
