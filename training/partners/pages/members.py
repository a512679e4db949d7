"""People of a partner, for its coordinators: the list, inviting, changing, ending, and the list as a file."""

from typing import Any
from uuid import UUID

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery

from training.base.errors import NotFound
from training.base.paging import MOST_LIMIT
from training.base.structs import Viewer, as_data
from training.base.work import Works
from training.catalogue.pages.refusals import REFUSALS, overtaken, refused
from training.partners.actions import change_member, end_membership, invite_member
from training.partners.queries import get_member, get_partner, list_members, list_unreached
from training.partners.rules import (
    AlreadyMember,
    ContactAddressTaken,
    ContactAddressUnreached,
    LastCoordinator,
    Membership,
    MembershipState,
)
from training.partners.schemas import InvitationIn, MemberForm
from training.people.guards import signed_in
from training.people.rules import AddressUnusable, Permission, require
from training.web.exports import table_response
from training.web.forms import Form, read_form
from training.web.render import page, redirect

Asked = Request[Any, Any, Any]
HEADER = ("Name", "Address", "State", "Books for others", "Since (UTC)")
# The fields as the form calls them.
LABELS = {"name": "Name", "contact_email": "Contact address", "coordinator": "Coordinator"}
ASKING = {AlreadyMember: "email", ContactAddressTaken: "email", AddressUnusable: "email"}
CHANGING = {
    ContactAddressTaken: "contact_email",
    ContactAddressUnreached: "contact_email",
    LastCoordinator: "coordinator",
}


class MemberPages(Controller):
    """Managing the people of a partner."""

    path = "/partners/{partner_id:uuid}/members"
    include_in_schema = False
    guards = [signed_in]

    @get("/")
    async def members(
        self,
        request: Asked,
        viewer: NamedDependency[Viewer],
        partner_id: FromPath[UUID],
        ended: FromQuery[bool] = False,
    ) -> Response[Any]:
        """The people by name; with `ended`, those who left too."""
        members = await every_member(viewer, partner_id, ended=ended)
        partner = await get_partner(viewer, partner_id)
        troubles = {one.membership_id: one for one in await list_unreached(viewer, partner_id)}
        shown: dict[str, Any] = {"members": members, "ended": ended, "troubles": troubles}
        return page(request, "partners/members.html", partner=partner, **shown)

    @get("/export/{fmt:str}")
    async def export(
        self, viewer: NamedDependency[Viewer], partner_id: FromPath[UUID], fmt: FromPath[str]
    ) -> Response[Any]:
        """The people, as a file."""
        members = await every_member(viewer, partner_id, ended=False)
        partner = await get_partner(viewer, partner_id)
        rows = [_row(member) for member in members]
        return table_response(fmt, f"{partner.slug}-people", HEADER, rows)

    @get("/new")
    async def new(self, request: Asked, viewer: NamedDependency[Viewer], partner_id: FromPath[UUID]) -> Response[Any]:
        """The empty form of an invitation."""
        return await _invitation_page(request, viewer, partner_id)

    @post("/")
    async def invite(
        self,
        request: Asked,
        works: NamedDependency[Works],
        viewer: NamedDependency[Viewer],
        partner_id: FromPath[UUID],
    ) -> Response[Any]:
        """Invite a person by mail."""
        form = await read_form(request, InvitationIn)
        if form.value is None:
            return await _invitation_page(request, viewer, partner_id, form)
        email, name, lead = form.value.email, form.value.name, form.value.coordinator
        try:
            await works.run(viewer, invite_member, partner_id, email=email, name=name, coordinator=lead)
        except REFUSALS as error:
            return await _invitation_page(request, viewer, partner_id, refused(form, error, ASKING))
        return redirect(f"/partners/{partner_id}/members", f"An invitation is on its way to {email}.")

    @get("/{membership_id:uuid}")
    async def member(
        self,
        request: Asked,
        viewer: NamedDependency[Viewer],
        partner_id: FromPath[UUID],
        membership_id: FromPath[UUID],
    ) -> Response[Any]:
        """The form of a member."""
        return await _member_page(request, viewer, partner_id, membership_id)

    @post("/{membership_id:uuid}")
    async def change(
        self,
        request: Asked,
        works: NamedDependency[Works],
        viewer: NamedDependency[Viewer],
        partner_id: FromPath[UUID],
        membership_id: FromPath[UUID],
    ) -> Response[Any]:
        """Change name, contact address, or whether the member may book; of who has left the name."""
        form = await read_form(request, MemberForm)
        if form.value is None:
            return await _member_page(request, viewer, partner_id, membership_id, form)
        try:
            saved = await works.run(viewer, change_member, membership_id, **_said(form.value))
        except REFUSALS as error:
            wrong = refused(form, error, CHANGING)
            return await _member_page(request, viewer, partner_id, membership_id, wrong)
        return redirect(f"/partners/{partner_id}/members{'' if saved.active else '?ended=true'}", "Saved.")

    @post("/{membership_id:uuid}/invite")
    async def invite_named(
        self,
        works: NamedDependency[Works],
        viewer: NamedDependency[Viewer],
        partner_id: FromPath[UUID],
        membership_id: FromPath[UUID],
    ) -> Response[Any]:
        """Invite somebody who is on the list already, as the list has them."""
        member = await get_member(viewer, membership_id)
        if member.partner_id != partner_id:
            raise NotFound
        email, name, lead = member.contact_email, member.name, member.coordinator
        try:
            await works.run(viewer, invite_member, partner_id, email=email, name=name, coordinator=lead)
        except REFUSALS as error:
            return redirect(f"/partners/{partner_id}/members/{membership_id}", error.detail, kind="warning")
        return redirect(f"/partners/{partner_id}/members", f"An invitation is on its way to {email}.")

    @post("/{membership_id:uuid}/end")
    async def end(
        self,
        request: Asked,
        works: NamedDependency[Works],
        viewer: NamedDependency[Viewer],
        partner_id: FromPath[UUID],
        membership_id: FromPath[UUID],
    ) -> Response[Any]:
        """End a membership, or take an invitation back."""
        try:
            member = await works.run(viewer, end_membership, membership_id)
        except LastCoordinator as error:
            return redirect(f"/partners/{partner_id}/members/{membership_id}", error.detail, kind="danger")
        return redirect(f"/partners/{partner_id}/members", f"{member.called} no longer belongs to you here.")


