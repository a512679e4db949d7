"""Answering: by the person, by a coordinator, again, later; agreeing and taking it back."""

import asyncio
from uuid import uuid4

import pytest
from msgspec.structs import replace

from tests.booking.asked import one as count
from tests.booking.asked import order
from tests.booking.made import make_scene
from tests.booking.questions_made import BOTH, agree, ask, of_course, of_session, person, taking_part
from tests.booking.test_mails import letters, plain
from tests.conftest import FrozenClock
from training.base.database import execute
from training.base.errors import Invalid, NotFound
from training.base.structs import Viewer
from training.base.work import Work, Works
from training.booking.actions import book_places, cancel_enrollment
from training.booking.actions.asking import answer_questions, record_answers, withdraw_consent
from training.booking.queries.asking import list_asked
from training.booking.rules.asking import AnsweringOver, Answers, GivenAnswer
from training.booking.rules.questions import Kind
from training.booking.rules.terms import ConsentGone
from training.people.rules import NotWithAToken


async def said(session_id: object, person_id: object) -> list[object]:
    asked = await list_asked(session_id, person_id)  # type: ignore[arg-type]
    return [question.known.value if question.known else None for question in asked.questions]


async def test_a_person_answers_changes_and_takes_back(works: Works) -> None:
    scene, (one, _) = await taking_part(works)
    line = await ask(works, await of_course(scene), scene.manager)
    many = await ask(works, await of_session(scene), scene.manager, Kind.CHOICES, options=("a", "b"))
    me = person(scene, 0)
    await works.run(me, answer_questions, one.id, {f"q-{line.id}": '"quoted" {}', f"q-{many.id}": ["b", "a"]})
    assert await said(scene.session_id, one.person_id) == ['"quoted" {}', ("a", "b")]
    await works.run(me, answer_questions, one.id, {f"q-{line.id}": "other"})
    assert await said(scene.session_id, one.person_id) == ["other", ("a", "b")]
    await works.run(me, answer_questions, one.id, {f"q-{many.id}": ""})
    assert await said(scene.session_id, one.person_id) == ["other", None]
    assert await count("SELECT count(*) AS n FROM answer") == 1
    journal = await execute("SELECT data FROM journal_entry WHERE event = 'QuestionsAnswered'")
    assert len(journal) == 3
    assert "quoted" not in str(journal)


async def test_an_answer_whose_condition_fell_is_taken_away(works: Works) -> None:
    scene, (one, _) = await taking_part(works)
    scope = await of_course(scene)
    first = await ask(works, scope, scene.manager, Kind.YES_NO)
    second = await ask(works, scope, scene.manager, required=True, asks_if=first.id, asks_if_value="yes")
    me = person(scene, 0)
    await works.run(me, answer_questions, one.id, {f"q-{first.id}": "yes", f"q-{second.id}": "private"})
    await works.run(me, answer_questions, one.id, {f"q-{first.id}": "no"})
    assert await said(scene.session_id, one.person_id) == ["no", None]
    assert await count("SELECT count(*) AS n FROM answer") == 1


async def test_an_answer_is_reused_only_where_the_person_agreed(works: Works) -> None:
    scene, (one, _) = await taking_part(works)
    keep = await ask(works, await of_course(scene), scene.manager, required=True)
    once = await ask(works, await of_course(scene), scene.manager, reusable=False)
    me = person(scene, 0)
    with pytest.raises(Invalid):
        await works.run(me, answer_questions, one.id, {f"q-{once.id}": "x", f"q-{once.id}-reuse": "yes"})
    sent = {f"q-{keep.id}": "A ramp", f"q-{keep.id}-reuse": "yes", f"q-{once.id}": "x"}
    await works.run(me, answer_questions, one.id, sent)
    await works.run(scene.coordinator, cancel_enrollment, one.id)
    assert await said(scene.session_id, one.person_id) == ["A ramp", None]
    await works.run(scene.coordinator, book_places, order(scene, 0))
    again = (await list_asked(scene.session_id, one.person_id)).questions[0].known
    assert again is not None
    assert (again.value, again.own, again.reuse) == ("A ramp", False, True)


async def test_a_coordinator_answers_what_coordinators_read(works: Works) -> None:
    scene, (one, _) = await taking_part(works)
    scope = await of_course(scene)
    shared = await ask(works, scope, scene.manager, readers=BOTH)
    secret = await ask(works, scope, scene.manager, required=True)
    terms = await agree(works, scene)
    await works.run(scene.coordinator, answer_questions, one.id, {f"q-{shared.id}": "vegan"})
    assert await said(scene.session_id, one.person_id) == ["vegan", None]
    for name in (f"q-{secret.id}", f"t-{terms.version_id}", f"q-{shared.id}-reuse"):
        with pytest.raises(Invalid) as refused:
            await works.run(scene.coordinator, answer_questions, one.id, {name: "yes"})
        assert list(refused.value.fields) == [name]
    by = await execute("SELECT answered_by FROM answer")
    assert str(by[0]["answered_by"]) == str(scene.coordinator.person_id)


async def test_nobody_else_answers(works: Works) -> None:
    scene, (one, two) = await taking_part(works)
    question = await ask(works, await of_course(scene), scene.manager, readers=BOTH)
    for viewer in (scene.other_coordinator, scene.manager, person(scene, 1), Viewer()):
        with pytest.raises(NotFound):
            await works.run(viewer, answer_questions, one.id, {f"q-{question.id}": "x"})
    with pytest.raises(NotFound):
        await works.run(person(scene, 0), answer_questions, two.id, {f"q-{question.id}": "x"})


