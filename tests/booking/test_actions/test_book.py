"""Booking against the real database with the real reactions."""

from datetime import timedelta
from typing import Any

import pytest

from tests.booking.asked import counters, one, order, outcomes
from tests.booking.made import make_scene
from tests.conftest import FrozenClock
from training.base.database import execute, watch_statements
from training.base.errors import NotFound, TrainingError
from training.base.structs import ANONYMOUS, Viewer
from training.base.work import Work, Works
from training.booking.actions import Booked, Order, Wanted, book_places, preview_places
from training.booking.rules import (
    BookingNotOpen,
    ModeNotOffered,
    NobodyBooked,
    NothingToBook,
    PartnerNotInAudience,
    PartyNeverFits,
    PartyTooLarge,
)
from training.booking.rules.candidates import UNTOLD
from training.catalogue.rules import Mode
from training.catalogue.tables import CoursePrerequisite
from training.people.actions import disable_person
from training.schedule.actions import edit_session
from training.schedule.queries import find_session, get_session
from training.schedule.rules.values import SessionValues


async def test_five_with_three_free(works: Works) -> None:
    scene = await make_scene(works, meetings=2)
    booked = await works.run(scene.coordinator, book_places, order(scene, 0, 1, 2, 3, 4))
    assert outcomes(booked) == ["enrolled"] * 3 + ["waitlisted"] * 2
    assert [verdict.position for verdict in booked.verdicts] == [None, None, None, 1, 2]
    assert await counters(scene) == (3, 0, 2)
    assert (
        await one("SELECT count(*) AS n FROM occupancy WHERE kind = 'learner' AND session_id = {}", scene.session_id)
        == 3 * 2
    )
    assert await one("SELECT count(*) AS n FROM message WHERE kind = 'booking-enrolled'") == 3
    assert await one("SELECT count(*) AS n FROM message WHERE kind = 'booking-waitlisted'") == 2
    assert await one("SELECT count(*) AS n FROM journal_entry WHERE event = 'PlacesBooked'") == 1


async def test_a_party_that_stays_together_waits_together(works: Works) -> None:
    scene = await make_scene(works, capacity_in_person=4)
    await works.run(scene.other_coordinator, book_places, order(scene, 1, other=True))
    together = await works.run(scene.coordinator, book_places, order(scene, 0, 1, 2, 3, together=True))
    assert outcomes(together) == ["waitlisted"] * 4
    single = await works.run(scene.other_coordinator, book_places, order(scene, 0, other=True))
    assert outcomes(single) == ["enrolled"]
    assert await counters(scene) == (2, 0, 4)


async def test_nobody_overtakes_where_the_session_says_so(works: Works) -> None:
    scene = await make_scene(works, overtaking=False, capacity_in_person=4)
    await works.run(scene.other_coordinator, book_places, order(scene, 1, other=True))
    await works.run(scene.coordinator, book_places, order(scene, 0, 1, 2, 3, together=True))
    single = await works.run(scene.other_coordinator, book_places, order(scene, 0, other=True))
    assert outcomes(single) == ["waitlisted"]
    assert await counters(scene) == (1, 0, 5)


async def test_a_party_that_can_never_fit_is_refused(works: Works, clock: FrozenClock) -> None:
    scene = await make_scene(works)
    wanted = order(scene, 0, 1, 2, 3, together=True)
    with pytest.raises(PartyNeverFits, match="has 3 places; 4 people can never go together"):
        await works.run(scene.coordinator, book_places, wanted)
    with pytest.raises(PartyNeverFits):
        await preview_places(scene.coordinator, wanted, clock())
    assert await counters(scene) == (0, 0, 0)


