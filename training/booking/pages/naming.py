"""Behind a naming link: the session, a form for whoever takes the place, and that it is taken."""

from typing import Any
from uuid import UUID

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from training.base.errors import Invalid
from training.base.structs import Viewer
from training.base.work import Works
from training.base.zones import zone_names, zone_typed
from training.booking.actions.naming import name_by_link
from training.booking.actions.naming_links import find_behind_link
from training.booking.pages.answering import read_asking
from training.booking.queries import list_prerequisites
from training.booking.queries.asking import list_asked
from training.booking.queries.open_places import OpenPlaceView
from training.booking.rules.asking import Given
from training.booking.rules.fields import Consentable, asking_form, for_whoever, ordered_faults
from training.booking.rules.open_places import NamingNotPossible
from training.booking.schemas.open_places import IntroductionForm
from training.people.guards import newcomers_tried
from training.people.rules import fold_email
from training.schedule.queries import list_meetings
from training.web.forms import Form, read_form
from training.web.render import page

Asked = Request[Any, Any, Any]
# The address of the page holds the token: nothing that the page loads or leads to may be told it.
SILENT = {"referrer-policy": "strict-origin"}


class NamingPages(Controller):
    """The page behind a link."""

    path = "/naming"
    include_in_schema = False

    @get("/{token:str}")
    async def offer(
        self,
        request: Asked,
        works: NamedDependency[Works],
        viewer: NamedDependency[Viewer],
        token: FromPath[str],
    ) -> Response[str]:
        """The session and the form. Opening it takes nothing: mail scanners open links too."""
        place = await find_behind_link(token, works.site.secret_key, works.clock())
        zone = viewer.zone if viewer.signed_in else place.zone
        # Not the address that the link was mailed to: whoever it was passed on to need not know it.
        raw = {"name": viewer.name, "email": viewer.email, "zone": zone}
        return await _form(request, place, token, raw)

    @post("/{token:str}")
    async def take(
        self,
        request: Asked,
        works: NamedDependency[Works],
        token: FromPath[str],
    ) -> Response[str]:
        """Take the place."""
        place = await find_behind_link(token, works.site.secret_key, works.clock())
        form = await read_form(request, IntroductionForm)
        given = await read_asking(request)
        if form.value is None:
            return await _form(request, place, token, form.raw, given, form.errors)
        return await _take(request, works, place, token, (form, given))


async def _take(
    request: Asked, works: Works, place: OpenPlaceView, token: str, typed: tuple[Form[IntroductionForm], Given]
) -> Response[str]:
    form, given = typed
    if form.value is None:
        raise ValueError("Only a form that can be read is taken")
    try:
        zone = zone_typed(form.value.zone)
        async with newcomers_tried(request, typed=True, links_of=place.partner_id):
            named = await works.run(request.user, name_by_link, token, form.value.introduction(zone, given))
    except Invalid as error:
        return await _form(request, place, token, form.raw, given, error.fields or {"": error.detail})
    except NamingNotPossible as error:
        return await _form(request, place, token, form.raw, given, {"": error.detail})
    # How the organization calls whoever has this address is told to that mailbox only, and nobody is called otherwise.
    proven = bool(place.sent_to) and place.sent_to == fold_email(form.value.email)
    known: dict[str, Any] = {"name": named.name if proven else "", "typed": form.value.name, "chosen": zone}
    # What somebody agreed to before is theirs to know: whoever may be somebody else is told what everybody is asked.
    known["terms"] = () if proven else [one for one in await _terms(place.session_id) if one.required]
    done = page(request, "booking/naming_done.html", place=place, email=form.value.email, **known)
    done.headers.update(SILENT)
    return done


async def _terms(session_id: UUID) -> tuple[Consentable, ...]:
    return asking_form(await list_asked(session_id, None)).terms


async def _form(
    request: Asked,
    place: OpenPlaceView,
    token: str,
    raw: dict[str, Any],
    given: Given | None = None,
    errors: dict[str, str] | None = None,
) -> Response[str]:
    asked = asking_form(await list_asked(place.session_id, None), given)
    later = asked.terms if not place.sent_to else ()
    asked = asked if place.sent_to else for_whoever(asked)
    said = errors or {}
    shown = page(
        request,
        "booking/naming.html",
        status=422 if said else 200,
        place=place,
        meetings=[meeting for meeting in await list_meetings([place.session_id]) if meeting.cancelled_at is None],
        prerequisites=[each.title for each in await list_prerequisites(place.session_id, None)],
        token=token,
        raw=raw,
        form=asked,
        later=later,
        errors=said,
        faults=ordered_faults(asked, said),
        zones=zone_names(),
    )
    shown.headers.update(SILENT)
    return shown
