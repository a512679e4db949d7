"""Whether somebody is still to hear of changes is looked at when the message is about to leave."""

from uuid import UUID

import pytest

from tests.booking.made import Scene
from tests.conftest import FrozenClock
from tests.materials.prepared import follow, prepare, publish
from tests.reminders.made import enrolled_scene
from training.base.database import execute, watch_statements
from training.base.work import Works
from training.materials.jobs.telling import tell_changed
from training.materials.queries.wanted import UNWANTED, find_unwanted
from training.outbox.actions.delivery import Due, look_at


async def due() -> list[Due]:
    rows = await execute("SELECT id FROM message WHERE kind = 'material-changed' ORDER BY subject_id")
    return await look_at([UUID(str(row["id"])) for row in rows])


async def told(works: Works, clock: FrozenClock, *numbers: int) -> Scene:
    """Two materials changed after the session, and a message to each of these people waits."""
    scene = await enrolled_scene(works, *numbers)
    clock.move(days=15)
    for number in numbers:
        await follow(works, scene, number)
    for title in ("Slides", "Handout"):
        await publish(works, scene, await prepare(works, scene, title))
    clock.move(minutes=10)
    assert await tell_changed(works) == 2
    return scene


@pytest.mark.parametrize(
    ("change", "wanted"),
    [
        ("", True),
        ("UPDATE material SET withdrawn_at = created_at WHERE title = 'Slides'", True),
        ("UPDATE material SET withdrawn_at = created_at", False),
        ("UPDATE material SET audience = 'trainers'", False),
        ("UPDATE enrollment SET state = 'cancelled'", False),
        ("UPDATE session SET state = 'cancelled'", False),
        ("UPDATE person SET disabled_at = created_at", False),
        ("DELETE FROM material_follow", False),
    ],
)
async def test_what_nothing_is_left_of_does_not_leave(
    works: Works, clock: FrozenClock, change: str, wanted: bool
) -> None:
    await told(works, clock, 0)
    if change:
        await execute(change)
    (message,) = await due()
    assert await find_unwanted([message]) == ({} if wanted else {message.id: UNWANTED})


async def test_the_number_of_statements_is_fixed(works: Works, clock: FrozenClock) -> None:
    scene = await told(works, clock, 0, 1, 2)
    messages = await due()
    assert len(messages) == 3
    await execute("DELETE FROM material_follow WHERE person_id = {}", scene.people[1])
    for some in (messages[:1], messages):
        with watch_statements() as seen:
            await find_unwanted(some)
        assert len(seen) == 3
    assert len(await find_unwanted(messages)) == 1
    assert await find_unwanted([]) == {}
