"""What an import must know of what is there: one statement each, however many rows a file has."""

from collections.abc import Sequence
from uuid import UUID

from training.base.database import fetch, for_update, marks
from training.base.structs import Frozen
from training.schedule.rules.outcomes import Known
from training.schedule.rules.sessions import State


class _Imported(Frozen, frozen=True, kw_only=True):
    id: UUID
    external_key: str
    notes_json: str
    state: State
    version: int
    people: int


class _Subject(Frozen, frozen=True, kw_only=True):
    subject_id: UUID


class KnownVenue(Frozen, frozen=True, kw_only=True):
    """A venue that an import made, and its room of the name asked for."""

    id: UUID
    external_key: str
    room_id: UUID | None


class KnownCourse(Frozen, frozen=True, kw_only=True):
    """A course of a program."""

    id: UUID
    slug: str


async def lock_imported(program_id: UUID, external_keys: Sequence[str]) -> list[Known]:
    """The sessions of a program with these keys, locked, and whether anything but an import happened to them."""
    if not external_keys:
        return []
    rows = await fetch(
        _Imported,
        "SELECT s.id, s.external_key, CAST(s.import_notes AS TEXT) AS notes_json, s.state, s.version,"
        " s.taken_in_person + s.taken_online + s.waiting AS people FROM session s"
        f" WHERE s.program_id = {{}} AND s.external_key IN ({marks(external_keys)}) ORDER BY s.id{for_update('s')}",
        program_id,
        *external_keys,
    )
    ids = [row.id for row in rows]
    touched = await fetch(
        _Subject,
        f"SELECT DISTINCT subject_id FROM journal_entry WHERE subject_id IN ({marks(ids)})"
        " AND event NOT IN ('SessionImported', 'SessionReimported')",
        *ids,
    )
    worked_on = {row.subject_id for row in touched}
    return [
        Known(**{name: getattr(row, name) for name in row.__struct_fields__}, touched=row.id in worked_on)
        for row in rows
    ]


async def list_imported_venues(external_keys: Sequence[str], room_name: str) -> list[KnownVenue]:
    """The venues with these keys, each with its room of this name if it has one."""
    if not external_keys:
        return []
    return await fetch(
        KnownVenue,
        "SELECT v.id, v.external_key, r.id AS room_id FROM venue v"
        f" LEFT JOIN room r ON r.venue_id = v.id AND r.name = {{}} WHERE v.external_key IN ({marks(external_keys)})",
        room_name,
        *external_keys,
    )


async def list_courses_by_slug(program_id: UUID, slugs: Sequence[str]) -> list[KnownCourse]:
    """The courses of a program with these slugs."""
    sql = f"SELECT id, slug FROM course WHERE program_id = {{}} AND slug IN ({marks(slugs)})"
    return await fetch(KnownCourse, sql, program_id, *slugs)
