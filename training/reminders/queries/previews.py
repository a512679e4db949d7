"""Who gets what, when and why: shown before from the same rules that send, for any session, however far ahead."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from msgspec.structs import replace

from training.base.database import fetch, marks
from training.base.errors import NotFound
from training.base.structs import Frozen, Viewer
from training.outbox.rules.states import MessageState
from training.people.rules import Permission, reach
from training.reminders.queries.facts import list_facts
from training.reminders.queries.plans import get_scope
from training.reminders.queries.standings import Standings, list_standings
from training.reminders.rules.comparing import why_dropped
from training.reminders.rules.expecting import Expected, Facts, expected
from training.reminders.rules.facts import Reader, Row, RowState, Why
from training.reminders.rules.plans import Anchor, Audience, Scope
from training.reminders.rules.times import quiet_at

MOST_SESSIONS = 200


class Preview(Frozen, frozen=True, kw_only=True):
    """A reminder for one person: what becomes of it (`state`, and `reason` when it does not go out), when, and why.

    `key`, `scope`, `anchor` and `offset_minutes` are of its plan. `due_at` is on the clocks of `zone`; `moved`: because
    of quiet hours it is not the instant that the plan says; `quiet`: it is within them, because it cannot wait.
    `row_id` is None while it is too far ahead for a row. `mail` is where its message stands; `unreached`: mail to their
    address comes back; then `membership_id` is whose address can be repaired, by a coordinator of `partner_name`.
    `stopped_by` is who stopped it, at `stopped_at`.
    """

    session_id: UUID
    title: str
    person_id: UUID
    name: str
    partner_id: UUID | None
    audience: Audience
    key: str
    kind: str
    scope: Scope
    anchor: Anchor
    anchor_at: datetime
    offset_minutes: int
    due_at: datetime
    zone: str
    moved: bool
    quiet: bool = False
    state: RowState
    reason: str
    row_id: UUID | None
    message_id: UUID | None
    mail: MessageState | None = None
    unreached: bool = False
    membership_id: UUID | None = None
    partner_name: str = ""
    stopped_by: str = ""
    stopped_at: datetime | None = None

    @property
    def stoppable(self) -> bool:
        """Whether it can still be stopped: it is planned, or its message has not left."""
        return self.state is RowState.PLANNED or self.outcome == MessageState.WAITING

    @property
    def outcome(self) -> str:
        """What becomes of it, in a word: the state of its message once there is one, "no way" where mail would come
        back, else its own state."""
        if self.state is RowState.SENT and self.mail is not None:
            return self.mail.value
        return "no way" if self.state is RowState.PLANNED and self.unreached else self.state.value


async def preview_session(
    viewer: Viewer, session_id: UUID, now: datetime, *, person_id: UUID | None = None
) -> list[Preview]:
    """Every reminder of a session, or one person's in it, by instant: for those who manage it. Raises NotFound."""
    await get_scope(viewer, Scope.SESSION, session_id)
    found = await list_facts([session_id], None if person_id is None else [person_id])
    known = await list_standings(found)
    return [line for facts in found for line in _lines(facts, known, now)]


async def preview_person(viewer: Viewer, person_id: UUID, now: datetime) -> list[Preview]:
    """What somebody has still to get and got, session by session that is not long over: for themselves, and for whoever
    manages the sessions. Raises NotFound when there is nothing that the viewer may see of somebody else."""
    programs = reach(viewer, Permission.SESSION_MANAGE)
    session_ids = await _sessions_of(person_id)
    found = await list_facts(session_ids, [person_id])
    own = viewer.person_id is not None and viewer.person_id == person_id
    seen = [facts for facts in found if own or programs.covers(facts.session.program_id)]
    if not own and not seen:
        raise NotFound
    known = await list_standings(seen)
    lines = [line for facts in seen for line in _lines(facts, known, now)]
    return sorted(lines, key=lambda line: (line.due_at, line.title, line.key, str(line.session_id)))


class _Key(Frozen, frozen=True, kw_only=True):
    id: UUID


async def _sessions_of(person_id: UUID) -> Sequence[UUID]:
    """The newest sessions that somebody takes part in, teaches, or looks after as a coordinator."""
    states = ("enrolled", "waitlisted", "completed", "not completed")
    rows = await fetch(
        _Key,
        "SELECT s.id FROM session s WHERE s.id IN (SELECT e.session_id FROM enrollment e WHERE e.person_id = {}"
        f" AND e.state IN ({marks(states)})"
        " UNION SELECT t.session_id FROM trainer_assignment t WHERE t.person_id = {}"
        " UNION SELECT r.session_id FROM reminder r WHERE r.person_id = {}"
        " UNION SELECT b.session_id FROM booking b JOIN role_grant g ON g.scope_id = b.partner_id"
        " WHERE g.person_id = {} AND g.role = 'coordinator')"
        " ORDER BY s.starts_at DESC NULLS FIRST, s.id LIMIT {}",
        person_id,
        *states,
        person_id,
        person_id,
        person_id,
        MOST_SESSIONS,
    )
    return sorted(row.id for row in rows)


