"""What is asked about a session, who was there, and who is asked. Judges nobody's right to know."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import LiteralString
from uuid import UUID

import msgspec

from training.base.database import fetch, fetch_one, for_update, marks
from training.base.structs import Frozen
from training.surveys.queries.surveys import list_these
from training.surveys.rules.answering import Sheet, Trainer
from training.surveys.rules.asking import ASKED_OF, HELD_PLACE, Standing

_AT_ONCE = 500

# What counts as somebody's attendance of a session: what was corrected by hand, else what the marks come to.
STATUS_SQL = "CASE WHEN o.corrected_at IS NULL THEN o.status ELSE o.corrected END"
_THERE: LiteralString = (
    f"e.state IN ({', '.join(repr(one) for one in HELD_PLACE)})"
    f" AND {STATUS_SQL} IN ({', '.join(repr(one.value) for one in sorted(ASKED_OF))})"
)

# Whoever teaches the session of an enrollment e.
_TEACHING: LiteralString = (
    "(SELECT t.person_id FROM trainer_assignment t WHERE t.session_id = e.session_id AND t.role <> 'shadow')"
)
# Before they came, the person of e had agreed to be a member or signed in, and not as somebody whom one of those who
# teach here had brought in: addresses of their own are soon made, and mails to them soon opened.
_KNOWN_BEFORE: LiteralString = (
    "(EXISTS (SELECT 1 FROM membership k WHERE k.person_id = e.person_id AND k.state = 'confirmed'"
    " AND k.state_at < e.created_at) OR EXISTS (SELECT 1 FROM sign_in i WHERE i.person_id = e.person_id"
    " AND i.created_at < e.created_at))"
    " AND NOT EXISTS (SELECT 1 FROM membership k WHERE k.person_id = e.person_id AND k.created_at < e.created_at"
    f" AND k.invited_by IN {_TEACHING})"
    " AND NOT EXISTS (SELECT 1 FROM enrollment y JOIN booking z ON z.id = y.booking_id WHERE y.person_id = e.person_id"
    f" AND y.created_at < e.created_at AND z.booked_by IN {_TEACHING})"
)
# An enrollment e that came in at the door in a way that would let somebody who teaches tell answers apart: through
# them and unknown before, or once answers were already being collected.
PASSED_OVER_SQL: LiteralString = (
    "EXISTS (SELECT 1 FROM mark_change d JOIN booking b ON b.id = e.booking_id WHERE d.enrollment_id = e.id"
    " AND d.way = 'walk-in' AND (EXISTS (SELECT 1 FROM survey_round w WHERE w.id = e.session_id"
    " AND w.asked_at <= d.marked_at)"
    f" OR (b.booked_by = d.marked_by AND d.marked_by IN {_TEACHING} AND NOT ({_KNOWN_BEFORE}))))"
)

# The enrollments e of those who were there, may be asked and were not yet.
UNASKED_SQL: LiteralString = (
    "FROM enrollment e JOIN overall o ON o.id = e.id LEFT JOIN survey_request q ON q.id = e.id"
    f" WHERE {_THERE} AND q.id IS NULL AND NOT {PASSED_OVER_SQL}"
)


class Situation(Frozen, frozen=True, kw_only=True):
    """A session as the rosters leave it: `open_rosters` of its `meetings` are not closed; cancelled ones count not.
    With `closes_at` it has been asked about, by a survey of `open_days`; `went_on`: a meeting began since."""

    id: UUID
    program_id: UUID
    course_id: UUID
    title: str
    state: str
    starts_at: datetime | None
    ends_at: datetime | None
    zone: str
    meetings: int
    open_rosters: int
    survey_id: UUID | None
    minimum: int | None
    closes_at: datetime | None
    open_days: int | None
    went_on: bool


# A meeting m of the session s whose roster is open, again or still, or which is still to come.
OPEN_ROSTER_SQL: LiteralString = (
    "EXISTS (SELECT 1 FROM meeting m LEFT JOIN roster t ON t.id = m.id WHERE m.session_id = s.id"
    " AND m.cancelled_at IS NULL AND t.closed_at IS NULL)"
)


async def find_situation(session_id: UUID, now: datetime) -> Situation | None:
    """How far a session is, in one statement."""
    return await fetch_one(
        Situation,
        "SELECT s.id, s.program_id, s.course_id, s.title, s.state, s.starts_at, s.ends_at, s.zone, r.survey_id,"
        " r.minimum, r.closes_at, v.open_days,"
        " (SELECT count(*) FROM meeting m WHERE m.session_id = s.id AND m.cancelled_at IS NULL) AS meetings,"
        " (SELECT count(*) FROM meeting m LEFT JOIN roster t ON t.id = m.id WHERE m.session_id = s.id"
        " AND m.cancelled_at IS NULL AND t.closed_at IS NULL) AS open_rosters,"
        " CASE WHEN EXISTS (SELECT 1 FROM meeting m WHERE m.session_id = s.id AND m.cancelled_at IS NULL"
        " AND m.starts_at <= {} AND m.starts_at > (SELECT max(q.asked_at) FROM survey_request q"
        " WHERE q.session_id = s.id)) THEN TRUE ELSE FALSE END AS went_on"
        " FROM session s LEFT JOIN survey_round r ON r.id = s.id LEFT JOIN survey v ON v.id = r.survey_id"
        " WHERE s.id = {}",
        now,
        session_id,
    )


class _Id(Frozen, frozen=True, kw_only=True):
    id: UUID


async def list_unasked(session_id: UUID) -> list[UUID]:
    """The enrollments of those who were there, may be asked, and were not asked yet."""
    rows = await fetch(
        _Id,
        f"SELECT e.id {UNASKED_SQL} AND e.session_id = {{}} ORDER BY e.id",
        session_id,
    )
    return [row.id for row in rows]


async def list_teaching(session_id: UUID) -> list[UUID]:
    """Who taught the session and can be asked about: shadows only looked on. Leads first, then by name."""
    rows = await fetch(
        _Id,
        "SELECT t.person_id AS id FROM trainer_assignment t JOIN person p ON p.id = t.person_id"
        " JOIN meeting m ON m.id = t.meeting_id WHERE t.session_id = {} AND m.cancelled_at IS NULL"
        " AND t.role IN ('lead', 'co', 'assistant') GROUP BY t.person_id, p.name"
        " ORDER BY min(CASE t.role WHEN 'lead' THEN 0 WHEN 'co' THEN 1 ELSE 2 END), p.name, t.person_id",
        session_id,
    )
    return [row.id for row in rows]


class _Round(Frozen, frozen=True, kw_only=True):
    session_id: UUID
    survey_id: UUID
    minimum: int
    questions: str
    trainers: str


async def find_sheet(session_id: UUID) -> Sheet | None:
    """What is asked about a session; None before anybody was asked."""
    return await _sheet(session_id, "")


async def lock_sheet(session_id: UUID) -> Sheet | None:
    """The same, held until the unit of work ends: so are its answers, which come one after the other."""
    return await _sheet(session_id, for_update())


async def _sheet(session_id: UUID, lock: LiteralString) -> Sheet | None:
    sql = (
        "SELECT session_id, survey_id, minimum, CAST(questions AS TEXT) AS questions,"
        f" CAST(trainers AS TEXT) AS trainers FROM survey_round WHERE id = {{}}{lock}"
    )
    found = await fetch_one(_Round, sql, session_id)
    if found is None:
        return None
    trainer_ids = msgspec.json.decode(found.trainers, type=list[UUID])
    names = await names_of(trainer_ids)
    return Sheet(
        session_id=found.session_id,
        survey_id=found.survey_id,
        minimum=found.minimum,
        questions=tuple(await list_these(msgspec.json.decode(found.questions, type=list[UUID]))),
        trainers=tuple(Trainer(id=key, name=names[key]) for key in trainer_ids if key in names),
    )


async def names_of(person_ids: Sequence[UUID]) -> dict[UUID, str]:
    """What these people are called. No statement for nobody."""
    if not person_ids:
        return {}
    sql = f"SELECT id, COALESCE(NULLIF(name, ''), 'your trainer') AS name FROM person WHERE id IN ({marks(person_ids)})"
    return {row.id: row.name for row in await fetch(Trainer, sql, *person_ids)}


class Key(Frozen, frozen=True, kw_only=True):
    """An enrollment that is asked, with what its link and its page need."""

    id: UUID
    session_id: UUID
    session_title: str
    starts_at: datetime | None
    zone: str
    person_id: UUID
    person_name: str
    person_zone: str
    link_generation: int
    introduction: str
    state: str
    status: str
    answered: bool
    closes_at: datetime
    disabled: bool

    @property
    def standing(self) -> Standing:
        """How the request stands."""
        return Standing(
            state=self.state,
            status=self.status,
            answered=self.answered,
            closes_at=self.closes_at,
            disabled=self.disabled,
        )


_KEYS = (
    "SELECT q.id, q.session_id, s.title AS session_title, s.starts_at, s.zone, e.person_id, p.name AS person_name,"
    " p.zone AS person_zone, e.link_generation, v.introduction, e.state,"
    f" COALESCE({STATUS_SQL}, 'not recorded') AS status, q.answered, q.closes_at,"
    " CASE WHEN p.disabled_at IS NULL THEN FALSE ELSE TRUE END AS disabled"
    " FROM survey_request q JOIN enrollment e ON e.id = q.id JOIN session s ON s.id = q.session_id"
    " JOIN survey v ON v.id = q.survey_id JOIN person p ON p.id = e.person_id LEFT JOIN overall o ON o.id = q.id"
)


async def find_key(enrollment_id: UUID) -> Key | None:
    """The request of an enrollment; None for one that was never asked."""
    return await fetch_one(Key, f"{_KEYS} WHERE q.id = {{}}", enrollment_id)


async def list_open_of(person_id: UUID, now: datetime) -> list[Key]:
    """What somebody can answer now, the one that closes next first: of sessions that are over."""
    return await fetch(
        Key,
        f"{_KEYS} WHERE e.person_id = {{}} AND NOT q.answered AND q.closes_at > {{}} AND s.ends_at <= {{}} AND {_THERE}"
        " ORDER BY q.closes_at, q.id",
        person_id,
        now,
        now,
    )


class _Stands(Standing, frozen=True, kw_only=True):
    id: UUID


async def standings(enrollment_ids: Sequence[UUID]) -> Mapping[UUID, Standing]:
    """How the requests of these enrollments stand; those that were never asked are left out."""
    rows = await fetch(
        _Stands,
        f"SELECT q.id, e.state, COALESCE({STATUS_SQL}, 'not recorded') AS status, q.answered, q.closes_at,"
        " CASE WHEN p.disabled_at IS NULL THEN FALSE ELSE TRUE END AS disabled,"
        f" CASE WHEN {OPEN_ROSTER_SQL} THEN TRUE ELSE FALSE END AS waits"
        " FROM survey_request q JOIN session s ON s.id = q.session_id"
        " JOIN enrollment e ON e.id = q.id JOIN person p ON p.id = e.person_id LEFT JOIN overall o ON o.id = q.id"
        f" WHERE q.id IN ({marks(enrollment_ids)})",
        *enrollment_ids,
    )
    return {row.id: row for row in rows}


async def lock_round(session_id: UUID) -> None:
    """Hold what is asked about a session until the unit of work ends, and so its answers."""
    await fetch_one(_Id, f"SELECT id FROM survey_round WHERE id = {{}}{for_update()}", session_id)


class Unanswered(Frozen, frozen=True, kw_only=True):
    """Somebody who was asked and has not answered."""

    id: UUID
    asked_at: datetime


async def list_unanswered(session_id: UUID) -> list[Unanswered]:
    """Who was asked about a session and has not answered, in order."""
    sql = "SELECT id, asked_at FROM survey_request WHERE session_id = {} AND NOT answered ORDER BY id"
    return await fetch(Unanswered, sql, session_id)


class Gone(Frozen, frozen=True, kw_only=True):
    """A message that left, or may have."""

    topic: str
    kind: str
    created_at: datetime


async def list_gone(topics: Sequence[str]) -> list[Gone]:
    """What left of messages under these topics. One statement for 500 of them."""
    found: list[Gone] = []
    for first in range(0, len(topics), _AT_ONCE):
        some = topics[first : first + _AT_ONCE]
        found += await fetch(
            Gone,
            "SELECT topic, kind, created_at FROM message"
            f" WHERE state IN ('sent', 'failed', 'bounced', 'waiting', 'claimed') AND topic IN ({marks(some)})",
            *some,
        )
    return found


async def list_asked_at(session_id: UUID, at: datetime, after: str, limit: int) -> list[UUID]:
    """Who was asked at an instant and has not answered, in the order of their ids, from behind `after` on."""
    return await _next("q.asked_at = {}", session_id, at, after, limit)


async def list_chased_at(session_id: UUID, at: datetime, after: str, limit: int) -> list[UUID]:
    """The same of those who were asked once more at an instant."""
    return await _next("q.chased_at = {}", session_id, at, after, limit)


async def _next(when: LiteralString, session_id: UUID, at: datetime, after: str, limit: int) -> list[UUID]:
    behind = UUID(after) if after else UUID(int=0)
    rows = await fetch(
        _Id,
        f"SELECT q.id FROM survey_request q WHERE q.session_id = {{}} AND {when} AND NOT q.answered AND q.id > {{}}"
        " ORDER BY q.id LIMIT {}",
        session_id,
        at,
        behind,
        limit,
    )
    return [row.id for row in rows]


async def list_to_chase(asked_before: datetime, open_after: datetime, skip: int, most: int) -> list[UUID]:
    """Sessions about which somebody was asked before an instant, once, has not answered, and still can after another;
    in order, without the first `skip`. None with an open roster: they wait for it."""
    rows = await fetch(
        _Id,
        "SELECT s.id FROM survey_request q JOIN session s ON s.id = q.session_id"
        " WHERE NOT q.answered AND q.chased_at IS NULL AND q.asked_at <= {} AND q.closes_at > {}"
        f" AND NOT {OPEN_ROSTER_SQL} GROUP BY s.id ORDER BY s.id LIMIT {{}} OFFSET {{}}",
        asked_before,
        open_after,
        most,
        skip,
    )
    return [row.id for row in rows]


async def list_forgotten(closed_after: datetime, now: datetime) -> list[UUID]:
    """Sessions whose last roster was closed after an instant and in which somebody was there, may be asked and was not:
    two who close the last two rosters at the same moment do not see each other. Some of them ask nobody, ever."""
    rows = await fetch(
        _Id,
        "SELECT s.id FROM session s WHERE s.state NOT IN ('draft', 'cancelled')"
        " AND s.id IN (SELECT r.session_id FROM roster r WHERE r.closed_at > {})"
        f" AND NOT {OPEN_ROSTER_SQL}"
        " AND NOT EXISTS (SELECT 1 FROM survey_round w WHERE w.id = s.id AND w.closes_at <= {})"
        f" AND EXISTS (SELECT 1 {UNASKED_SQL} AND e.session_id = s.id) ORDER BY s.id",
        closed_after,
        now,
    )
    return [row.id for row in rows]


class Waiting(Frozen, frozen=True, kw_only=True):
    """An answer on a sheet that is not shown yet; `value` is its JSON."""

    sheet_id: UUID
    question_id: UUID
    trainer_id: UUID | None
    value: str


async def list_waiting(session_id: UUID) -> list[Waiting]:
    """The answers of a session that are not shown yet, under the lock of its sheet."""
    return await fetch(
        Waiting,
        "SELECT a.sheet_id, a.question_id, a.trainer_id, CAST(a.value AS TEXT) AS value FROM survey_answer a"
        " JOIN survey_sheet s ON s.id = a.sheet_id WHERE s.session_id = {} AND NOT s.released",
        session_id,
    )
