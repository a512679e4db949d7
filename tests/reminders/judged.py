"""Facts for the tests of rules, with everything that does not matter left out."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from training.reminders.rules.comparing import AHEAD, Changes, compare
from training.reminders.rules.expecting import Expected, Facts, expected
from training.reminders.rules.facts import Reader, Row, RowState, SessionFacts, Sitting
from training.reminders.rules.plans import BUILT_IN, Anchor, Audience, Plan
from training.reminders.rules.times import Clocks
from training.schedule.rules.sessions import State

START = datetime(2026, 5, 18, 9, tzinfo=UTC)
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
LONG_AGO = START - 60 * DAY


def number(value: int) -> UUID:
    return UUID(int=value)


def a_session(*starts: datetime, state: State = State.PUBLISHED, **more: Any) -> SessionFacts:
    """A session with a meeting of two hours at each of these instants (START when none is given)."""
    begins = starts or (START,)
    sittings = tuple(
        Sitting(id=number(100 + n), number=n + 1, starts_at=at, ends_at=at + 2 * HOUR) for n, at in enumerate(begins)
    )
    values: dict[str, Any] = {
        "id": number(1),
        "program_id": number(2),
        "course_id": number(3),
        "title": "Safe messaging",
        "state": state,
        "zone": "UTC",
        "starts_at": begins[0],
        "ends_at": begins[-1] + 2 * HOUR,
        "booking_closes_at": None,
        "cancellation_hours": 48,
        "waitlist_cutoff_hours": 12,
        "open_place_hours": 72,
        "sittings": sittings,
    }
    return SessionFacts(**(values | more))


def a_reader(person: int = 10, audience: Audience = Audience.ENROLLED, **more: Any) -> Reader:
    values: dict[str, Any] = {
        "audience": audience,
        "session_id": number(1),
        "subject_id": number(1000 + person),
        "person_id": number(person),
        "clocks": Clocks(zone="UTC"),
        "since": LONG_AGO,
    }
    return Reader(**(values | more))


def a_plan(key: str = "plan", offset: timedelta = -DAY, **more: Any) -> Plan:
    minutes = offset // timedelta(minutes=1)
    values: dict[str, Any] = {"audience": Audience.ENROLLED, "anchor": Anchor.START, "offset_minutes": minutes}
    return Plan(key=key, **(values | more))


def facts(*readers: Reader, session: SessionFacts | None = None, plans: tuple[Plan, ...] = BUILT_IN) -> Facts:
    return Facts(session=session or a_session(), plans=plans, readers=readers or (a_reader(),))


def with_rows(known: Facts, *rows: Row) -> Facts:
    return Facts(session=known.session, plans=known.plans, readers=known.readers, rows=(*known.rows, *rows))


def a_row(wanted: Expected, state: RowState = RowState.PLANNED, reason: str = "") -> Row:
    return Row(
        id=UUID(int=hash(wanted.key) % 2**64),
        plan_key=wanted.plan.key,
        session_id=wanted.reader.session_id,
        person_id=wanted.reader.person_id,
        subject_id=wanted.reader.subject_id,
        partner_id=None,
        audience=wanted.reader.audience,
        anchor_at=wanted.anchor_at,
        due_at=wanted.due_at,
        state=state,
        reason=reason,
        message_id=None,
        decided_at=None,
    )


def written(known: Facts, changes: Changes) -> Facts:
    """The facts after the changes were written."""
    changed = {change.id: change for change in changes.changed}
    rows = []
    for row in known.rows:
        change = changed.get(row.id)
        columns = {name: getattr(row, name) for name in row.__struct_fields__}
        if change is not None:
            columns |= {"state": change.state, "reason": str(change.reason), "due_at": change.due_at}
            if change.wanted is not None:
                columns["audience"] = change.wanted.reader.audience
        rows.append(Row(**columns))
    rows += [a_row(new.wanted, new.state, str(new.reason)) for new in changes.new]
    return Facts(session=known.session, plans=known.plans, readers=known.readers, rows=tuple(rows))


def healed(known: Facts, now: datetime, ahead: timedelta | None = AHEAD) -> Facts:
    return written(known, compare(known, expected(known, now), now, ahead))


def going(known: Facts, now: datetime) -> list[tuple[str, datetime]]:
    """Key and instant of the reminders against which nothing stands."""
    return [(one.plan.key, one.due_at) for one in expected(known, now) if one.against is None]


def standing(known: Facts, now: datetime) -> dict[str, str]:
    """What stands against each reminder, by its key; nothing where it goes out."""
    return {one.plan.key: str(one.against or "") for one in expected(known, now)}
