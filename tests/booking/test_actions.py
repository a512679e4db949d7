"""Booking, cancelling and following the schedule, against the real database with the real reactions."""

from datetime import timedelta
from uuid import UUID

import pytest

from tests.booking.made import Scene, make_scene
from tests.conftest import FrozenClock
from training.base.database import execute, fetch, fetch_one, watch_statements
from training.base.errors import Conflict, NotFound, Stale
from training.base.structs import Frozen, Viewer
from training.base.work import Works
from training.booking.actions import Booked, Order, Wanted, book_places, cancel_enrollment, preview_places
from training.booking.actions.book import NobodyBooked
from training.booking.queries import list_enrollments, list_of_partner, list_positions
from training.booking.rules import (
    BookingNotOpen,
    CancellationTooLate,
    EnrollmentOver,
    ModeNotOffered,
    NothingToBook,
    Outcome,
    PartnerNotInAudience,
    PartyTooLarge,
)
from training.catalogue.rules import Mode


class Counters(Frozen, frozen=True, kw_only=True):
    taken_in_person: int
    taken_online: int
    waiting: int
    waiting_in_person: int
    waiting_online: int


async def counters(scene: Scene) -> tuple[int, int, int]:
    """(taken in the room, taken online, waiting), after checking that the rows say the same."""
    row = await fetch_one(
        Counters,
        "SELECT taken_in_person, taken_online, waiting, waiting_in_person, waiting_online FROM session WHERE id = {}",
        scene.session_id,
    )
    assert row is not None
    enrollments = await list_enrollments(scene.manager, scene.session_id)
    counted = Counters(
        taken_in_person=sum(e.mode == "in_person" for e in enrollments),
        taken_online=sum(e.mode == "online" for e in enrollments),
        waiting=sum(e.state == "waitlisted" for e in enrollments),
        waiting_in_person=sum(e.state == "waitlisted" and "in_person" in e.accepts for e in enrollments),
        waiting_online=sum(e.state == "waitlisted" and "online" in e.accepts for e in enrollments),
    )
    assert row == counted
    return row.taken_in_person, row.taken_online, row.waiting


def order(scene: Scene, *numbers: int, other: bool = False, **more: object) -> Order:
    members = scene.other_members if other else scene.members
    partner_id = scene.other_partner_id if other else scene.partner_id
    people = tuple(Wanted(membership_id=members[n]) for n in numbers)
    return Order(session_id=scene.session_id, partner_id=partner_id, people=people, **more)  # type: ignore[arg-type]


def outcomes(booked: Booked) -> list[str]:
    return [verdict.outcome.value for verdict in booked.verdicts]


async def one(sql: str, *args: object) -> int:
    return int((await execute(sql, *args))[0]["n"])


async def test_five_with_three_free(works: Works) -> None:
    scene = await make_scene(works, meetings=2)
    booked = await works.run(scene.coordinator, book_places, order(scene, 0, 1, 2, 3, 4))
    assert outcomes(booked) == ["enrolled"] * 3 + ["waitlisted"] * 2
    assert [verdict.position for verdict in booked.verdicts] == [None, None, None, 1, 2]
    assert await counters(scene) == (3, 0, 2)
    assert await one("SELECT count(*) AS n FROM occupancy WHERE session_id = {}", scene.session_id) == 3 * 2
    assert await one("SELECT count(*) AS n FROM message WHERE kind = 'booking-enrolled'") == 3
    assert await one("SELECT count(*) AS n FROM message WHERE kind = 'booking-waitlisted'") == 2
    assert await one("SELECT count(*) AS n FROM journal_entry WHERE event = 'PlacesBooked'") == 1


