"""Messages as tests enqueue them."""

from typing import Any
from uuid import UUID

from training.base.database import execute
from training.base.structs import Viewer
from training.base.work import Work
from training.outbox.actions import enqueue

CLI = Viewer.machine("cli")


async def send(work: Work, /, topic: str = "", *, supersede: bool = False, **more: Any) -> UUID:
    given = {"recipient": "ada@example.org", "template": "people/sign-in", **more}
    return await enqueue(work, kind="notice", topic=topic, supersede=supersede, **given)


async def states() -> list[str]:
    return [row["state"] for row in await execute("SELECT state FROM message ORDER BY state")]
