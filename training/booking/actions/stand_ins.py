"""Stand-ins, which kept a place where the person who was named must not or may not have one, are forgotten."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from training.base.database import fetch, for_update, marks
from training.base.structs import Frozen
from training.base.work import Work
from training.booking.queries import ACTIVE_SQL
from training.booking.rules.requests import ANY_STAND_IN
from training.schedule.queries import lock_sessions

# Whoever is named in one of these columns is somebody, and nobody whom we made up is ever named in one.
TIES = (
    ("membership", "person_id"),
    ("role_grant", "person_id"),
    ("sign_in", "person_id"),
    ("api_token", "person_id"),
    ("api_token", "created_by"),
    ("trainer_assignment", "person_id"),
    ("booking", "booked_by"),
    ("answer", "person_id"),
    ("consent", "person_id"),
    ("mail_choice", "person_id"),
    ("reminder", "person_id"),
    ("digest", "person_id"),
    ("invite", "person_id"),
    ("feed", "person_id"),
    ("device_password", "person_id"),
    ("busy_source", "person_id"),
    ("busy_time", "person_id"),
    ("contest", "person_id"),
    ("certificate", "person_id"),
    ("survey_answer", "trainer_id"),
    ("upload", "person_id"),
    ("material_opening", "person_id"),
    ("material_follow", "person_id"),
)
_UNTIED = " AND ".join(f"NOT EXISTS (SELECT 1 FROM {table} t WHERE t.{column} = p.id)" for table, column in TIES)


class _Ended(Frozen, frozen=True, kw_only=True):
    id: UUID
    person_id: UUID
    booking_id: UUID
    session_id: UUID


async def forget_stand_ins(work: Work, before: datetime, most: int) -> int:
    """Delete stand-ins whose last request ended before an instant, with their requests; at most so many requests.

    A stand-in was switched off in the moment in which it was made, and is tied to nothing but its own requests. Those
    of anybody else stay, whatever their address looks like. The journal keeps that somebody asked, as it keeps
    everything. Returns how many requests are gone. For the worker.
    """
    seen = await _list_ended(before, most)
    if not seen:
        return 0
    # Who asks for the same address again holds the session meanwhile, and finds the stand-in or makes a new one.
    await lock_sessions(list({row.session_id for row in seen}))
    people = list({row.person_id for row in seen})
    await work.execute(
        f"SELECT id FROM person WHERE id IN ({marks(people)}) ORDER BY id{for_update('person')}", *people
    )
    gone = await _list_ended(before, most, [row.id for row in seen])
    if not gone:
        return 0
    enrollments, bookings = [row.id for row in gone], list({row.booking_id for row in gone})
    people = list({row.person_id for row in gone})
    await work.execute(f"DELETE FROM enrollment WHERE id IN ({marks(enrollments)})", *enrollments)
    await work.execute(
        f"DELETE FROM booking WHERE id IN ({marks(bookings)})"
        " AND NOT EXISTS (SELECT 1 FROM enrollment e WHERE e.booking_id = booking.id)"
        " AND NOT EXISTS (SELECT 1 FROM open_place o WHERE o.booking_id = booking.id)",
        *bookings,
    )
    await work.execute(
        f"DELETE FROM one_time_link WHERE person_id IN (SELECT p.id FROM person p WHERE p.id IN ({marks(people)})"
        " AND NOT EXISTS (SELECT 1 FROM enrollment e WHERE e.person_id = p.id))",
        *people,
    )
    await work.execute(
        f"DELETE FROM person WHERE id IN ({marks(people)})"
        " AND NOT EXISTS (SELECT 1 FROM enrollment e WHERE e.person_id = person.id)",
        *people,
    )
    return len(gone)


async def _list_ended(before: datetime, most: int, among: Sequence[UUID] = ()) -> list[_Ended]:
    """Requests of stand-ins none of whose requests is open or ended later; those that ended first come first."""
    chosen: list[Any] = list(among)
    only = f" AND e.id IN ({marks(chosen)})" if chosen else ""
    return await fetch(
        _Ended,
        "SELECT e.id, e.person_id, e.booking_id, e.session_id FROM enrollment e JOIN person p ON p.id = e.person_id"
        f" WHERE p.email LIKE {{}} AND p.disabled_at = p.created_at AND {_UNTIED} AND e.state_at < {{}}{only}"
        " AND NOT EXISTS (SELECT 1 FROM answer a WHERE a.enrollment_id = e.id)"
        " AND NOT EXISTS (SELECT 1 FROM consent c WHERE c.enrollment_id = e.id)"
        " AND NOT EXISTS (SELECT 1 FROM enrollment x WHERE x.person_id = p.id AND (x.state_at >= {}"
        f" OR x.{ACTIVE_SQL} OR x.partner_id IS NOT NULL OR x.membership_id IS NOT NULL))"
        " ORDER BY e.state_at, e.id LIMIT {}",
        ANY_STAND_IN,
        before,
        *chosen,
        before,
        most,
    )
