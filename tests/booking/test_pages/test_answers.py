"""The table of answers, and the file of it."""

import httpx

from tests.booking.questions_made import COORDINATOR, agree, ask, of_course, person, taking_part
from tests.booking.test_pages.made import enter, words
from training.base.work import Works
from training.booking.actions.asking import answer_questions
from training.booking.actions.questions import edit_question
from training.booking.rules.questions import Kind, QuestionDetails
from training.catalogue.rules import only


async def test_managers_see_sums_people_and_a_safe_file(works: Works, client: httpx.AsyncClient) -> None:
    scene, rows = await taking_part(works)
    scope = await of_course(scene)
    lunch = await ask(works, scope, scene.manager, Kind.YES_NO, label="Lunch?")
    note = await ask(works, scope, scene.manager, label="=1+1", readers=COORDINATOR)
    terms = await agree(works, scene)
    sent = {f"q-{lunch.id}": "yes", f"q-{note.id}": "=cmd|' /C calc'!A0", f"t-{terms.version_id}": "yes"}
    await works.run(person(scene, 0), answer_questions, rows[0].id, sent)
    await enter(works, client, scene.manager)
    address = f"/sessions/{scene.session_id}/answers"
    shown = words((await client.get(address)).text)
    assert "Lunch? 1 of 2 answered" in shown
    assert "Yes 1" in shown
    assert "Mon 4 May 2026" in shown
    file = (await client.get(f"{address}/export/csv")).text
    assert '"\'=1+1"' in file
    assert "\"'=cmd|" in file
    assert (await client.get(f"{address}/export/xlsx")).status_code == 200
    assert (await client.get(f"{address}/export/pdf")).status_code in (400, 404, 422)
    changed = QuestionDetails(**{**only(QuestionDetails, note), "label": "Other"})
    await works.run(scene.manager, edit_question, note.id, changed)
    assert "(earlier wording)" in words((await client.get(address)).text)
    assert "(earlier wording)" in (await client.get(f"{address}/export/csv")).text


async def test_coordinators_see_their_own_people(works: Works, client: httpx.AsyncClient) -> None:
    scene, rows = await taking_part(works)
    shared = await ask(works, await of_course(scene), scene.manager, label="Shared", readers=COORDINATOR)
    await ask(works, await of_course(scene), scene.manager, label="Shared", readers=COORDINATOR)
    await ask(works, await of_course(scene), scene.manager, label="Secret")
    await works.run(person(scene, 0), answer_questions, rows[0].id, {f"q-{shared.id}": "vegan"})
    await enter(works, client, scene.coordinator)
    address = f"/sessions/{scene.session_id}/answers"
    shown = words((await client.get(address)).text)
    assert "vegan" in shown
    assert f'href="/enrollments/{rows[0].id}/questions"' in (await client.get(address)).text
    assert f'href="{address}"' in (await client.get(f"/sessions/{scene.session_id}")).text
    assert "Secret" not in shown
    first = (await client.get(f"{address}/export/csv")).text.splitlines()[0]
    assert first.endswith('"Name","Partner","State","Shared","Shared (5)"')


async def test_nobody_else(works: Works, client: httpx.AsyncClient) -> None:
    scene, _ = await taking_part(works)
    address = f"/sessions/{scene.session_id}/answers"
    for viewer in (scene.other_coordinator, person(scene, 0)):
        await enter(works, client, viewer)
        for path in (address, f"{address}/export/csv"):
            assert (await client.get(path)).status_code == 404
