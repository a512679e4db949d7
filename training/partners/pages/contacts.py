"""Contacts of a partner: whom to reach for what."""

from typing import Any
from uuid import UUID

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from training.base.errors import NotFound, Stale
from training.base.structs import Viewer, as_data
from training.base.work import Works
from training.catalogue.pages.refusals import REFUSALS, overtaken, refused
from training.partners.actions import add_contact, check_contact, edit_contact, remove_contact
from training.partners.queries import get_contact, get_partner, list_contacts
from training.partners.rules import is_stale
from training.partners.schemas import ContactForm
from training.people.guards import signed_in
from training.people.rules import AddressUnusable, Permission, may, require
from training.web.exports import table_response
from training.web.forms import Form, Looked, read_form
from training.web.render import page, redirect

Asked = Request[Any, Any, Any]
HEADER = ("For", "Name", "Address", "Phone", "Checked (UTC)")
# As on the page.
KINDS = {
    "coordinator": "Coordination",
    "signatory": "Agreements and signatures",
    "fund": "Education fund",
    "hub": "Hub and listings",
}
# The fields as the form calls them.
LABELS = {"kind": "For", "name": "Name", "email": "E-mail address", "phone": "Phone"}
FIELDS = {AddressUnusable: "email"}
EMPTY = {"kind": "coordinator", "name": "", "email": "", "phone": "", "version": 0}


class ContactPages(Controller):
    """Contacts of one partner."""

    path = "/partners/{partner_id:uuid}/contacts"
    include_in_schema = False
    guards = [signed_in]

    @get("/")
    async def contacts(
        self,
        request: Asked,
        works: NamedDependency[Works],
        viewer: NamedDependency[Viewer],
        partner_id: FromPath[UUID],
    ) -> Response[Any]:
        """Whom to reach, and when somebody last said that it is right."""
        found = await list_contacts(viewer, partner_id)
        return page(
            request,
            "partners/contacts.html",
            partner=await get_partner(viewer, partner_id),
            contacts=[(contact, is_stale(contact, works.clock())) for contact in found],
            may_change=may(viewer, Permission.PARTNER_MANAGE, partner_id),
        )

    @get("/export/{fmt:str}")
    async def export(
        self, viewer: NamedDependency[Viewer], partner_id: FromPath[UUID], fmt: FromPath[str]
    ) -> Response[Any]:
        """The contacts, as a file."""
        found = await list_contacts(viewer, partner_id)
        partner = await get_partner(viewer, partner_id)
        rows = [(KINDS[c.kind], c.name, c.email, c.phone, c.checked_at) for c in found]
        return table_response(fmt, f"{partner.slug}-contacts", HEADER, rows)

    @get("/new")
    async def new(self, request: Asked, viewer: NamedDependency[Viewer], partner_id: FromPath[UUID]) -> Response[Any]:
        """The empty form."""
        return await _contact_page(request, viewer, partner_id, None)

    @post("/")
    async def add(
        self,
        request: Asked,
        works: NamedDependency[Works],
        viewer: NamedDependency[Viewer],
        partner_id: FromPath[UUID],
    ) -> Response[Any]:
        """Name somebody to reach."""
        form = await read_form(request, ContactForm)
        if form.value is None:
            return await _contact_page(request, viewer, partner_id, None, form)
        try:
            await works.run(viewer, add_contact, partner_id, form.value.details())
        except REFUSALS as error:
            return await _contact_page(request, viewer, partner_id, None, refused(form, error, FIELDS))
        return redirect(f"/partners/{partner_id}/contacts", "The contact is there.")

    @get("/{contact_id:uuid}")
    async def contact(
        self, request: Asked, viewer: NamedDependency[Viewer], partner_id: FromPath[UUID], contact_id: FromPath[UUID]
    ) -> Response[Any]:
        """The form of a contact."""
        return await _contact_page(request, viewer, partner_id, contact_id)

    @post("/{contact_id:uuid}")
    async def edit(
        self,
        request: Asked,
        works: NamedDependency[Works],
        viewer: NamedDependency[Viewer],
        partner_id: FromPath[UUID],
        contact_id: FromPath[UUID],
    ) -> Response[Any]:
        """Change a contact; that counts as checked."""
        form = await read_form(request, ContactForm)
        if form.value is None:
            return await _contact_page(request, viewer, partner_id, contact_id, form)
        try:
            await works.run(viewer, edit_contact, contact_id, form.value.details(), form.value.version)
        except REFUSALS as error:
            return await _contact_page(request, viewer, partner_id, contact_id, refused(form, error, FIELDS))
        return redirect(f"/partners/{partner_id}/contacts", "Saved.")

    @post("/{contact_id:uuid}/check")
    async def check(
        self,
        works: NamedDependency[Works],
        viewer: NamedDependency[Viewer],
        partner_id: FromPath[UUID],
        contact_id: FromPath[UUID],
    ) -> Response[Any]:
        """Say that a contact is still right."""
        contact = await works.run(viewer, check_contact, contact_id)
        return redirect(f"/partners/{partner_id}/contacts", f"Checked: {contact.name}")

    @post("/{contact_id:uuid}/remove")
    async def remove(
        self,
        request: Asked,
        works: NamedDependency[Works],
        viewer: NamedDependency[Viewer],
        partner_id: FromPath[UUID],
        contact_id: FromPath[UUID],
    ) -> Response[Any]:
        """Take a contact off."""
        looked = (await read_form(request, Looked)).value or Looked()
        try:
            contact = await works.run(viewer, remove_contact, contact_id, looked.version)
        except Stale as error:
            return redirect(f"/partners/{partner_id}/contacts/{contact_id}", error.detail, kind="warning")
        return redirect(f"/partners/{partner_id}/contacts", f"Removed: {contact.name}")


async def _contact_page(
    request: Asked, viewer: Viewer, partner_id: UUID, contact_id: UUID | None, form: Form[ContactForm] | None = None
) -> Response[Any]:
    require(viewer, Permission.PARTNER_MANAGE, partner_id)
    contact = await get_contact(viewer, contact_id) if contact_id else None
    if contact is not None and contact.partner_id != partner_id:
        raise NotFound
    return page(
        request,
        "partners/contact.html",
        status=form.status if form else 200,
        meanwhile=await overtaken(viewer, contact.id, form, LABELS, as_data(contact)) if contact else None,
        partner=await get_partner(viewer, partner_id),
        contact=contact,
        typed=form.raw if form else contact or EMPTY,
        errors=form.errors if form else {},
    )
