"""Places without a name, for whoever booked them: name somebody, send a link, write a note, give the place back."""

from collections.abc import Sequence
from itertools import groupby
from typing import Any
from uuid import UUID

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from training.base.errors import Conflict, Invalid, Stale, TooMany
from training.base.structs import Frozen, Viewer
from training.base.work import Works
from training.booking.actions.giving_up import Released, release_place
from training.booking.actions.naming import Named, name_place, preview_naming
from training.booking.actions.naming_links import make_naming_link, note_open_place, withdraw_naming_link
from training.booking.queries import list_enrollments, list_roster_to_book
from training.booking.queries.open_places import OpenPlaceView, get_open_place, list_open_places
from training.booking.rules import Allowed, cutoff
from training.booking.rules.open_places import naming_refusal
from training.booking.schemas.open_places import LinkForm, NameForm, NoteForm, PlaceForm, ReleaseForm
from training.catalogue.pages.refusals import since
from training.partners.queries import get_partner
from training.people.guards import newcomers_tried, signed_in
from training.people.rules import Permission, may, require
from training.web.forms import STALE, Form, Meanwhile, differences, read_form
from training.web.render import page, redirect

Asked = Request[Any, Any, Any]
EMPTY = {"membership_id": "", "name": "", "email": "", "accept_clashes": "", "waive": ""}
CHANGED = "This changed in the meantime. Here is how it stands now; nothing was done."


class OpenPlacePages(Controller):
    """One place without a name."""

    path = "/open-places/{open_place_id:uuid}"
    include_in_schema = False
    guards = [signed_in]

    @get("/")
    async def place(
        self,
        request: Asked,
        viewer: NamedDependency[Viewer],
        works: NamedDependency[Works],
        open_place_id: FromPath[UUID],
    ) -> Response[str]:
        """How it stands, and what can be done with it."""
        return await _place_page(request, works, await get_open_place(viewer, open_place_id))

    @post("/name")
    async def name(
        self,
        request: Asked,
        viewer: NamedDependency[Viewer],
        works: NamedDependency[Works],
        open_place_id: FromPath[UUID],
    ) -> Response[str]:
        """First what would follow, then it is done: the form says which."""
        form = await read_form(request, NameForm)
        found = await get_open_place(viewer, open_place_id)
        errors = form.errors or _missing(form)
        if form.value is None or errors:
            return await _place_page(request, works, found, form.raw, errors)
        return await _check_or_name(request, works, found, form)

    @post("/link")
    async def link(
        self,
        request: Asked,
        viewer: NamedDependency[Viewer],
        works: NamedDependency[Works],
        open_place_id: FromPath[UUID],
    ) -> Response[str]:
        """Make a link: mailed to whoever is meant, or shown this once to be copied."""
        form = await read_form(request, LinkForm)
        found = await get_open_place(viewer, open_place_id)
        if form.value is None:
            return await _place_page(request, works, found, link_errors=form.errors, sent=form.raw["send_to"])
        return await _make_link(request, works, found, form.value)

    @post("/withdraw")
    async def withdraw(
        self,
        request: Asked,
        viewer: NamedDependency[Viewer],
        works: NamedDependency[Works],
        open_place_id: FromPath[UUID],
    ) -> Response[str]:
        """End the link; the place stays."""
        form = await read_form(request, PlaceForm)
        version = form.value.version if form.value else 0
        try:
            await works.run(viewer, withdraw_naming_link, open_place_id, expected_version=version)
        except Conflict as error:
            return _back(open_place_id, error)
        return redirect(f"/open-places/{open_place_id}", "The link is over. The place is still yours.")

    @post("/note")
    async def note(
        self,
        request: Asked,
        viewer: NamedDependency[Viewer],
        works: NamedDependency[Works],
        open_place_id: FromPath[UUID],
    ) -> Response[str]:
        """Write what it is for."""
        form = await read_form(request, NoteForm)
        if form.value is None:
            return redirect(f"/open-places/{open_place_id}", next(iter(form.errors.values())), kind="warning")
        asked = form.value
        try:
            await works.run(viewer, note_open_place, open_place_id, asked.note, expected_version=asked.version)
        except Stale:
            return await _overtaken(request, works, open_place_id, noted=asked.note)
        except Conflict as error:
            return _back(open_place_id, error)
        return redirect(f"/open-places/{open_place_id}", "Saved.")

    @get("/release")
    async def ask_release(
        self,
        request: Asked,
        viewer: NamedDependency[Viewer],
        works: NamedDependency[Works],
        open_place_id: FromPath[UUID],
    ) -> Response[str]:
        """What giving it back would do."""
        found = await get_open_place(viewer, open_place_id)
        if found.state != "open":
            return redirect(f"/open-places/{open_place_id}")
        return _release_page(request, works, found)

    @post("/release")
    async def release(
        self,
        request: Asked,
        viewer: NamedDependency[Viewer],
        works: NamedDependency[Works],
        open_place_id: FromPath[UUID],
    ) -> Response[str]:
        """Give it back, and say who moved up."""
        form = await read_form(request, ReleaseForm)
        found = await get_open_place(viewer, open_place_id)
        if form.value is None:
            return _release_page(request, works, found, form.raw["reason"], form.errors)
        return await _release(request, works, found, form.value)


