"""What was said, by the API: released answers only, and nothing about other trainers."""

import httpx

from tests.booking.asked import bearer
from tests.surveys.made import answer, asked
from training.base.structs import Viewer
from training.base.work import Works


async def test_results_as_each_may_know_them(works: Works, client: httpx.AsyncClient) -> None:
    over = await asked(works)
    for number in range(4):
        await answer(works, over, number, words=f"word {number}")
    client.headers["authorization"] = f"Bearer {await bearer(works, over.scene.manager)}"
    path = f"/api/v1/sessions/{over.session_id}/survey-results"
    before = (await client.get(path)).json()
    assert (before["answered"], before["released"], before["results"]) == (4, 0, [])
    await answer(works, over, 4, words="word 4")
    after = (await client.get(path)).json()
    assert after["released"] == 5
    assert [one["trainer_name"] for one in after["results"]] == ["", "", "", "", "Tara", "Theo"]
    assert after["results"][0]["counts"][3] == {"answer": "4", "times": 5}
    assert after["results"][3]["words"] == [f"word {number}" for number in range(5)]
    course = (await client.get(f"/api/v1/courses/{over.scene.course_id}/survey-results")).json()
    assert course["lines"][0]["points"][0]["average"] == 4
    client.headers["authorization"] = f"Bearer {await bearer(works, Viewer(person_id=over.trainers[0]))}"
    own = (await client.get(path)).json()
    assert [one["trainer_name"] for one in own["results"]] == ["", "", "", "", "Tara"]
    assert (await client.get(f"/api/v1/trainers/{over.trainers[0]}/survey-results")).json()["lines"]
    assert (await client.get(f"/api/v1/trainers/{over.trainers[1]}/survey-results")).status_code == 404
    assert (await client.get(f"/api/v1/courses/{over.scene.course_id}/survey-results")).status_code == 404
