"""Messages of a scene, as they ended."""

import re
from uuid import UUID

import httpx

from tests.booking.made import Scene
from tests.desk.made import OPERATOR, full_scene, sign_in
from training.base.database import execute
from training.base.work import Work, Works
from training.outbox.actions import enqueue

LIST = "/manage/messages"
SECRET = re.compile(r"[A-Za-z0-9_-]{50,}")


async def ids_of(kind: str) -> list[UUID]:
    """The messages of a kind, the first first."""
    return [UUID(str(row["id"])) for row in await execute("SELECT id FROM message WHERE kind = {} ORDER BY id", kind)]


async def end(message_id: UUID, state: str, error: str = "") -> None:
    """Let a message end."""
    sql = "UPDATE message SET state = {}, error = {}, attempts = 1, sent_at = not_before, lease_until = not_before"
    await execute(f"{sql} WHERE id = {{}}", state, error, message_id)


async def bouncing(works: Works, client: httpx.AsyncClient) -> tuple[Scene, UUID]:
    """A scene whose first message bounced, looked at by its manager."""
    scene, _ = await full_scene(works)
    message_id = (await ids_of("booking-enrolled"))[0]
    await end(message_id, "bounced", "550 5.1.1 <x>: no such user")
    await sign_in(client, works, scene.manager)
    return scene, message_id


async def many(works: Works, scene: Scene, number: int) -> None:
    """So many more messages of the program, all failed."""

    async def write(work: Work) -> None:
        for index in range(number):
            await enqueue(
                work,
                kind="announcement",
                template="people/sign-in",
                recipient=f"p{index}@mass.example",
                program_id=scene.program_id,
                partner_id=scene.partner_id,
                values={"link": "", "minutes": 1},
            )

    await works.run(OPERATOR, write)
    await execute("UPDATE message SET state = 'failed' WHERE kind = 'announcement'")
