"""Answers as JSON: by the person, by a coordinator; who reads them."""

import httpx

from tests.booking.questions_made import COORDINATOR, agree, ask, of_course, person, taking_part
from tests.booking.test_api.test_asking import API, asked_by, told
from training.base.work import Works
from training.booking.rules.questions import Kind


async def test_a_person_answers_agrees_and_takes_back(works: Works, client: httpx.AsyncClient) -> None:
    scene, (one, _) = await taking_part(works)
    options = ("a", "b")
    question = await ask(works, await of_course(scene), scene.manager, Kind.CHOICES, options=options, required=True)
    terms = await agree(works, scene)
    await asked_by(works, client, person(scene, 0))
    address = f"{API}/enrollments/{one.id}"
    before = (await client.get(f"{address}/questions")).json()
    assert (before["open"], before["questions"][0]["answer"]) == (2, None)
    assert before["questions"][0]["read_by"] == "Read by: the program's managers"
    body = {
        "answers": [{"question_id": str(question.id), "value": ["b"], "reuse": True}],
        "consents": [str(terms.version_id)],
    }
    given = await client.post(f"{address}/answers", json=body, headers={"idempotency-key": "k"})
    assert (given.status_code, given.json()) == (200, {"answered": 1, "cleared": 0, "consents": 1})
    assert (await client.post(f"{address}/answers", json=body, headers={"idempotency-key": "k"})).json() == given.json()
    after = (await client.get(f"{address}/questions")).json()
    assert (after["open"], after["questions"][0]["answer"], after["questions"][0]["reuse"]) == (0, ["b"], True)
    withdraw = f"{address}/consents/{after['terms'][0]['consent_id']}/withdraw"
    assert (await client.post(withdraw)).json() == {"required": True}
    assert told(await client.post(withdraw)) == (409, "consent-withdrawn-already")
    wrong = {"answers": [{"question_id": str(question.id), "value": "z"}]}
    refused = await client.post(f"{address}/answers", json=wrong)
    assert told(refused) == (422, "invalid")
    assert [fault["field"] for fault in refused.json()["errors"]] == [f"q-{question.id}"]


async def test_a_coordinator_and_those_who_read(works: Works, client: httpx.AsyncClient) -> None:
    scene, (one, _) = await taking_part(works)
    shared = await ask(works, await of_course(scene), scene.manager, label="Shared", readers=COORDINATOR)
    await ask(works, await of_course(scene), scene.manager, label="Secret", required=True)
    await asked_by(works, client, scene.coordinator)
    asked = (await client.get(f"{API}/enrollments/{one.id}/questions")).json()
    assert ([each["label"] for each in asked["questions"]], asked["terms"], asked["open"]) == (["Shared"], [], 0)
    body = {"answers": [{"question_id": str(shared.id), "value": "vegan"}]}
    assert (await client.post(f"{API}/enrollments/{one.id}/answers", json=body)).status_code == 200
    sheet = (await client.get(f"{API}/sessions/{scene.session_id}/answers")).json()
    assert [each["label"] for each in sheet["questions"]] == ["Shared"]
    assert [each["answers"] for each in sheet["people"]] == [["vegan"], [None]]
    await asked_by(works, client, scene.manager)
    assert len((await client.get(f"{API}/sessions/{scene.session_id}/answers")).json()["questions"]) == 2


async def test_nobody_else(works: Works, client: httpx.AsyncClient) -> None:
    scene, (one, _) = await taking_part(works)
    for viewer in (scene.other_coordinator, person(scene, 1)):
        await asked_by(works, client, viewer)
        for path in (f"enrollments/{one.id}/questions", f"sessions/{scene.session_id}/answers"):
            assert told(await client.get(f"{API}/{path}")) == (404, "not-found")
        assert told(await client.post(f"{API}/enrollments/{one.id}/answers", json={})) == (404, "not-found")
