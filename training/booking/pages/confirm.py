"""Behind the mailed link: what would happen, and one button. Opening it uses nothing up: mail scanners open links."""

from typing import Any

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from training.base.errors import Conflict, Gone, Invalid
from training.base.structs import Frozen, Viewer
from training.base.work import Works
from training.booking.actions.confirm import Foreseen, confirm_request, foresee
from training.booking.pages.answering import read_asking
from training.booking.pages.guest import SILENT, page_path
from training.booking.queries import EnrollmentView, get_enrollment, list_busy, list_positions
from training.booking.queries.asking import list_asked
from training.booking.queries.candidates import Busy
from training.booking.queries.requests import list_own_partners
from training.booking.rules import ACTIVE, State, unpack_modes
from training.booking.rules.asking import Asked, Given
from training.booking.rules.fields import asking_form, ordered_faults
from training.booking.rules.guests import guest_of
from training.booking.rules.requests import OwnPartner
from training.booking.schemas.requests import EnrollForm
from training.catalogue.rules import Audience
from training.people.queries import find_link, get_person, is_new_account
from training.people.rules import KnownLink, KnownPerson, LinkExpired, LinkUnknown, LinkUsed, Purpose, own_token
from training.schedule.queries import list_meetings
from training.schedule.queries.sessions import get_session
from training.schedule.rules.sessions import SessionView
from training.web.forms import Form, read_form
from training.web.render import page, redirect

HttpRequest = Request[Any, Any, Any]


class Confirming(Frozen, frozen=True, kw_only=True):
    """What a link would confirm, for whom, and what is to be decided."""

    link: KnownLink
    person: KnownPerson
    guest: Viewer
    found: EnrollmentView
    session: SessionView
    partners: tuple[OwnPartner, ...]
    busy: tuple[Busy, ...]
    asked: Asked
    foreseen: Foreseen
    new: bool

    @property
    def chooses(self) -> bool:
        """Whether there is a choice for whom to take part."""
        own = self.session.audience is Audience.PUBLIC
        return len(self.partners) > 1 or (own and bool(self.partners))


class ConfirmPages(Controller):
    """One request."""

    path = "/requests"
    include_in_schema = False

    @get("/{token:str}")
    async def ask(self, request: HttpRequest, works: NamedDependency[Works], token: FromPath[str]) -> Response[Any]:
        """What would happen, or what became of it."""
        link = await _link(works, token)
        if link.used_at is not None or works.clock() >= link.expires_at:
            return await _over(request, works, link)
        confirming = await _confirming(works, link)
        if confirming.found.state is not State.REQUESTED:
            return await _over(request, works, link)
        return await _page(request, confirming)

    @post("/{token:str}")
    async def confirm(self, request: HttpRequest, works: NamedDependency[Works], token: FromPath[str]) -> Response[Any]:
        """Confirm; somebody else's press, or the end of the hour, is told as it is."""
        link = await _link(works, token)
        form = await read_form(request, EnrollForm)
        if link.used_at is not None or works.clock() >= link.expires_at:
            return await _over(request, works, link)
        return await _confirm(request, works, (await _confirming(works, link), token), form)


async def _link(works: Works, token: str) -> KnownLink:
    if not own_token(works.site.secret_key, Purpose.CONFIRM, token):
        raise LinkUnknown
    link = await find_link(token)
    if link is None or link.subject_id is None:
        raise LinkUnknown
    return link


async def _confirming(works: Works, link: KnownLink) -> Confirming:
    person = await get_person(link.person_id)
    if link.subject_id is None or person.disabled_at is not None:
        raise LinkUnknown
    guest = guest_of(person.id, person.name, person.zone)
    found = await get_enrollment(guest, link.subject_id)
    session = await get_session(guest, found.session_id)
    return Confirming(
        link=link,
        person=person,
        guest=guest,
        found=found,
        session=session,
        partners=tuple(await list_own_partners(session, person.id)),
        busy=tuple(await list_busy(session.id, [person.id])),
        asked=await list_asked(session.id, person.id),
        foreseen=await foresee(session, unpack_modes(found.accepts), works.clock()),
        new=await is_new_account(person.id),
    )


