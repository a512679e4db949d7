"""However somebody came in: counted once, busy only with a place, and a place that passes on is not counted again."""

from uuid import UUID

import pytest

from tests.booking.asked import counters, one, order
from tests.booking.made import Scene, make_scene
from training.base.work import Work, Works
from training.booking.actions import book_places
from training.booking.actions.entering import Entry, enter
from training.booking.actions.ledger import Ledger
from training.booking.queries import list_enrollments
from training.booking.rules import State
from training.catalogue.rules import Mode
from training.schedule.queries import list_meetings, lock_session


async def come_in(works: Works, scene: Scene, state: State, mode: Mode | None, *, takes: bool = True) -> UUID:
    """The second person of the partner comes into the booking of the first."""
    (first,) = await list_enrollments(scene.manager, scene.session_id)

    async def write(work: Work) -> UUID:
        ledger = Ledger(work, await lock_session(scene.session_id))
        entry = Entry(
            booking_id=first.booking_id,
            person_id=scene.people[1],
            partner_id=scene.partner_id,
            membership_id=scene.members[1],
            name="Ben",
            email="ben@example.org",
            person_zone="UTC",
            accepts=(Mode.IN_PERSON,),
            mode=mode,
            state=state,
            arrival=ledger.arrive(),
            keeps_until=work.now if state is State.REQUESTED else None,
            takes=takes,
        )
        return enter(ledger, entry, await list_meetings([scene.session_id])).id

    return await works.run(scene.coordinator, write)


@pytest.mark.parametrize(
    ("state", "mode", "counted", "busy"),
    [
        (State.ENROLLED, Mode.IN_PERSON, (2, 0, 0), "learner"),
        (State.WAITLISTED, None, (1, 0, 1), "waiting"),
        (State.REQUESTED, Mode.IN_PERSON, (2, 0, 0), "waiting"),
        (State.REQUESTED, None, (1, 0, 0), "waiting"),
    ],
    ids=["placed", "waits", "asked", "asked without a place"],
)
async def test_what_is_counted(
    works: Works, state: State, mode: Mode | None, counted: tuple[int, int, int], busy: str
) -> None:
    scene = await make_scene(works)
    await works.run(scene.coordinator, book_places, order(scene, 0))
    entered = await come_in(works, scene, state, mode)
    assert await counters(scene) == counted
    assert await one("SELECT count(*) AS n FROM occupancy WHERE source_id = {} AND kind = {}", entered, busy) == 1
    assert await one("SELECT arrivals AS n FROM session WHERE id = {}", scene.session_id) == 2


async def test_a_place_that_was_counted_before_is_not_counted_again(works: Works) -> None:
    scene = await make_scene(works)
    await works.run(scene.coordinator, book_places, order(scene, 0))
    await come_in(works, scene, State.ENROLLED, Mode.IN_PERSON, takes=False)
    assert await one("SELECT taken_in_person AS n FROM session WHERE id = {}", scene.session_id) == 1
