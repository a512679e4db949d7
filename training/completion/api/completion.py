"""What it takes to complete sessions, who has, decisions by hand, and what ends soon, as JSON."""

from typing import Annotated, Any
from uuid import UUID

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, QueryParameter

from training.base.structs import Viewer
from training.base.work import Works
from training.completion.actions.excepting import end_exception, except_by_hand
from training.completion.actions.ruling import remove_rule, set_rule
from training.completion.queries.conditions import get_rule_place, rule_in_force
from training.completion.queries.progress import get_completions
from training.completion.queries.renewals import list_next_sessions, list_renewals
from training.completion.rules.excepting import ExceptionValues
from training.completion.schemas import (
    CompletionList,
    CompletionOut,
    EndingIn,
    ExceptionIn,
    RenewalList,
    RenewalOut,
    RuleIn,
    RuleOut,
    RuleRemoval,
    SettledOut,
    about,
)
from training.partners.queries import get_partner
from training.people.guards import needs, permitted
from training.people.rules import Permission, TokenScope
from training.web.answers import answer
from training.web.keys import once

Asked = Request[Any, Any, Any]
Chosen = Annotated[UUID | None, QueryParameter()]


class CompletionRuleApi(Controller):
    """What it takes to complete the sessions of a program, of a course, or one session."""

    path = "/completion-rules"
    tags = ["Completion"]
    guards = [permitted(Permission.CERTIFICATE_MANAGE)]
    opt = needs(TokenScope.MANAGE)

    @get("/")
    async def rule(
        self,
        viewer: NamedDependency[Viewer],
        program: Chosen = None,
        course: Chosen = None,
        session: Chosen = None,
    ) -> Response[RuleOut]:
        """The rule that holds for a program, a course or a session; `scope` says where it comes from."""
        place = await get_rule_place(viewer, *about(program, course, session))
        return answer(RuleOut.of(await rule_in_force(place)))

    @post("/", status_code=200)
    async def set(self, request: Asked, works: NamedDependency[Works], data: JSONBody[RuleIn]) -> Response[RuleOut]:
        """Say what it takes. Enrollments and certificates follow at once; those of a wide scope within the hour."""
        told: dict[str, Any] = {"expected_version": data.version, "to": RuleOut.of, "status": 200}
        return await once(request, works, set_rule, *data.about(), data.values(), **told)

    @post("/removal", status_code=200)
    async def remove(
        self, request: Asked, works: NamedDependency[Works], data: JSONBody[RuleRemoval]
    ) -> Response[RuleOut]:
        """Take back what was said there; the answer is the wider rule, which holds again."""
        told: dict[str, Any] = {"expected_version": data.version, "to": RuleOut.of, "status": 200}
        return await once(request, works, remove_rule, *data.about(), **told)


class CompletionApi(Controller):
    """Who has completed a session, and what was decided by hand."""

    tags = ["Completion"]
    guards = [permitted(Permission.CERTIFICATE_MANAGE)]
    opt = needs(TokenScope.MANAGE)

    @get("/sessions/{session_id:uuid}/completions")
    async def completions(
        self, viewer: NamedDependency[Viewer], works: NamedDependency[Works], session_id: FromPath[UUID]
    ) -> Response[CompletionList]:
        """Everybody of a session who takes part, with how far they are, by name."""
        found = await get_completions(viewer, session_id, works.clock())
        items = [CompletionOut.of(one) for one in found.people]
        return answer(CompletionList(rule=RuleOut.of(found.session.rule), items=items))

    @post("/enrollments/{enrollment_id:uuid}/completion-exception", status_code=200)
    async def decide(
        self,
        request: Asked,
        works: NamedDependency[Works],
        enrollment_id: FromPath[UUID],
        data: JSONBody[ExceptionIn],
    ) -> Response[SettledOut]:
        """Decide by hand whether somebody has completed it, whatever the rule says, until that is ended."""
        values = ExceptionValues(completed=data.completed, reason=data.reason)
        told: dict[str, Any] = {"expected_version": data.version, "to": SettledOut.of, "status": 200}
        return await once(request, works, except_by_hand, enrollment_id, values, **told)

    @post("/enrollments/{enrollment_id:uuid}/completion-exception/ending", status_code=200)
    async def end(
        self, request: Asked, works: NamedDependency[Works], enrollment_id: FromPath[UUID], data: JSONBody[EndingIn]
    ) -> Response[SettledOut]:
        """Let the rule decide again."""
        told: dict[str, Any] = {"expected_version": data.version, "to": SettledOut.of, "status": 200}
        return await once(request, works, end_exception, enrollment_id, **told)


class RenewalApi(Controller):
    """What people of a partner completed and what ends soon."""

    tags = ["Completion"]
    guards = [permitted(Permission.PLACES_BOOK)]

    @get("/partners/{partner_id:uuid}/renewals")
    async def renewals(
        self, viewer: NamedDependency[Viewer], works: NamedDependency[Works], partner_id: FromPath[UUID]
    ) -> Response[RenewalList]:
        """Whose completion ends within 60 days or ended within 180, with sessions in which it can be renewed."""
        now = works.clock()
        await get_partner(viewer, partner_id)
        found = await list_renewals(viewer, partner_id, now)
        dates = await list_next_sessions(sorted({one.course_id for one in found}), [partner_id], now)
        items = [RenewalOut.of(one, dates.get(one.course_id, []), now) for one in found]
        return answer(RenewalList(items=items))
