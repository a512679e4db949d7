"""Answering by the mailed link: no sign-in, one fieldset for each question, a kind word to who cannot answer."""

import re

import httpx
import pytest

from tests.booking.asked import bearer
from tests.conftest import SITE, FrozenClock
from tests.surveys.made import Over, answer, asked, count, filled_in, record, sheet_of
from training.base.structs import Viewer
from training.base.work import Works
from training.surveys.rules.answering import cells
from training.surveys.rules.asking import survey_token


def link(over: Over, number: int = 0) -> str:
    return f"/surveys/{survey_token(SITE.secret_key, over.enrollments[number], 1)}"


async def test_the_page_asks_each_question_once_and_of_each_trainer(works: Works, client: httpx.AsyncClient) -> None:
    over = await asked(works, trainers=("Tara", "Theo <b>Bold</b>"))
    answer = await client.get(link(over))
    assert answer.status_code == 200, answer.text
    assert answer.text.count("<fieldset") == answer.text.count("<legend") == 6
    assert "Theo &lt;b&gt;Bold&lt;/b&gt;" in answer.text
    assert answer.headers["referrer-policy"] == "strict-origin"
    assert 'name="form_token"' not in answer.text.split('class="form survey"')[1].split("</form>")[0]
    # Neither the form nor anything else on the page repeats the key.
    assert link(over) not in answer.text


async def test_answers_are_taken_without_signing_in(works: Works, client: httpx.AsyncClient) -> None:
    over = await asked(works)
    sent = await client.post(link(over), data=filled_in(await sheet_of(over), words="More <b>time</b>"))
    assert (sent.status_code, sent.headers["location"]) == (303, "?sent=yes")
    thanked = await client.get(f"{link(over)}?sent=yes")
    assert thanked.status_code == 200
    assert "Your answers have arrived." in thanked.text
    assert "answered this already" not in thanked.text, "it did not fail"
    assert "You have answered this already" in (await client.get(link(over))).text
    again = await client.post(link(over), data=filled_in(await sheet_of(over)))
    assert (again.status_code, "Thank you" in again.text) == (200, True)
    assert await count("SELECT count(*) AS n FROM survey_sheet") == 1
    assert await count("SELECT count(*) AS n FROM kept_answer") == 0, "no hash of what was typed"


async def test_what_is_missing_is_said_beside_the_question(works: Works, client: httpx.AsyncClient) -> None:
    over = await asked(works)
    sheet = await sheet_of(over)
    required, words = cells(sheet)[0], cells(sheet)[-1]
    refused = await client.post(link(over), data={words.name: "Keep <this>", required.name: "9"})
    assert refused.status_code == 422
    assert "Keep &lt;this&gt;" in refused.text
    assert f'href="#f-{required.name}"' in refused.text
    assert f'id="f-{required.name}"' in refused.text


@pytest.mark.parametrize("token", ["x", "A" * 64, "é" * 64, "%00"])
async def test_a_link_that_is_no_link(works: Works, client: httpx.AsyncClient, token: str) -> None:
    await asked(works)
    answer = await client.get(f"/surveys/{token}")
    assert answer.status_code == 404
    assert (await client.post(f"/surveys/{token}", data={})).status_code == 404


async def test_the_link_of_who_was_not_asked_and_of_another_purpose(works: Works, client: httpx.AsyncClient) -> None:
    over = await asked(works, present=6)
    assert (await client.get(link(over, 7))).status_code == 404
    renewed = survey_token(SITE.secret_key, over.enrollments[0], 2)
    assert (await client.get(f"/surveys/{renewed}")).status_code == 404


async def test_too_late_and_not_there(works: Works, client: httpx.AsyncClient, clock: FrozenClock) -> None:
    over = await asked(works)
    await record(works, over, {over.enrollments[1]: "no-show"})
    absent = await client.get(link(over, 1))
    assert (absent.status_code, "asked of those who were there" in absent.text) == (409, True)
    clock.move(days=14)
    late = await client.get(link(over))
    assert (late.status_code, "The time to answer this is over" in late.text) == (410, True)


async def test_ones_own_sessions_lead_to_it(works: Works, client: httpx.AsyncClient) -> None:
    over = await asked(works)
    client.cookies.set("sign_in", await bearer(works, Viewer(person_id=over.scene.people[0])))
    mine = (await client.get("/my/sessions")).text
    found = re.search(r"/surveys/[\w-]{64}", mine)
    assert found is not None
    assert (await client.get(found[0])).status_code == 200
    await answer(works, over, 0)
    assert "/surveys/" not in (await client.get("/my/sessions")).text
