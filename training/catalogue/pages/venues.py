"""Venues for those who plan sessions: the list, adding and changing."""

from typing import Any
from uuid import UUID

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from training.base.paging import MOST_LIMIT
from training.base.structs import Viewer, as_data
from training.base.work import Works
from training.base.zones import country_names, zone_names
from training.catalogue.actions import create_venue, edit_venue
from training.catalogue.pages.refusals import REFUSALS, overtaken, refused
from training.catalogue.queries import get_venue, list_venues
from training.catalogue.rules import Venue, VenueDetails
from training.catalogue.schemas import VenueForm, merged
from training.people.guards import permitted
from training.people.rules import Permission
from training.web.exports import table_response
from training.web.forms import Form, read_form
from training.web.render import page, redirect

Asked = Request[Any, Any, Any]
# The fields as the form calls them.
LABELS = {
    "name": "Name",
    "address": "Address",
    "country": "Country",
    "zone": "Time zone",
    "latitude": "Latitude",
    "longitude": "Longitude",
    "access_notes": "Access notes",
}
HEADER = ("Name", "Address", "Country", "Time zone", "Latitude", "Longitude", "Access notes")


class VenuePages(Controller):
    """Managing venues."""

    path = "/manage/venues"
    include_in_schema = False
    guards = [permitted(Permission.VENUE_MANAGE)]

    @get("/")
    async def venues(self, request: Asked, viewer: NamedDependency[Viewer]) -> Response[Any]:
        """All venues, a page at a time."""
        found = await list_venues(viewer, cursor=request.query_params.get("cursor"), limit=MOST_LIMIT)
        return page(
            request,
            "catalogue/manage_venues.html",
            venues=sorted(found.items, key=lambda venue: (venue.country, venue.name.casefold())),
            countries=country_names(),
            next_cursor=found.next_cursor,
        )

    @get("/export/{fmt:str}")
    async def export(self, viewer: NamedDependency[Viewer], fmt: FromPath[str]) -> Response[Any]:
        """All venues, as a file."""
        rows = [
            (v.name, v.address, v.country, v.zone, v.latitude, v.longitude, v.access_notes)
            for v in await _all_venues(viewer)
        ]
        return table_response(fmt, "venues", HEADER, rows)

    @get("/new")
    async def new(self, request: Asked) -> Response[Any]:
        """The empty form."""
        return await _venue_page(request, None, None)

    @post("/")
    async def create(
        self, request: Asked, works: NamedDependency[Works], viewer: NamedDependency[Viewer]
    ) -> Response[Any]:
        """Add a venue."""
        form = await read_form(request, VenueForm)
        if form.value is None:
            return await _venue_page(request, None, form)
        try:
            venue = await works.run(viewer, create_venue, merged(VenueDetails, form.value))
        except REFUSALS as error:
            return await _venue_page(request, None, refused(form, error))
        return redirect(f"/manage/venues/{venue.id}", "The venue is there.")

    @get("/{venue_id:uuid}")
    async def venue(self, request: Asked, viewer: NamedDependency[Viewer], venue_id: FromPath[UUID]) -> Response[Any]:
        """The form of a venue."""
        return await _venue_page(request, await get_venue(viewer, venue_id), None)

    @post("/{venue_id:uuid}")
    async def edit(
        self,
        request: Asked,
        works: NamedDependency[Works],
        viewer: NamedDependency[Viewer],
        venue_id: FromPath[UUID],
    ) -> Response[Any]:
        """Change a venue."""
        venue = await get_venue(viewer, venue_id)
        form = await read_form(request, VenueForm)
        if form.value is None:
            return await _venue_page(request, venue, form)
        try:
            await works.run(viewer, edit_venue, venue_id, merged(VenueDetails, form.value), form.value.version)
        except REFUSALS as error:
            venue = await get_venue(viewer, venue_id)
            return await _venue_page(request, venue, refused(form, error))
        return redirect(f"/manage/venues/{venue_id}", "Saved.")


async def _all_venues(viewer: Viewer) -> list[Venue]:
    """Every venue: as many statements as there are pages of the greatest size."""
    found = await list_venues(viewer, limit=MOST_LIMIT)
    venues = list(found.items)
    while found.next_cursor is not None:
        found = await list_venues(viewer, cursor=found.next_cursor, limit=MOST_LIMIT)
        venues.extend(found.items)
    return venues


async def _venue_page(request: Asked, venue: Venue | None, form: Form[VenueForm] | None) -> Response[Any]:
    empty = {**dict.fromkeys(VenueForm.__struct_fields__, ""), "version": 0}
    return page(
        request,
        "catalogue/manage_venue.html",
        status=form.status if form else 200,
        meanwhile=await overtaken(request.user, venue.id, form, LABELS, as_data(venue)) if venue else None,
        venue=venue,
        typed=form.raw if form else venue or empty,
        errors=form.errors if form else {},
        zones=zone_names(),
        countries=sorted(country_names().items(), key=lambda country: country[1]),
    )


CONTROLLERS = (VenuePages,)
