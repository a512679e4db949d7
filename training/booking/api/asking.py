"""Questions and terms as JSON, for those who write them."""

from typing import Any
from uuid import UUID

from litestar import Controller, Request, Response, get, patch, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from training.base.structs import Viewer
from training.base.work import Works
from training.booking.actions.questions import add_question, edit_question, order_questions, retire_question
from training.booking.actions.terms import add_terms, edit_terms, publish_terms, retire_terms
from training.booking.queries.questions import (
    course_scope,
    get_question,
    get_terms,
    list_questions,
    list_terms,
    list_versions,
    program_scope,
    session_scope,
)
from training.booking.rules.terms import TermsDetails
from training.booking.schemas.asking import (
    OrderIn,
    QuestionChange,
    QuestionIn,
    QuestionList,
    QuestionOut,
    TermsChange,
    TermsIn,
    TermsList,
    TermsOut,
    TextIn,
    VersionList,
    said_of,
)
from training.people.guards import needs, permitted
from training.people.rules import Permission, TokenScope
from training.web.answers import answer, required_version
from training.web.keys import once

HttpRequest = Request[Any, Any, Any]


class QuestionApi(Controller):
    """Questions of a course, asked in all its sessions, or of one session."""

    tags = ["Questions and terms"]
    guards = [permitted(Permission.COURSE_MANAGE)]
    opt = needs(TokenScope.MANAGE)

    @get("/courses/{course_id:uuid}/questions")
    async def of_course(self, viewer: NamedDependency[Viewer], course_id: FromPath[UUID]) -> Response[QuestionList]:
        """The questions of a course, in order."""
        return answer(QuestionList.of(await list_questions(await course_scope(viewer, course_id))))

    @post("/courses/{course_id:uuid}/questions")
    async def add_to_course(
        self,
        request: HttpRequest,
        viewer: NamedDependency[Viewer],
        works: NamedDependency[Works],
        course_id: FromPath[UUID],
        data: JSONBody[QuestionIn],
    ) -> Response[QuestionOut]:
        """Ask one question more in all sessions of a course."""
        scope = await course_scope(viewer, course_id)
        return await once(request, works, add_question, scope, data.details(), to=QuestionOut.of)

    @post("/courses/{course_id:uuid}/questions/order", status_code=200)
    async def order_of_course(
        self,
        request: HttpRequest,
        viewer: NamedDependency[Viewer],
        works: NamedDependency[Works],
        course_id: FromPath[UUID],
        data: JSONBody[OrderIn],
    ) -> Response[QuestionList]:
        """Put the questions of a course in another order. The list has no version: each must be named exactly once."""
        scope = await course_scope(viewer, course_id)
        return await once(request, works, order_questions, scope, data.question_ids, to=QuestionList.of, status=200)

    @get("/sessions/{session_id:uuid}/questions")
    async def of_session(self, viewer: NamedDependency[Viewer], session_id: FromPath[UUID]) -> Response[QuestionList]:
        """The questions of one session, in order, without those of its course."""
        return answer(QuestionList.of(await list_questions(await session_scope(viewer, session_id))))

    @post("/sessions/{session_id:uuid}/questions")
    async def add_to_session(
        self,
        request: HttpRequest,
        viewer: NamedDependency[Viewer],
        works: NamedDependency[Works],
        session_id: FromPath[UUID],
        data: JSONBody[QuestionIn],
    ) -> Response[QuestionOut]:
        """Ask one question more in one session."""
        scope = await session_scope(viewer, session_id)
        return await once(request, works, add_question, scope, data.details(), to=QuestionOut.of)

    @post("/sessions/{session_id:uuid}/questions/order", status_code=200)
    async def order_of_session(
        self,
        request: HttpRequest,
        viewer: NamedDependency[Viewer],
        works: NamedDependency[Works],
        session_id: FromPath[UUID],
        data: JSONBody[OrderIn],
    ) -> Response[QuestionList]:
        """Put the questions of one session in another order. Each must be named exactly once."""
        scope = await session_scope(viewer, session_id)
        return await once(request, works, order_questions, scope, data.question_ids, to=QuestionList.of, status=200)

    @get("/questions/{question_id:uuid}")
    async def one(self, viewer: NamedDependency[Viewer], question_id: FromPath[UUID]) -> Response[QuestionOut]:
        """One question, with its ETag."""
        found = QuestionOut.of(await get_question(viewer, question_id))
        return answer(found, version=found.version)

    @patch("/questions/{question_id:uuid}")
    async def edit(
        self,
        request: HttpRequest,
        works: NamedDependency[Works],
        viewer: NamedDependency[Viewer],
        question_id: FromPath[UUID],
        data: JSONBody[QuestionChange],
    ) -> Response[QuestionOut]:
        """Change a question, and say whether what was answered still counts. Needs If-Match."""
        version = required_version(request)
        details = said_of(data, await get_question(viewer, question_id))
        kwargs: dict[str, Any] = {"still_counts": data.still_counts, "expected_version": version}
        edited = await works.run(viewer, edit_question, question_id, details, **kwargs)
        return answer(QuestionOut.of(edited), version=edited.version)

    @post("/questions/{question_id:uuid}/retire", status_code=200)
    async def retire(
        self, request: HttpRequest, works: NamedDependency[Works], question_id: FromPath[UUID]
    ) -> Response[QuestionOut]:
        """Ask it no longer; its answers are kept. Needs If-Match."""
        version = required_version(request)
        kwargs: dict[str, Any] = {"expected_version": version, "to": QuestionOut.of, "status": 200}
        return await once(request, works, retire_question, question_id, **kwargs)


