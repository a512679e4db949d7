"""Plans of reminders and what they come to, as JSON, for those who manage; and one's own."""

from typing import Annotated, Any
from uuid import UUID

from litestar import Controller, Request, Response, delete, get, patch, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, QueryParameter

from training.base.structs import Viewer
from training.base.work import Works
from training.people.guards import needs, permitted, signed_in
from training.people.rules import Permission, TokenScope
from training.reminders.actions.plans import add_plan, edit_plan, remove_plan, switch_plan
from training.reminders.actions.stopping import resume_reminders, stop_reminders
from training.reminders.queries.plans import get_plan, list_plans
from training.reminders.queries.previews import preview_person, preview_session
from training.reminders.schemas.plans import (
    PlanChange,
    PlanIn,
    PlanList,
    PlanOut,
    ReminderList,
    ReminderOut,
    StopIn,
    StoppedOut,
    SwitchIn,
    about,
)
from training.web.answers import answer, required_version
from training.web.keys import once

Asked = Request[Any, Any, Any]
Chosen = Annotated[UUID | None, QueryParameter()]


class ReminderPlanApi(Controller):
    """Plans of reminders: who is reminded of what and when."""

    path = "/reminder-plans"
    tags = ["Reminders"]
    guards = [permitted(Permission.SESSION_MANAGE)]
    opt = needs(TokenScope.MANAGE)

    @get("/")
    async def plans(
        self,
        viewer: NamedDependency[Viewer],
        program: Chosen = None,
        course: Chosen = None,
        session: Chosen = None,
    ) -> Response[PlanList]:
        """The plans in force for a program, a course or a session, built-in and switched-off ones included."""
        found = await list_plans(viewer, *about(program, course, session))
        return answer(PlanList(items=[PlanOut.of(plan) for plan in found]))

    @post("/")
    async def add(self, request: Asked, works: NamedDependency[Works], data: JSONBody[PlanIn]) -> Response[PlanOut]:
        """Add a plan. It replaces a wider or built-in one of the same key there."""
        return await once(request, works, add_plan, *data.about(), data.values(), to=PlanOut.of)

    @get("/{plan_id:uuid}")
    async def plan(self, viewer: NamedDependency[Viewer], plan_id: FromPath[UUID]) -> Response[PlanOut]:
        """One plan, with its ETag."""
        found = await get_plan(viewer, plan_id)
        return answer(PlanOut.of(found), version=found.version)

    @patch("/{plan_id:uuid}")
    async def edit(
        self,
        request: Asked,
        works: NamedDependency[Works],
        viewer: NamedDependency[Viewer],
        plan_id: FromPath[UUID],
        data: JSONBody[PlanChange],
    ) -> Response[PlanOut]:
        """Change a plan. Needs If-Match."""
        version = required_version(request)
        values = data.values(await get_plan(viewer, plan_id))
        edited = await works.run(viewer, edit_plan, plan_id, values, expected_version=version)
        return answer(PlanOut.of(edited), version=edited.version)

    @delete("/{plan_id:uuid}", status_code=204)
    async def remove(
        self, request: Asked, works: NamedDependency[Works], viewer: NamedDependency[Viewer], plan_id: FromPath[UUID]
    ) -> None:
        """Take a plan away, so that the wider one of its key holds again. Needs If-Match."""
        await works.run(viewer, remove_plan, plan_id, expected_version=required_version(request))

    @post("/switch", status_code=200)
    async def switch(
        self, request: Asked, works: NamedDependency[Works], data: JSONBody[SwitchIn]
    ) -> Response[PlanOut]:
        """Switch the reminder of a key off or on in one place, wherever it comes from."""
        how: dict[str, Any] = {"active": data.active, "to": PlanOut.of, "status": 200}
        return await once(request, works, switch_plan, *data.about(), data.key, **how)


class ReminderApi(Controller):
    """Who gets which reminder, when and why."""

    tags = ["Reminders"]
    opt = needs(TokenScope.MANAGE)

    @get("/sessions/{session_id:uuid}/reminders", guards=[permitted(Permission.SESSION_MANAGE)])
    async def session(
        self,
        viewer: NamedDependency[Viewer],
        works: NamedDependency[Works],
        session_id: FromPath[UUID],
        person: Chosen = None,
    ) -> Response[ReminderList]:
        """Every reminder of a session (of one person), sent and still to come, by the rules that send them."""
        lines = await preview_session(viewer, session_id, works.clock(), person_id=person)
        return answer(ReminderList(items=[ReminderOut.of(line) for line in lines]))

    @get("/me/reminders", guards=[signed_in])
    async def own(self, viewer: NamedDependency[Viewer], works: NamedDependency[Works]) -> Response[ReminderList]:
        """Your own reminders, sent and still to come. A partner's token has none."""
        lines = await preview_person(viewer, viewer.person_id, works.clock()) if viewer.person_id else []
        return answer(ReminderList(items=[ReminderOut.of(line) for line in lines]))

    @post(
        "/sessions/{session_id:uuid}/reminders/stop",
        status_code=200,
        guards=[permitted(Permission.SESSION_MANAGE)],
    )
    async def stop(
        self, request: Asked, works: NamedDependency[Works], session_id: FromPath[UUID], data: JSONBody[StopIn]
    ) -> Response[StoppedOut]:
        """Stop what one person has still to get of a session."""
        asked: dict[str, Any] = {"key": data.key, "to": _counted, "status": 200}
        return await once(request, works, stop_reminders, session_id, data.person_id, **asked)

    @post(
        "/sessions/{session_id:uuid}/reminders/resume",
        status_code=200,
        guards=[permitted(Permission.SESSION_MANAGE)],
    )
    async def resume(
        self, request: Asked, works: NamedDependency[Works], session_id: FromPath[UUID], data: JSONBody[StopIn]
    ) -> Response[StoppedOut]:
        """Let reminders go out that were stopped, as far as it is not too late."""
        asked: dict[str, Any] = {"key": data.key, "to": _counted, "status": 200}
        return await once(request, works, resume_reminders, session_id, data.person_id, **asked)


def _counted(number: int) -> StoppedOut:
    return StoppedOut(reminders=number)
