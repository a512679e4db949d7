"""What became of reminders beyond their rows."""

from tests.conftest import FrozenClock
from tests.reminders.made import enrolled_scene, tick
from training.base.database import watch_statements
from training.base.work import Works
from training.outbox.rules.states import MessageState
from training.reminders.actions.stopping import stop_reminders
from training.reminders.queries.facts import list_facts
from training.reminders.queries.standings import Standings, list_standings


async def test_where_messages_stand_and_who_stopped_the_others(works: Works, clock: FrozenClock) -> None:
    scene = await enrolled_scene(works, 0, 1)
    clock.move(days=7)
    assert await tick(works) == 2
    await works.run(scene.manager, stop_reminders, scene.session_id, scene.people[0])
    known = await list_standings(await list_facts([scene.session_id]))
    assert list(known.mails.values()) == [MessageState.WAITING], "what waited for the other was taken back"
    assert known.stopped_by == {(scene.people[0], clock.now): scene.manager.name}
    assert known.dead == frozenset()
    assert await list_standings([]) == Standings()


async def test_the_number_of_statements_is_fixed(works: Works, clock: FrozenClock) -> None:
    scene = await enrolled_scene(works, 0, 1, 2)
    clock.move(days=7)
    counted = []
    for _ in range(2):
        facts = await list_facts([scene.session_id])
        with watch_statements() as seen:
            await list_standings(facts)
        counted.append(len(seen))
        await tick(works)
    assert counted == [3, 3]
