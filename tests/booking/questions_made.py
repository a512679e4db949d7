"""Questions and terms for tests: short calls with everything that does not matter left out."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from tests.booking.asked import order
from tests.booking.made import Scene, make_scene
from training.base.structs import Viewer
from training.base.work import Works
from training.booking.actions import book_places
from training.booking.actions.questions import add_question
from training.booking.actions.terms import add_terms
from training.booking.queries import list_enrollments
from training.booking.queries.enrollments import EnrollmentView
from training.booking.queries.questions import Scope, course_scope, program_scope, session_scope
from training.booking.rules.asking import Asked, AskedQuestion, AskedTerms, Known
from training.booking.rules.questions import Kind, Question, QuestionDetails, Reader
from training.booking.rules.terms import Terms, TermsDetails
from training.schedule.tables import TrainerAssignment

AT = datetime(2026, 5, 4, 9, 0, tzinfo=UTC)
COORDINATOR, TRAINER = (Reader.COORDINATOR,), (Reader.TRAINER,)
BOTH = (Reader.COORDINATOR, Reader.TRAINER)


def key(number: int) -> UUID:
    return UUID(int=number)


def question(number: int, kind: Kind = Kind.LINE, **more: Any) -> AskedQuestion:
    """A question as it is asked, with the id `key(number)`."""
    told = {"label": f"Question {number}", "of_course": True, "wording": 1, **more}
    return AskedQuestion(id=key(number), kind=kind, **told)


def terms(number: int, **more: Any) -> AskedTerms:
    """Terms as they are asked, their version being `key(number)`."""
    told = {"id": key(900 + number), "number": 1, "title": "Rules", "body": "Be kind.", "required": True, **more}
    return AskedTerms(version_id=key(number), published_at=AT, **told)


def known(value: str | tuple[str, ...], **more: Any) -> Known:
    """An answer given before."""
    return Known(
        **{"value": value, "wording": 1, "reuse": False, "own": True, "answered_at": AT, "partner_id": None, **more}
    )


def asked(*questions: AskedQuestion, terms: tuple[AskedTerms, ...] = ()) -> Asked:
    """What is asked, in this order."""
    return Asked(session_id=key(999), questions=questions, terms=terms)


async def of_course(scene: Scene) -> Scope:
    return await course_scope(scene.manager, scene.course_id)


async def of_session(scene: Scene) -> Scope:
    return await session_scope(scene.manager, scene.session_id)


async def ask(works: Works, scope: Scope, manager: Viewer, kind: Kind = Kind.LINE, **more: Any) -> Question:
    """Add a question."""
    details = QuestionDetails(kind=kind, **{"label": "What do you need?", **more})
    return await works.run(manager, add_question, scope, details)


async def agree(works: Works, scene: Scene, body: str = "Be kind.", **more: Any) -> Terms:
    """Add terms to the program of a scene."""
    details = TermsDetails(**{"title": "House rules", **more})
    return await works.run(
        scene.manager, add_terms, await program_scope(scene.manager, scene.program_id), details, body
    )


async def taking_part(works: Works, *numbers: int, **values: Any) -> tuple[Scene, list[EnrollmentView]]:
    """A scene in which these members of the first partner are booked."""
    scene = await make_scene(works, **values)
    await works.run(scene.coordinator, book_places, order(scene, *(numbers or (0, 1))))
    return scene, await list_enrollments(scene.coordinator, scene.session_id)


def person(scene: Scene, number: int) -> Viewer:
    """A learner of the first partner, as who they are when they sign in."""
    return Viewer(person_id=scene.people[number], name=f"Northern Line {number}")


async def teaching(works: Works, scene: Scene) -> Viewer:
    """Somebody who teaches the session of a scene."""
    teacher = scene.people[7]

    async def assign(work: Any) -> None:
        work.add(
            TrainerAssignment,
            id=work.new_id(),
            session_id=scene.session_id,
            meeting_id=scene.meeting_ids[0],
            person_id=teacher,
        )

    await works.run(Viewer.machine("test"), assign)
    return Viewer(person_id=teacher, name="Tilda")
