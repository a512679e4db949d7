"""One's own sessions."""

from datetime import timedelta

import httpx

from tests.booking.questions_made import agree, ask, of_course, taking_part
from tests.booking.test_pages.made import asking, enter, opened, words
from tests.conftest import FrozenClock
from training.base.database import execute, watch_statements
from training.base.structs import Viewer
from training.base.work import Work, Works
from training.booking.actions import cancel_enrollment
from training.booking.actions.asking import answer_questions
from training.booking.queries import list_enrollments
from training.booking.queries.asking import list_asked
from training.schedule.actions import cancel_session
from training.schedule.tables import TrainerAssignment


async def test_a_visitor_signs_in_first(client: httpx.AsyncClient) -> None:
    answer = await client.get("/my/sessions")
    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in?next=/my/sessions")


async def test_nothing_yet(works: Works, client: httpx.AsyncClient) -> None:
    await opened(works, client)
    assert "Nothing to come" in words((await client.get("/my/sessions")).text)


async def test_what_comes_and_what_was(works: Works, client: httpx.AsyncClient, clock: FrozenClock) -> None:
    scene, form = await opened(works, client, capacity_in_person=1, meetings=2, mode="hybrid", capacity_online=1)
    await execute("UPDATE meeting SET link = 'https://meet.example/secret'")
    await client.post(form, data=asking(scene, 0, 1, 2, token="t" * 9, step="confirm"))
    await enter(works, client, Viewer(person_id=scene.people[1]))
    with watch_statements() as seen:
        enrolled = await client.get("/my/sessions")
    said = words(enrolled.text)
    assert len(seen) == 15
    assert "Enrolled" in said
    assert "You can give your place back until Sat 16 May 2026, 09:00 UTC" in said
    assert "meet.example" not in enrolled.text
    assert "You can join from Mon 18 May 2026, 08:45 UTC" in said
    await enter(works, client, Viewer(person_id=scene.people[2]))
    waiting = await client.get("/my/sessions")
    assert "Waitlisted number 1 in line" in words(waiting.text)
    assert "meet.example" not in waiting.text
    await enter(works, client, Viewer(person_id=scene.people[1]))
    clock.move(days=13, hours=23, minutes=45)
    assert 'href="https://meet.example/secret"' in (await client.get("/my/sessions")).text
    await enter(works, client, Viewer(person_id=scene.people[2]))
    clock.move(hours=4, minutes=15)
    second = words((await client.get("/my/sessions")).text)
    assert "Tue 19 May 2026" in second
    clock.move(days=2)
    over = words((await client.get("/my/sessions")).text)
    assert "Nothing to come" in over
    assert "Before" in over


async def test_a_cancelled_session_is_not_missed(works: Works, client: httpx.AsyncClient) -> None:
    scene, form = await opened(works, client, starts_in=timedelta(days=3))
    await client.post(form, data=asking(scene, 0, token="t" * 9, step="confirm"))
    await execute("UPDATE session SET state = 'cancelled'")
    await execute("UPDATE enrollment SET state = 'cancelled', mode = '', state_reason = 'The trainer is ill.'")
    await enter(works, client, Viewer(person_id=scene.people[0]))
    said = words((await client.get("/my/sessions")).text)
    assert "Still to come" in said
    assert "Cancelled The trainer is ill." in said


async def test_no_link_leads_to_a_page_that_is_not_theirs(works: Works, client: httpx.AsyncClient) -> None:
    """With a place and on the waitlist the session is theirs; once it is cancelled, only its audience sees it."""
    scene, form = await opened(works, client, capacity_in_person=1)
    await client.post(form, data=asking(scene, 0, 1, token="t" * 9, step="confirm"))
    for linked in (True, False):
        for number in (0, 1):
            await enter(works, client, Viewer(person_id=scene.people[number]))
            page = (await client.get("/my/sessions")).text
            assert "Safe messaging" in page
            assert (f'href="/sessions/{scene.session_id}"' in page) is linked
            assert (await client.get(f"/sessions/{scene.session_id}")).status_code == (200 if linked else 404)
        if linked:
            await works.run(scene.manager, cancel_session, scene.session_id, "The trainer is ill.")