async def test_whoever_waits_first_moves_up_when_somebody_leaves(works: Works) -> None:
    scene = await make_scene(works, meetings=2)
    booked = await works.run(scene.coordinator, book_places, order(scene, 0, 1, 2, 3, 4))
    entries = [verdict.enrollment_id for verdict in booked.verdicts]
    assert entries[1] is not None
    left = await works.run(scene.coordinator, cancel_enrollment, entries[1], reason="ill")
    assert (left.state, left.promoted) == ("cancelled", (entries[3],))
    assert await counters(scene) == (3, 0, 1)
    after = {e.id: e.state for e in await list_enrollments(scene.manager, scene.session_id, active=False)}
    assert [after[e] for e in entries if e] == ["enrolled", "cancelled", "enrolled", "enrolled", "waitlisted"]
    assert await one("SELECT count(*) AS n FROM occupancy WHERE session_id = {}", scene.session_id) == 3 * 2
    kinds = await execute("SELECT kind, recipient FROM message WHERE kind IN ('booking-promoted', 'booking-cancelled')")
    assert sorted((row["kind"], row["recipient"]) for row in kinds) == [
        ("booking-cancelled", "northern-line-1@example.org"),
        ("booking-promoted", "northern-line-3@example.org"),
    ]
    # What was still waiting to be sent to the one who left is taken back.
    assert await one("SELECT count(*) AS n FROM message WHERE state = 'withdrawn'") == 1


async def test_a_party_that_stays_together_waits_together(works: Works) -> None:
    scene = await make_scene(works)
    together = await works.run(scene.coordinator, book_places, order(scene, 0, 1, 2, 3, together=True))
    assert outcomes(together) == ["waitlisted"] * 4
    single = await works.run(scene.other_coordinator, book_places, order(scene, 0, other=True))
    assert outcomes(single) == ["enrolled"]
    assert await counters(scene) == (1, 0, 4)


async def test_nobody_overtakes_where_the_session_says_so(works: Works) -> None:
    scene = await make_scene(works, overtaking=False)
    await works.run(scene.coordinator, book_places, order(scene, 0, 1, 2, 3, together=True))
    single = await works.run(scene.other_coordinator, book_places, order(scene, 0, other=True))
    assert outcomes(single) == ["waitlisted"]
    assert await counters(scene) == (0, 0, 5)


async def test_modes_of_a_hybrid_session(works: Works) -> None:
    scene = await make_scene(works, mode="hybrid", capacity_in_person=1, capacity_online=2)
    screen_first = order(scene, 0, 1, 2, accepts=(Mode.ONLINE, Mode.IN_PERSON))
    booked = await works.run(scene.coordinator, book_places, screen_first)
    assert [verdict.mode for verdict in booked.verdicts] == [Mode.ONLINE, Mode.ONLINE, Mode.IN_PERSON]
    room_only = await works.run(scene.coordinator, book_places, order(scene, 3, accepts=(Mode.IN_PERSON,)))
    assert outcomes(room_only) == ["waitlisted"]
    assert await counters(scene) == (1, 2, 1)
    freed_online = booked.verdicts[0].enrollment_id
    assert freed_online is not None
    left = await works.run(scene.coordinator, cancel_enrollment, freed_online)
    assert left.promoted == (), "a place online is no use to somebody who only accepts the room"
    assert await counters(scene) == (1, 1, 1)


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


async def preview_places_in_work(work: object, wanted: Order) -> Booked:
    return await preview_places(work.actor, wanted, work.now)  # type: ignore[attr-defined]


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
async def test_what_cannot_be_booked(works: Works, values: dict[str, str], error: type[Conflict], code: str) -> None:
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


async def booked_one(works: Works, scene: Scene) -> UUID:
    booked = await works.run(scene.coordinator, book_places, order(scene, 0))
    found = booked.verdicts[0].enrollment_id
    assert found is not None
    return found


async def test_the_cancellation_deadline_to_the_second(works: Works, clock: FrozenClock) -> None:
    scene = await make_scene(works, starts_in=timedelta(hours=50), cancellation_hours=48)
    enrollment = await booked_one(works, scene)
    clock.move(hours=2)
    clock.now += timedelta(microseconds=1)
    with pytest.raises(CancellationTooLate) as late:
        await works.run(scene.coordinator, cancel_enrollment, enrollment)
    assert late.value.data["zone"] == "Europe/Dublin"
    clock.now -= timedelta(microseconds=1)
    left = await works.run(scene.coordinator, cancel_enrollment, enrollment)
    assert left.state == "cancelled"


async def test_a_manager_removes_after_the_deadline(works: Works, clock: FrozenClock) -> None:
    scene = await make_scene(works, starts_in=timedelta(hours=50), cancellation_hours=48)
    enrollment = await booked_one(works, scene)
    clock.move(hours=49)
    assert (await works.run(scene.manager, cancel_enrollment, enrollment, reason="double")).state == "removed"


