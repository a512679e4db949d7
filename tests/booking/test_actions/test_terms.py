"""Terms: each text is kept for ever, and a new one is asked for again only when it is new."""

import pytest

from tests.booking.made import make_scene
from tests.booking.questions_made import agree, person, taking_part
from training.base.errors import Invalid, NotFound, Stale
from training.base.work import Works
from training.booking.actions.asking import answer_questions
from training.booking.actions.terms import add_terms, edit_terms, publish_terms, retire_terms
from training.booking.queries.asking import list_asked
from training.booking.queries.questions import course_scope, list_terms, list_versions, program_scope, session_scope
from training.booking.rules.terms import TermsDetails, TermsGone, TermsLimit


async def test_versions_are_kept_and_asked_for_only_when_changed(works: Works) -> None:
    scene, (one, _) = await taking_part(works)
    terms = await agree(works, scene)
    await works.run(person(scene, 0), answer_questions, one.id, {f"t-{terms.version_id}": "yes"})
    same = await works.run(scene.manager, publish_terms, terms.id, " Be kind.  \n")
    assert (same.current, same.version) == (1, 1)
    (asked,) = (await list_asked(scene.session_id, one.person_id)).terms
    assert asked.agreed_at is not None
    newer = await works.run(scene.manager, publish_terms, terms.id, "Be very kind.", expected_version=1)
    assert (newer.current, newer.version) == (2, 2)
    (asked,) = (await list_asked(scene.session_id, one.person_id)).terms
    assert (asked.agreed_at, asked.old_number, asked.old_body, asked.number) == (None, 1, "Be kind.", 2)
    versions = await list_versions(terms.id)
    assert [(v.number, v.body, v.agreed, v.published_by) for v in versions] == [
        (2, "Be very kind.", 0, "Mona"),
        (1, "Be kind.", 1, "Mona"),
    ]


async def test_the_title_changes_without_asking_again(works: Works) -> None:
    scene = await make_scene(works)
    terms = await agree(works, scene)
    edited = await works.run(scene.manager, edit_terms, terms.id, TermsDetails(title=" Rules ", required=False))
    assert (edited.title, edited.required, edited.current, edited.version) == ("Rules", False, 1, 2)
    assert await works.run(scene.manager, edit_terms, terms.id, TermsDetails(title="Rules", required=False)) == edited
    for action, said in ((publish_terms, "New"), (edit_terms, TermsDetails(title="Other"))):
        with pytest.raises(Stale):
            await works.run(scene.manager, action, terms.id, said, expected_version=1)  # type: ignore[arg-type]


async def test_terms_belong_to_a_program_a_course_or_a_session(works: Works) -> None:
    scene = await make_scene(works)
    scopes = (
        await program_scope(scene.manager, scene.program_id),
        await course_scope(scene.manager, scene.course_id),
        await session_scope(scene.manager, scene.session_id),
    )
    for scope in reversed(scopes):
        await works.run(scene.manager, add_terms, scope, TermsDetails(title=scope.kind), "Text")
    for scope in scopes:
        assert [terms.title for terms in await list_terms(scope)] == [scope.kind]
    asked = await list_asked(scene.session_id, None)
    assert [terms.title for terms in asked.terms] == ["program", "course", "session"]


async def test_retired_terms_are_asked_for_no_longer(works: Works) -> None:
    scene = await make_scene(works)
    terms = await agree(works, scene)
    with pytest.raises(Stale):
        await works.run(scene.manager, retire_terms, terms.id, expected_version=7)
    await works.run(scene.manager, retire_terms, terms.id)
    assert (await list_asked(scene.session_id, None)).terms == ()
    with pytest.raises(TermsGone):
        await works.run(scene.manager, publish_terms, terms.id, "Again")


async def test_limits_and_rights(works: Works) -> None:
    scene, other = await make_scene(works), await make_scene(works, tag=" B")
    scope = await program_scope(scene.manager, scene.program_id)
    terms = await agree(works, scene)
    for viewer in (scene.coordinator, other.manager):
        with pytest.raises(NotFound):
            await works.run(viewer, add_terms, scope, TermsDetails(title="Mine"), "Text")
        with pytest.raises(NotFound):
            await works.run(viewer, publish_terms, terms.id, "Mine")
    with pytest.raises(Invalid):
        await agree(works, scene, body=" ")
    for _ in range(19):
        await agree(works, scene)
    with pytest.raises(TermsLimit):
        await agree(works, scene)
