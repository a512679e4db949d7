"""The editor: for managers, without JavaScript, and nothing typed is lost."""

import httpx

from tests.booking.asked import bearer
from tests.booking.made import Scene, make_scene
from training.base.work import Works
from training.surveys.queries.surveys import find_survey, list_questions
from training.surveys.rules.questions import BUILT_IN

SETTINGS = {"introduction": "Tell us", "minimum": "4", "open_days": "10", "active": "yes"}
WARM = {"label": "Was <b>it</b> warm?", "kind": "choice", "about": "session", "options": "Yes\nNo\nToo much"}


async def signed_in(works: Works, client: httpx.AsyncClient) -> Scene:
    scene = await make_scene(works)
    client.cookies.set("sign_in", await bearer(works, scene.manager))
    return scene


async def test_the_built_in_survey_is_shown_and_becomes_ones_own(works: Works, client: httpx.AsyncClient) -> None:
    scene = await signed_in(works, client)
    path = f"/manage/programs/{scene.program_id}/survey"
    shown = (await client.get(path)).text
    assert all(one.label in shown for one in BUILT_IN)
    assert "Nobody has written a survey for this program yet" in shown
    assert (await client.post(path, data={**SETTINGS, "version": "0"})).status_code == 303
    saved = await find_survey(scene.program_id, None)
    assert saved is not None
    assert (saved.introduction, saved.minimum, saved.open_days) == ("Tell us", 4, 10)
    stale = await client.post(path, data={**SETTINGS, "introduction": "Mine", "version": "0"})
    assert (stale.status_code, "Mine" in stale.text) == (409, True)
    wrong = await client.post(path, data={**SETTINGS, "minimum": "2", "version": "1"})
    assert (wrong.status_code, "at least 3" in wrong.text) == (422, True)


async def test_a_question_of_a_course_from_adding_to_retiring(works: Works, client: httpx.AsyncClient) -> None:
    scene = await signed_in(works, client)
    path = f"/manage/courses/{scene.course_id}/survey"
    assert "This course asks what its program asks" in (await client.get(path)).text
    assert (await client.post(f"{path}/questions", data=WARM)).status_code == 404
    await client.post(path, data={**SETTINGS, "version": "0"})
    assert (await client.post(f"{path}/questions", data=WARM)).status_code == 303
    assert "Was &lt;b&gt;it&lt;/b&gt; warm?" in (await client.get(path)).text
    kept = await find_survey(scene.program_id, scene.course_id)
    assert kept is not None
    question = (await list_questions(kept.id))[-1]
    assert question.options == ("Yes", "No", "Too much")
    one = f"/manage/survey-questions/{question.id}"
    assert "Too much" in (await client.get(one)).text
    refused = await client.post(one, data={**WARM, "options": "Yes"})
    assert (refused.status_code, "at least two options" in refused.text) == (422, True)
    assert (await client.post(f"{one}/move", data={"step": "up"})).status_code == 303
    assert (await list_questions(kept.id))[-2].id == question.id
    assert (await client.post(one, data={**WARM, "label": "Was it cold?"})).status_code == 303
    new = (await list_questions(kept.id))[-2]
    assert (new.label, new.id != question.id) == ("Was it cold?", True)
    assert (await client.post(f"/manage/survey-questions/{new.id}/retire")).status_code == 303
    assert (await client.get(one)).status_code == 410


async def test_a_wrong_question_stays_in_the_form(works: Works, client: httpx.AsyncClient) -> None:
    scene = await signed_in(works, client)
    path = f"/manage/programs/{scene.program_id}/survey"
    await client.post(path, data={**SETTINGS, "version": "0"})
    refused = await client.post(f"{path}/questions", data={**WARM, "options": "One"})
    assert refused.status_code == 422
    assert "Was &lt;b&gt;it&lt;/b&gt; warm?" in refused.text
    assert (await client.post(f"{path}/questions", data={"label": ""})).status_code == 422


async def test_others_find_nothing(works: Works, client: httpx.AsyncClient) -> None:
    scene = await make_scene(works)
    client.cookies.set("sign_in", await bearer(works, scene.coordinator))
    for of in (f"programs/{scene.program_id}", f"courses/{scene.course_id}"):
        assert (await client.get(f"/manage/{of}/survey")).status_code == 404
        assert (await client.post(f"/manage/{of}/survey", data={"version": "0"})).status_code == 404
