"""Answers of a session for managers, trainers and coordinators, and nobody else; what is kept of one person."""

from uuid import uuid4

import pytest

from tests.booking.asked import order
from tests.booking.questions_made import (
    BOTH,
    COORDINATOR,
    TRAINER,
    agree,
    ask,
    of_course,
    person,
    taking_part,
    teaching,
)
from training.base.errors import NotFound
from training.base.structs import Viewer
from training.base.work import Works
from training.booking.actions import book_places
from training.booking.actions.asking import answer_questions, withdraw_consent
from training.booking.actions.questions import retire_question
from training.booking.queries.answers import list_answers, list_of_person_data
from training.booking.queries.asking import list_asked


async def test_everybody_reads_what_they_may(works: Works) -> None:
    scene, rows = await taking_part(works, 0, 1)
    scope = await of_course(scene)
    kinds = {"m": (), "c": COORDINATOR, "t": TRAINER, "b": BOTH}
    asked = {name: await ask(works, scope, scene.manager, label=name, readers=who) for name, who in kinds.items()}
    await works.run(scene.other_coordinator, book_places, order(scene, 0, other=True))
    sent = {f"q-{question.id}": name for name, question in asked.items()}
    await works.run(person(scene, 0), answer_questions, rows[0].id, sent)
    trainer = await teaching(works, scene)
    for viewer, labels, people in (
        (scene.manager, ["m", "c", "t", "b"], 3),
        (trainer, ["t", "b"], 3),
        (scene.coordinator, ["c", "b"], 2),
        (scene.other_coordinator, ["c", "b"], 1),
    ):
        sheet = await list_answers(viewer, scene.session_id)
        assert [question.label for question in sheet.questions] == labels
        assert len(sheet.rows) == people
        told = {row.taker.name: [cell.value for cell in row.cells] for row in sheet.rows}
        assert told.get("Northern Line 0", labels) == labels
    assert "Northern Line" not in str(await list_answers(scene.other_coordinator, scene.session_id))


async def test_nobody_else_reads_anything(works: Works) -> None:
    scene, _ = await taking_part(works)
    await ask(works, await of_course(scene), scene.manager, readers=BOTH)
    for viewer in (scene.other_coordinator, person(scene, 0), Viewer()):
        with pytest.raises(NotFound):
            await list_answers(viewer, scene.session_id)
    with pytest.raises(NotFound):
        await list_answers(scene.manager, uuid4())


async def test_answers_to_a_retired_question_stay(works: Works) -> None:
    scene, (one, _) = await taking_part(works)
    question = await ask(works, await of_course(scene), scene.manager)
    await works.run(person(scene, 0), answer_questions, one.id, {f"q-{question.id}": "x"})
    await works.run(scene.manager, retire_question, question.id)
    assert (await list_asked(scene.session_id, one.person_id)).questions == ()
    sheet = await list_answers(scene.manager, scene.session_id)
    assert [each.answered for each in sheet.summaries] == [1]


async def test_what_is_kept_of_one_person(works: Works) -> None:
    scene, rows = await taking_part(works)
    question, terms = await ask(works, await of_course(scene), scene.manager), await agree(works, scene)
    for number, row in enumerate(rows):
        sent = {f"q-{question.id}": f"answer {number}", f"t-{terms.version_id}": "yes"}
        await works.run(person(scene, number), answer_questions, row.id, sent)
    consent_id = (await list_asked(scene.session_id, rows[0].person_id)).terms[0].consent_id
    assert consent_id is not None
    await works.run(person(scene, 0), withdraw_consent, rows[0].id, consent_id)
    data = await list_of_person_data(rows[0].person_id)
    assert [(a.question, a.session_title, a.value) for a in data.answers] == [
        ("What do you need?", "Safe messaging", "answer 0")
    ]
    assert [(c.title, c.number, c.body, c.withdrawn_at is not None) for c in data.consents] == [
        ("House rules", 1, "Be kind.", True)
    ]