async def test_the_waitlist_stands_still_after_the_cutoff(works: Works, clock: FrozenClock) -> None:
    scene = await make_scene(works, capacity_in_person=1, starts_in=timedelta(hours=13), cancellation_hours=0)
    enrollment = await booked_one(works, scene)
    await works.run(scene.coordinator, book_places, order(scene, 1))
    clock.move(hours=2)
    left = await works.run(scene.coordinator, cancel_enrollment, enrollment)
    assert left.promoted == ()
    newcomer = await works.run(scene.other_coordinator, book_places, order(scene, 0, other=True))
    assert outcomes(newcomer) == ["waitlisted"], "whoever waited comes first, even while nobody is moved up by itself"
    assert await counters(scene) == (0, 0, 2)


async def test_who_may_cancel(works: Works) -> None:
    scene = await make_scene(works)
    enrollment = await booked_one(works, scene)
    with pytest.raises(NotFound):
        await works.run(scene.other_coordinator, cancel_enrollment, enrollment)
    with pytest.raises(NotFound):
        await works.run(Viewer(), cancel_enrollment, enrollment)
    learner = Viewer(person_id=scene.people[0], name="Learner")
    with pytest.raises(Stale):
        await works.run(learner, cancel_enrollment, enrollment, expected_version=7)
    assert (await works.run(learner, cancel_enrollment, enrollment, expected_version=1)).version == 2
    with pytest.raises(EnrollmentOver):
        await works.run(learner, cancel_enrollment, enrollment)
    assert await counters(scene) == (0, 0, 0)


async def test_partners_see_their_own_people_only(works: Works) -> None:
    scene = await make_scene(works)
    await works.run(scene.coordinator, book_places, order(scene, 0, 1))
    await works.run(scene.other_coordinator, book_places, order(scene, 0, 1, other=True))
    assert len(await list_enrollments(scene.manager, scene.session_id)) == 4
    seen = await list_enrollments(scene.coordinator, scene.session_id)
    assert {e.partner_id for e in seen} == {scene.partner_id}
    assert await list_of_partner(scene.coordinator, scene.other_partner_id) == []
    assert await list_enrollments(Viewer(), scene.session_id) == []
    mine = await list_enrollments(scene.other_coordinator, scene.session_id)
    assert await list_positions([e.id for e in mine]) == {mine[1].id: 1}


async def test_statements_per_booking(works: Works) -> None:
    """The sign-in look-up comes on top: at most 8 with it, and one round trip between the lock and the commit."""
    scene = await make_scene(works, capacity_in_person=5)
    with watch_statements() as seen:
        await works.run(scene.coordinator, book_places, order(scene, 0, 1, 2))
    assert len(seen) == 6, seen
    lock = next(i for i, sql in enumerate(seen) if "taken_in_person" in sql and "INSERT" not in sql and i > 0)
    assert len(seen) - lock - 1 == 1


async def test_the_database_refuses_a_second_active_enrollment_and_more_than_capacity(works: Works) -> None:
    scene = await make_scene(works)
    enrollment = await booked_one(works, scene)

    async def twice(work: object) -> None:
        await work.execute(  # type: ignore[attr-defined]
            "INSERT INTO enrollment (id, booking_id, session_id, person_id, state, mode, accepts, arrival, state_at,"
            " state_reason, created_at, version) SELECT {}, booking_id, session_id, person_id, state, mode, accepts, 99,"
            " state_at, '', created_at, 1 FROM enrollment WHERE id = {}",
            work.new_id(),  # type: ignore[attr-defined]
            enrollment,
        )

    with pytest.raises(Conflict) as refused:
        await works.run(scene.manager, twice)
    assert refused.value.data["constraint"] == "uq_enrollment_session_id_person_id"

    async def too_many(work: object) -> None:
        await work.execute("UPDATE session SET taken_in_person = 4 WHERE id = {}", scene.session_id)  # type: ignore[attr-defined]

    with pytest.raises(Conflict):
        await works.run(scene.manager, too_many)
    assert [o.value for o in Outcome] == ["enrolled", "waitlisted", "refused"]
    assert await counters(scene) == (1, 0, 0)
    assert (
        len(
            await fetch(
                Counters,
                "SELECT taken_in_person, taken_online, waiting, waiting_in_person, waiting_online FROM session",
            )
        )
        == 1
    )
