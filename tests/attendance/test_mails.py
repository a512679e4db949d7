"""What people read about rosters, on their own clocks."""

import re

from tests.attendance.test_actions.test_absences import letters
from tests.attendance.test_jobs import over
from tests.conftest import FrozenClock
from training.attendance.jobs import ask_for_rosters
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
