"""Details of a partner: changed by its coordinators, added by staff and program managers."""

from typing import Any
from uuid import UUID

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from training.base.errors import Invalid
from training.base.paging import MOST_LIMIT
from training.base.structs import Viewer
from training.base.work import Works
from training.base.zones import country_names
from training.catalogue.pages.refusals import REFUSALS, overtaken, refused
from training.catalogue.queries import list_programs
from training.partners.actions import create_partner, edit_partner
from training.partners.queries import find_partner_by_name, get_partner, list_partners
from training.partners.rules import Partner, PartnerDetails, PartnerNameTaken
from training.partners.schemas import PartnerForm
from training.people.guards import permitted, signed_in
from training.people.rules import Permission, require
from training.web.exports import table_response
from training.web.forms import Form, read_form
from training.web.render import page, redirect

Asked = Request[Any, Any, Any]
HEADER = ("Name", "Part of", "Country", "Website", "Added (UTC)")
# The fields as the form calls them.
LABELS = {"name": "Name", "country": "Country", "website": "Website"}
FIELDS = {PartnerNameTaken: "name"}
EMPTY = {"name": "", "parent": "", "country": "", "website": "", "program_id": "", "version": 0}


class PartnerSettingsPages(Controller):
    """Details of one partner."""

    path = "/partners/{partner_id:uuid}/settings"
    include_in_schema = False
    guards = [signed_in]

    @get("/")
    async def settings(
        self, request: Asked, viewer: NamedDependency[Viewer], partner_id: FromPath[UUID]
    ) -> Response[Any]:
        """The form of a partner."""
        return await _settings_page(request, viewer, partner_id)

    @post("/")
    async def edit(
        self,
        request: Asked,
        works: NamedDependency[Works],
        viewer: NamedDependency[Viewer],
        partner_id: FromPath[UUID],
    ) -> Response[Any]:
        """Change a partner."""
        form = await read_form(request, PartnerForm)
        if form.value is None:
            return await _settings_page(request, viewer, partner_id, form)
        try:
            details = await _details(viewer, form.value, await get_partner(viewer, partner_id))
            await works.run(viewer, edit_partner, partner_id, details, form.value.version)
        except REFUSALS as error:
            return await _settings_page(request, viewer, partner_id, refused(form, error, FIELDS))
        return redirect(f"/partners/{partner_id}/settings", "Saved.")


class ManagedPartnerPages(Controller):
    """Adding partners."""

    path = "/manage/partners"
    include_in_schema = False
    guards = [permitted(Permission.PARTNER_CREATE)]

    @get("/export/{fmt:str}")
    async def export(self, viewer: NamedDependency[Viewer], fmt: FromPath[str]) -> Response[Any]:
        """All partners, as a file."""
        rows = [(p.name, p.parent_name, p.country, p.website, p.created_at) for p in await _every_partner(viewer)]
        return table_response(fmt, "partners", HEADER, rows)

    @get("/new")
    async def new(self, request: Asked, viewer: NamedDependency[Viewer]) -> Response[Any]:
        """The empty form."""
        return await _new_page(request, viewer)

    @post("/")
    async def create(
        self, request: Asked, works: NamedDependency[Works], viewer: NamedDependency[Viewer]
    ) -> Response[Any]:
        """Add a partner."""
        form = await read_form(request, PartnerForm)
        if form.value is None:
            return await _new_page(request, viewer, form)
        try:
            details = await _details(viewer, form.value, None)
            partner = await works.run(viewer, create_partner, details, form.value.program_id)
        except REFUSALS as error:
            return await _new_page(request, viewer, refused(form, error, FIELDS))
        return redirect(f"/manage/partners/{partner.id}/coordinator", "The organization is there. Who books for it?")


async def _details(viewer: Viewer, form: PartnerForm, current: Partner | None) -> PartnerDetails:
    """What the form says. Only staff sees the parent, so only staff's form says something about it."""
    parent_id = current.parent_id if current else None
    if viewer.staff:
        parent_id = await parent_named(form.parent)
    return PartnerDetails(name=form.name, parent_id=parent_id, country=form.country, website=form.website)


async def parent_named(name: str) -> UUID | None:
    """The partner of this name, however spelled; None for no name. Raises Invalid for the field `parent`."""
    if not name:
        return None
    parent = await find_partner_by_name(name)
    if parent is None:
        raise Invalid(fields={"parent": "There is no organization of this name. Type it as it is in the list."})
    return parent.id


async def _every_partner(viewer: Viewer) -> list[Partner]:
    """All partners by name: as many statements as there are pages of the greatest size."""
    found = await list_partners(viewer, limit=MOST_LIMIT)
    partners = list(found.items)
    while found.next_cursor is not None:
        found = await list_partners(viewer, cursor=found.next_cursor, limit=MOST_LIMIT)
        partners.extend(found.items)
    return sorted(partners, key=lambda partner: partner.name.casefold())


async def _settings_page(
    request: Asked, viewer: Viewer, partner_id: UUID, form: Form[PartnerForm] | None = None
) -> Response[Any]:
    require(viewer, Permission.PARTNER_MANAGE, partner_id)
    partner = await get_partner(viewer, partner_id)
    labels = {**LABELS, "parent": "Part of"} if viewer.staff else LABELS
    kept = {**EMPTY, **{name: getattr(partner, name) for name in ("name", "country", "website", "version")}}
    return page(
        request,
        "partners/settings.html",
        status=form.status if form else 200,
        meanwhile=await overtaken(viewer, partner_id, form, labels, {**kept, "parent": partner.parent_name}),
        partner=partner,
        typed=form.raw if form else {**kept, "parent": partner.parent_name},
        errors=_shown(form),
        **_choices(viewer),
    )


async def _new_page(request: Asked, viewer: Viewer, form: Form[PartnerForm] | None = None) -> Response[Any]:
    programs = await list_programs(viewer, managed=True, limit=MOST_LIMIT)
    return page(
        request,
        "partners/partner_new.html",
        status=422 if form else 200,
        typed=form.raw if form else EMPTY,
        errors=_shown(form),
        programs=[(str(program.id), program.name) for program in programs.items],
        **_choices(viewer),
    )


def _shown(form: Form[PartnerForm] | None) -> dict[str, str]:
    """Errors by the names of the form's fields: what the rules call `parent_id` is typed as `parent`."""
    return {name.replace("parent_id", "parent"): text for name, text in (form.errors if form else {}).items()}


def _choices(viewer: Viewer) -> dict[str, Any]:
    countries = sorted(country_names().items(), key=lambda country: country[1])
    return {"countries": countries, "staff": viewer.staff}