def standing(member: Membership) -> str:
    """How somebody stands to the partner, in the words of the page."""
    if member.state is MembershipState.INVITED:
        return "Invited" if member.asked else "Not invited yet"
    return "Member" if member.active else "Left"


def _row(member: Membership) -> tuple[object, ...]:
    books = "Coordinator" if member.coordinator else ""
    return (member.called, member.contact_email, standing(member), books, member.state_at)


def _said(form: MemberForm) -> dict[str, Any]:
    return {
        "name": form.name,
        "contact_email": form.contact_email,
        "coordinator": form.coordinator,
        "expected_version": form.version,
    }


async def every_member(viewer: Viewer, partner_id: UUID, *, ended: bool) -> list[Membership]:
    """All people of a partner by name: as many statements as there are pages of the greatest size."""
    found = await list_members(viewer, partner_id, ended=ended, limit=MOST_LIMIT)
    members = list(found.items)
    while found.next_cursor is not None:
        found = await list_members(viewer, partner_id, ended=ended, cursor=found.next_cursor, limit=MOST_LIMIT)
        members.extend(found.items)
    return sorted(members, key=lambda member: (not member.active, member.called.casefold(), member.id))


async def _invitation_page(
    request: Asked, viewer: Viewer, partner_id: UUID, form: Form[InvitationIn] | None = None
) -> Response[Any]:
    require(viewer, Permission.PARTNER_MANAGE, partner_id)
    return page(
        request,
        "partners/member_new.html",
        status=422 if form else 200,
        partner=await get_partner(viewer, partner_id),
        typed=form.raw if form else {"email": "", "name": "", "coordinator": False},
        errors=form.errors if form else {},
    )


async def _member_page(
    request: Asked, viewer: Viewer, partner_id: UUID, membership_id: UUID, form: Form[MemberForm] | None = None
) -> Response[Any]:
    member = await get_member(viewer, membership_id)
    if member.partner_id != partner_id:
        raise NotFound
    return page(
        request,
        "partners/member.html",
        status=form.status if form else 200,
        meanwhile=await overtaken(viewer, membership_id, form, LABELS, as_data(member)),
        partner=await get_partner(viewer, partner_id),
        trouble=next(iter(await list_unreached(viewer, partner_id, membership_id)), None),
        member=member,
        typed=form.raw if form else member,
        errors=form.errors if form else {},
    )
