"""What a calendar can be about, for whom."""

from uuid import uuid4

from tests.feeds.made import in_room, learner, make_feed_scene
from training.base.work import Works
from training.feeds.queries.scopes import find_scope, list_partner_scopes, list_room_scopes
from training.feeds.rules.feeds import FeedKind


async def test_everybody_is_offered_what_they_may_read(works: Works) -> None:
    scene = await make_feed_scene(works)
    room_id = await in_room(works, scene)
    assert [one.name for one in await list_partner_scopes(scene.coordinator)] == ["Northern Line"]
    assert await list_partner_scopes(learner(scene)) == []
    assert [one.name for one in await list_room_scopes(scene.manager)] == ["Quay House, Red room"]
    assert await list_room_scopes(scene.coordinator) == []
    assert await find_scope(scene.coordinator, FeedKind.COORDINATING, scene.partner_id) is not None
    for viewer, kind, scope_id in (
        (scene.coordinator, FeedKind.COORDINATING, scene.other_partner_id),
        (scene.coordinator, FeedKind.ROOM, room_id),
        (scene.manager, FeedKind.ROOM, uuid4()),
        (scene.manager, FeedKind.COORDINATING, scene.partner_id),
    ):
        assert await find_scope(viewer, kind, scope_id) is None