class TermsApi(Controller):
    """What people agree to: in a program, a course, or one session."""

    tags = ["Questions and terms"]
    guards = [permitted(Permission.COURSE_MANAGE)]
    opt = needs(TokenScope.MANAGE)

    @get("/programs/{program_id:uuid}/terms")
    async def of_program(self, viewer: NamedDependency[Viewer], program_id: FromPath[UUID]) -> Response[TermsList]:
        """The terms of a program."""
        found = await list_terms(await program_scope(viewer, program_id))
        return answer(TermsList(items=[TermsOut.of(terms) for terms in found]))

    @post("/programs/{program_id:uuid}/terms")
    async def add_to_program(
        self,
        request: HttpRequest,
        viewer: NamedDependency[Viewer],
        works: NamedDependency[Works],
        program_id: FromPath[UUID],
        data: JSONBody[TermsIn],
    ) -> Response[TermsOut]:
        """Add terms to a program."""
        scope, details = await program_scope(viewer, program_id), TermsDetails(title=data.title, required=data.required)
        return await once(request, works, add_terms, scope, details, data.body, to=TermsOut.of)

    @get("/courses/{course_id:uuid}/terms")
    async def of_course(self, viewer: NamedDependency[Viewer], course_id: FromPath[UUID]) -> Response[TermsList]:
        """The terms of a course, without those of its program."""
        found = await list_terms(await course_scope(viewer, course_id))
        return answer(TermsList(items=[TermsOut.of(terms) for terms in found]))

    @post("/courses/{course_id:uuid}/terms")
    async def add_to_course(
        self,
        request: HttpRequest,
        viewer: NamedDependency[Viewer],
        works: NamedDependency[Works],
        course_id: FromPath[UUID],
        data: JSONBody[TermsIn],
    ) -> Response[TermsOut]:
        """Add terms to a course."""
        scope, details = await course_scope(viewer, course_id), TermsDetails(title=data.title, required=data.required)
        return await once(request, works, add_terms, scope, details, data.body, to=TermsOut.of)

    @get("/sessions/{session_id:uuid}/terms")
    async def of_session(self, viewer: NamedDependency[Viewer], session_id: FromPath[UUID]) -> Response[TermsList]:
        """The terms of one session, without those of its course and program."""
        found = await list_terms(await session_scope(viewer, session_id))
        return answer(TermsList(items=[TermsOut.of(terms) for terms in found]))

    @post("/sessions/{session_id:uuid}/terms")
    async def add_to_session(
        self,
        request: HttpRequest,
        viewer: NamedDependency[Viewer],
        works: NamedDependency[Works],
        session_id: FromPath[UUID],
        data: JSONBody[TermsIn],
    ) -> Response[TermsOut]:
        """Add terms to one session."""
        scope, details = await session_scope(viewer, session_id), TermsDetails(title=data.title, required=data.required)
        return await once(request, works, add_terms, scope, details, data.body, to=TermsOut.of)

    @get("/terms/{terms_id:uuid}")
    async def one(self, viewer: NamedDependency[Viewer], terms_id: FromPath[UUID]) -> Response[TermsOut]:
        """Terms with the text in force, and their ETag."""
        found = TermsOut.of(await get_terms(viewer, terms_id))
        return answer(found, version=found.version)

    @get("/terms/{terms_id:uuid}/versions")
    async def versions(self, viewer: NamedDependency[Viewer], terms_id: FromPath[UUID]) -> Response[VersionList]:
        """Every text these terms ever had, the newest first."""
        await get_terms(viewer, terms_id)
        return answer(VersionList.of(await list_versions(terms_id)))

    @patch("/terms/{terms_id:uuid}")
    async def edit(
        self,
        request: HttpRequest,
        works: NamedDependency[Works],
        viewer: NamedDependency[Viewer],
        terms_id: FromPath[UUID],
        data: JSONBody[TermsChange],
    ) -> Response[TermsOut]:
        """Change the title, or whether one has to agree. Needs If-Match."""
        version = required_version(request)
        details = data.details(await get_terms(viewer, terms_id))
        edited = await works.run(viewer, edit_terms, terms_id, details, expected_version=version)
        return answer(TermsOut.of(edited), version=edited.version)

    @post("/terms/{terms_id:uuid}/versions")
    async def publish(
        self, request: HttpRequest, works: NamedDependency[Works], terms_id: FromPath[UUID], data: JSONBody[TextIn]
    ) -> Response[TermsOut]:
        """Publish a new text; everybody is asked again, unless it is the same. Needs If-Match."""
        version = required_version(request)
        return await once(request, works, publish_terms, terms_id, data.body, expected_version=version, to=TermsOut.of)

    @post("/terms/{terms_id:uuid}/retire", status_code=200)
    async def retire(
        self, request: HttpRequest, works: NamedDependency[Works], terms_id: FromPath[UUID]
    ) -> Response[TermsOut]:
        """Ask nobody for them any more. Needs If-Match."""
        version = required_version(request)
        kwargs: dict[str, Any] = {"expected_version": version, "to": TermsOut.of, "status": 200}
        return await once(request, works, retire_terms, terms_id, **kwargs)
