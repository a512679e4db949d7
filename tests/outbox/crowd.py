"""A crowd that gets one message: an audience of numbered people, some of whom may leave meanwhile."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from training.base.database import execute
from training.base.work import Work
from training.outbox.actions.fan_out import enqueue_many
from training.outbox.rules import SecretLink
from training.outbox.rules.recipients import Audience, Recipient

LINK = SecretLink(path="/places/", purpose="place", id=UUID(int=9))


def member(number: int) -> Recipient:
    """The one with this number."""
    return Recipient(
        cursor=f"{number:06}",
        email=f"p{number}@example.org",
        name=f"Person {number}",
        person_id=UUID(int=number + 1),
        subject_id=UUID(int=number + 1_000_001),
        values={"number": number, "link": LINK},
    )


class Crowd:
    """`size` people; `left` are the numbers of those who do not belong to it any more."""

    def __init__(self, size: int) -> None:
        self.size = size
        self.left: set[int] = set()
        self.asked: list[tuple[Mapping[str, Any], str, int]] = []

    async def ask(self, args: Mapping[str, Any], after: str, limit: int) -> Sequence[Recipient]:
        self.asked.append((args, after, limit))
        return [member(n) for n in range(self.size) if n not in self.left and f"{n:06}" > after][:limit]

    @property
    def audiences(self) -> dict[str, Audience]:
        return {"crowd": self.ask}


async def tell(work: Work, /, crowd: Crowd, topic: str = "news:1", **more: Any) -> UUID | None:
    """Write to the whole crowd."""
    return await enqueue_many(
        work,
        await crowd.ask({}, "", 51),
        kind="notice",
        template="people/sign-in",
        audience="crowd",
        topic=topic,
        **{"args": {"of": "x", "at": work.now}, "values": {"at": work.now, "number": -1}, **more},
    )


async def told() -> list[str]:
    """To whom there is a message, each as often as there is one."""
    return [str(row["recipient"]) for row in await execute("SELECT recipient FROM message ORDER BY recipient")]


async def counted(sql: str) -> int:
    """One number."""
    return int((await execute(sql))[0]["n"])
