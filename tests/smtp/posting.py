"""Messages to many people, and a worker that carries them to a misbehaving server until nothing waits."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from tests.conftest import FrozenClock
from tests.smtp.mailer import Mailer
from training.base.database import execute
from training.base.structs import Viewer
from training.base.work import Work, Works
from training.outbox.actions import enqueue
from training.outbox.jobs.deliver import Postman, Quiet, StillWanted
from training.outbox.rules import SecretLink
from training.outbox.rules.servers import parse_mail_url
from training.outbox.sender import Sender

CLI = Viewer.machine("cli")
LINK = SecretLink(path="/sign-in/", purpose="sign-in", id=UUID(int=7))
# Longer than every wait but the last, so that moving on by it makes due what was put off.
MINUTES = 75


async def write(work: Work, /, count: int, **more: Any) -> list[UUID]:
    """So many messages to as many people."""
    return [
        await enqueue(
            work,
            **{
                "kind": "invitation",
                "template": "people/sign-in",
                "recipient": f"person{number}@example.org",
                "recipient_name": f"Person {number}",
                "values": {"link": LINK, "minutes": 10},
                **more,
            },
        )
        for number in range(count)
    ]


def postman(
    mailer: Mailer, *, wanted: Mapping[str, StillWanted] | None = None, quiet: Quiet | None = None, **line: Any
) -> Postman:
    """A worker's delivery, new: it remembers nothing of a pause."""
    return Postman(Sender(parse_mail_url(mailer.url(**line)), "testserver.example"), wanted=wanted, quiet=quiet)


async def states() -> dict[str, int]:
    """How many messages stand how."""
    rows = await execute("SELECT state, COUNT(*) AS number FROM message GROUP BY state")
    return {str(row["state"]): int(row["number"]) for row in rows}


async def carry_all(works: Works, clock: FrozenClock, mailer: Mailer, *, most: int = 40, **line: Any) -> int:
    """Deliver again and again, an hour later each time, until nothing waits; returns how often that was."""
    for times in range(1, most + 1):
        carrier = postman(mailer, **line)
        await carrier.deliver(works)
        await carrier.close()
        if not (await states()).keys() & {"waiting", "claimed"}:
            return times
        clock.move(minutes=MINUTES)
    raise AssertionError(f"After {most} times there is still {await states()}")
