"""The page on which somebody answers what is asked for their place."""

import re
from datetime import timedelta
from uuid import uuid4

import httpx

from tests.booking.questions_made import BOTH, agree, ask, of_course, person, taking_part
from tests.booking.test_pages.made import enter, words
from tests.conftest import FrozenClock
from training.base.work import Works
from training.booking.actions.questions import edit_question
from training.booking.actions.terms import publish_terms
from training.booking.queries.asking import list_asked
from training.booking.rules.questions import Kind, QuestionDetails
from training.catalogue.rules import only


async def test_a_learner_answers_and_agrees(works: Works, client: httpx.AsyncClient) -> None:
    scene, (one, _) = await taking_part(works)
    address = f"/enrollments/{one.id}/questions"
    await enter(works, client, person(scene, 0))
    assert "Nothing is asked for this session" in words((await client.get(address)).text)
    scope = await of_course(scene)
    eats = await ask(works, scope, scene.manager, Kind.YES_NO, label="<b>Do you eat?</b>", required=True)
    what = await ask(
        works,
        scope,
        scene.manager,
        Kind.CHOICES,
        label="What?",
        options=("a", '"><i>b'),
        asks_if=eats.id,
        asks_if_value="yes",
    )
    terms = await agree(works, scene)
    shown = (await client.get(address)).text
    assert "2 things are still needed from you." in words(shown)
    assert "<b>Do you eat?" not in shown
    assert '"><i>b' not in shown
    assert "Only if you answered “ &lt;b&gt;Do you eat?&lt;/b&gt; ” with “ Yes ”." in words(shown)
    assert "Read by: the program's managers." in words(shown)
    assert " style=" not in shown.split("<main")[1]
    refused = await client.post(address, data={f"q-{eats.id}": "", f"q-{what.id}": ["", "a"]})
    assert refused.status_code == 422
    assert "&lt;b&gt;Do you eat?&lt;/b&gt;: Please answer this question." in refused.text
    assert f'href="#f-q-{eats.id}"' in refused.text
    sent = {f"q-{eats.id}": ["", "yes"], f"q-{what.id}": ["", "a"], f"q-{what.id}-reuse": "yes"}
    assert (await client.post(address, data=sent)).status_code == 303
    assert "Saved. One thing is still open." in words((await client.get(address)).text)
    await client.post(address, data=sent | {f"t-{terms.version_id}": "yes"})
    done = (await client.get(address)).text
    assert "Saved. Thank you: nothing more is open." in words(done)
    assert "You agreed to this on Mon 4 May 2026" in words(done)
    assert re.search(r'name="q-[^"]*-reuse" value="yes" checked', done)


async def test_readers_that_came_meanwhile_are_told_first(works: Works, client: httpx.AsyncClient) -> None:
    scene, (one, _) = await taking_part(works)
    question = await ask(works, await of_course(scene), scene.manager)
    address = f"/enrollments/{one.id}/questions"
    await enter(works, client, person(scene, 0))
    sent = {f"q-{question.id}": "private", f"q-{question.id}-wording": hidden_wording((await client.get(address)).text)}
    wider = QuestionDetails(**{**only(QuestionDetails, question), "readers": BOTH})
    await works.run(scene.manager, edit_question, question.id, wider)
    refused = await client.post(address, data=sent)
    assert refused.status_code == 422
    assert "This question changed meanwhile." in refused.text
    assert 'value="private"' in refused.text
    assert "your coordinator and your trainers" in refused.text
    again = sent | {f"q-{question.id}-wording": hidden_wording(refused.text)}
    assert (await client.post(address, data=again)).status_code == 303


def hidden_wording(text: str) -> str:
    """The wording that a form sends along."""
    found = re.search(r'name="q-[^"]*-wording" value="(\d+)"', text)
    assert found is not None
    return found[1]


