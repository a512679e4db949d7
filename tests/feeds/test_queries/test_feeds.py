"""Who fetches, and whether anything changed: one statement."""

from uuid import uuid4

from tests.feeds.made import feed, learner, make_feed_scene
from training.base.database import watch_statements
from training.base.work import Works
from training.feeds.actions.feeds import begin_public_mark, revoke_feed
from training.feeds.queries.feeds import find_feed, find_fetched, find_public, list_own_feeds


async def test_a_secret_finds_its_feed_and_nothing_else(works: Works) -> None:
    scene = await make_feed_scene(works)
    made = await feed(works, learner(scene))
    secret = made.path.removeprefix("/calendars/").removesuffix(".ics")
    with watch_statements() as seen:
        row = await find_fetched(secret)
    assert row is not None
    assert (len(seen), bool(row["allowed"]), row["changed"]) == (1, True, 1)
    for other in ("", secret[:-1], secret.upper(), f"{secret} ", "'; DROP TABLE feed; --"):
        assert await find_fetched(other) is None
    await works.run(learner(scene), revoke_feed, made.id)
    assert await find_fetched(secret) is None
    assert await find_feed(made.id) is None


async def test_a_coordinators_right_is_that_of_the_moment(works: Works) -> None:
    scene = await make_feed_scene(works)
    await feed(works, scene.coordinator, "coordinating", scene.partner_id)
    assert scene.coordinator.person_id is not None
    (own,) = await list_own_feeds(scene.coordinator.person_id)
    assert (own.allowed, own.farewell, own.scope_name) == (True, False, "Northern Line")


async def test_public_calendars_are_known_by_what_they_are_of(works: Works) -> None:
    scene = await make_feed_scene(works)
    nothing = await find_public("public", None)
    assert nothing is not None
    assert nothing.changed is None
    assert await find_public("program", uuid4()) is None
    assert await find_public("course", uuid4()) is None
    await works.run(scene.manager, begin_public_mark, f"program:{scene.program_id}")
    found = await find_public("program", scene.program_id)
    assert found is not None
    assert (found.name, found.changed) == ("Program", 1)