class PartnerOpenPlacePages(Controller):
    """All places without a name of one partner."""

    path = "/partners/{partner_id:uuid}/open-places"
    include_in_schema = False
    guards = [signed_in]

    @get("/")
    async def places(
        self, request: Asked, viewer: NamedDependency[Viewer], partner_id: FromPath[UUID]
    ) -> Response[str]:
        """Those that need names, by session, and what became of the others lately."""
        partner = await get_partner(viewer, partner_id)
        require(viewer, Permission.PLACES_BOOK, partner.id)
        found = await list_open_places(viewer, "partner", partner.id)
        ended = await list_open_places(viewer, "partner", partner.id, ended=True, limit=50)
        return page(request, "booking/open_places.html", partner=partner, groups=_by_session(found), ended=ended)


class _Group(Frozen, frozen=True, kw_only=True):
    session: OpenPlaceView
    places: list[OpenPlaceView]


def _by_session(places: Sequence[OpenPlaceView]) -> list[_Group]:
    parts = [list(some) for _, some in groupby(places, key=lambda place: place.session_id)]
    return [_Group(session=some[0], places=some) for some in parts]


def _missing(form: Form[NameForm]) -> dict[str, str]:
    asked = form.value
    if asked is not None and asked.membership_id is not None and (asked.email or asked.name):
        return {"email": "Choose one of the two: somebody of your people, or a name and an address."}
    if asked is None or asked.membership_id is not None or asked.email:
        return {}
    return {"email": "Choose somebody, or enter an e-mail address."}


async def _place_page(
    request: Asked,
    works: Works,
    place: OpenPlaceView,
    raw: dict[str, Any] | None = None,
    errors: dict[str, str] | None = None,
    **more: Any,
) -> Response[str]:
    viewer: Viewer = request.user
    late = works.clock() >= place.until
    roster = await list_roster_to_book(place.session_id, place.partner_id) if place.state == "open" and not late else []
    people = [
        (each.membership_id, each.name if each.name == each.email else f"{each.name}, {each.email}")
        for each in roster
        # Whoever could not have it anyway is left out, whatever it is: a gap must not tell what others booked.
        if naming_refusal(each, place.partner_id, Allowed(clashes=True, lacking=True)) is None
    ]
    return page(
        request,
        "booking/open_place.html",
        status=409 if more.get("meanwhile") else 422 if errors or more.get("link_errors") else 200,
        place=place,
        people=people,
        raw=raw or EMPTY,
        errors=errors or {},
        manages=may(viewer, Permission.SESSION_MANAGE, place.program_id),
        late=late,
        **{"link_errors": {}, "sent": place.sent_to, "shown": "", "noted": place.note, "meanwhile": None, **more},
    )


async def _overtaken(
    request: Asked, works: Works, open_place_id: UUID, raw: dict[str, Any] | None = None, **typed: str
) -> Response[str]:
    """The place as it stands now, with what was typed in the form that was sent; nothing of it was done."""
    place = await get_open_place(request.user, open_place_id)
    if place.state != "open":
        return redirect(f"/open-places/{open_place_id}", CHANGED, kind="warning")
    found = differences({"noted": "Note"}, {"noted": typed.get("noted", place.note)}, {"noted": place.note})
    meanwhile = await since(request.user, place.id, found)
    return await _place_page(request, works, place, raw, {"": STALE}, meanwhile=meanwhile, **typed)