async def test_a_trainer_sees_what_they_teach(works: Works, client: httpx.AsyncClient, clock: FrozenClock) -> None:
    scene, form = await opened(works, client, mode="online", capacity_online=3, capacity_in_person=0)
    await execute("UPDATE meeting SET link = 'https://meet.example/secret'")
    await client.post(form, data=asking(scene, 0, 1, token="t" * 9, step="confirm"))
    trainer = Viewer(person_id=scene.people[5])

    async def assign(work: Work) -> None:
        ids = {"session_id": scene.session_id, "meeting_id": scene.meeting_ids[0], "person_id": trainer.person_id}
        work.add(TrainerAssignment, id=work.new_id(), role="lead", **ids)

    await works.run(scene.manager, assign)
    await enter(works, client, trainer)
    for path in ("/my/sessions", "/"):
        page = await client.get(path)
        assert "You teach" in words(page.text)
        assert "2 people have a place" in words(page.text)
        assert 'href="https://meet.example/secret"' in page.text
        assert f'href="/sessions/{scene.session_id}/briefing"' in page.text
        assert f'href="/rosters/{scene.meeting_ids[0]}"' in page.text
    session = words((await client.get(f"/sessions/{scene.session_id}")).text)
    assert "You teach this." in session
    assert "Ask yours" not in session
    clock.move(days=15)
    assert "You teach" not in words((await client.get("/my/sessions")).text)


async def test_what_is_asked_is_said(works: Works, client: httpx.AsyncClient) -> None:
    scene, (one, _) = await taking_part(works)
    question = await ask(works, await of_course(scene), scene.manager, required=True)
    await agree(works, scene)
    me = Viewer(person_id=scene.people[0])
    await enter(works, client, me)
    for page in ("/my/sessions", f"/sessions/{scene.session_id}"):
        shown = (await client.get(page)).text
        assert f'href="/enrollments/{one.id}/questions"' in shown
        assert "2 questions to answer" in words(shown)
    terms = (await list_asked(scene.session_id, one.person_id)).terms[0]
    await works.run(me, answer_questions, one.id, {f"q-{question.id}": "x", terms.field: "yes"})
    for page in ("/my/sessions", f"/sessions/{scene.session_id}"):
        assert "Your answers" in words((await client.get(page)).text)


async def test_what_was_given_back_is_no_cancelled_session(works: Works, client: httpx.AsyncClient) -> None:
    scene, form = await opened(works, client, capacity_in_person=1)
    await client.post(form, data=asking(scene, 0, 1, token="t" * 9, step="confirm"))
    rows = await list_enrollments(scene.manager, scene.session_id)
    for number, row, word in ((1, rows[1], "Left the waitlist"), (0, rows[0], "Given back")):
        me = Viewer(person_id=scene.people[number])
        await works.run(me, cancel_enrollment, row.id)
        await enter(works, client, me)
        said = words((await client.get("/my/sessions")).text)
        assert f"{word} Take it back" in said
        assert "Still to come, without you" in said
        assert "Before" not in said
        assert "Cancelled" not in said


async def test_a_place_that_somebody_else_has_is_not_offered_back(works: Works, client: httpx.AsyncClient) -> None:
    scene, form = await opened(works, client, capacity_in_person=1)
    await client.post(form, data=asking(scene, 0, 1, token="t" * 9, step="confirm"))
    me = Viewer(person_id=scene.people[0])
    await works.run(me, cancel_enrollment, (await list_enrollments(scene.manager, scene.session_id))[0].id)
    await enter(works, client, me)
    said = words((await client.get("/my/sessions")).text)
    assert "Given back" in said
    assert "Take it back" not in said
