"""Whoever follows materials is told once of each change, whatever happens to the worker."""

import asyncio
from datetime import timedelta
from uuid import UUID

import pytest

from tests.booking.made import Scene
from tests.conftest import FrozenClock
from tests.materials.prepared import enrollment_of, follow, prepare, publish
from tests.reminders.made import enrolled_scene
from training.base.database import execute
from training.base.structs import ANONYMOUS, Viewer
from training.base.work import Works
from training.materials.actions import telling
from training.materials.actions.editing import put_back, withdraw
from training.materials.actions.following import follow as ask_for_news
from training.materials.actions.following import unfollow
from training.materials.jobs.telling import AUDIENCES, tell_changed
from training.outbox.jobs.fan_out import make_messages
from training.outbox.queries import get_message
from training.outbox.rules.kinds import Sort
from training.outbox.rules.unsubscribing import unsubscribe_token
from training.people.actions.mail import switch_by_link
from training.worker import AUDIENCES as ALL
from training.worker import TICKS, WANTED


async def recipients() -> list[str]:
    rows = await execute("SELECT recipient FROM message WHERE kind = 'material-changed'")
    return sorted(row["recipient"] for row in rows)


async def mails() -> list[tuple[str, list[str]]]:
    """To whom, and of which materials."""
    found = []
    for row in await execute("SELECT id, recipient FROM message WHERE kind = 'material-changed' ORDER BY id"):
        message = await get_message(UUID(str(row["id"])))
        found.append((str(row["recipient"]), [one["title"] for one in message.values["changes"]]))
    return found


async def changed(works: Works, clock: FrozenClock, *numbers: int, capacity: int = 6) -> Scene:
    scene = await enrolled_scene(works, *numbers, size=max(8, len(numbers)), capacity_in_person=capacity)
    clock.move(days=15)
    material_id = await prepare(works, scene)
    for number in numbers:
        await follow(works, scene, number)
    await publish(works, scene, material_id)
    clock.move(minutes=10)
    return scene


async def test_once_and_by_one_mail(works: Works, clock: FrozenClock) -> None:
    scene = await changed(works, clock, 0, 1)
    await publish(works, scene, await prepare(works, scene, "A film"))
    assert await tell_changed(works) == 0
    clock.move(minutes=10)
    assert await tell_changed(works) == 2
    assert await recipients() == ["northern-line-0@example.org", "northern-line-1@example.org"]
    for _ in range(3):
        clock.move(minutes=10)
        assert await tell_changed(works) == 0
    assert len(await recipients()) == 2


async def test_two_workers_tell_once(works: Works, clock: FrozenClock) -> None:
    await changed(works, clock, 0, 1)
    assert sum(await asyncio.gather(tell_changed(works), tell_changed(works))) == 1
    assert len(await recipients()) == 2


async def test_a_worker_that_is_ended_in_between_leaves_nothing(
    works: Works, clock: FrozenClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    await changed(works, clock, 0)
    with monkeypatch.context() as broken:

        async def end(*_: object, **__: object) -> None:
            raise RuntimeError("ended")

        broken.setattr(telling, "enqueue_many", end)
        assert await tell_changed(works) == 0
    assert await recipients() == []
    assert await tell_changed(works) == 1
    assert len(await recipients()) == 1


async def test_a_crowd_is_told_by_the_worker(works: Works, clock: FrozenClock) -> None:
    await changed(works, clock, *range(60), capacity=100)
    assert await tell_changed(works) == 1
    assert await recipients() == []
    assert await make_messages(works, AUDIENCES) == 60
    assert len(set(await recipients())) == 60


async def test_another_course_is_another_matter(works: Works, clock: FrozenClock) -> None:
    await changed(works, clock, 0)
    other = await enrolled_scene(works, tag="-other", starts_in=timedelta(days=1))
    await follow(works, other, 0)
    assert await tell_changed(works) == 1
    assert await recipients() == ["northern-line-0@example.org"]


async def test_whoever_stopped_all_of_it_and_asks_again_hears_of_that_only(works: Works, clock: FrozenClock) -> None:
    """The link at the foot of a mail stops every session; asking anew for one brings back no other."""
    scene = await changed(works, clock, 0)
    person = Viewer(person_id=scene.people[0], name="", email="", zone="UTC")
    token = unsubscribe_token(works.site.secret_key, scene.people[0], Sort.MATERIALS)
    await works.run(ANONYMOUS, switch_by_link, token, off=True)
    assert await tell_changed(works) == 1
    assert await recipients() == []
    enrollment_id = await enrollment_of(scene)
    assert (await works.run(person, ask_for_news, enrollment_id)).following
    rows = await execute("SELECT id FROM mail_choice")
    assert rows == []
    assert (await works.run(person, ask_for_news, enrollment_id)).following
    assert not (await works.run(person, unfollow, enrollment_id)).following


async def test_what_is_withdrawn_meanwhile_is_told_once_it_is_back(works: Works, clock: FrozenClock) -> None:
    scene = await enrolled_scene(works, 0, 1)
    clock.move(days=15)
    slides, film = await prepare(works, scene, "Slides"), await prepare(works, scene, "A film")
    for number in (0, 1):
        await follow(works, scene, number)
    for material_id in (slides, film):
        await publish(works, scene, material_id)
    await works.run(scene.manager, withdraw, slides)
    clock.move(minutes=10)
    assert await tell_changed(works) == 1
    assert [titles for _, titles in await mails()] == [["A film"]] * 2
    for _ in range(3):
        clock.move(hours=2)
        assert await tell_changed(works) == 0
    # Who does not want to hear of it any more does not, though it was published before.
    person = Viewer(person_id=scene.people[1], name="", email="", zone="UTC")
    await works.run(person, unfollow, await enrollment_of(scene, 1))
    await works.run(scene.manager, put_back, slides)
    assert await tell_changed(works) == 1
    told = [to for to, titles in await mails() if titles == ["Slides"]]
    assert told == ["northern-line-0@example.org"]
    assert await tell_changed(works) == 0


def test_the_worker_knows_them() -> None:
    assert ALL.items() >= AUDIENCES.items()
    assert "material" in WANTED
    assert {"whoever follows materials is told", "who opened materials is forgotten"} <= {tick.name for tick in TICKS}
