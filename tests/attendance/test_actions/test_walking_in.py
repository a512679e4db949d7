"""Somebody comes without a place, and gets one by the rules of booking."""

from datetime import timedelta
from typing import Any

import pytest

from tests.attendance.made import Day, make_day, mark
from tests.attendance.test_actions.test_absences import letters
from tests.booking.asked import counters, one, order
from tests.conftest import FrozenClock
from training.attendance.actions.marking import close_roster, save_marks
from training.attendance.actions.walking_in import Added, PresenceUnclear, There, add_walk_in
from training.attendance.queries.access import get_roster_meeting
from training.attendance.queries.roster import load_roster
from training.attendance.rules.statuses import Status, Way
from training.base.database import execute
from training.base.errors import NotFound
from training.base.structs import Viewer
from training.base.work import Works
from training.booking.actions import book_places
from training.booking.rules import (
    AboveCapacity,
    CannotBeBooked,
    OverbookingExhausted,
    PartnerNotInAudience,
    Wanted,
)
from training.booking.rules.requests import SelfEnrollmentOff
from training.booking.rules.walk_ins import Comer, ForManagers, NobodyNamed, OnRosterAlready
from training.catalogue.rules import Mode


def member(day: Day, number: int, **more: Any) -> Comer:
    """A member of the first partner, by number."""
    wanted = Wanted(membership_id=day.scene.members[number])
    return Comer(person=wanted, partner_id=day.scene.partner_id, **more)


def new(name: str, **more: Any) -> Comer:
    return Comer(person=Wanted(name=name, email=f"{name.lower()}@new.example"), **more)


async def came(works: Works, day: Day, comer: Comer, viewer: Viewer | None = None) -> Added:
    return await works.run(viewer or day.lead, add_walk_in, day.meeting_id, comer)


async def statuses(day: Day) -> list[str]:
    entries = (await load_roster(await get_roster_meeting(day.lead, day.meeting_id))).entries
    return [entry.status.value for entry in sorted(entries, key=lambda entry: entry.arrival)]


async def test_a_member_gets_a_free_place_and_a_mark(works: Works, clock: FrozenClock) -> None:
    day = await make_day(works, clock, people=2, capacity_in_person=4)
    added = await came(works, day, member(day, 2))
    assert (added.place.mode, added.place.above_capacity, added.mark.taken) == (Mode.IN_PERSON, False, True)
    assert added.mark.mark is not None
    assert (added.mark.mark.status, added.mark.mark.way) == (Status.PRESENT, Way.WALK_IN)
    clock.move(minutes=15)
    added = await came(works, day, new("Nora", partner_id=day.scene.partner_id))
    assert added.mark.mark is not None
    assert (added.mark.mark.status, added.mark.mark.minutes_late) == (Status.LATE, 25)
    assert await counters(day.scene) == (4, 0, 0)
    assert await statuses(day) == ["not recorded", "not recorded", "present", "late"]
    # They are written to, know when the next meetings are, and the journal tells it.
    assert await one("SELECT count(*) AS n FROM message WHERE kind = 'booking-enrolled'") == 4
    assert await one("SELECT count(*) AS n FROM journal_entry WHERE event = 'WalkInAdded'") == 2
    assert await one("SELECT count(*) AS n FROM occupancy WHERE kind = 'learner'") == 4


async def test_above_the_capacity_only_within_the_allowance_and_for_a_reason(works: Works, clock: FrozenClock) -> None:
    day = await make_day(works, clock, people=2, overbooking=1)
    with pytest.raises(AboveCapacity):
        await came(works, day, member(day, 2))
    added = await came(works, day, member(day, 2, reason="Came a long way"))
    assert added.place.above_capacity
    with pytest.raises(OverbookingExhausted):
        await came(works, day, member(day, 3, reason="One more"))
    assert await counters(day.scene) == (3, 0, 0)


async def test_who_waits_gets_that_place_and_others_are_passed(works: Works, clock: FrozenClock) -> None:
    day = await make_day(works, clock, people=2, capacity_in_person=2)
    clock.move(days=-14)
    await works.run(day.scene.coordinator, book_places, order(day.scene, 2, 3))
    clock.move(days=14)
    await execute("UPDATE session SET overbooking = 1 WHERE id = {}", day.session_id)
    added = await came(works, day, member(day, 3, reason="Was here"))
    assert added.place.waited
    assert await counters(day.scene) == (3, 0, 1)
    with pytest.raises(OnRosterAlready):
        await came(works, day, member(day, 0))


async def test_the_audience_and_what_stands_against_somebody(works: Works, clock: FrozenClock) -> None:
    day = await make_day(works, clock, people=1, capacity_in_person=9)
    with pytest.raises(SelfEnrollmentOff):
        await came(works, day, new("Nia"))
    with pytest.raises(NobodyNamed):
        await came(works, day, Comer(person=Wanted(name="Nia"), partner_id=day.scene.partner_id))
    await execute("UPDATE participation SET ended_at = {} WHERE partner_id = {}", clock.now, day.scene.other_partner_id)
    with pytest.raises(PartnerNotInAudience):
        await came(works, day, new("Nia", partner_id=day.scene.other_partner_id))
    await execute("UPDATE session SET audience = 'public', self_enrollment = {} WHERE id = {}", True, day.session_id)
    assert (await came(works, day, new("Nia"))).place.partner_id is None
    # Somebody who takes part in something else then is busy, and it is not told with what.
    clock.move(days=-14, minutes=-10)
    other = await make_day(works, clock, people=1, tag=" two", audience="public", self_enrollment=True)
    busy = Comer(person=Wanted(name="Stranger", email="nia@new.example"))
    with pytest.raises(CannotBeBooked) as against:
        await works.run(other.lead, add_walk_in, other.meeting_id, busy)
    assert (against.value.data, against.value.newcomers) == ({"reason": "cannot-be-booked"}, 1)


