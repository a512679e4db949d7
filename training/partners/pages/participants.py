"""Which partners take part in a program, for its managers; and who books for a partner that has nobody yet."""

from typing import Any
from uuid import UUID

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from training.base.structs import Viewer
from training.base.work import Works
from training.catalogue.pages.refusals import REFUSALS, refused
from training.catalogue.queries import get_program
from training.partners.actions import invite_member, join_program, leave_program
from training.partners.queries import (
    find_partner_by_name,
    get_partner,
    has_coordinator,
    list_participants,
    list_with_coordinator,
)
from training.partners.rules import AlreadyMember, ConsentNeeded, ContactAddressTaken
from training.partners.schemas import InvitationIn, ParticipantForm
from training.people.guards import permitted
from training.people.rules import AddressUnusable, Permission
from training.web.exports import table_response
from training.web.forms import Form, read_form
from training.web.render import page, redirect

Asked = Request[Any, Any, Any]
NO_SUCH = "There is no organization of this name yet. Check the spelling, or add it."
ASKING = {AlreadyMember: "email", ContactAddressTaken: "email", AddressUnusable: "email"}


class ParticipantPages(Controller):
    """Partners of a program."""

    path = "/manage"
    include_in_schema = False
    guards = [permitted(Permission.PROGRAM_MANAGE)]

    @get("/programs/{program_id:uuid}/partners")
    async def participants(
        self, request: Asked, viewer: NamedDependency[Viewer], program_id: FromPath[UUID]
    ) -> Response[Any]:
        """The partners that take part."""
        return await _participants_page(request, viewer, program_id)

    @get("/programs/{program_id:uuid}/partners/export/{fmt:str}")
    async def export(
        self, viewer: NamedDependency[Viewer], program_id: FromPath[UUID], fmt: FromPath[str]
    ) -> Response[Any]:
        """The partners that take part, as a file."""
        found = await list_participants(viewer, program_id)
        program = await get_program(program_id)
        rows = [(one.partner_name, one.created_at) for one in found]
        return table_response(fmt, f"{program.slug}-partners", ("Partner", "Since (UTC)"), rows)

    @post("/programs/{program_id:uuid}/partners")
    async def join(
        self,
        request: Asked,
        works: NamedDependency[Works],
        viewer: NamedDependency[Viewer],
        program_id: FromPath[UUID],
    ) -> Response[Any]:
        """Let a partner take part, by name."""
        form = await read_form(request, ParticipantForm)
        if form.value is None:
            return await _participants_page(request, viewer, program_id, form)
        partner = await find_partner_by_name(form.value.partner)
        if partner is None:
            return await _participants_page(request, viewer, program_id, form.with_error("partner", NO_SUCH))
        try:
            await works.run(viewer, join_program, partner.id, program_id)
        except ConsentNeeded as error:
            return await _participants_page(request, viewer, program_id, form.with_error("partner", error.detail))
        return redirect(f"/manage/programs/{program_id}/partners", f"{partner.name} takes part.")

    @post("/programs/{program_id:uuid}/partners/{partner_id:uuid}/leave")
    async def leave(
        self,
        works: NamedDependency[Works],
        viewer: NamedDependency[Viewer],
        program_id: FromPath[UUID],
        partner_id: FromPath[UUID],
    ) -> Response[Any]:
        """End a participation."""
        ended = await works.run(viewer, leave_program, partner_id, program_id)
        sentence = f"{ended.partner_name} no longer takes part. What it booked stays booked."
        return redirect(f"/manage/programs/{program_id}/partners", sentence)

    @get("/partners/{partner_id:uuid}/coordinator")
    async def first_coordinator(
        self, request: Asked, viewer: NamedDependency[Viewer], partner_id: FromPath[UUID]
    ) -> Response[Any]:
        """The form that invites the first coordinator."""
        return await _coordinator_page(request, viewer, partner_id)

    @post("/partners/{partner_id:uuid}/coordinator")
    async def invite_coordinator(
        self,
        request: Asked,
        works: NamedDependency[Works],
        viewer: NamedDependency[Viewer],
        partner_id: FromPath[UUID],
    ) -> Response[Any]:
        """Invite the first coordinator."""
        form = await read_form(request, InvitationIn)
        if form.value is None:
            return await _coordinator_page(request, viewer, partner_id, form)
        email, name = form.value.email, form.value.name
        try:
            await works.run(viewer, invite_member, partner_id, email=email, name=name, coordinator=True)
        except REFUSALS as error:
            return await _coordinator_page(request, viewer, partner_id, refused(form, error, ASKING))
        return redirect(f"/partners/{partner_id}", f"An invitation is on its way to {email}.")


async def _participants_page(
    request: Asked, viewer: Viewer, program_id: UUID, form: Form[ParticipantForm] | None = None
) -> Response[Any]:
    found = await list_participants(viewer, program_id)
    return page(
        request,
        "partners/participants.html",
        status=422 if form else 200,
        program=await get_program(program_id),
        participants=found,
        led=await list_with_coordinator(one.partner_id for one in found),
        typed=form.raw if form else {"partner": ""},
        errors=form.errors if form else {},
    )


async def _coordinator_page(
    request: Asked, viewer: Viewer, partner_id: UUID, form: Form[InvitationIn] | None = None
) -> Response[Any]:
    return page(
        request,
        "partners/coordinator.html",
        status=422 if form else 200,
        partner=await get_partner(viewer, partner_id),
        taken=await has_coordinator(partner_id) and not viewer.staff,
        typed=form.raw if form else {"email": "", "name": ""},
        errors=form.errors if form else {},
    )