async def test_a_party_that_became_too_large_blocks_nobody(works: Works, clock: FrozenClock) -> None:
    scene = await make_scene(works, overtaking=False, capacity_in_person=4)
    await works.run(scene.other_coordinator, book_places, order(scene, 0, other=True))
    await works.run(scene.coordinator, book_places, order(scene, 0, 1, 2, 3, together=True))
    await works.run(scene.other_coordinator, book_places, order(scene, 1, other=True))
    assert await counters(scene) == (1, 0, 5)
    await works.run(scene.manager, edit_session, scene.session_id, SessionValues(capacity_in_person=3))
    assert await counters(scene) == (2, 0, 4), "those behind it are not kept waiting"
    newcomer = order(scene, 2, other=True)
    assert outcomes(await preview_places(scene.other_coordinator, newcomer, clock())) == ["enrolled"]
    assert outcomes(await works.run(scene.other_coordinator, book_places, newcomer)) == ["enrolled"]
    assert await counters(scene) == (3, 0, 4)


async def test_an_enrollment_twice_is_refused_and_another_partners_is_not_told(works: Works) -> None:
    scene = await make_scene(works)
    await works.run(scene.coordinator, book_places, order(scene, 0))
    again = await works.run(scene.coordinator, book_places, order(scene, 0, 1))
    assert [(v.outcome.value, v.code) for v in again.verdicts] == [("refused", "already-enrolled"), ("enrolled", "")]
    with pytest.raises(NobodyBooked):
        await works.run(scene.coordinator, book_places, order(scene, 0))
    # The same person, now asked for by the other partner under the same address.
    theirs = Order(
        session_id=scene.session_id,
        partner_id=scene.other_partner_id,
        people=(
            Wanted(name="Known elsewhere", email="northern-line-0@example.org"),
            Wanted(name="N", email="n@x.example"),
        ),
    )
    booked = await works.run(scene.other_coordinator, book_places, theirs)
    assert [(v.outcome.value, v.code) for v in booked.verdicts] == [("refused", "cannot-be-booked"), ("enrolled", "")]
    assert "Northern" not in booked.verdicts[0].reason


async def test_pasted_addresses_become_members_once(works: Works) -> None:
    scene = await make_scene(works, capacity_in_person=9)
    people = (
        Wanted(name="Ada", email="Ada@New.example"),
        Wanted(name="Ada again", email="ada@new.example"),
        Wanted(membership_id=scene.members[0]),
    )
    wanted = Order(session_id=scene.session_id, partner_id=scene.partner_id, people=people)
    booked = await works.run(scene.coordinator, book_places, wanted)
    assert outcomes(booked) == ["enrolled", "enrolled"]
    again = await works.run(
        scene.coordinator,
        preview_places_in_work,
        Order(session_id=scene.session_id, partner_id=scene.partner_id, people=people[:1]),
    )
    assert [verdict.code for verdict in again.verdicts] == ["already-enrolled"]


async def preview_places_in_work(work: Work, wanted: Order) -> Booked:
    return await preview_places(work.actor, wanted, work.now)


async def test_a_preview_says_what_the_booking_will_and_changes_nothing(works: Works, clock: FrozenClock) -> None:
    scene = await make_scene(works)
    wanted = order(scene, 0, 1, 2, 3)
    before = await one("SELECT count(*) AS n FROM journal_entry")
    preview = await preview_places(scene.coordinator, wanted, clock())
    assert await one("SELECT count(*) AS n FROM journal_entry") == before
    assert await counters(scene) == (0, 0, 0)
    booked = await works.run(scene.coordinator, book_places, wanted)
    assert outcomes(preview) == outcomes(booked)
    assert preview.booking_id is None


@pytest.mark.parametrize(
    ("values", "error", "code"),
    [
        ({"state": "draft"}, NotFound, ""),
        ({"state": "cancelled"}, BookingNotOpen, "cancelled"),
        ({"state": "closed"}, BookingNotOpen, "over"),
        ({"audience": "invited"}, NotFound, ""),
    ],
)
async def test_what_cannot_be_booked(
    works: Works, values: dict[str, Any], error: type[TrainingError], code: str
) -> None:
    scene = await make_scene(works, **values)
    with pytest.raises(error) as refused:
        await works.run(scene.coordinator, book_places, order(scene, 0))
    assert refused.value.data.get("reason", "") == code