async def test_terms_that_changed_and_consent_taken_back(works: Works, client: httpx.AsyncClient) -> None:
    scene, (one, _) = await taking_part(works)
    terms = await agree(works, scene, required=False)
    address = f"/enrollments/{one.id}/questions"
    await enter(works, client, person(scene, 0))
    await client.post(address, data={f"t-{terms.version_id}": "yes"})
    await works.run(scene.manager, publish_terms, terms.id, "Be very kind.")
    shown = (await client.get(address)).text
    assert "This changed since you agreed to it." in words(shown)
    assert "<ins>very </ins>" in shown
    old = await client.post(address, data={f"t-{terms.version_id}": "yes"})
    assert old.status_code == 422
    assert "These terms changed meanwhile" in old.text
    consent_id = (await list_asked(scene.session_id, one.person_id)).terms[0].consent_id
    assert f"/consents/{consent_id}/withdraw" in shown
    for _ in range(2):
        gone = await client.post(f"/enrollments/{one.id}/consents/{consent_id}/withdraw", data={})
        assert gone.headers["location"] == address
    assert "withdrawn already" in words((await client.get(address)).text)
    assert (await client.post(f"/enrollments/{one.id}/consents/{uuid4()}/withdraw", data={})).status_code == 404


async def test_a_coordinator_sees_and_answers_only_what_they_may(works: Works, client: httpx.AsyncClient) -> None:
    scene, (one, _) = await taking_part(works)
    address = f"/enrollments/{one.id}/questions"
    await enter(works, client, scene.coordinator)
    secret = await ask(works, await of_course(scene), scene.manager, label="Secret", required=True)
    await agree(works, scene)
    assert "There is nothing that you can answer for them" in words((await client.get(address)).text)
    shared = await ask(works, await of_course(scene), scene.manager, label="Shared", readers=BOTH)
    shown = words((await client.get(address)).text)
    assert "Questions about Northern Line 0" in shown
    assert "Shared" in shown
    assert "Secret" not in shown
    assert "House rules" not in shown
    assert (await client.post(address, data={f"q-{shared.id}": "x", f"q-{secret.id}": "y"})).status_code == 422
    assert (await client.post(address, data={f"q-{shared.id}": "x"})).status_code == 303


async def test_a_coordinator_is_not_told_what_is_still_open(works: Works, client: httpx.AsyncClient) -> None:
    scene, enrolled = await taking_part(works)
    private = await ask(works, await of_course(scene), scene.manager, label="Private", required=True)
    shared = await ask(works, await of_course(scene), scene.manager, label="Shared", readers=BOTH)
    await enter(works, client, person(scene, 0))
    await client.post(f"/enrollments/{enrolled[0].id}/questions", data={f"q-{private.id}": "x"})
    await enter(works, client, scene.coordinator)
    for one in enrolled:
        address = f"/enrollments/{one.id}/questions"
        said = await client.post(address, data={f"q-{shared.id}": "y"}, follow_redirects=True)
        assert "Saved." in words(said.text)
        assert "still open" not in words(said.text)
        assert "nothing more is open" not in words(said.text)


async def test_afterwards_there_is_nothing_to_answer(
    works: Works, client: httpx.AsyncClient, clock: FrozenClock
) -> None:
    scene, (one, _) = await taking_part(works, starts_in=timedelta(days=2))
    question = await ask(works, await of_course(scene), scene.manager)
    address = f"/enrollments/{one.id}/questions"
    await enter(works, client, person(scene, 0))
    clock.move(days=3)
    late = await client.post(address, data={f"q-{question.id}": "x"})
    assert late.headers["location"] == address
    assert "there is nothing to answer any more" in words((await client.get(address)).text)


async def test_foreign_and_missing_are_the_same(works: Works, client: httpx.AsyncClient) -> None:
    scene, (one, _) = await taking_part(works)
    await ask(works, await of_course(scene), scene.manager, readers=BOTH)
    for viewer in (scene.other_coordinator, scene.manager, person(scene, 1)):
        await enter(works, client, viewer)
        for key in (one.id, uuid4()):
            assert (await client.get(f"/enrollments/{key}/questions")).status_code == 404
            assert (await client.post(f"/enrollments/{key}/questions", data={})).status_code == 404
