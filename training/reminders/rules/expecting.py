"""What follows from the facts of a session and its plans: every reminder, for whom, when, and what stands against it.

The same answer is shown before, planned from, and judged again in the moment of sending.
"""

from collections.abc import Iterable, Sequence, Set
from datetime import datetime, timedelta
from uuid import UUID

from training.base.structs import Frozen
from training.reminders.rules.facts import (
    COMING,
    HELD,
    Key,
    Reader,
    Row,
    SessionFacts,
    Why,
    moments_of,
)
from training.reminders.rules.plans import Audience, Plan, Scope
from training.reminders.rules.times import Moment, moment_of, now_or_later
from training.schedule.rules.sessions import State

# So far back it is written down that nothing was sent, and why.
LOOKS_BACK = timedelta(days=8)
# What hangs on the person, and not on an organization that they look after.
_PERSONAL = frozenset({Audience.ENROLLED, Audience.UNPREPARED, Audience.WAITLISTED, Audience.TRAINERS})


class Facts(Frozen, frozen=True, kw_only=True):
    """All that is judged about one session. `plans` are those in force, `rows` the reminders that are there."""

    session: SessionFacts
    plans: tuple[Plan, ...]
    readers: tuple[Reader, ...]
    rows: tuple[Row, ...] = ()


class Expected(Frozen, frozen=True, kw_only=True):
    """A reminder that a plan means for somebody. `against` says why it does not go out; None when it does.

    `until` is when it is too late. `told`: that it does not go out is worth a row, so that anybody can ask later.
    """

    plan: Plan
    reader: Reader
    anchor_at: datetime
    due_at: datetime
    until: datetime
    moved: bool = False
    against: Why | None = None
    told: bool = False

    @property
    def key(self) -> Key:
        """What makes it the only one."""
        return self.plan.key, self.reader.subject_id, self.reader.person_id, self.anchor_at

    @property
    def because(self) -> str:
        """From where the plan is: 'built_in', 'program', 'course' or 'session'."""
        return Scope(self.plan.scope).value


_Order = tuple[datetime, int]


class _Meant(Frozen, frozen=True, kw_only=True):
    """A plan, a person and an instant, before they are judged."""

    plan: Plan
    reader: Reader
    anchor_at: datetime
    moment: Moment

    @property
    def key(self) -> Key:
        """What makes it the only one."""
        return self.plan.key, self.reader.subject_id, self.reader.person_id, self.anchor_at

    @property
    def whose(self) -> tuple[str, UUID, UUID]:
        """The plan, and the person in what it hangs on, whatever the instant."""
        return self.plan.key, self.reader.subject_id, self.reader.person_id

    @property
    def order(self) -> _Order:
        """Which of several about the same says more: the one that is due later, or counts from nearer. Two plans of one
        instant say different things, so neither replaces the other."""
        return self.moment.due_at, self.plan.offset_minutes


def expected(facts: Facts, now: datetime) -> tuple[Expected, ...]:
    """Every reminder that the plans in force mean for everybody, by instant, whatever stands against it.

    Whoever stopped a plan's reminders for somebody meant the session, and not the instant that it had then.
    """
    if not shown(facts.session.state):
        return ()
    meant = list(_meant(facts))
    sent = [row for row in facts.rows if row.said(now)]
    told = {(row.plan_key, row.person_id, row.anchor_at): row.subject_id for row in sent if row.audience in _PERSONAL}
    stopped = {(row.plan_key, row.subject_id, row.person_id) for row in facts.rows if row.stopped_for_good}
    said, reached = _latest([one for one in meant if one.whose not in stopped], {row.key for row in sent}, now)
    together = _together(one for one in meant if one.whose not in stopped)
    found = []
    for one in meant:
        against = _against(one, facts.session, now)
        last = (reached if one.moment.due_at <= now else said).get(_about(one), one.order)
        last = max(last, together.get((_about(one), one.moment.due_at), one.order))
        if against is None and told.get(_personal(one), one.reader.subject_id) != one.reader.subject_id:
            against = Why.TOLD
        if against is None and one.order < last:
            against = Why.NEARER if last[0] == one.moment.due_at else Why.LATER_ONE
        if against is None and one.whose in stopped:
            against = Why.STOPPED
        found.append(_expected(one, against, now))
    return tuple(sorted(found, key=_place))


