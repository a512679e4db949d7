"""What the worker does for reminders, as it asks."""

from tests.conftest import FrozenClock
from tests.reminders.made import enrolled_scene, keys, letters, tick
from training.base.work import Works


async def test_each_of_the_built_in_ones_goes_out_once(works: Works, clock: FrozenClock) -> None:
    await enrolled_scene(works)
    sent = []
    for _ in range(15 * 24):
        if count := await tick(works):
            sent.append((clock.now, count))
        clock.move(hours=1)
    assert [(at.isoformat(), count) for at, count in sent] == [
        ("2026-05-11T09:00:00+00:00", 1),
        ("2026-05-17T09:00:00+00:00", 1),
        ("2026-05-18T08:00:00+00:00", 1),
    ]
    assert await keys("sent") == ["week-before", "day-before", "hour-before"]
    assert [letter.kind for letter in await letters()] == ["reminder-upcoming"] * 3
