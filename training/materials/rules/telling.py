"""When people who asked for it hear that materials changed, and of what. Pure."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from training.base.structs import Frozen
from training.materials.rules.arranging import is_over

KIND = "material-changed"
# So long nothing more must be published in a course: a mistake can be put right, and all goes into one mail.
SETTLES = timedelta(minutes=10)
# Where something is published again and again, it is told after this.
WAITS = timedelta(hours=1)


class Change(Frozen, frozen=True, kw_only=True):
    """A material of which newer versions were published, by the end of a session or else `after` it. `notes` say what
    is different, the oldest first."""

    material_id: UUID
    title: str
    notes: tuple[str, ...]
    after: bool = False


class NewVersion(Frozen, frozen=True, kw_only=True):
    """A version that is told of."""

    material_id: UUID
    number: int
    note: str
    published_at: datetime


def is_due(first_at: datetime, last_at: datetime, now: datetime) -> bool:
    """Whether it is time to tell of what was published from `first_at` to `last_at` and not told yet."""
    return last_at + SETTLES <= now or first_at + WAITS <= now


def changes_of(
    material_id: UUID, title: str, versions: Iterable[NewVersion], since: datetime, ends_at: datetime | None
) -> tuple[Change, ...]:
    """What is told of a material to somebody who has followed it `since`: what came by the end of their session, which
    it gave, and what came after; nothing where nothing is new to them."""
    new = sorted((one for one in versions if one.published_at >= since), key=lambda one: one.number)
    by_then = tuple(one.note for one in new if not is_over(ends_at, one.published_at))
    after = tuple(one.note for one in new if is_over(ends_at, one.published_at))
    told = ((by_then, False), (after, True))
    return tuple(Change(material_id=material_id, title=title, notes=notes, after=late) for notes, late in told if notes)


def materials_of(values: Mapping[str, Any]) -> tuple[UUID, ...]:
    """The materials that a message tells of, from its frozen values."""
    told = [*values.get("changes", ()), *values.get("earlier", ())]
    return tuple(dict.fromkeys(UUID(one["id"]) for one in told))