async def test_a_draft_member_of_another_partner_is_nobody(works: Works, clock: FrozenClock) -> None:
    day = await make_day(works, clock, people=1, capacity_in_person=9)
    foreign = Comer(person=Wanted(membership_id=day.scene.other_members[0]), partner_id=day.scene.partner_id)
    with pytest.raises(NobodyNamed):
        await came(works, day, foreign)


async def test_who_may_let_somebody_in(works: Works, clock: FrozenClock) -> None:
    day = await make_day(works, clock, people=1, capacity_in_person=9)
    for viewer in (day.shadow, day.stranger, day.scene.coordinator):
        with pytest.raises(NotFound):
            await came(works, day, member(day, 2), viewer)
    await came(works, day, member(day, 2), day.assistant)
    await came(works, day, member(day, 3), day.manager)


async def test_on_a_closed_roster_they_come_marked(works: Works, clock: FrozenClock) -> None:
    day = await make_day(works, clock, people=1, capacity_in_person=9)
    await works.run(day.lead, save_marks, day.meeting_id, [mark(day.enrollments[0])])
    await works.run(day.lead, close_roster, day.meeting_id)
    clock.move(hours=4)
    with pytest.raises(PresenceUnclear):
        await came(works, day, member(day, 2))
    added = await works.run(day.lead, add_walk_in, day.meeting_id, member(day, 2), There(status=Status.PRESENT))
    assert added.mark.mark is not None
    assert (added.mark.mark.status, added.mark.mark.reason) == (Status.PRESENT, "Came without a place.")
    partly = There(status=Status.PARTIAL, minutes=20)
    added = await works.run(day.lead, add_walk_in, day.meeting_id, member(day, 3), partly)
    assert added.mark.mark is not None
    assert added.mark.mark.value == (Status.PARTIAL, 0, 0, 20)


@pytest.mark.parametrize(
    ("hours", "there", "field"),
    [
        (4, There(status=Status.PRESENT, minutes=10), "minutes"),
        (4, There(status=Status.PARTIAL), "minutes"),
        (4, There(minutes=10), "status"),
        (0, There(status=Status.PRESENT), "status"),
        (0, There(status=Status.PARTIAL, minutes=10), "status"),
        (0, There(minutes=10), "minutes"),
    ],
)
async def test_nothing_that_is_said_of_them_is_dropped(
    works: Works, clock: FrozenClock, hours: int, there: There, field: str
) -> None:
    day = await make_day(works, clock, people=1, capacity_in_person=9)
    clock.move(hours=hours)
    with pytest.raises(PresenceUnclear) as refused:
        await works.run(day.lead, add_walk_in, day.meeting_id, member(day, 2), there)
    assert list(refused.value.fields) == [field]
    assert await statuses(day) == ["not recorded"]


async def test_who_is_there_is_not_written_to_as_if_they_were_to_come(works: Works, clock: FrozenClock) -> None:
    day = await make_day(works, clock, people=1, capacity_in_person=9)
    await execute("UPDATE message SET state = 'sent', sent_at = {}", clock.now)
    await came(works, day, member(day, 2))
    clock.move(hours=30)
    await works.run(day.lead, add_walk_in, day.meeting_id, member(day, 3), There(status=Status.PRESENT))
    for letter in await letters("booking-enrolled"):
        assert "You came to this session without a place." in letter.text
        assert "If you cannot come" not in letter.text + letter.html
        assert "At the door" not in letter.text + letter.html
    # Worth sending though the session is over.
    late = "SELECT count(*) AS n FROM message WHERE kind = 'booking-enrolled' AND expires_at > {}"
    assert await one(late, clock.now + timedelta(days=1)) == 2


async def test_of_several_meetings_those_to_come_are_told(works: Works, clock: FrozenClock) -> None:
    day = await make_day(works, clock, people=1, meetings=2, capacity_in_person=9)
    await execute("UPDATE message SET state = 'sent', sent_at = {}", clock.now)
    await came(works, day, member(day, 2))
    (letter,) = await letters("booking-enrolled")
    assert "The place is for the meetings to come, too." in letter.text
    assert "At the door" in letter.text


async def test_a_known_address_joins_an_organization_by_a_manager_only(works: Works, clock: FrozenClock) -> None:
    day = await make_day(works, clock, people=2, capacity_in_person=4)
    known = Wanted(name="Probe", email=day.stranger.email)
    with pytest.raises(ForManagers):
        await came(works, day, Comer(person=known, partner_id=day.scene.partner_id))
    assert await one("SELECT count(*) AS n FROM membership WHERE name = 'Probe'") == 0
    assert (await came(works, day, Comer(person=known, partner_id=day.scene.partner_id), day.manager)).mark.taken
