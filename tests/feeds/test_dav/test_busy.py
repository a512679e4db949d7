"""Busy times: as few spans as there can be, cut at the ends of what was asked for, and nothing of what is in them."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import httpx
from hypothesis import given
from hypothesis import strategies as st

from tests.conftest import FrozenClock
from tests.feeds.test_dav.asking import SPACES, Program, booked_scene, learner, program_of
from training.base.database import execute
from training.base.work import Works
from training.feeds.dav.busy import merged
from training.feeds.dav.filters import Span

ZERO = datetime(2026, 5, 1, tzinfo=UTC)


def span(first: int, last: int) -> Span:
    return Span(start=ZERO + timedelta(hours=first), end=ZERO + timedelta(hours=last))


@given(st.lists(st.tuples(st.integers(0, 30), st.integers(1, 5)), max_size=12))
def test_merged_times_are_the_same_times(given_spans: list[tuple[int, int]]) -> None:
    spans = [span(first, first + length) for first, length in given_spans]
    found = merged(spans)

    def hours(some: list[Span]) -> set[int]:
        return {n for n in range(40) for one in some if one.start <= ZERO + timedelta(hours=n) < one.end}

    assert hours(found) == hours(spans)
    assert all(one.end < other.start for one, other in pairwise(found))


async def asked(program: Program, path: str, start: datetime, end: datetime) -> httpx.Response:
    body = (
        f'<c:free-busy-query {SPACES}><c:time-range start="{start:%Y%m%dT%H%M%SZ}" end="{end:%Y%m%dT%H%M%SZ}"/>'
        "</c:free-busy-query>"
    )
    return await program.ask("REPORT", path, body, depth="1")


async def test_only_times_are_told(client: httpx.AsyncClient, works: Works, clock: FrozenClock) -> None:
    scene = await booked_scene(works, meetings=3)
    program = await program_of(client, works, learner(scene))
    await execute("UPDATE meeting SET cancelled_at = {} WHERE id = {}", clock.now, scene.meeting_ids[2])
    first = clock.now + timedelta(days=14)
    told = await asked(program, program.home("mine", ""), first + timedelta(hours=1), first + timedelta(days=30))
    assert (told.status_code, told.headers["content-type"]) == (200, "text/calendar; charset=utf-8")
    busy = [line for line in told.text.split("\r\n") if line.startswith("FREEBUSY")]
    assert busy == [
        "FREEBUSY;FBTYPE=BUSY:20260518T100000Z/20260518T110000Z",
        "FREEBUSY;FBTYPE=BUSY:20260519T090000Z/20260519T110000Z",
    ]
    assert "Safe messaging" not in told.text
    assert (await asked(program, program.home(), first, first + timedelta(days=1))).status_code == 403
    other = await booked_scene(works, tag=" two")
    foreign = f"/dav/calendars/{other.coordinator.person_id}/mine/"
    assert (await asked(program, foreign, first, first + timedelta(days=1))).status_code == 404