async def test_the_booking_window(works: Works, clock: FrozenClock) -> None:
    opens = clock.now + timedelta(days=1)
    scene = await make_scene(works, booking_opens_at=opens, booking_closes_at=opens + timedelta(days=2))
    with pytest.raises(BookingNotOpen) as early:
        await works.run(scene.coordinator, book_places, order(scene, 0))
    assert early.value.data == {"reason": "not-open-yet", "at": opens, "zone": "Europe/Dublin"}
    clock.move(days=1)
    await works.run(scene.coordinator, book_places, order(scene, 0))
    clock.move(days=2)
    with pytest.raises(BookingNotOpen) as late:
        await works.run(scene.coordinator, book_places, order(scene, 1))
    assert late.value.data["reason"] == "booking-closed"


async def test_an_invited_session_and_its_code(works: Works) -> None:
    scene = await make_scene(works, audience="invited", access_code="KX7M-RT4P")
    with pytest.raises(NotFound):
        await works.run(scene.coordinator, book_places, order(scene, 0, access_code="WRONG"))
    booked = await works.run(scene.coordinator, book_places, order(scene, 0, access_code="KX7M-RT4P"))
    assert outcomes(booked) == ["enrolled"]
    # The partner is invited from now on; the other one still is not.
    again = await works.run(scene.coordinator, book_places, order(scene, 1))
    assert outcomes(again) == ["enrolled"]
    with pytest.raises(NotFound):
        await works.run(scene.other_coordinator, book_places, order(scene, 0, other=True))


async def test_whoever_waits_sees_the_session(works: Works) -> None:
    """Also somebody whose partner has not made them a member yet, and also while they only wait."""
    scene = await make_scene(works, capacity_in_person=1)
    await works.run(scene.coordinator, book_places, order(scene, 0, 1))
    for person_id in scene.people[:2]:
        assert (await get_session(Viewer(person_id=person_id), scene.session_id)).id == scene.session_id
    assert await find_session(Viewer(person_id=scene.people[2]), scene.session_id) is None
    waits = await get_session(Viewer(person_id=scene.people[1]), scene.session_id)
    assert not waits.viewer_learns, "the link and the joining details are for those who have a place"


async def test_a_manager_cannot_book_for_a_partner_outside_the_audience(works: Works) -> None:
    scene = await make_scene(works, audience="invited")
    with pytest.raises(PartnerNotInAudience):
        await works.run(scene.manager, book_places, order(scene, 0))


async def test_nobody_books_for_somebody_elses_people(works: Works) -> None:
    scene = await make_scene(works)
    with pytest.raises(NotFound):
        await works.run(scene.other_coordinator, book_places, order(scene, 0))
    mixed = Order(
        session_id=scene.session_id, partner_id=scene.partner_id, people=(Wanted(membership_id=scene.other_members[0]),)
    )
    with pytest.raises(NotFound):
        await works.run(scene.coordinator, book_places, mixed)
    with pytest.raises(NotFound):
        await works.run(Viewer(), book_places, order(scene, 0))


async def test_orders_that_make_no_sense(works: Works) -> None:
    scene = await make_scene(works)
    with pytest.raises(NothingToBook):
        await works.run(scene.coordinator, book_places, order(scene))
    with pytest.raises(PartyTooLarge):
        await works.run(scene.coordinator, book_places, order(scene, *([0] * 201)))
    with pytest.raises(ModeNotOffered):
        await works.run(scene.coordinator, book_places, order(scene, 0, accepts=(Mode.ONLINE,)))


async def test_statements_per_booking(works: Works) -> None:
    """The sign-in look-up comes on top: at most 8 with it, and one round trip between the lock and the commit."""
    scene = await make_scene(works, capacity_in_person=5)
    with watch_statements() as seen:
        await works.run(scene.coordinator, book_places, order(scene, 0, 1, 2))
    assert len(seen) == 5, seen
    lock = next(i for i, sql in enumerate(seen) if "taken_in_person" in sql and "INSERT" not in sql and i > 0)
    assert len(seen) - lock - 1 == 1