async def _page(
    request: HttpRequest,
    confirming: Confirming,
    raw: dict[str, Any] | None = None,
    errors: dict[str, str] | None = None,
    given: Given | None = None,
) -> Response[Any]:
    errors, form = errors or {}, asking_form(confirming.asked, given)
    shown = page(
        request,
        "booking/confirm.html",
        status=422 if errors else 200,
        confirming=confirming,
        found=confirming.found,
        session=confirming.session,
        meetings=[one for one in await list_meetings([confirming.session.id]) if one.cancelled_at is None],
        shown=_zone(confirming.person, confirming.session),
        raw=raw or {"name": confirming.person.name, "partner": ""},
        errors=errors,
        faults=[
            *((name, sentence) for name, sentence in errors.items() if not name.startswith(("q-", "t-"))),
            *(fault for fault in ordered_faults(form, errors) if fault[0].startswith(("q-", "t-"))),
        ],
        asking_form=form,
    )
    shown.headers.update(SILENT)
    return shown


def _zone(person: KnownPerson, session: SessionView) -> str:
    return session.zone if person.zone == "UTC" else person.zone


async def _confirm(
    request: HttpRequest, works: Works, seen: tuple[Confirming, str], form: Form[EnrollForm]
) -> Response[Any]:
    (confirming, token), given = seen, await read_asking(request)
    if form.value is None:
        return await _page(request, confirming, form.raw, form.errors, given)
    if confirming.chooses and not form.value.partner:
        return await _page(request, confirming, form.raw, {"partner": "Please choose."}, given)
    try:
        await works.run(confirming.guest, confirm_request, token, form.value.choice(given))
    except Invalid as error:
        return await _page(request, confirming, form.raw, error.fields or {"": error.detail}, given)
    except (LinkUsed, LinkExpired):
        return await _over(request, works, await _link(works, token))
    except Gone as error:
        return await _gone(request, confirming.session, error.detail)
    except Conflict as error:
        again = await _confirming(works, confirming.link)
        if again.found.state is not State.REQUESTED:
            return await _over(request, works, confirming.link)
        return await _page(request, again, form.raw, {"": error.detail}, given)
    # A relative address: the press that is kept for a repetition must not hold the token.
    return redirect("?done")


async def _over(request: HttpRequest, works: Works, link: KnownLink) -> Response[Any]:
    """A link that was used: how it stands now, for an hour. One whose time is over: how to ask again."""
    person = await get_person(link.person_id)
    guest = guest_of(person.id, person.name, person.zone)
    found = await get_enrollment(guest, link.subject_id) if link.subject_id else None
    if found is None or person.disabled_at is not None:
        raise LinkUnknown
    stands = found.state in ACTIVE and found.state is not State.REQUESTED
    if link.used_at is None or works.clock() >= link.expires_at or not stands:
        why = "This session has been cancelled." if found.session_state == "cancelled" else ""
        if stands and found.link_generation > 1:
            why = "This link is over, because there is a newer one to your place. It is in your mailbox."
        return await _gone(request, found, why)
    shown = page(
        request,
        "booking/confirmed.html",
        found=found,
        position=(await list_positions([found.id])).get(found.id),
        place_path=page_path(works, found),
        shown=found.zone if person.zone == "UTC" else person.zone,
    )
    shown.headers.update(SILENT)
    return shown


async def _gone(request: HttpRequest, of: SessionView | EnrollmentView, why: str) -> Response[Any]:
    session_id = of.id if isinstance(of, SessionView) else of.session_id
    title = of.title if isinstance(of, SessionView) else of.session_title
    shown = page(request, "booking/request_over.html", status=410, session_id=session_id, title=title, why=why)
    shown.headers.update(SILENT)
    return shown