async def _check_or_name(request: Asked, works: Works, place: OpenPlaceView, form: Form[NameForm]) -> Response[str]:
    asked = form.value
    if asked is None:
        raise ValueError("Only a form that can be read is checked")
    errors: dict[str, str] = {}
    if asked.step == "confirm":
        try:
            async with newcomers_tried(request, asked.membership_id is None):
                named = await works.run(
                    request.user, name_place, place.id, asked.naming(), expected_version=asked.version
                )
            return redirect(f"/partners/{place.partner_id}/open-places", await _named(request.user, named))
        except Stale:
            return await _overtaken(request, works, place.id, form.raw)
        except Invalid as error:
            return await _place_page(request, works, place, form.raw, {"email": error.detail})
        except (Conflict, TooMany) as error:
            errors = {"": error.detail}
    return await _check(request, works, place, form, errors)


async def _check(
    request: Asked, works: Works, place: OpenPlaceView, form: Form[NameForm], errors: dict[str, str]
) -> Response[str]:
    asked = form.value
    if asked is None or place.state != "open" or works.clock() >= place.until:
        return redirect(f"/open-places/{place.id}", CHANGED, kind="warning")
    try:
        found = await preview_naming(request.user, place, asked.naming())
    except Invalid as error:
        return await _place_page(request, works, place, form.raw, {"email": error.detail})
    return page(
        request,
        "booking/open_place_check.html",
        status=409 if errors else 200,
        place=place,
        found=found,
        raw=form.raw,
        errors=errors,
        clash=found.refused == "clash" or asked.accept_clashes,
        manages=may(request.user, Permission.SESSION_MANAGE, place.program_id),
    )


async def _named(viewer: Viewer, named: Named) -> str:
    left = " They left the waitlist for it." if named.left_waitlist else ""
    return f"{named.name} has the place and was told.{left} {await _moved_up(viewer, named)}".strip()


async def _make_link(request: Asked, works: Works, place: OpenPlaceView, asked: LinkForm) -> Response[str]:
    viewer: Viewer = request.user
    try:
        made = await works.run(
            viewer, make_naming_link, place.id, send_to=asked.send_to, expected_version=asked.version
        )
    except (Invalid, TooMany) as error:
        return await _place_page(request, works, place, link_errors={"send_to": error.detail}, sent=asked.send_to)
    except Stale:
        return await _overtaken(request, works, place.id, sent=asked.send_to)
    except Conflict as error:
        return _back(place.id, error)
    if made.sent_to:
        said = f"We mailed the link to {made.sent_to}. Only they have it."
        return redirect(f"/open-places/{place.id}", said)
    return await _place_page(request, works, await get_open_place(viewer, place.id), shown=made.url)


def _back(open_place_id: UUID, error: Conflict) -> Response[str]:
    said = CHANGED if isinstance(error, Stale) else error.detail
    return redirect(f"/open-places/{open_place_id}", said, kind="warning")


def _release_page(
    request: Asked,
    works: Works,
    place: OpenPlaceView,
    reason: str = "",
    errors: dict[str, str] | None = None,
    meanwhile: Meanwhile | None = None,
) -> Response[str]:
    start = place.starts_at
    return page(
        request,
        "booking/open_place_release.html",
        status=409 if meanwhile else 422 if errors else 200,
        meanwhile=meanwhile,
        place=place,
        moves_up=bool(start and works.clock() < cutoff(start, place.waitlist_cutoff_hours)),
        reason=reason,
        errors=errors or {},
    )


async def _release(request: Asked, works: Works, place: OpenPlaceView, asked: ReleaseForm) -> Response[str]:
    viewer: Viewer = request.user
    try:
        released = await works.run(viewer, release_place, place.id, reason=asked.reason, expected_version=asked.version)
    except Stale as error:
        now = await get_open_place(viewer, place.id)
        if now.state != "open":
            return _back(place.id, error)
        meanwhile = await since(viewer, place.id)
        return _release_page(request, works, now, asked.reason, {"": STALE}, meanwhile)
    except Conflict as error:
        return _back(place.id, error)
    coordinates = may(viewer, Permission.PLACES_BOOK, place.partner_id)
    onward = f"/partners/{place.partner_id}/open-places" if coordinates else f"/open-places/{place.id}"
    return redirect(onward, f"The place went back. {await _moved_up(viewer, released)}".strip())


async def _moved_up(viewer: Viewer, done: Named | Released) -> str:
    """Who has a place now, by name as far as the viewer may know them."""
    if not done.promoted:
        return ""
    names = [row.name for row in await list_enrollments(viewer, done.session_id) if row.id in done.promoted]
    if len(names) != len(done.promoted) or len(names) > 1:
        count = len(done.promoted)
        return "The next person waiting has it now." if count == 1 else f"{count} people who waited moved up."
    return f"{names[0]} waited and has a place now."