async def test_a_question_of_another_session_is_an_unknown_field(works: Works) -> None:
    scene, (one, _) = await taking_part(works)
    other = await make_scene(works, tag=" B")
    foreign = await ask(works, await of_session(other), other.manager)
    for name in (f"q-{foreign.id}", f"q-{uuid4()}", "q-", "t-x"):
        with pytest.raises(Invalid) as refused:
            await works.run(person(scene, 0), answer_questions, one.id, {name: "x"})
        assert list(refused.value.fields) == [name]
    assert await count("SELECT count(*) AS n FROM answer") == 0


async def test_when_the_session_is_over_so_is_answering(works: Works, clock: FrozenClock) -> None:
    scene, (one, two) = await taking_part(works)
    question = await ask(works, await of_course(scene), scene.manager)
    await works.run(scene.coordinator, cancel_enrollment, two.id)
    with pytest.raises(AnsweringOver):
        await works.run(person(scene, 1), answer_questions, two.id, {f"q-{question.id}": "x"})
    clock.move(days=15)
    with pytest.raises(AnsweringOver):
        await works.run(person(scene, 0), answer_questions, one.id, {f"q-{question.id}": "x"})


async def test_an_optional_consent_is_given_and_taken_back(works: Works) -> None:
    scene, (one, two) = await taking_part(works)
    terms = await agree(works, scene, required=False)
    me, name = person(scene, 0), f"t-{terms.version_id}"
    await works.run(me, answer_questions, one.id, {name: "yes"})
    await works.run(me, answer_questions, one.id, {name: "yes"})
    (asked,) = (await list_asked(scene.session_id, one.person_id)).terms
    assert asked.consent_id is not None
    for viewer, enrollment_id in ((scene.coordinator, one.id), (scene.manager, one.id), (person(scene, 1), two.id)):
        with pytest.raises(NotFound):
            await works.run(viewer, withdraw_consent, enrollment_id, asked.consent_id)
    assert await works.run(me, withdraw_consent, one.id, asked.consent_id) is False
    with pytest.raises(ConsentGone):
        await works.run(me, withdraw_consent, one.id, asked.consent_id)
    assert await count("SELECT count(*) AS n FROM message WHERE kind = 'booking-consent-withdrawn'") == 0
    await works.run(me, answer_questions, one.id, {name: "yes"})
    rows = await execute("SELECT withdrawn_at FROM consent ORDER BY given_at, id")
    assert sorted(row["withdrawn_at"] is None for row in rows) == [False, True]


async def test_a_required_consent_taken_back_tells_the_managers_and_nothing_else(works: Works) -> None:
    scene, (one, _) = await taking_part(works)
    await execute(
        "INSERT INTO role_grant (id, person_id, role, scope_id, granted_at) VALUES ({}, {}, {}, {}, {})",
        uuid4(),
        scene.manager.person_id,
        "program_manager",
        scene.program_id,
        works.clock(),
    )
    terms = await agree(works, scene)
    me = person(scene, 0)
    await works.run(me, answer_questions, one.id, {f"t-{terms.version_id}": "yes"})
    (asked,) = (await list_asked(scene.session_id, one.person_id)).terms
    assert asked.consent_id is not None
    assert await works.run(me, withdraw_consent, one.id, asked.consent_id) is True
    (message,) = await execute("SELECT recipient FROM message WHERE kind = 'booking-consent-withdrawn'")
    assert message["recipient"] == "mona@example.org"
    (letter,) = await letters("booking-consent-withdrawn")
    assert letter.subject == "Northern Line 0 no longer agrees to “House rules”"
    assert "The place in “Safe messaging” is kept." in plain(letter)
    assert f"/manage/sessions/{scene.session_id}/roster" in letter.html
    assert await count("SELECT count(*) AS n FROM enrollment WHERE state = 'enrolled' AND id = {}", one.id) == 1


async def test_a_program_agrees_to_nothing(works: Works) -> None:
    scene, (one, _) = await taking_part(works)
    question, terms = await ask(works, await of_course(scene), scene.manager), await agree(works, scene)
    token = replace(person(scene, 0), token_id=uuid4(), limited_to=frozenset({"book"}))
    await works.run(token, answer_questions, one.id, {f"q-{question.id}": "x"})
    with pytest.raises(NotWithAToken):
        await works.run(token, answer_questions, one.id, {f"t-{terms.version_id}": "yes"})


async def test_answers_are_written_with_an_enrollment_that_is_just_being_made(works: Works) -> None:
    scene, (one, _) = await taking_part(works)
    question, terms = await ask(works, await of_course(scene), scene.manager), await agree(works, scene)
    answers = Answers(
        answers=(GivenAnswer(question_id=question.id, wording=1, value="x", reuse=False),),
        cleared=(uuid4(),),
        consents=(terms.version_id,),
    )

    async def record(work: Work) -> None:
        await record_answers(work, one.id, one.person_id, Answers())
        await record_answers(work, one.id, one.person_id, answers)
        await record_answers(work, one.id, one.person_id, answers)

    await works.run(person(scene, 0), record)
    assert await said(scene.session_id, one.person_id) == ["x"]
    assert await count("SELECT count(*) AS n FROM consent") == 1


async def test_two_tabs_at_once(works: Works) -> None:
    scene, (one, _) = await taking_part(works)
    question, terms = await ask(works, await of_course(scene), scene.manager), await agree(works, scene)
    name = f"q-{question.id}"
    jobs = [
        works.run(person(scene, 0), answer_questions, one.id, {name: str(n), f"t-{terms.version_id}": "yes"})
        for n in range(5)
    ]
    await asyncio.gather(*jobs)
    assert await count("SELECT count(*) AS n FROM answer") == 1
    assert await count("SELECT count(*) AS n FROM consent WHERE withdrawn_at IS NULL") == 1
