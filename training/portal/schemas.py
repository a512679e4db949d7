"""What the forms of these pages hold."""

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from msgspec import Meta

from training.base.structs import Input, OptionalLine, ShortLine
from training.catalogue.rules import Mode


class CatalogueQuery(Input, frozen=True, kw_only=True):
    """Which sessions to show, and how. `since` is a day in the zone that times are shown in."""

    view: Literal["list", "month"] = "list"
    month: Annotated[str, Meta(max_length=7)] = ""
    q: OptionalLine = ""
    program: UUID | None = None
    course: UUID | None = None
    venue: UUID | None = None
    mode: Mode | None = None
    language: Annotated[str, Meta(max_length=20)] = ""
    since: date | None = None
    free: bool = False
    past: bool = False
    cursor: Annotated[str, Meta(max_length=300)] = ""
    zone: ShortLine = ""


class CodeEntry(Input, frozen=True, kw_only=True):
    """The access code of a session, as somebody typed it."""

    code: Annotated[str, Meta(min_length=4, max_length=40)]


class ZoneChoice(Input, frozen=True, kw_only=True):
    """The zone a visitor without an account wants to read times in; empty for each session's own."""

    zone: ShortLine = ""
    next: OptionalLine = "/sessions"
