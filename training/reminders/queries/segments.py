"""Whom an announcement reaches: each person once, never somebody who wants none, with the reason they get it.

Asked when it is looked at, and again for every step in which messages are made, so that whoever left is not written to.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from training.base.database import fetch, marks
from training.base.structs import Frozen
from training.booking.queries import ACTIVE_SQL, EMAIL_SQL, NAME_SQL
from training.booking.rules.requests import NOBODYS_DOMAIN
from training.catalogue.rules import Mode
from training.outbox.rules.addresses import TroubleKind
from training.outbox.rules.kinds import Sort
from training.reminders.rules.announcements import GROUPS, STATES, Group, Scope, Segment, Tally, When
from training.reminders.rules.times import Clocks

# Where the groups stand in the order, for statements.
_TRAINS, _HAS_OPEN = GROUPS.index(Group.TRAINERS), GROUPS.index(Group.OPEN_PLACES)
_COORDINATES = GROUPS.index(Group.COORDINATORS)
_STATE_WEIGHTS = {state: GROUPS.index(group) for group, states in STATES.items() for state in states}


class Reached(Frozen, frozen=True, kw_only=True):
    """Somebody whom a segment reaches. `name` is '' where a stranger may have typed it."""

    person_id: UUID
    email: str
    name: str
    group: Group
    subject_id: UUID
    partner_id: UUID | None
    locale: str
    clocks: Clocks


class _Row(Frozen, frozen=True, kw_only=True):
    person_id: UUID
    email: str
    name: str
    weight: int
    subject_id: UUID
    partner_id: UUID | None
    zone: str
    locale: str
    quiet_from: str
    quiet_until: str


class _Counted(Frozen, frozen=True, kw_only=True):
    weight: int
    partner_name: str | None
    people: int
    switched_off: int
    unreached: int


class _Part(NamedTuple):
    """A piece of a statement, made of constants and placeholders, with its values."""

    sql: str
    args: tuple[Any, ...] = ()


async def list_reached(scope: Scope, segment: Segment, now: datetime, after: str, limit: int) -> list[Reached]:
    """The next people of a segment who want announcements, by id, after the id `after` ('' for the first)."""
    everybody, args = _everybody(scope, segment, now, after)
    rows = await fetch(
        _Row,
        "SELECT r.person_id, r.email, r.name, r.weight, r.subject_id, r.partner_id, p.zone, p.locale, p.quiet_from,"
        f" p.quiet_until FROM ({everybody}) r JOIN person p ON p.id = r.person_id"
        f" WHERE r.nth = 1 AND {_WRITABLE} AND NOT {_OFF} ORDER BY r.person_id LIMIT {{}}",
        *args,
        limit,
    )
    return [_reached(row) for row in rows]


async def list_tallies(scope: Scope, segment: Segment, now: datetime) -> list[Tally]:
    """How many people of each group and partner a segment reaches, and how many of them want no announcements."""
    everybody, args = _everybody(scope, segment, now, "")
    rows = await fetch(
        _Counted,
        f"SELECT r.weight, o.name AS partner_name, count(*) AS people, SUM(CASE WHEN {_OFF} THEN 1 ELSE 0 END)"
        f" AS switched_off, SUM(CASE WHEN {_DEAD} AND NOT {_OFF} THEN 1 ELSE 0 END) AS unreached"
        f" FROM ({everybody}) r JOIN person p ON p.id = r.person_id"
        f" LEFT JOIN partner o ON o.id = r.partner_id WHERE r.nth = 1 AND {_WRITABLE}"
        " GROUP BY r.weight, o.name ORDER BY r.weight, o.name",
        *args,
    )
    return [
        Tally(
            group=GROUPS[row.weight],
            partner_name=row.partner_name or "",
            people=row.people,
            off=row.switched_off,
            unreached=row.unreached,
        )
        for row in rows
    ]


async def list_unreached(scope: Scope, segment: Segment, now: datetime, person_ids: Sequence[UUID]) -> frozenset[UUID]:
    """Those of these people whom the segment does not reach, or not any more."""
    everybody, args = _everybody(scope, segment, now, "")
    rows = await fetch(
        _Row,
        "SELECT r.person_id, r.email, r.name, r.weight, r.subject_id, r.partner_id, p.zone, p.locale, p.quiet_from,"
        f" p.quiet_until FROM ({everybody}) r JOIN person p ON p.id = r.person_id"
        f" WHERE r.nth = 1 AND {_WRITABLE} AND NOT {_OFF} AND r.person_id IN ({marks(person_ids)})",
        *args,
        *person_ids,
    )
    return frozenset(person_ids) - {row.person_id for row in rows}


_WRITABLE = f"p.disabled_at IS NULL AND r.email NOT LIKE '%{NOBODYS_DOMAIN}'"
_OFF = f"EXISTS (SELECT 1 FROM mail_choice h WHERE h.person_id = p.id AND h.sort = '{Sort.ANNOUNCEMENTS.value}')"

_DEAD = (
    "EXISTS (SELECT 1 FROM address_trouble d WHERE d.address = r.email AND d.cleared_at IS NULL"
    f" AND d.kind = '{TroubleKind.HARD.value}')"
)


def _reached(row: _Row) -> Reached:
    group = GROUPS[row.weight]
    return Reached(
        person_id=row.person_id,
        email=row.email,
        # Until somebody confirms, their name is what a stranger typed next to an address.
        name="" if group is Group.REQUESTED else row.name,
        group=group,
        subject_id=row.subject_id,
        partner_id=row.partner_id,
        locale=row.locale,
        clocks=Clocks(zone=row.zone, quiet_from=row.quiet_from, quiet_until=row.quiet_until),
    )


def _everybody(scope: Scope, segment: Segment, now: datetime, after: str) -> _Part:
    """Everybody of the segment with `nth` = 1 for the one row that says why they get it."""
    parts = [_of(group, scope, segment, now, after) for group in _sources(segment)]
    union = " UNION ALL ".join(part.sql for part in parts)
    return _Part(
        sql="SELECT u.person_id, u.email, u.name, u.partner_id, u.subject_id, u.weight, ROW_NUMBER() OVER"
        f" (PARTITION BY u.person_id ORDER BY u.weight, u.subject_id DESC) AS nth FROM ({union}) u",
        args=tuple(arg for part in parts for arg in part.args),
    )


def _sources(segment: Segment) -> list[Group]:
    """One group for all that are states of enrollments, and the others."""
    learners = [group for group in segment.groups if group in STATES]
    return [*learners[:1], *(group for group in segment.groups if group not in STATES)]


def _of(group: Group, scope: Scope, segment: Segment, now: datetime, after: str) -> _Part:
    sessions, onward = _sessions(scope, segment, now), UUID(after) if after else None
    match group:
        case Group.TRAINERS:
            return _trainers(sessions, onward)
        case Group.OPEN_PLACES:
            return _open_places(sessions, segment, onward)
        case Group.COORDINATORS if scope.course_id is None and scope.session_id is None:
            return _of_program(scope, segment, onward)
        case Group.COORDINATORS:
            return _of_sessions(sessions, segment, onward)
        case _:
            return _learners(sessions, segment, onward)


def _sessions(scope: Scope, segment: Segment, now: datetime) -> _Part:
    """The condition on a session `s`: a draft and what is cancelled take place for nobody."""
    shown = "s.state NOT IN ('draft', 'cancelled')"
    if scope.session_id is not None:
        return _Part(sql=f"s.id = {{}} AND {shown}", args=(scope.session_id,))
    within = "s.course_id = {}" if scope.course_id is not None else "s.program_id = {}"
    args = (scope.course_id or scope.program_id,)
    if segment.when is When.COMING:
        return _Part(sql=f"{within} AND {shown} AND (s.ends_at IS NULL OR s.ends_at > {{}})", args=(*args, now))
    if segment.when is When.PAST:
        return _Part(sql=f"{within} AND {shown} AND s.ends_at <= {{}}", args=(*args, now))
    return _Part(sql=f"{within} AND {shown}", args=args)


def _learners(sessions: _Part, segment: Segment, after: UUID | None) -> _Part:
    within = sessions.sql
    states = [state for group in segment.groups for state in STATES.get(group, ())]
    weights = " ".join(f"WHEN '{state}' THEN {_STATE_WEIGHTS[state]}" for state in states)
    narrow = _narrowed("e.partner_id", segment), _taking("e.mode", "e.accepts", segment), _after("e.person_id", after)
    return _Part(
        sql=f"SELECT e.person_id, {EMAIL_SQL} AS email, {NAME_SQL} AS name, e.partner_id, e.id AS subject_id,"
        f" CASE e.state {weights} ELSE 99 END AS weight FROM enrollment e JOIN session s ON s.id = e.session_id"
        " JOIN person p ON p.id = e.person_id LEFT JOIN membership m ON m.id = e.membership_id"
        f" WHERE {within} AND e.state IN ({marks(states)}){''.join(part.sql for part in narrow)}",
        args=(*sessions.args, *states, *(arg for part in narrow for arg in part.args)),
    )


def _trainers(sessions: _Part, after: UUID | None) -> _Part:
    within, onward = sessions.sql, _after("t.person_id", after)
    later = onward.sql
    return _Part(
        sql="SELECT t.person_id, q.email, q.name, CAST(NULL AS UUID) AS partner_id, t.id AS subject_id,"
        f" {_TRAINS} AS weight FROM trainer_assignment t JOIN session s ON s.id = t.session_id"
        " JOIN meeting n ON n.id = t.meeting_id AND n.cancelled_at IS NULL JOIN person q ON q.id = t.person_id"
        f" WHERE {within}{later}",
        args=(*sessions.args, *onward.args),
    )


def _open_places(sessions: _Part, segment: Segment, after: UUID | None) -> _Part:
    within = sessions.sql
    narrow = _narrowed("w.partner_id", segment), _taking("w.mode", "", segment), _after("g.person_id", after)
    return _Part(
        sql="SELECT g.person_id, q.email, q.name, w.partner_id, w.id AS subject_id,"
        f" {_HAS_OPEN} AS weight FROM open_place w JOIN session s ON s.id = w.session_id"
        " JOIN role_grant g ON g.scope_id = w.partner_id AND g.role = 'coordinator' JOIN person q ON q.id = g.person_id"
        f" WHERE {within} AND w.state = 'open'{''.join(part.sql for part in narrow)}",
        args=(*sessions.args, *(arg for part in narrow for arg in part.args)),
    )


def _of_program(scope: Scope, segment: Segment, after: UUID | None) -> _Part:
    narrow = _narrowed("t.partner_id", segment), _after("g.person_id", after)
    return _Part(
        sql="SELECT g.person_id, q.email, q.name, t.partner_id, t.id AS subject_id,"
        f" {_COORDINATES} AS weight FROM participation t"
        " JOIN role_grant g ON g.scope_id = t.partner_id AND g.role = 'coordinator' JOIN person q ON q.id = g.person_id"
        f" WHERE t.program_id = {{}} AND t.ended_at IS NULL{''.join(part.sql for part in narrow)}",
        args=(scope.program_id, *(arg for part in narrow for arg in part.args)),
    )


def _of_sessions(sessions: _Part, segment: Segment, after: UUID | None) -> _Part:
    """The coordinators of the partners that have somebody, or a place without a name, in these sessions."""
    within = sessions.sql
    narrow = _narrowed("g.scope_id", segment), _after("g.person_id", after)
    return _Part(
        sql="SELECT g.person_id, q.email, q.name, g.scope_id AS partner_id, g.id AS subject_id,"
        f" {_COORDINATES} AS weight FROM role_grant g JOIN person q ON q.id = g.person_id"
        " WHERE g.role = 'coordinator' AND g.scope_id IN (SELECT e.partner_id FROM enrollment e"
        f" JOIN session s ON s.id = e.session_id WHERE {within} AND e.{ACTIVE_SQL}"
        " UNION ALL SELECT w.partner_id FROM open_place w JOIN session s ON s.id = w.session_id"
        f" WHERE {within} AND w.state = 'open'){''.join(part.sql for part in narrow)}",
        args=(*sessions.args, *sessions.args, *(arg for part in narrow for arg in part.args)),
    )


def _narrowed(column: str, segment: Segment) -> _Part:
    if not segment.partner_ids:
        return _Part(sql="")
    return _Part(sql=f" AND {column} IN ({marks(segment.partner_ids)})", args=segment.partner_ids)


def _taking(mode: str, accepts: str, segment: Segment) -> _Part:
    """Only these modes: as they take part, or as they would where they still wait."""
    if not segment.modes:
        return _Part(sql="")
    held = f"{mode} IN ({marks(segment.modes)})"
    # "in_person" and "online" are no parts of each other.
    would = "".join(f" OR ({mode} = '' AND {accepts} LIKE '%{_word(one)}%')" for one in segment.modes if accepts)
    return _Part(sql=f" AND ({held}{would})", args=tuple(one.value for one in segment.modes))


def _word(mode: Mode) -> str:
    return "online" if mode is Mode.ONLINE else "in_person"


def _after(column: str, after: UUID | None) -> _Part:
    return _Part(sql=f" AND {column} > {{}}", args=(after,)) if after else _Part(sql="")
