"""What is asked for an enrollment, answering it, and the answers of a session, as JSON."""

from typing import Any
from uuid import UUID

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from training.base.structs import Viewer
from training.base.work import Works
from training.booking.actions.asking import answer_questions, answers_for_self, withdraw_consent
from training.booking.queries.answers import list_answers
from training.booking.queries.asking import list_asked
from training.booking.queries.enrollments import get_enrollment
from training.booking.rules.asking import Answers, outstanding, seen_by_coordinators
from training.booking.schemas.answering import AnswersIn, AskedOut, SheetOut, TakenOut, WithdrawnOut
from training.people.guards import NO_TOKENS, needs, signed_in
from training.people.rules import TokenScope
from training.web.answers import answer
from training.web.keys import once

HttpRequest = Request[Any, Any, Any]


def _taken(answers: Answers) -> TakenOut:
    counts = (len(answers.answers), len(answers.cleared), len(answers.consents))
    return TakenOut(answered=counts[0], cleared=counts[1], consents=counts[2])


class AnswerApi(Controller):
    """Answers to what is asked."""

    tags = ["Questions and terms"]
    guards = [signed_in]

    @get("/enrollments/{enrollment_id:uuid}/questions")
    async def asked(self, viewer: NamedDependency[Viewer], enrollment_id: FromPath[UUID]) -> Response[AskedOut]:
        """What is asked of a person, with what is known. For the person; for coordinators, what they may read."""
        enrollment = await get_enrollment(viewer, enrollment_id)
        asked = await list_asked(enrollment.session_id, enrollment.person_id)
        shown = asked if answers_for_self(viewer, enrollment) else seen_by_coordinators(asked, enrollment.partner_id)
        return answer(AskedOut.of(enrollment_id, shown, outstanding(shown)))

    @post("/enrollments/{enrollment_id:uuid}/answers", status_code=200, opt=needs(TokenScope.BOOK))
    async def give(
        self,
        request: HttpRequest,
        works: NamedDependency[Works],
        enrollment_id: FromPath[UUID],
        data: JSONBody[AnswersIn],
    ) -> Response[TakenOut]:
        """Answer; what is left out stays. The last word counts. Only the person agrees to terms, never a token."""
        return await once(request, works, answer_questions, enrollment_id, data.given(), to=_taken, status=200)

    @post("/enrollments/{enrollment_id:uuid}/consents/{consent_id:uuid}/withdraw", status_code=200, opt=NO_TOKENS)
    async def withdraw(
        self,
        request: HttpRequest,
        works: NamedDependency[Works],
        enrollment_id: FromPath[UUID],
        consent_id: FromPath[UUID],
    ) -> Response[WithdrawnOut]:
        """Take an agreement back. When it is required, the managers are told; the place is kept."""
        kwargs: dict[str, Any] = {"to": lambda required: WithdrawnOut(required=required), "status": 200}
        return await once(request, works, withdraw_consent, enrollment_id, consent_id, **kwargs)

    @get("/sessions/{session_id:uuid}/answers")
    async def of_session(self, viewer: NamedDependency[Viewer], session_id: FromPath[UUID]) -> Response[SheetOut]:
        """The answers of a session, as far as you may read them. For managers, its trainers, and coordinators."""
        return answer(SheetOut.of(await list_answers(viewer, session_id)))
