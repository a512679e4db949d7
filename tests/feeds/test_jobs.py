"""Links that nobody can use any more are forgotten."""

from tests.conftest import FrozenClock
from tests.feeds.made import feed, learner, make_feed_scene
from training.base.database import execute
from training.base.work import Works
from training.feeds.actions.feeds import end_feed, revoke_feed
from training.feeds.jobs import forget


async def test_revoked_and_lost_ones_go_after_sixty_days(works: Works, clock: FrozenClock) -> None:
    scene = await make_feed_scene(works)
    revoked, lost, kept = [await feed(works, learner(scene)) for _ in range(3)]
    await works.run(learner(scene), revoke_feed, revoked.id)
    await works.run(learner(scene), end_feed, lost.id)
    clock.move(days=59)
    assert await forget(works) == 0
    clock.move(days=1)
    assert await forget(works) == 2
    assert [str(row["id"]) for row in await execute("SELECT id FROM feed")] == [str(kept.id)]
