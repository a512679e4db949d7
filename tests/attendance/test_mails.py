"""What people read about rosters, on their own clocks."""

import re
from datetime import timedelta

import pytest

from tests.attendance.test_actions.test_absences import letters, mark, taught
from tests.attendance.test_actions.test_contesting import contested
from tests.attendance.test_jobs import over
from tests.conftest import FrozenClock
from training.attendance.actions.contesting import decide_contest
from training.attendance.actions.marking import close_roster
from training.attendance.jobs import ask_for_rosters
from training.attendance.rules.statuses import Status
from training.base.database import execute
from training.base.work import Works


async def test_the_roster_is_asked_for_with_a_link(works: Works, clock: FrozenClock) -> None:
    await over(works, clock, hours=2)
    await execute("UPDATE person SET zone = 'America/New_York'")
    await ask_for_rosters(works)
    (letter,) = await letters("roster-open")
    assert letter.subject == "Who was there? Safe messaging"
    assert "Mon 18 May 2026, 05:00 to 07:00, New York time, UTC-4" in " ".join(letter.text.split())
    assert re.search(r"\n\nhttp://testserver\.example/rosters/by-mail/\S{64}\n\n", letter.text)
    assert "You need not sign in" in " ".join(letter.text.split())
    assert "with 2 people on it" in letter.html
    (row,) = await execute("SELECT CAST(\"values\" AS TEXT) AS kept FROM message WHERE kind = 'roster-open'")
    token = re.search(r"by-mail/(\S{64})", letter.text)
    assert token is not None
    assert token[1] not in row["kept"]


@pytest.mark.parametrize(("days", "by_link"), [(58, True), (61, False)])
async def test_an_answer_leads_to_what_opens(works: Works, clock: FrozenClock, days: int, by_link: bool) -> None:
    scene, _, key = await contested(works, clock)
    clock.move(days=days)
    await works.run(scene.manager, decide_contest, key, granted=False, answer="The chair was empty.")
    (letter,) = await letters("contest-decided")
    (row,) = await execute("SELECT enrollment_id FROM contest")
    for text in (letter.text, letter.html):
        assert ("/places/" in text) is by_link
        assert (f"http://testserver.example/my/attendance/{row['enrollment_id']}" in text) is not by_link


async def test_no_day_is_promised_that_is_over(works: Works, clock: FrozenClock) -> None:
    scene, trainer, ids = await taught(works, clock)
    await works.run(trainer, close_roster, scene.meeting_ids[0], rest="present")
    for days, promised in ((1, True), (20, False)):
        clock.now += timedelta(days=days)
        await mark(works, trainer, scene.meeting_ids[0], ids[0], Status.NO_SHOW, reason="Somebody else sat there")
        (letter,) = await letters("absence")
        for text in (letter.text, letter.html):
            assert ("Say so until" in text) is promised
            assert ("Please ask the program manager" in " ".join(text.split())) is not promised
        await mark(works, trainer, scene.meeting_ids[0], ids[0], Status.PRESENT, reason="Looked again")
