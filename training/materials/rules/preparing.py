"""How far the people of a session are with what they were given: told to those who teach it. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from training.base.structs import Frozen

# So long it is known who opened what (`tables.MaterialOpening`).
OPENINGS_KEPT = timedelta(days=180)
Steps = Mapping[tuple[UUID, UUID], datetime]
"""When something was first done, by enrollment and material."""


class Preparation(Frozen, frozen=True, kw_only=True):
    """Who opened and who acknowledged which materials of a session, and when first."""

    opened: Steps
    done: Steps


class Progress(Frozen, frozen=True, kw_only=True):
    """How many of `people` opened a material and said that they went through it; `missing` are the names of those who
    did not say so."""

    people: int
    opened: int
    done: int
    missing: tuple[str, ...]


class Line(Frozen, frozen=True, kw_only=True):
    """One person and one material."""

    enrollment_id: UUID
    material_id: UUID
    opened_at: datetime | None
    acknowledged_at: datetime | None


def progress_of(material_id: UUID, people: Mapping[UUID, str], known: Preparation) -> Progress:
    """How far these people, by enrollment, are with one material."""
    opened = sum((key, material_id) in known.opened for key in people)
    missing = tuple(name for key, name in people.items() if (key, material_id) not in known.done)
    return Progress(people=len(people), opened=opened, done=len(people) - len(missing), missing=missing)


def lines_of(material_ids: Sequence[UUID], people: Iterable[UUID], known: Preparation) -> list[Line]:
    """Everybody with every material, person by person."""
    return [
        Line(
            enrollment_id=key,
            material_id=material_id,
            opened_at=known.opened.get((key, material_id)),
            acknowledged_at=known.done.get((key, material_id)),
        )
        for key in people
        for material_id in material_ids
    ]
