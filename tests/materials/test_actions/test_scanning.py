"""Each file that waits has one worker, and what came of it is noted once."""

from datetime import timedelta

import pytest

from tests.conftest import FrozenClock
from tests.materials.kept import FileRow, a_row, hash_of, the_file
from tests.schedule.made import MACHINE
from training.base.database import execute
from training.base.work import Works
from training.materials.actions.scanning import claim_waiting, give_back, note_verdict
from training.materials.rules.scans import Judged, Verdict

CLEAN = Judged(verdict=Verdict.CLEAN, said="")
FOUND = Judged(verdict=Verdict.FOUND, said="Eicar FOUND")
AWAY = Judged(verdict=Verdict.UNKNOWN, said="The scanner ended with 2.")


async def waiting(works: Works, content: bytes = b"a", **columns: object) -> str:
    await a_row(works, sha256=hash_of(content), size=len(content), state="waiting", **columns)
    return hash_of(content)


async def row_of(sha256: str) -> FileRow:
    found = await the_file(sha256)
    assert found is not None
    return found


async def test_the_oldest_is_claimed_first_and_nobody_gets_one_twice(works: Works, clock: FrozenClock) -> None:
    later = await waiting(works, b"later", created_at=clock.now)
    first = await waiting(works, b"first", created_at=clock.now - timedelta(hours=1))
    await a_row(works, sha256=hash_of(b"ready"), size=1)
    claimed = [await works.run(MACHINE, claim_waiting, name) for name in "abc"]
    assert [file.sha256 if file else None for file in claimed] == [first, later, None]
    assert (await row_of(first)).lease_by == "a"


async def test_whoever_was_ended_with_a_file_loses_it_when_the_lease_ends(works: Works, clock: FrozenClock) -> None:
    sha256 = await waiting(works)
    file = await works.run(MACHINE, claim_waiting, "ended")
    assert file is not None
    clock.now += file.within
    assert await works.run(MACHINE, claim_waiting, "next") is None
    clock.move(minutes=1)
    again = await works.run(MACHINE, claim_waiting, "next")
    assert again is not None
    assert again.scans == 2
    assert not await works.run(MACHINE, note_verdict, "ended", file, CLEAN)
    assert (await row_of(sha256)).state == "waiting"
    assert await works.run(MACHINE, note_verdict, "next", again, CLEAN)
    assert (await row_of(sha256)).state == "ready"


@pytest.mark.parametrize(("judged", "state"), [(CLEAN, "ready"), (FOUND, "refused")])
async def test_a_verdict_is_final(works: Works, judged: Judged, state: str) -> None:
    sha256 = await waiting(works)
    file = await works.run(MACHINE, claim_waiting, "me")
    assert file is not None
    assert await works.run(MACHINE, note_verdict, "me", file, judged)
    assert not await works.run(MACHINE, note_verdict, "me", file, CLEAN)
    row = await row_of(sha256)
    assert (row.state, row.verdict, row.lease_until, row.lease_by) == (state, judged.said, None, "")
    told = await execute("SELECT event FROM journal_entry WHERE event = 'FileRefused'")
    assert len(told) == (judged is FOUND)


async def test_what_could_not_be_looked_at_waits_longer_each_time_and_says_why(
    works: Works, clock: FrozenClock
) -> None:
    sha256, waits = await waiting(works), []
    for _ in range(4):
        file = await works.run(MACHINE, claim_waiting, "me")
        assert file is not None
        await works.run(MACHINE, note_verdict, "me", file, AWAY)
        assert await works.run(MACHINE, claim_waiting, "me") is None
        row = await row_of(sha256)
        assert (row.state, row.verdict) == ("waiting", AWAY.said)
        assert row.lease_until is not None
        waits.append(row.lease_until - clock.now)
        clock.now = row.lease_until
    assert waits == [timedelta(minutes=minutes) for minutes in (1, 2, 5, 10)]


async def test_what_was_broken_off_is_there_for_the_next_at_once(works: Works) -> None:
    sha256 = await waiting(works)
    file = await works.run(MACHINE, claim_waiting, "me")
    assert file is not None
    await works.run(MACHINE, give_back, "me", file)
    assert (await row_of(sha256)).scans == 0
    assert await works.run(MACHINE, claim_waiting, "you") == file