def _lines(facts: Facts, known: Standings, now: datetime) -> list[Preview]:
    """What is expected, with what became of it; and rows that nothing expects any more."""
    rows = {row.key: row for row in facts.rows}
    wanted = expected(facts, now)
    met = {one.key for one in wanted}
    lines = [_line(facts, known, one, rows.get(one.key)) for one in wanted]
    lines += [_of_row(facts, known, row) for row in facts.rows if row.key not in met]
    return sorted(lines, key=lambda line: (line.due_at, line.key, line.name, str(line.person_id)))


def _line(facts: Facts, known: Standings, one: Expected, row: Row | None) -> Preview:
    """What becomes of one that is wanted, and who stopped it when it is for another instant than the one they saw."""
    line = _judged(facts, known, one, row)
    if line.state is not RowState.STOPPED or line.stopped_by:
        return line
    whose = (row for row in facts.rows if row.stopped_for_good and row.key[:3] == one.key[:3])
    for moment in (each.decided_at for each in whose if each.decided_at is not None):
        if by := known.stopped_by.get((line.person_id, moment)):
            return replace(line, stopped_by=by, stopped_at=moment)
    return line


def _judged(facts: Facts, known: Standings, one: Expected, row: Row | None) -> Preview:
    """Rows that are decided for good say what happened; anything else is what the rules say now."""
    state, reason, due_at = RowState.PLANNED, "", one.due_at
    if row is not None and row.state in (RowState.SENT, RowState.STOPPED):
        state, reason, due_at = row.state, row.reason, _shown_at(row)
    elif row is not None and row.state is RowState.SKIPPED:
        # What they choose today was not the reason then.
        state, reason = RowState.SKIPPED, row.reason
    elif one.against is not None:
        state = RowState.STOPPED if one.against is Why.STOPPED else RowState.SKIPPED
        reason = one.against.value
    return Preview(
        session_id=facts.session.id,
        title=facts.session.title,
        person_id=one.reader.person_id,
        name=one.reader.name,
        partner_id=one.reader.partner_id,
        audience=one.reader.audience,
        key=one.plan.key,
        kind=one.plan.kind,
        scope=one.plan.scope,
        anchor=one.plan.anchor,
        anchor_at=one.anchor_at,
        offset_minutes=one.plan.offset_minutes,
        due_at=due_at,
        zone=one.reader.clocks.zone,
        moved=one.moved,
        state=state,
        reason=reason,
        **_beside(known, row, one.reader, due_at),
    )


def _of_row(facts: Facts, known: Standings, row: Row) -> Preview:
    reader = next((each for each in facts.readers if each.person_id == row.person_id), None)
    plan = next((each for each in facts.plans if each.key == row.plan_key), None)
    beside = _beside(known, row, reader, _shown_at(row))
    state, reason = row.state, row.reason
    if state is RowState.STOPPED:
        # There is nothing left at this instant that could go out after all.
        state, reason = RowState.DROPPED, why_dropped(facts, row)
        beside |= {"stopped_by": "", "stopped_at": None}
    return Preview(
        session_id=facts.session.id,
        title=facts.session.title,
        person_id=row.person_id,
        name=reader.name if reader else "",
        partner_id=row.partner_id,
        audience=row.audience,
        key=row.plan_key,
        kind=plan.kind if plan else "",
        scope=plan.scope if plan else Scope.SESSION,
        anchor=plan.anchor if plan else Anchor.START,
        anchor_at=row.anchor_at,
        offset_minutes=plan.offset_minutes if plan else 0,
        due_at=_shown_at(row),
        zone=reader.clocks.zone if reader else facts.session.zone,
        moved=False,
        state=state,
        reason=reason,
        **beside,
    )


def _shown_at(row: Row) -> datetime:
    """When it went out; of what did not go out, when it would have."""
    return row.decided_at or row.due_at if row.state is RowState.SENT else row.due_at


def _beside(known: Standings, row: Row | None, reader: Reader | None, due_at: datetime) -> dict[str, Any]:
    """What is known of a reminder beyond rules and rows."""
    stopped_at = row.decided_at if row is not None and row.state is RowState.STOPPED else None
    unreached = reader is not None and reader.email in known.dead
    repair = known.repairs.get((reader.person_id, reader.partner_id)) if reader and unreached else None
    return {
        "quiet": reader is not None and quiet_at(due_at, reader.clocks) is not None,
        "row_id": row.id if row else None,
        "message_id": row.message_id if row else None,
        "mail": known.mails.get(row.message_id) if row and row.message_id else None,
        "unreached": unreached,
        "membership_id": repair.membership_id if repair else None,
        "partner_name": repair.partner_name if repair else "",
        "stopped_by": known.stopped_by.get((row.person_id, stopped_at), "") if row and stopped_at else "",
        "stopped_at": stopped_at,
    }
