"""The shortest way of reading: what it sees, and that it reads and nothing else."""

import asyncio

from training.base.database import fetch_one, glance, watch_statements
from training.base.structs import ANONYMOUS, Frozen
from training.base.work import Work, Works
from training.catalogue.tables import Program

COUNT = "SELECT count(*) AS n FROM program WHERE slug = {}"


class Number(Frozen, frozen=True, kw_only=True):
    n: int


async def add(work: Work, slug: str) -> None:
    work.add(Program, id=work.new_id(), slug=slug, name="P", created_at=work.now)


async def test_it_sees_every_commit_at_once_and_is_counted(works: Works) -> None:
    for number in range(20):
        await works.run(ANONYMOUS, add, f"p-{number}")
        with watch_statements() as seen:
            (row,) = await glance(COUNT, f"p-{number}")
        assert (row["n"], len(seen)) == (1, 1)


async def test_in_a_transaction_it_sees_what_was_written_there(works: Works) -> None:
    async def look(work: Work) -> int:
        await add(work, "mine")
        await work.flush()
        return int((await glance(COUNT, "mine"))[0]["n"])

    assert await works.run(ANONYMOUS, look) == 1


async def test_it_waits_for_no_open_transaction(works: Works) -> None:
    begun, end = asyncio.Event(), asyncio.Event()

    async def slow(work: Work) -> None:
        await add(work, "slow")
        await work.flush()
        begun.set()
        await end.wait()

    writer = asyncio.create_task(works.run(ANONYMOUS, slow))
    await begun.wait()
    assert (await glance(COUNT, "slow"))[0]["n"] == 0
    end.set()
    await writer
    assert (await glance(COUNT, "slow"))[0]["n"] == 1
    assert await fetch_one(Number, COUNT, "slow") == Number(n=1)
