"""The access log: who opened what, once an hour at most. It is forgotten after a while (`tables.MaterialOpening`)."""

import contextlib
from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum
from uuid import UUID, uuid5

from training.base.database import fetch, marks
from training.base.errors import Conflict, Unavailable
from training.base.structs import Frozen, Viewer
from training.base.work import Work, Works
from training.materials import tables
from training.materials.queries.showing import FileSeen

# Any name space will do; it only has to stay the same.
_SPACE = UUID("5f3a1c0e-7c3b-5d0a-9b61-2f1f6f1f3a55")
_AT_ONCE = 200


class Way(StrEnum):
    """How something was opened."""

    PAGE = "page"
    PREVIEW = "preview"
    DOWNLOAD = "download"
    LINK = "link"
    ARCHIVE = "archive"


class Opening(Frozen, frozen=True, kw_only=True):
    """Something that was opened: a variant, or without one the page of a version; as whose place, if as anybody's."""

    material_id: UUID
    version_id: UUID
    variant_id: UUID | None = None
    session_id: UUID | None = None
    enrollment_id: UUID | None = None
    way: Way = Way.PAGE


class _Id(Frozen, frozen=True, kw_only=True):
    id: UUID


def opening_of(seen: FileSeen, way: Way) -> Opening:
    """What is written down when this file is opened."""
    return Opening(
        material_id=seen.material_id,
        version_id=seen.version_id,
        variant_id=seen.variant.id,
        session_id=seen.session_id,
        enrollment_id=seen.enrollment_id,
        way=way,
    )


async def log_openings(works: Works, viewer: Viewer, openings: Iterable[Opening]) -> None:
    """Write down what was opened, unless the same was by the same person in the same hour. A database that is too busy
    is no reason to keep a file from anybody, so then it is not written down."""
    new = await _unknown(viewer, list(openings), works.clock())
    if new:
        with contextlib.suppress(Unavailable, Conflict):
            await works.run(viewer, note_openings, new)


async def note_openings(work: Work, openings: Iterable[Opening]) -> None:
    """Write down what the actor opened. Whoever is not signed in is nobody: of them nothing is kept but the time."""
    for opening in await _unknown(work.actor, list(openings), work.now):
        work.add(
            tables.MaterialOpening,
            id=_key(work.actor, opening, work.now),
            material_id=opening.material_id,
            version_id=opening.version_id,
            variant_id=opening.variant_id,
            session_id=opening.session_id,
            person_id=work.actor.person_id,
            enrollment_id=opening.enrollment_id,
            way=opening.way.value,
            at=work.now,
        )


async def _unknown(viewer: Viewer, openings: list[Opening], now: datetime) -> list[Opening]:
    """Those that were not written down in this hour, each once."""
    by_key = {_key(viewer, opening, now): opening for opening in openings}
    keys = list(by_key)
    for start in range(0, len(keys), _AT_ONCE):
        some = keys[start : start + _AT_ONCE]
        for known in await fetch(_Id, f"SELECT id FROM material_opening WHERE id IN ({marks(some)})", *some):
            del by_key[known.id]
    return list(by_key.values())


def _key(viewer: Viewer, opening: Opening, now: datetime) -> UUID:
    """The same for the same in the same hour, so that no two requests at once write it down twice."""
    said = (
        viewer.person_id,
        opening.enrollment_id,
        opening.session_id,
        opening.version_id,
        opening.variant_id,
        opening.way.value,
        int(now.timestamp()) // 3600,
    )
    return uuid5(_SPACE, "\n".join(map(str, said)))
