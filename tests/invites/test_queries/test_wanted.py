"""Only the last word about an entry leaves."""

from uuid import UUID

from tests.booking.asked import order
from tests.booking.made import make_scene
from training.base.database import execute
from training.base.work import Works
from training.booking.actions import book_places
from training.invites.jobs import accompanying
from training.invites.queries.wanted import find_unwanted
from training.outbox.queries import get_message


async def test_newer_words_replace_older_ones(works: Works) -> None:
    scene = await make_scene(works, meetings=2)
    await works.run(scene.coordinator, book_places, order(scene, 0))
    await accompanying()(works)
    (row,) = await execute("SELECT id FROM message WHERE kind = 'invite-new'")
    message = await get_message(UUID(str(row["id"])))
    assert await find_unwanted([message]) == {}
    await execute("UPDATE invite SET message_id = NULL WHERE message_id = {}", message.id)
    assert await find_unwanted([message]) == {message.id: "Newer words about this calendar entry replace it."}
    await execute("UPDATE message SET calendar = '', calendar_method = '' WHERE id = {}", message.id)
    assert await find_unwanted([await get_message(message.id)]) == {}
