"""The people whom plans can mean: who takes part, has not done what is to be done before, waits, teaches, or looks
after an organization's places."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from itertools import groupby
from typing import Any
from uuid import UUID

from msgspec.structs import replace

from training.base.database import fetch, marks
from training.base.structs import Frozen
from training.booking.queries import ACTIVE_SQL, EMAIL_SQL, NAME_SQL
from training.materials.queries.prework import list_acknowledged, list_prework
from training.materials.rules.prework import undone
from training.reminders.rules.facts import Reader
from training.reminders.rules.plans import Audience
from training.reminders.rules.times import Clocks

_PERSON = (
    "p.zone, p.locale, p.quiet_from, p.quiet_until, (p.disabled_at IS NOT NULL) AS disabled,"
    " EXISTS (SELECT 1 FROM mail_choice h WHERE h.person_id = p.id AND h.sort = 'reminders') AS chose_not"
)


class _Person(Frozen, frozen=True, kw_only=True):
    session_id: UUID
    person_id: UUID
    name: str
    email: str
    zone: str
    locale: str
    quiet_from: str
    quiet_until: str
    disabled: bool
    chose_not: bool
    since: datetime


class _Learner(_Person, frozen=True, kw_only=True):
    subject_id: UUID
    partner_id: UUID | None
    state: str
    mode: str
    link_generation: int


class _Trainer(_Person, frozen=True, kw_only=True):
    meeting_id: UUID


class _Coordinator(_Person, frozen=True, kw_only=True):
    partner_id: UUID


class _Owing(_Person, frozen=True, kw_only=True):
    subject_id: UUID
    partner_id: UUID
    keep_until: datetime
    booked: bool
    coordinates: bool


async def list_readers(
    session_ids: Sequence[UUID], person_ids: Sequence[UUID] | None, zones: Mapping[UUID, str]
) -> list[Reader]:
    """Everybody whom plans of these sessions can mean, or only these people. `zones` are those of the sessions: the
    clocks of who never chose a zone. Five statements, and two more where there is something to be done before."""
    only, values = _limit(person_ids)
    learners = [_learner(row, zones) for row in await _learners(session_ids, only, values)]
    found = await _with_prework(session_ids, person_ids, learners)
    found += _trainers(await _teaching(session_ids, only, values), zones)
    found += [
        _reader(Audience.COORDINATORS, row, zones, subject_id=row.partner_id, partner_id=row.partner_id)
        for row in await _coordinating(session_ids, only, values)
    ]
    return found + _owing(await _owing_names(session_ids), person_ids, zones)


def _limit(person_ids: Sequence[UUID] | None) -> tuple[str, list[Any]]:
    return ("1 = 1", []) if person_ids is None else (f"p.id IN ({marks(person_ids)})", list(person_ids))


def _reader(audience: Audience, row: _Person, zones: Mapping[UUID, str], **more: Any) -> Reader:
    # UTC is what an account has before anybody chose: then the clocks of the session say more.
    zone = zones.get(row.session_id, "UTC") if row.zone == "UTC" else row.zone
    return Reader(
        audience=audience,
        session_id=row.session_id,
        person_id=row.person_id,
        name=row.name,
        email=row.email,
        clocks=Clocks(zone=zone, quiet_from=row.quiet_from, quiet_until=row.quiet_until),
        locale=row.locale,
        since=row.since,
        chose_not=row.chose_not,
        disabled=row.disabled,
        **more,
    )


async def _learners(session_ids: Sequence[UUID], only: str, values: Sequence[Any]) -> list[_Learner]:
    parts = [
        f"SELECT e.session_id, e.id AS subject_id, e.person_id, e.partner_id, e.state, e.mode, e.link_generation,"
        f" e.state_at AS since, {NAME_SQL} AS name, {EMAIL_SQL} AS email, {_PERSON}"
        " FROM enrollment e JOIN person p ON p.id = e.person_id LEFT JOIN membership m ON m.id = e.membership_id"
        f" WHERE e.session_id IN ({marks(session_ids)})"
        " AND e.state IN ('enrolled', 'waitlisted', 'completed', 'not completed')",
        f"AND {only} ORDER BY e.session_id, e.arrival, e.id",
    ]
    return await fetch(_Learner, " ".join(parts), *session_ids, *values)


def _learner(row: _Learner, zones: Mapping[UUID, str]) -> Reader:
    return _reader(
        Audience.WAITLISTED if row.state == "waitlisted" else Audience.ENROLLED,
        row,
        zones,
        subject_id=row.subject_id,
        partner_id=row.partner_id,
        over=row.state in ("completed", "not completed"),
        mode=row.mode,
        link_generation=row.link_generation,
    )


async def _with_prework(
    session_ids: Sequence[UUID], person_ids: Sequence[UUID] | None, learners: Sequence[Reader]
) -> list[Reader]:
    """These learners, and whoever has a place in a session before which there is something to be done once more as
    unprepared, with what they have still to do; also who did all of it, so that it can be said why they are not asked.
    """
    prework = await list_prework(session_ids)
    done = await list_acknowledged(sorted(prework), person_ids) if prework else {}
    found: list[Reader] = []
    for one in learners:
        if one.audience is not Audience.ENROLLED or one.session_id not in prework:
            found.append(one)
            continue
        left = undone(prework[one.session_id], done.get(one.subject_id, frozenset()))
        found += [replace(one, undone=left), replace(one, audience=Audience.UNPREPARED, undone=left)]
    return found


async def _teaching(session_ids: Sequence[UUID], only: str, values: Sequence[Any]) -> list[_Trainer]:
    parts = [
        f"SELECT t.session_id, t.meeting_id, t.person_id, s.created_at AS since, p.name, p.email, {_PERSON}"
        " FROM trainer_assignment t JOIN session s ON s.id = t.session_id JOIN person p ON p.id = t.person_id"
        f" WHERE t.session_id IN ({marks(session_ids)})",
        f"AND {only} ORDER BY t.session_id, t.person_id, t.id",
    ]
    return await fetch(_Trainer, " ".join(parts), *session_ids, *values)


def _trainers(rows: Iterable[_Trainer], zones: Mapping[UUID, str]) -> list[Reader]:
    """One reader for each session and trainer: a trainer who is taken off and put on again is told nothing twice."""
    found = []
    for (session_id, _), some in groupby(rows, key=lambda row: (row.session_id, row.person_id)):
        taught = list(some)
        sittings = frozenset(row.meeting_id for row in taught)
        found.append(_reader(Audience.TRAINERS, taught[0], zones, subject_id=session_id, sitting_ids=sittings))
    return found


async def _coordinating(session_ids: Sequence[UUID], only: str, values: Sequence[Any]) -> list[_Coordinator]:
    """Who coordinates a partner that has somebody, or an open place, in one of these sessions."""
    parts = [
        f"SELECT x.session_id, x.partner_id, x.since, g.person_id, p.name, p.email, {_PERSON} FROM"
        " (SELECT y.session_id, y.partner_id, min(y.created_at) AS since FROM"
        " (SELECT e.session_id, e.partner_id, e.created_at FROM enrollment e"
        f" WHERE e.session_id IN ({marks(session_ids)}) AND e.partner_id IS NOT NULL AND e.{ACTIVE_SQL}"
        " UNION ALL SELECT o.session_id, o.partner_id, o.created_at FROM open_place o"
        f" WHERE o.session_id IN ({marks(session_ids)}) AND o.state = 'open') y GROUP BY y.session_id, y.partner_id) x"
        " JOIN role_grant g ON g.role = 'coordinator' AND g.scope_id = x.partner_id"
        " JOIN person p ON p.id = g.person_id",
        f"WHERE {only} ORDER BY x.session_id, x.partner_id, g.person_id",
    ]
    return await fetch(_Coordinator, " ".join(parts), *session_ids, *session_ids, *values)


async def _owing_names(session_ids: Sequence[UUID]) -> list[_Owing]:
    """Who looks after open places, booking by booking: whoever booked and everybody who coordinates the partner."""
    return await fetch(
        _Owing,
        "WITH x AS (SELECT o.session_id, o.booking_id, o.partner_id, min(o.keep_until) AS keep_until,"
        " min(o.created_at) AS since FROM open_place o"
        f" WHERE o.session_id IN ({marks(session_ids)}) AND o.state = 'open'"
        " GROUP BY o.session_id, o.booking_id, o.partner_id),"
        " w AS (SELECT x.booking_id, b.booked_by AS person_id FROM x JOIN booking b ON b.id = x.booking_id"
        " UNION SELECT x.booking_id, g.person_id FROM x JOIN role_grant g"
        " ON g.role = 'coordinator' AND g.scope_id = x.partner_id)"
        " SELECT x.session_id, x.booking_id AS subject_id, x.partner_id, x.keep_until, x.since, p.id AS person_id,"
        f" p.name, p.email, COALESCE(p.id = b.booked_by, FALSE) AS booked, {_PERSON},"
        " EXISTS (SELECT 1 FROM role_grant g WHERE g.person_id = p.id AND g.role = 'coordinator'"
        " AND g.scope_id = x.partner_id) AS coordinates"
        " FROM x JOIN w ON w.booking_id = x.booking_id JOIN booking b ON b.id = x.booking_id"
        " JOIN person p ON p.id = w.person_id ORDER BY x.session_id, x.booking_id, p.id",
        *session_ids,
    )


def _owing(rows: Iterable[_Owing], person_ids: Sequence[UUID] | None, zones: Mapping[UUID, str]) -> list[Reader]:
    """Whom to ask about each booking: who made it, if they coordinate; else all who do; else who made it."""
    found: list[Reader] = []
    for _, some in groupby(rows, key=lambda row: (row.session_id, row.subject_id)):
        both = [row for row in some if not row.disabled]
        coordinators = [row for row in both if row.coordinates]
        for row in [row for row in coordinators if row.booked] or coordinators or both:
            if person_ids is None or row.person_id in person_ids:
                found.append(
                    _reader(
                        Audience.OPEN_PLACES,
                        row,
                        zones,
                        subject_id=row.subject_id,
                        partner_id=row.partner_id,
                        keep_until=row.keep_until,
                    )
                )
    return found
