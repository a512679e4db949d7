"""People and their roles, for staff: find, give, take, switch off and on."""

from typing import Any
from uuid import UUID

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from training.base.errors import Conflict, Invalid
from training.base.paging import MOST_LIMIT
from training.base.structs import Viewer
from training.base.work import Works
from training.catalogue.queries import list_programs
from training.desk.actions import end_calendars, give_role, give_role_to_address, switch_off, take_role
from training.desk.queries.people import MOST_FOUND, list_holdings, search_people
from training.desk.rules.accounts import GRANTABLE, role_word
from training.desk.schemas import NewRole, PeopleSearch, RoleEnd, RoleForm
from training.feeds.queries.feeds import list_own_feeds
from training.people.actions import enable_person
from training.people.guards import permitted
from training.people.queries import get_person, list_own_devices
from training.people.rules import Permission, Role
from training.web.forms import Form, read_form, read_query
from training.web.render import page, redirect

Asked = Request[Any, Any, Any]
Handed = NamedDependency[Works]


class PeoplePages(Controller):
    """Accounts and roles."""

    path = "/manage/people"
    include_in_schema = False
    guards = [permitted(Permission.PLATFORM_RUN)]

    @get("/")
    async def search(self, request: Asked, viewer: NamedDependency[Viewer]) -> Response[str]:
        """Those who run something, or those who are looked for."""
        return await _list(request, viewer)

    @post("/")
    async def invite(self, request: Asked, viewer: NamedDependency[Viewer], works: Handed) -> Response[str]:
        """Give a role to an address, making an account where there is none."""
        form = await read_form(request, NewRole)
        if form.value is None:
            return await _list(request, viewer, form)
        new = form.value
        try:
            person_id = await works.run(
                viewer, give_role_to_address, new.email, new.name, Role(new.role), new.program_id
            )
        except Invalid as error:
            return await _list(request, viewer, _refused(form, error, "email"))
        return redirect(f"/manage/people/{person_id}", f"{new.name or new.email} has the role now.")

    @get("/{person_id:uuid}")
    async def person(self, request: Asked, viewer: NamedDependency[Viewer], person_id: FromPath[UUID]) -> Response[str]:
        """One account with its roles."""
        return await _person(request, viewer, person_id)

    @post("/{person_id:uuid}/roles")
    async def give(
        self, request: Asked, viewer: NamedDependency[Viewer], works: Handed, person_id: FromPath[UUID]
    ) -> Response[str]:
        """Give a role."""
        form = await read_form(request, RoleForm)
        if form.value is None:
            return await _person(request, viewer, person_id, form)
        try:
            new = await works.run(viewer, give_role, person_id, Role(form.value.role), form.value.program_id)
        except Invalid as error:
            return await _person(request, viewer, person_id, _refused(form, error, "role"))
        return redirect(f"/manage/people/{person_id}", "The role is given." if new else "They had this role already.")

    @post("/{person_id:uuid}/roles/end")
    async def take(
        self, request: Asked, viewer: NamedDependency[Viewer], works: Handed, person_id: FromPath[UUID]
    ) -> Response[str]:
        """Take a role away. It counts from their next click on."""
        form = await read_form(request, RoleEnd)
        if form.value is None:
            raise Invalid("This role cannot be taken away here.")
        try:
            had = await works.run(viewer, take_role, person_id, Role(form.value.role), form.value.scope_id)
        except Conflict as error:
            return redirect(f"/manage/people/{person_id}", error.detail, kind="warning")
        return redirect(f"/manage/people/{person_id}", "The role is taken away." if had else "They did not have it.")

    @post("/{person_id:uuid}/switch-off")
    async def switch_off(
        self, viewer: NamedDependency[Viewer], works: Handed, person_id: FromPath[UUID]
    ) -> Response[str]:
        """Switch the account off: its sign-ins end at once."""
        try:
            await works.run(viewer, switch_off, person_id)
        except Conflict as error:
            return redirect(f"/manage/people/{person_id}", error.detail, kind="warning")
        return redirect(f"/manage/people/{person_id}", "The account is switched off, and signed out everywhere.")

    @post("/{person_id:uuid}/switch-on")
    async def switch_on(
        self, viewer: NamedDependency[Viewer], works: Handed, person_id: FromPath[UUID]
    ) -> Response[str]:
        """Switch the account on again."""
        await works.run(viewer, enable_person, person_id)
        return redirect(f"/manage/people/{person_id}", "The account is switched on. They can sign in again.")

    @post("/{person_id:uuid}/calendars/end")
    async def end_calendars(
        self, viewer: NamedDependency[Viewer], works: Handed, person_id: FromPath[UUID]
    ) -> Response[str]:
        """End every calendar link and device password of somebody: a device was lost, or an address became known."""
        ended = await works.run(viewer, end_calendars, person_id)
        return redirect(f"/manage/people/{person_id}", "They are ended." if ended else "There was nothing to end.")


def _refused(form: Form[Any], error: Invalid, field: str) -> Form[Any]:
    for name, sentence in (error.fields or {field: error.detail}).items():
        form = form.with_error(name, sentence)
    return form


async def _list(request: Asked, viewer: Viewer, form: Form[NewRole] | None = None) -> Response[str]:
    search = read_query(request, PeopleSearch).value or PeopleSearch()
    people = await search_people(viewer, search.q)
    return page(
        request,
        "desk/people.html",
        status=422 if form else 200,
        q=search.q,
        people=people,
        holdings=await list_holdings([person.id for person in people]),
        full=len(people) >= MOST_FOUND,
        **await _choices(viewer, form),
    )


async def _person(request: Asked, viewer: Viewer, person_id: UUID, form: Form[RoleForm] | None = None) -> Response[str]:
    person = await get_person(person_id)
    return page(
        request,
        "desk/person.html",
        status=422 if form else 200,
        person=person,
        holdings=(await list_holdings([person_id]))[person_id],
        grantable=GRANTABLE,
        own=viewer.person_id == person_id,
        links=await list_own_feeds(person_id),
        devices=[device for device in await list_own_devices(person_id) if device.works],
        **await _choices(viewer, form),
    )


async def _choices(viewer: Viewer, form: Form[Any] | None) -> dict[str, Any]:
    programs = (await list_programs(viewer, managed=True, limit=MOST_LIMIT)).items
    return {
        "roles": [(role.value, role_word(role)) for role in GRANTABLE],
        "role_word": role_word,
        "programs": [("", "Choose a program"), *((str(program.id), program.name) for program in programs)],
        "typed": form.raw if form else {},
        "errors": form.errors if form else {},
    }