async def test_a_preview_tells_nothing_of_people_who_are_not_yours(works: Works, clock: FrozenClock) -> None:
    """An address with a place through another partner and one nobody knows get the same answer."""
    scene = await make_scene(works, capacity_in_person=9)
    await works.run(scene.other_coordinator, book_places, order(scene, 0, 1, other=True))
    told = []
    for address in ("harbour-0@example.org", "nobody@example.org"):
        asked = Order(session_id=scene.session_id, partner_id=scene.partner_id, people=(Wanted(email=address),))
        preview = await preview_places(scene.coordinator, asked, clock())
        told.append([(v.outcome, v.code, v.reason, v.position) for v in preview.verdicts])
    assert told[0] == told[1]


async def test_a_preview_and_a_booking_know_the_same_people(works: Works, clock: FrozenClock) -> None:
    """One person under three spellings is one person in both."""
    scene = await make_scene(works)
    people = (
        Wanted(email="Northern-Line-0@Example.org"),
        Wanted(email=" northern-line-0@example.org "),
        Wanted(membership_id=scene.members[0]),
        Wanted(email="new@example.org"),
        Wanted(email="NEW@example.org"),
    )
    asked = Order(session_id=scene.session_id, partner_id=scene.partner_id, people=people)
    preview = await preview_places(scene.coordinator, asked, clock())
    booked = await works.run(scene.coordinator, book_places, asked)
    assert outcomes(preview) == outcomes(booked) == ["enrolled", "enrolled"]
    assert [v.email for v in preview.verdicts] == [v.email for v in booked.verdicts]


async def test_a_manager_books_only_for_partners_of_the_program(works: Works) -> None:
    """A public session of one's own is no way into the lists of partners that take part elsewhere."""
    scene = await make_scene(works, audience="public")
    booked = await works.run(scene.manager, book_places, order(scene, 0))
    assert outcomes(booked) == ["enrolled"]
    await execute("UPDATE participation SET ended_at = created_at WHERE partner_id = {}", scene.partner_id)
    with pytest.raises(NotFound):
        await works.run(scene.manager, book_places, order(scene, 1))
    assert outcomes(await works.run(scene.coordinator, book_places, order(scene, 1))) == ["enrolled"]


async def test_a_preview_tells_strangers_what_comes_first(works: Works, clock: FrozenClock) -> None:
    """It judges them as if they had completed nothing: nothing of theirs is looked at before they are on the list."""
    scene, basics = await make_scene(works), await make_scene(works, tag=" Two")

    async def require(work: Work) -> None:
        ids = {"course_id": scene.course_id, "required_course_id": basics.course_id}
        work.add(CoursePrerequisite, id=work.new_id(), **ids)

    await works.run(ANONYMOUS, require)
    wanted = Order(session_id=scene.session_id, partner_id=scene.partner_id, people=(Wanted(email="new@example.org"),))
    seen = await preview_places(scene.coordinator, wanted, clock.now)
    assert [(v.outcome.value, v.code) for v in seen.verdicts] == [("refused", "course-missing")]
    with pytest.raises(NobodyBooked):
        await works.run(scene.coordinator, book_places, wanted)


async def test_an_account_that_is_switched_off_is_not_booked_and_not_told(works: Works, clock: FrozenClock) -> None:
    """Neither into a place nor on the waitlist, where nobody could answer for it."""
    scene = await make_scene(works, capacity_in_person=1)
    await works.run(Viewer.machine("cli"), disable_person, scene.people[0])
    both = order(scene, 0, 1, 2)
    found = await preview_places(scene.coordinator, both, clock())
    booked = await works.run(scene.coordinator, book_places, both)
    assert outcomes(found) == outcomes(booked) == ["refused", "enrolled", "waitlisted"]
    assert (booked.verdicts[0].code, booked.verdicts[0].reason) == UNTOLD
    assert await counters(scene) == (1, 0, 1)
