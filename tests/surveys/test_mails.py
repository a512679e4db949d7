"""The question how it was, as text and HTML, on the reader's clocks and without anything but its own link."""

import re

from tests.conftest import SITE, FrozenClock
from tests.surveys.made import asked
from training.base.database import execute
from training.base.work import Works
from training.outbox.mails import render_message
from training.outbox.queries import get_message
from training.outbox.rules import Rendered
from training.surveys.jobs import chase
from training.surveys.rules.asking import opens_survey


async def letter(kind: str) -> Rendered:
    rows = await execute("SELECT id FROM message WHERE kind = {} ORDER BY subject_id LIMIT 1", kind)
    return render_message(await get_message(rows[0]["id"]), SITE)


async def test_it_says_what_is_promised_and_until_when(works: Works) -> None:
    over = await asked(works, title="Safe & <b>sound</b>")
    await execute("UPDATE person SET zone = 'America/New_York'")
    found = await letter("survey-asked")
    assert found.subject == "How was it? Safe & <b>sound</b>"
    flat = " ".join(found.text.split())
    assert "you can answer until Mon 18 May 2026, 10:00, Dublin time, UTC+1." in flat
    assert "5 at a time or more" in flat
    assert "Safe &amp; &lt;b&gt;sound&lt;/b&gt;" in found.html
    link = re.search(r"/surveys/(\S+)", found.text)
    assert link is not None
    assert opens_survey(SITE.secret_key, link[1], over.enrollments[0], 1)
    assert "\n\n\n" not in found.text


async def test_once_more_and_never_again(works: Works, clock: FrozenClock) -> None:
    await asked(works)
    clock.move(days=4)
    await chase(works)
    found = await letter("survey-reminder")
    assert found.subject.startswith("One minute, please")
    assert "this is the last we say about it" in " ".join(found.text.split())
    assert found.unsubscribe


async def test_a_screen_that_others_see_shows_no_link(works: Works) -> None:
    await asked(works)
    rows = await execute('SELECT CAST("values" AS TEXT) AS kept FROM message WHERE kind = {}', "survey-asked")
    assert not any(re.search(r"[\w-]{64}", str(row["kept"])) for row in rows)
