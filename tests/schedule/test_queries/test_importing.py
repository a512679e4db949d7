"""What an import knows of what is there."""

from tests.schedule.made import STAFF, a_course, a_program
from tests.schedule.made_rows import ONLINE, a_file, brought_in
from training.base.work import Works
from training.schedule.actions import cancel_session
from training.schedule.queries.importing import list_courses_by_slug, list_imported_venues, lock_imported
from training.schedule.rules.outcomes import ROOM_NAME
from training.schedule.rules.sessions import State

KEY, OTHER = "2027-02-01-kiel", "2019-05-01-online"
ROWS = a_file({"slug": KEY, "start_date": "2027-02-01", "end_date": "2027-02-01"}, ONLINE)


async def test_sessions_are_known_by_key_within_their_program(works: Works) -> None:
    here, elsewhere = await a_program(works, "Here"), await a_program(works, "Elsewhere")
    await brought_in(works, STAFF, here, ROWS)
    found = {known.external_key: known for known in await lock_imported(here, [KEY, OTHER, "nothing"])}
    assert {key: (known.state, known.people, known.touched) for key, known in found.items()} == {
        KEY: (State.DRAFT, 0, False),
        OTHER: (State.CLOSED, 0, False),
    }
    assert found[KEY].source.startswith('Imported from a row that says tags "SWC"')
    assert await lock_imported(elsewhere, [KEY]) == []
    assert await lock_imported(here, []) == []


async def test_what_somebody_did_to_a_session_is_known(works: Works) -> None:
    program = await a_program(works)
    imported = await brought_in(works, STAFF, program, ROWS)
    session_id = next(outcome.session_id for outcome in imported.outcomes if outcome.slug == KEY)
    assert session_id is not None
    await works.run(STAFF, cancel_session, session_id, "The house is closed.")
    [known] = await lock_imported(program, [KEY])
    assert (known.touched, known.state) == (True, State.CANCELLED)


async def test_venues_come_with_the_room_of_that_name(works: Works) -> None:
    await brought_in(works, STAFF, await a_program(works), ROWS)
    key = "DE:Europe/Berlin:54.3,10.2:wischhofstrasse 1"
    [venue] = await list_imported_venues([key, "nothing"], ROOM_NAME)
    assert (venue.external_key, venue.room_id is None) == (key, False)
    [venue] = await list_imported_venues([key], "Another room")
    assert venue.room_id is None
    assert await list_imported_venues([], ROOM_NAME) == []


async def test_courses_are_those_of_the_program(works: Works) -> None:
    here, elsewhere = await a_program(works, "Here"), await a_program(works, "Elsewhere")
    course = await a_course(works, here)
    assert [found.id for found in await list_courses_by_slug(here, [course.slug])] == [course.id]
    assert await list_courses_by_slug(elsewhere, [course.slug]) == []
