"""What somebody is asked, with what they said before, in few statements."""

from tests.booking.asked import order
from tests.booking.made import make_scene
from tests.booking.questions_made import agree, ask, of_course, of_session, person, taking_part
from training.base.database import watch_statements
from training.base.work import Works
from training.booking.actions import book_places
from training.booking.actions.asking import answer_questions
from training.booking.queries.asking import count_open, count_open_of, count_own_open, list_asked
from training.booking.rules.asking import Asked
from training.booking.rules.questions import Kind


async def test_the_course_asks_first_and_nobody_has_answered(works: Works) -> None:
    scene = await make_scene(works)
    await ask(works, await of_session(scene), scene.manager, label="of the session")
    await ask(works, await of_course(scene), scene.manager, label="of the course", options=(), help="Help")
    asked = await list_asked(scene.session_id, None)
    assert [(q.label, q.of_course, q.known) for q in asked.questions] == [
        ("of the course", True, None),
        ("of the session", False, None),
    ]
    other = await make_scene(works, tag=" B")
    assert await list_asked(other.session_id, scene.people[0]) == Asked(session_id=other.session_id)


async def test_an_option_that_is_gone_is_asked_again(works: Works) -> None:
    scene, (one, _) = await taking_part(works)
    question = await ask(works, await of_course(scene), scene.manager, Kind.CHOICE, options=("tea", "milk"))
    await works.run(person(scene, 0), answer_questions, one.id, {f"q-{question.id}": "milk"})
    await works.run(scene.manager, _rename, question.id)
    (asked,) = (await list_asked(scene.session_id, one.person_id)).questions
    assert asked.known is None
    assert asked.outdated is not None


async def _rename(work, question_id):  # type: ignore[no-untyped-def]
    await work.execute("UPDATE question SET options = {} WHERE id = {}", '["tea", "oat milk"]', question_id)


async def test_how_much_is_open_in_few_statements(works: Works) -> None:
    scene, rows = await taking_part(works, 0, 1, 2)
    must = await ask(works, await of_course(scene), scene.manager, required=True)
    await ask(works, await of_session(scene), scene.manager)
    await agree(works, scene)
    await works.run(person(scene, 0), answer_questions, rows[0].id, {f"q-{must.id}": "x"})
    with watch_statements() as seen:
        found = await count_open(scene.session_id, [row.person_id for row in rows])
    assert found == {rows[0].person_id: 1, rows[1].person_id: 2, rows[2].person_id: 2}
    assert len(seen) <= 4
    assert await count_own_open(rows[1].person_id, [scene.session_id]) == {scene.session_id: 2}
    assert await count_own_open(rows[1].person_id, []) == {}
    other = await make_scene(works, tag=" B")
    assert await count_own_open(rows[1].person_id, [other.session_id]) == {}
    assert await count_open(scene.session_id, []) == {}


async def test_how_much_is_open_for_pairs_of_session_and_person(works: Works) -> None:
    scene, rows = await taking_part(works, 0, 1)
    other = await make_scene(works, tag=" B")
    await ask(works, await of_session(scene), scene.manager, required=True)
    await ask(works, await of_session(other), other.manager, required=True)
    await agree(works, scene)
    mine = [(scene.session_id, row.person_id) for row in rows]
    theirs = (other.session_id, other.people[0])
    with watch_statements() as seen:
        found = await count_open_of([*mine, theirs])
    assert found == {mine[0]: 2, mine[1]: 2, theirs: 1}, "nobody is counted for what only others are asked"
    assert len(seen) == 4
    assert await count_open_of([]) == {}


async def test_consent_counts_in_every_session_of_the_program(works: Works) -> None:
    scene, (one, _) = await taking_part(works)
    terms = await agree(works, scene)
    await works.run(person(scene, 0), answer_questions, one.id, {f"t-{terms.version_id}": "yes"})
    await works.run(scene.coordinator, book_places, order(scene, 3))
    assert await count_open(scene.session_id, scene.people[:1]) == {}
    assert await count_open(scene.session_id, scene.people[3:4]) == {scene.people[3]: 1}
