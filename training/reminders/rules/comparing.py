"""Wanted against planned: what is to be written so that the rows say what the rules say. One pure rule."""

from collections.abc import Sequence, Set
from datetime import datetime, timedelta
from uuid import UUID

from msgspec.structs import replace

from training.base.structs import Frozen
from training.reminders.rules.expecting import Expected, Facts, shown
from training.reminders.rules.facts import FOR_NOW, Key, Reader, Row, RowState, Why, moments_of
from training.reminders.rules.plans import Audience
from training.schedule.rules.sessions import State

AHEAD = timedelta(hours=36)
_Whose = tuple[Audience, UUID, UUID]


class Change(Frozen, frozen=True, kw_only=True):
    """What a reminder that is there becomes. One that counted as sent leaves its message, `lost_message_id`, behind.

    `wanted` is what it is planned for: its plan may be for others now than when the row was made.
    """

    id: UUID
    state: RowState
    due_at: datetime
    reason: str = ""
    lost_message_id: UUID | None = None
    wanted: Expected | None = None


class New(Frozen, frozen=True, kw_only=True):
    """A reminder that is not there yet: to be sent, or with the reason why it is not."""

    wanted: Expected
    state: RowState = RowState.PLANNED
    reason: str = ""


class Changes(Frozen, frozen=True, kw_only=True):
    """What is to be written. Empty when rows and rules agree."""

    new: tuple[New, ...] = ()
    changed: tuple[Change, ...] = ()

    def __len__(self) -> int:
        return len(self.new) + len(self.changed)


def compare(facts: Facts, wanted: Sequence[Expected], now: datetime, ahead: timedelta | None = AHEAD) -> Changes:
    """The changes that make the rows of a session what is wanted, none when they are; the order plays no part.

    Rows are made for what is due within `ahead` (None: however far). What was sent, stopped or skipped for a lasting
    reason stays as it is; what was dropped, or skipped for a reason that passes, comes back when it is wanted again. So
    does what was written and taken back before it left, because something else changed meanwhile.
    """
    rows = {row.key: row for row in facts.rows}
    new: list[New] = []
    changed: list[Change] = []
    met: set[Key] = set()
    for one in wanted:
        key = one.key
        met.add(key)
        row = rows.get(key)
        if row is None:
            new += _new(one, now, ahead)
        elif (change := _change(one, row, now)) is not None:
            changed.append(change)
    left = [row for row in facts.rows if _open(row, now) and row.key not in met]
    there = {_whose(reader) for reader in facts.readers} if left else set()
    for row in left:
        why = _why_dropped(facts, row, there)
        changed.append(_become(row, RowState.DROPPED, row.due_at, why))
    return Changes(
        new=tuple(sorted(new, key=lambda each: str(each.wanted.key))),
        changed=tuple(sorted(changed, key=lambda each: each.id)),
    )


def _new(one: Expected, now: datetime, ahead: timedelta | None) -> list[New]:
    near = ahead is None or one.due_at <= now + ahead
    if one.against is Why.STOPPED:
        return [New(wanted=one, state=RowState.STOPPED, reason=one.against)] if near else []
    if one.against is not None:
        return [New(wanted=one, state=RowState.SKIPPED, reason=one.against)] if one.told else []
    return [New(wanted=one)] if near else []


def _change(one: Expected, row: Row, now: datetime) -> Change | None:
    if _open(row, now) and one.against is not None:
        return _become(row, _ended_as(one.against), row.due_at, one.against)
    if row.state is RowState.PLANNED:
        # Among instants that have passed it makes no difference which one it was.
        same = row.due_at == one.due_at or max(row.due_at, one.due_at) <= now
        return None if same and row.audience is one.reader.audience else _plan(row, one)
    comes_back = row.state is RowState.DROPPED or (row.state is RowState.SKIPPED and row.reason in FOR_NOW)
    if row.state is RowState.DROPPED and one.against is Why.STOPPED:
        return _become(row, RowState.STOPPED, one.due_at, one.against)
    if (comes_back or row.lost(now)) and one.against is None:
        return _plan(row, one)
    return None


def _ended_as(against: Why) -> RowState:
    return RowState.STOPPED if against is Why.STOPPED else RowState.SKIPPED


def _open(row: Row, now: datetime) -> bool:
    """Whether it is still to be decided what becomes of it."""
    return row.state is RowState.PLANNED or row.lost(now)


def _plan(row: Row, one: Expected) -> Change:
    return replace(_become(row, RowState.PLANNED, one.due_at), wanted=one)


def _become(row: Row, state: RowState, due_at: datetime, reason: str = "") -> Change:
    left = row.message_id if row.state is RowState.SENT else None
    return Change(id=row.id, state=state, due_at=due_at, reason=reason, lost_message_id=left)


def judged_now(facts: Facts, row: Row, wanted: Expected | None, now: datetime) -> Change | None:
    """What becomes of a planned reminder that is due by its row: None when it is to be sent in this moment."""
    if wanted is None:
        return Change(id=row.id, state=RowState.DROPPED, due_at=row.due_at, reason=why_dropped(facts, row))
    if wanted.against is not None:
        return _become(row, _ended_as(wanted.against), row.due_at, wanted.against)
    if wanted.due_at > now:
        return Change(id=row.id, state=RowState.PLANNED, due_at=wanted.due_at)
    return None


def why_unwanted(facts: Facts, row: Row) -> Why | None:
    """Why the message of a reminder that has not left yet is not wanted any more; None while it is.

    No clock is asked: the message itself says until when it may leave.
    """
    meant = meant_by(facts, row)
    if meant is None or not shown(facts.session.state):
        return why_dropped(facts, row)
    plan, reader = meant.plan, meant.reader
    if row.anchor_at not in moments_of(plan.anchor, facts.session, reader):
        return Why.MOVED
    if reader.disabled:
        return Why.DISABLED
    if reader.audience is Audience.UNPREPARED and not reader.undone:
        return Why.DONE
    return Why.CHOSE_NOT if reader.chose_not and plan.kind != "briefing" else None


def meant_by(facts: Facts, row: Row) -> Expected | None:
    """The plan and the reader that a reminder is of as they are now, without a judgement; None when one is gone."""
    plan = next((plan for plan in facts.plans if plan.key == row.plan_key and plan.active), None)
    reader = next((each for each in facts.readers if _whose(each) == _meant_for(row)), None)
    if plan is None or reader is None or plan.audience is not row.audience:
        return None
    return Expected(plan=plan, reader=reader, anchor_at=row.anchor_at, due_at=row.due_at, until=row.due_at)


def why_dropped(facts: Facts, row: Row) -> Why:
    """Why a reminder that was planned is not meant any more."""
    there = {_whose(reader) for reader in facts.readers}
    return _why_dropped(facts, row, there)


def _why_dropped(facts: Facts, row: Row, there: Set[_Whose]) -> Why:
    if not shown(facts.session.state):
        return Why.CANCELLED if facts.session.state is State.CANCELLED else Why.NOT_SHOWN
    plan = next((plan for plan in facts.plans if plan.key == row.plan_key), None)
    if plan is None or not plan.active or plan.audience is not row.audience:
        return Why.PLAN_OFF
    if _meant_for(row) in there:
        return Why.MOVED
    stays = row.audience is Audience.UNPREPARED and (Audience.ENROLLED, row.subject_id, row.person_id) in there
    return Why.NO_PREWORK if stays else Why.LEFT


def _whose(reader: Reader) -> _Whose:
    return reader.audience, reader.subject_id, reader.person_id


def _meant_for(row: Row) -> _Whose:
    return row.audience, row.subject_id, row.person_id
