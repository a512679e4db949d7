"""When somebody is reminded of a place without a name, what ends a naming link, and who may have the place."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from training.base.errors import TrainingError
from training.booking.rules import Allowed, Candidate
from training.booking.rules.open_places import (
    LinkFacts,
    NamelessTooLate,
    NamingLinkExpired,
    NamingLinkUsed,
    PlaceState,
    Reminding,
    judge_naming_link,
    leaves_waitlist,
    link_ends,
    names_needed,
    naming_refusal,
    remind,
)

UNTIL = datetime(2026, 5, 20, 9, tzinfo=UTC)
LONG_AGO = UNTIL - timedelta(days=60)
OURS, OTHERS = UUID(int=1), UUID(int=2)


def before(**delta: float) -> datetime:
    return UNTIL - timedelta(**delta)


@pytest.mark.parametrize(
    ("now", "booked", "done", "expected"),
    [
        (before(days=7, microseconds=1), LONG_AGO, 0, None),
        (before(days=7), LONG_AGO, 0, Reminding(stage=1, send=True)),
        (before(days=6), LONG_AGO, 1, None),
        (before(days=3), LONG_AGO, 1, Reminding(stage=2, send=True)),
        (before(days=1), LONG_AGO, 2, Reminding(stage=3, send=True)),
        (before(hours=1), LONG_AGO, 3, None),
        # After a standstill one, not three.
        (before(hours=1), LONG_AGO, 0, Reminding(stage=3, send=True)),
        # Booked within a day before the moment: that one is left out, the next is not.
        (before(days=7), before(days=7, hours=23), 0, Reminding(stage=1, send=False)),
        (before(days=7), before(days=8), 0, Reminding(stage=1, send=True)),
        (before(days=5), before(days=5), 0, Reminding(stage=1, send=False)),
        (before(days=3), before(days=5), 1, Reminding(stage=2, send=True)),
        # The session moved away: what is ahead again will be said again.
        (before(days=30), LONG_AGO, 3, Reminding(stage=0, send=False)),
        (before(days=5), LONG_AGO, 3, Reminding(stage=1, send=False)),
    ],
)
def test_reminders(now: datetime, booked: datetime, done: int, expected: Reminding | None) -> None:
    assert remind(now, UNTIL, booked, done) == expected


def test_a_clock_that_was_set_back_brings_no_reminder_again() -> None:
    said = before(days=6, hours=23)
    assert remind(before(days=8), UNTIL, LONG_AGO, 1, said) is None
    moved_away = UNTIL + timedelta(days=30)
    assert remind(said, moved_away, LONG_AGO, 1, said) == Reminding(stage=0, send=False)


@pytest.mark.parametrize(
    ("state", "expires", "now", "expected"),
    [
        ("open", UNTIL, before(microseconds=1), None),
        ("open", UNTIL, UNTIL, NamingLinkExpired),
        ("open", before(days=1), before(days=1), NamingLinkExpired),
        ("open", UNTIL + timedelta(days=9), UNTIL, NamingLinkExpired),
        ("open", None, before(days=1), None),
        ("named", UNTIL, before(days=1), NamingLinkUsed),
        ("released", UNTIL, before(days=1), NamingLinkExpired),
    ],
)
def test_links(state: str, expires: datetime | None, now: datetime, expected: type[TrainingError] | None) -> None:
    facts = LinkFacts(state=PlaceState(state), expires_at=expires, until=UNTIL)
    if expected is None:
        judge_naming_link(facts, now)
    else:
        with pytest.raises(expected):
            judge_naming_link(facts, now)


def test_a_link_never_outlives_its_place() -> None:
    assert link_ends(UNTIL + timedelta(days=1), UNTIL) == UNTIL
    assert link_ends(before(days=1), UNTIL) == before(days=1)
    assert link_ends(None, UNTIL) == UNTIL


def test_places_without_a_name_need_time() -> None:
    start = datetime(2026, 5, 20, tzinfo=UTC)
    assert names_needed(start, 72, start - timedelta(hours=73)) == start - timedelta(hours=72)
    assert names_needed(None, 72, start) == start + timedelta(days=180)
    assert names_needed(start + timedelta(days=400), 72, start) == start + timedelta(days=180)
    for now in (start - timedelta(hours=72), start):
        with pytest.raises(NamelessTooLate):
            names_needed(start, 72, now)


def candidate(state: str | None = None, partner: UUID | None = None, **more: Any) -> Candidate:
    facts = {"enrolled_state": state, "enrolled_by_partner": partner, **more}
    return Candidate(person_id=UUID(int=8), membership_id=UUID(int=9), name="Ana", email="ana@example.org", **facts)


@pytest.mark.parametrize(
    ("who", "allowed", "code"),
    [
        (candidate(), Allowed(), None),
        (candidate("waitlisted", OURS), Allowed(), None),
        (candidate("waitlisted", OURS, clash_title="Another"), Allowed(), "clash"),
        (candidate("waitlisted", OURS, clash_title="Another"), Allowed(clashes=True), None),
        (candidate("waitlisted", OTHERS), Allowed(), "cannot-be-booked"),
        (candidate("enrolled", OURS), Allowed(), "already-enrolled"),
        (candidate("offered", OURS), Allowed(), "already-asked"),
        (candidate("enrolled", OTHERS), Allowed(), "cannot-be-booked"),
        (candidate(clash_elsewhere=True), Allowed(clashes=True), "cannot-be-booked"),
        (candidate(lacks="First"), Allowed(), "course-missing"),
        (candidate(lacks="First"), Allowed(lacking=True), None),
    ],
)
def test_who_may_have_it(who: Candidate, allowed: Allowed, code: str | None) -> None:
    against = naming_refusal(who, OURS, allowed)
    assert (against[0] if against else None) == code


def test_only_the_own_waitlist_is_left_for_it() -> None:
    assert leaves_waitlist(candidate("waitlisted", OURS), OURS)
    assert not leaves_waitlist(candidate("waitlisted", OTHERS), OURS)
    assert not leaves_waitlist(candidate(), OURS)
