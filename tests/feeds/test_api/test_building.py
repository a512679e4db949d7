"""A calendar built anew: what it says of itself, and that one bad entry is only left out."""

import pytest
import structlog

from tests.conftest import SITE, FrozenClock
from tests.feeds.made import make_feed_scene, more_sessions
from training.base.database import execute
from training.base.work import Works
from training.feeds.api.building import build_public, version_of
from training.feeds.queries.entries import Source


async def built(clock: FrozenClock) -> str:
    source = Source(kind="public")
    made = await build_public(source, name="", mark=(1, clock()), site=SITE, now=clock())
    assert made.version == version_of(1, clock(), 0)
    return made.body.decode()


async def test_it_says_what_it_holds_and_how_often_to_look(works: Works, clock: FrozenClock) -> None:
    await make_feed_scene(works, audience="public")
    text = await built(clock)
    assert "X-WR-CALNAME:All public sessions (training)" in text
    assert "REFRESH-INTERVAL;VALUE=DURATION:PT60M" in text
    assert "X-PUBLISHED-TTL:PT60M" in text
    assert "last 90 days" in text.replace("\r\n ", "")


@pytest.mark.parametrize("column", ["zone", "title"])
async def test_a_bad_record_takes_nothing_else_along(works: Works, clock: FrozenClock, column: str) -> None:
    scene = await make_feed_scene(works)
    made = await more_sessions(works, scene, 3, audience="public")
    bad = made[1][1]
    if column == "zone":
        await execute("UPDATE meeting SET zone = 'Nowhere/Land' WHERE id = {}", bad)
    else:
        hostile = "A\r\nEND:VEVENT\r\nEND:VCALENDAR\u2028\x0b" + "\U0001f600" * 40
        await execute("UPDATE meeting SET title = {} WHERE id = {}", hostile, bad)
    with structlog.testing.capture_logs():
        text = await built(clock)
    assert text.count("BEGIN:VEVENT") >= 2
    assert all(str(meeting_id) in text for _, meeting_id in (made[0], made[2]))
    lines = text.encode().split(b"\r\n")
    assert (lines.count(b"END:VCALENDAR"), lines[-2:]) == (1, [b"END:VCALENDAR", b""])
    assert max(len(line) for line in lines) <= 75
