"""The table of answers, and the file of it."""

import httpx

from tests.booking.asked import order
from tests.booking.made import make_scene
from tests.booking.questions_made import COORDINATOR, agree, ask, of_course, person, taking_part, teaching
from tests.booking.test_actions.test_request import OPEN
from tests.booking.test_actions.test_request import ask as asked_for
from tests.booking.test_pages.made import enter, words
from training.base.work import Works
from training.booking.actions import book_places
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


async def test_only_managers_are_told_of_requests(works: Works, client: httpx.AsyncClient) -> None:
    scene = await make_scene(works, capacity_in_person=9, **OPEN)
    await asked_for(works, scene, "victim@mail.example", name="Mallory typed this")
    await works.run(scene.coordinator, book_places, order(scene, 0))
    await asked_for(works, scene, "northern-line-0@example.org")
    shown = [f"/sessions/{scene.session_id}{end}" for end in ("", "/answers", "/answers/export/csv")]
    shown += [f"/api/v1/sessions/{scene.session_id}/{end}" for end in ("answers", "enrollments", "attendees")]
    shown.append(f"/partners/{scene.partner_id}")
    own = person(scene, 0)
    for viewer in (await teaching(works, scene), scene.coordinator, own):
        await enter(works, client, viewer)
        said = "".join([(await client.get(address)).text for address in shown])
        assert "Mallory" not in said
        assert "Somebody who has not confirmed yet" not in said
        assert "nobody.invalid" not in said
    await enter(works, client, scene.manager)
    for file in (shown[2], f"/manage/sessions/{scene.session_id}/roster/export/csv"):
        lines = (await client.get(file)).text.splitlines()
        marked = [line.lower() for line in lines if "Mallory" in line or "not confirmed yet" in line]
        assert len(marked) == 2
        assert all('"requested"' in line for line in marked)
