"""Whoever completed a session, or did not, had a place in it: every list that knows states still knows them."""

import pytest

from tests.completion.judged import taught
from training.base.work import Works
from training.booking.queries import list_of_person
from training.booking.rules import KEEPS_PLACE, State
from training.booking.rules.reading import _TAKES_PART
from training.completion.actions.excepting import except_by_hand
from training.completion.rules.excepting import ExceptionValues
from training.feeds.queries.entries import Source, list_entries
from training.feeds.rules.entries import Style
from training.feeds.rules.window import window_at
from training.invites.queries.facts import list_facts
from training.portal.queries import list_own_places
from training.reminders.queries.readers import list_readers
from training.schedule.queries import get_session
from training.surveys.rules.asking import HELD_PLACE

STYLE = Style(base_url="https://training.example.org")
DECIDED = {State.COMPLETED, State.NOT_COMPLETED}


@pytest.mark.parametrize("completed", [True, False])
async def test_a_place_that_was_decided_is_still_a_place(works: Works, completed: bool) -> None:
    """Decided by hand before it begins, when calendars, invites and reminders have the most to say."""
    of = await taught(works)
    scene, (key,), ada, now = of.scene, of.enrollments, of.scene.people[0], works.clock()

    async def seen() -> tuple[object, ...]:
        calendar = await list_entries(Source(kind="mine", person_id=ada), STYLE, window_at(now))
        (invited,) = await list_facts([scene.session_id], now)
        session = await get_session(scene.coordinator, scene.session_id)
        readers = await list_readers([scene.session_id], None, {})
        return (
            [(entry.uid, entry.cancelled, entry.blocks_time) for entry in calendar.entries],
            sorted(map(str, invited.wanted)),
            [place.id for place in await list_own_places(scene.coordinator, scene.session_id)],
            session.taken_in_person,
            [(reader.audience, reader.person_id) for reader in readers],
        )

    before = await seen()
    assert all(before)
    values = ExceptionValues(completed=completed, reason="Knows it all")
    await works.run(scene.manager, except_by_hand, key, values)
    (row,) = await list_of_person(ada)
    assert row.state is (State.COMPLETED if completed else State.NOT_COMPLETED)
    assert await seen() == before


def test_lists_of_states_know_both() -> None:
    for states in (KEEPS_PLACE, _TAKES_PART):
        assert states >= DECIDED
    assert {state.value for state in DECIDED} <= set(HELD_PLACE)
