"""A member whom mail does not reach: what the mail system said, and the form that puts it right."""

from typing import Any
from uuid import UUID

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from training.base.errors import NotFound
from training.base.structs import Viewer, as_data
from training.base.work import Works
from training.catalogue.pages.refusals import REFUSALS, overtaken, refused
from training.partners.actions import repair_contact
from training.partners.queries import get_member, get_partner, list_unreached
from training.partners.rules import ContactAddressTaken, ContactAddressUnreached, Membership, MembershipOver
from training.partners.schemas import RepairForm
from training.people.guards import signed_in
from training.people.rules import AddressUnusable
from training.web.forms import Form, read_form
from training.web.render import page, redirect

Asked = Request[Any, Any, Any]
LABELS = {"contact_email": "Contact address"}
FIELDS = {
    ContactAddressTaken: "contact_email",
    ContactAddressUnreached: "contact_email",
    AddressUnusable: "contact_email",
    MembershipOver: "contact_email",
}


class RepairPages(Controller):
    """Where a member's mail goes, put right."""

    path = "/partners/{partner_id:uuid}/members/{membership_id:uuid}/repair"
    include_in_schema = False
    guards = [signed_in]

    @get("/")
    async def form(
        self,
        request: Asked,
        viewer: NamedDependency[Viewer],
        partner_id: FromPath[UUID],
        membership_id: FromPath[UUID],
    ) -> Response[Any]:
        """What came back, and where to write instead."""
        return await _repair_page(request, viewer, partner_id, membership_id)

    @post("/")
    async def repair(
        self,
        request: Asked,
        works: NamedDependency[Works],
        viewer: NamedDependency[Viewer],
        partner_id: FromPath[UUID],
        membership_id: FromPath[UUID],
    ) -> Response[Any]:
        """Take the new address; what was missed goes out again."""
        await _member_of(viewer, partner_id, membership_id)
        form = await read_form(request, RepairForm)
        if form.value is None:
            return await _repair_page(request, viewer, partner_id, membership_id, form)
        try:
            done = await works.run(viewer, repair_contact, membership_id, form.value.contact_email, form.value.version)
        except REFUSALS as error:
            wrong = refused(form, error, FIELDS)
            return await _repair_page(request, viewer, partner_id, membership_id, wrong)
        return redirect(f"/partners/{partner_id}", _said(done.member.called, done.member.contact_email, done.again))


def _said(name: str, email: str, again: int) -> str:
    sent = {0: "Nothing had been missed.", 1: "One message that had not arrived goes out again."}
    more = sent.get(again, f"{again} messages that had not arrived go out again.")
    return f"Mail for {name} goes to {email}. {more}"


async def _member_of(viewer: Viewer, partner_id: UUID, membership_id: UUID) -> Membership:
    member = await get_member(viewer, membership_id)
    if member.partner_id != partner_id:
        raise NotFound
    return member


async def _repair_page(
    request: Asked, viewer: Viewer, partner_id: UUID, membership_id: UUID, form: Form[RepairForm] | None = None
) -> Response[Any]:
    member = await _member_of(viewer, partner_id, membership_id)
    return page(
        request,
        "partners/repair.html",
        status=form.status if form else 200,
        meanwhile=await overtaken(viewer, membership_id, form, LABELS, as_data(member)),
        partner=await get_partner(viewer, partner_id),
        member=member,
        trouble=next(iter(await list_unreached(viewer, partner_id, membership_id)), None),
        typed=form.raw if form else member,
        errors=form.errors if form else {},
    )