def _place(one: Expected) -> tuple[datetime, str, int, int]:
    return one.due_at, one.plan.key, one.reader.subject_id.int, one.reader.person_id.int


def shown(state: State) -> bool:
    """Whether a session in this state reminds anybody of anything."""
    return state in HELD


def _meant(facts: Facts) -> Iterable[_Meant]:
    by_audience: dict[Audience, list[Reader]] = {}
    for reader in facts.readers:
        by_audience.setdefault(reader.audience, []).append(reader)
    for plan in facts.plans:
        if not plan.active:
            continue
        for reader in by_audience.get(plan.audience, ()):
            for anchor_at in moments_of(plan.anchor, facts.session, reader):
                moment = moment_of(anchor_at, plan.offset, reader.clocks)
                yield _Meant(plan=plan, reader=reader, anchor_at=anchor_at, moment=moment)


def _personal(one: _Meant) -> tuple[str, UUID, datetime]:
    return one.plan.key, one.reader.person_id, one.anchor_at


_About = tuple[Audience, UUID, UUID, datetime, bool]
_Latest = dict[_About, _Order]


def _about(one: _Meant) -> _About:
    """Reminders with equal answers are about the same: after a standstill only the newest of them goes out."""
    return one.reader.audience, one.reader.subject_id, one.reader.person_id, one.anchor_at, one.plan.before


def _latest(meant: Sequence[_Meant], sent: Set[Key], now: datetime) -> tuple[_Latest, _Latest]:
    """About each thing, the latest that was said, and the latest that was said or is to be said by now."""
    said: _Latest = {}
    reached: _Latest = {}
    for one in meant:
        went = one.key in sent
        for found, counts in ((said, went), (reached, went or one.moment.due_at <= now <= one.moment.until)):
            if counts:
                found[_about(one)] = max(one.order, found.get(_about(one), one.order))
    return said, reached


def _together(meant: Iterable[_Meant]) -> dict[tuple[_About, datetime], _Order]:
    """About each thing, what counts from nearest of all that quiet hours bring to one instant: it alone goes out."""
    nearest: dict[tuple[_About, datetime], _Order] = {}
    for one in meant:
        place = _about(one), one.moment.due_at
        nearest[place] = max(one.order, nearest.get(place, one.order))
    return nearest


def _against(one: _Meant, session: SessionFacts, now: datetime) -> Why | None:
    """What stands against a reminder whatever else was said. What is past is too late, whatever somebody chooses now;
    of the others, the reasons that last come first."""
    if now > one.moment.until:
        return Why.TOO_LATE
    if one.reader.disabled:
        return Why.DISABLED
    if one.reader.chose_not and one.plan.kind != "briefing":
        return Why.CHOSE_NOT
    over = session.state not in COMING or one.reader.over
    if one.plan.before and over:
        return Why.TOO_LATE
    return _prepared(one, now) if one.reader.audience is Audience.UNPREPARED else None


def _prepared(one: _Meant, now: datetime) -> Why | None:
    """What stands against asking for what is to be done before: it is done, or cannot be done at that time."""
    if not one.reader.undone:
        return Why.DONE
    at = max(now, one.moment.due_at)
    return None if any(each.asked_at(at) for each in one.reader.undone) else Why.NOTHING_YET


def _expected(one: _Meant, against: Why | None, now: datetime) -> Expected:
    due_at = now_or_later(one.moment, one.reader.clocks, now)
    # Whoever was not there yet missed nothing.
    told = now - LOOKS_BACK <= one.moment.due_at <= now and one.reader.since <= one.moment.due_at
    return Expected(
        plan=one.plan,
        reader=one.reader,
        anchor_at=one.anchor_at,
        due_at=due_at,
        until=one.moment.until,
        moved=one.moment.moved,
        against=against,
        told=told,
    )
