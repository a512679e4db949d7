"""Links made, renewed, revoked."""

import pytest

from tests.feeds.made import feed, learner, make_feed_scene
from training.base.database import execute
from training.base.errors import NotFound
from training.base.structs import ANONYMOUS
from training.base.work import Works
from training.feeds.actions.feeds import renew_feed, revoke_feed
from training.feeds.rules.feeds import MOST_FEEDS, FeedEnded, FeedKind, TooManyFeeds
from training.people.rules.tokens import NotWithAToken


async def test_only_the_hash_is_kept_and_the_mark_begins_once(works: Works) -> None:
    scene = await make_feed_scene(works)
    first, second = await feed(works, learner(scene)), await feed(works, learner(scene))
    assert first.path != second.path
    (row,) = await execute("SELECT secret_hash, mark FROM feed WHERE id = {}", first.id)
    assert (len(row["secret_hash"]), row["mark"]) == (64, f"person:{scene.people[0]}")
    assert (await execute("SELECT count(*) AS n FROM calendar_mark"))[0]["n"] == 1


async def test_hostile_labels_are_kept_as_text(works: Works) -> None:
    scene = await make_feed_scene(works)
    for label in ("<script>alert(1)</script>", "'; DROP TABLE feed; --", "{{ 7 * 7 }}", "مكتب \U0001f4f1"):
        made = await feed(works, learner(scene), label=label)
        assert made.label == label


async def test_renewing_and_revoking_are_for_the_owner(works: Works) -> None:
    scene = await make_feed_scene(works)
    made = await feed(works, learner(scene))
    for action in (renew_feed, revoke_feed):
        with pytest.raises(NotFound):
            await works.run(scene.manager, action, made.id)
        with pytest.raises(NotWithAToken):
            await works.run(ANONYMOUS, action, made.id)
    renewed = await works.run(learner(scene), renew_feed, made.id)
    assert renewed.path != made.path
    await works.run(learner(scene), revoke_feed, made.id)
    with pytest.raises(NotFound):
        await works.run(learner(scene), renew_feed, made.id)


async def test_there_is_an_end_to_them(works: Works) -> None:
    scene = await make_feed_scene(works)
    for _ in range(MOST_FEEDS):
        await feed(works, learner(scene))
    with pytest.raises(TooManyFeeds):
        await feed(works, learner(scene))


async def test_a_calendar_whose_right_is_lost_gets_no_new_address_until_it_is_back(works: Works) -> None:
    scene = await make_feed_scene(works)
    made = await feed(works, scene.coordinator, kind=FeedKind.COORDINATING, scope_id=scene.partner_id)
    (held,) = await execute("SELECT id FROM role_grant WHERE person_id = {}", scene.coordinator.person_id)
    await execute("UPDATE role_grant SET role = 'gone' WHERE id = {}", held["id"])
    before = await execute("SELECT secret_hash, version FROM feed WHERE id = {}", made.id)
    with pytest.raises(FeedEnded):
        await works.run(scene.coordinator, renew_feed, made.id)
    assert await execute("SELECT secret_hash, version FROM feed WHERE id = {}", made.id) == before
    await execute("UPDATE role_grant SET role = 'coordinator' WHERE id = {}", held["id"])
    assert (await works.run(scene.coordinator, renew_feed, made.id)).path != made.path
    await execute("UPDATE role_grant SET role = 'gone' WHERE id = {}", held["id"])
    await works.run(scene.coordinator, revoke_feed, made.id)
