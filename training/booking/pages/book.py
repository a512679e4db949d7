"""Booking places in three steps: choose people, check what would happen, confirm."""

from datetime import datetime
from typing import Any
from uuid import UUID

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery

from training.base.errors import Conflict, Invalid, TooMany
from training.base.structs import Frozen, Viewer
from training.base.work import Works
from training.booking.actions import Booked, Order, preview_places
from training.booking.pages.unbooked import book_and_tell
from training.booking.queries import BookingPartner, list_booking_partners, list_program_managers, list_roster_to_book
from training.booking.rules import Candidate, Outcome, cancel_until, cutoff, refusal
from training.booking.rules.open_places import NamelessTooLate, names_needed
from training.booking.schemas import BookForm, parse_people
from training.catalogue.rules import Mode
from training.partners.queries import list_unreached
from training.people.guards import code_tried, newcomers_tried, signed_in
from training.people.rules import Permission, may
from training.schedule.queries import get_session
from training.schedule.rules.sessions import NotBookable, SessionView, bookable
from training.web.forms import Form, read_form
from training.web.once import press_of
from training.web.render import page, redirect

EMPTY: dict[str, Any] = {
    "member": [],
    "people": "",
    "accepts": "any",
    "together": "split",
    "note": "",
    "open_places": "",
    "accept_clashes": "",
    "waive": "",
}


class Choosing(Frozen, frozen=True, kw_only=True):
    """What the form is about. `partner` is None while there are several to choose from, or none.

    `names_until` is until when a place without a name must have one; None when it is too late for such places.
    """

    session: SessionView
    code: str
    partners: tuple[BookingPartner, ...]
    partner: BookingPartner | None
    not_bookable: NotBookable | None
    names_until: datetime | None
    manages: bool


class BookPages(Controller):
    """The booking form of a session."""

    path = "/sessions"
    include_in_schema = False
    guards = [signed_in]

    @get("/{session_id:uuid}/book")
    async def choose(
        self,
        request: Request[Any, Any, Any],
        viewer: NamedDependency[Viewer],
        works: NamedDependency[Works],
        session_id: FromPath[UUID],
        partner: FromQuery[str] = "",
    ) -> Response[str]:
        """For which organization, and for whom."""
        code = request.query_params.get("code", "")
        async with code_tried(request, code):
            choosing = await _choosing(viewer, works, session_id, partner, code)
        return await _form(request, choosing, EMPTY, {})

    @post("/{session_id:uuid}/book")
    async def book(
        self,
        request: Request[Any, Any, Any],
        viewer: NamedDependency[Viewer],
        works: NamedDependency[Works],
        session_id: FromPath[UUID],
    ) -> Response[str]:
        """Check, change or confirm: the form says which."""
        form = await read_form(request, BookForm)
        async with code_tried(request, form.raw["code"]):
            choosing = await _choosing(viewer, works, session_id, form.raw["partner_id"], form.raw["code"])
        if form.value is None or choosing.partner is None or form.value.step == "change":
            return await _form(request, choosing, form.raw, form.errors)
        return await _check_or_confirm(request, choosing, form, works)


async def _choosing(viewer: Viewer, works: Works, session_id: UUID, partner: str, code: str) -> Choosing:
    code = code if code.isprintable() else ""
    session = await get_session(viewer, session_id, code)
    partners = tuple(await list_booking_partners(viewer, session, code))
    only = partners[0] if len(partners) == 1 and not partner else None
    return Choosing(
        session=session,
        code=code,
        partners=partners,
        partner=only or next((known for known in partners if str(known.id) == partner), None),
        not_bookable=bookable(session, works.clock()),
        names_until=_names_until(session, works.clock()),
        manages=may(viewer, Permission.SESSION_MANAGE, session.program_id),
    )


def _names_until(session: SessionView, now: datetime) -> datetime | None:
    try:
        return names_needed(session.starts_at, session.open_place_hours, now)
    except NamelessTooLate:
        return None


async def _form(
    request: Request[Any, Any, Any], choosing: Choosing, raw: dict[str, Any], errors: dict[str, str]
) -> Response[str]:
    """The first step, or why there is none."""
    session, partner = choosing.session, choosing.partner
    if choosing.not_bookable or not choosing.partners:
        status = 409 if choosing.not_bookable else 403
        managers = await list_program_managers(request.user, [session.program_id])
        return page(
            request, "booking/closed.html", status=status, choosing=choosing, session=session, managers=managers
        )
    if partner is None:
        return page(request, "booking/partner.html", choosing=choosing, session=session)
    roster = await list_roster_to_book(session.id, partner.id)
    return page(
        request,
        "booking/choose.html",
        status=422 if errors else 200,
        choosing=choosing,
        session=session,
        partner=partner,
        people=[_box(candidate, choosing, raw["member"]) for candidate in roster],
        raw=raw,
        errors=errors,
    )


def _box(candidate: Candidate, choosing: Choosing, chosen: list[str]) -> tuple[str, str, str, bool, str]:
    """Somebody of the roster as the people picker wants them; who cannot be booked cannot be ticked.

    A clash of their own people is for the coordinator to accept, a missing course for a manager: on the next page.
    """
    partner_id = choosing.partner.id if choosing.partner else candidate.membership_id
    against = refusal(candidate, partner_id)
    key = str(candidate.membership_id)
    detail = candidate.email if candidate.name != candidate.email else ""
    if against and (against[0] == "clash" or (against[0] == "course-missing" and choosing.manages)):
        detail, against = f"{detail} {against[1]}".strip(), None
    return key, candidate.name, detail, key in chosen and not against, against[1] if against else ""


async def _check_or_confirm(
    request: Request[Any, Any, Any], choosing: Choosing, form: Form[BookForm], works: Works
) -> Response[str]:
    partner, asked = choosing.partner, form.value
    if partner is None or asked is None:
        raise ValueError("Only a form that can be read is checked")
    pasted = parse_people(asked.people)
    if pasted.unreadable:
        sentence = f"There is no usable e-mail address in: {', '.join(pasted.unreadable[:3])}."
        return await _form(request, choosing, form.raw, {"people": sentence})
    members = {c.email: c.membership_id for c in await list_roster_to_book(choosing.session.id, partner.id)}
    order = asked.order(choosing.session.id, pasted.people, members)
    try:
        press = press_of(request)
        if asked.step == "confirm" and press is not None:
            return await _confirm(request, works, press.token, order)
        return await _check(request, choosing, form, order, works)
    except Invalid as error:
        return await _form(request, choosing, form.raw, {"member": error.detail})
    except (Conflict, TooMany) as error:
        # Between choosing and confirming the session changed: say so where it can be changed.
        return await _form(request, choosing, form.raw, {"": error.detail})


async def _confirm(request: Request[Any, Any, Any], works: Works, token: str, order: Order) -> Response[str]:
    async with newcomers_tried(request, any(one.membership_id is None for one in order.people)):
        booked = await works.run(request.user, book_and_tell, order, token)
    return redirect(f"/bookings/{booked.booking_id}?form={token}")


async def _check(
    request: Request[Any, Any, Any], choosing: Choosing, form: Form[BookForm], order: Order, works: Works
) -> Response[str]:
    """The second step: what would happen now, person by person. Nothing has changed yet."""
    booked = await preview_places(request.user, order, works.clock())
    start = choosing.session.starts_at
    until = cancel_until(start, choosing.session.cancellation_hours) if start else None
    return page(
        request,
        "booking/check.html",
        choosing=choosing,
        session=choosing.session,
        partner=choosing.partner,
        raw=form.raw,
        together=order.together,
        order=order,
        free_kept=_kept_free(choosing.session, booked, order),
        cancel_until=until,
        too_late=until is not None and until < works.clock(),
        moves_up=bool(start and works.clock() < cutoff(start, choosing.session.waitlist_cutoff_hours)),
        **_missed(booked, await unreached_of(request.user, order.partner_id)),
        **told(booked),
    )


async def unreached_of(viewer: Viewer, partner_id: UUID | None) -> frozenset[str]:
    """The addresses of a partner's people that mail does not reach, for those who can put them right. One statement."""
    if partner_id is None or not may(viewer, Permission.PARTNER_MANAGE, partner_id):
        return frozenset()
    return frozenset(one.contact_email for one in await list_unreached(viewer, partner_id))


def _missed(booked: Booked, unreached: frozenset[str]) -> dict[str, Any]:
    """Who would not get the message about it, by name; and how many of those with a place would."""
    told_of = [one for one in booked.verdicts if one.outcome in (Outcome.ENROLLED, Outcome.WAITLISTED)]
    placed = [one for one in told_of if one.outcome is Outcome.ENROLLED]
    return {
        "missed": [one.name or one.email for one in told_of if one.email in unreached],
        "written": sum(one.email not in unreached for one in placed),
    }


def _kept_free(session: SessionView, booked: Booked, order: Order) -> bool:
    """Whether places stay free that those who are to wait would take: somebody else comes first."""
    given = [verdict.mode for verdict in booked.verdicts]
    wished = order.accepts or (Mode.IN_PERSON, Mode.ONLINE)
    free = {Mode.IN_PERSON: session.free_in_person, Mode.ONLINE: session.free_online}
    return not order.together and any(free[mode] > given.count(mode) for mode in wished)


class Told(Frozen, frozen=True, kw_only=True):
    """A verdict in the words of the page, as web/schedule.html wants it. `repair`: where the address that mail does not
    reach is put right."""

    name: str
    detail: str
    verdict: str
    reason: str
    enrollment_id: UUID | None = None
    undo_id: UUID | None = None
    repair: str = ""


_MODE_WORDS = {Mode.IN_PERSON: "In the room.", Mode.ONLINE: "Online."}


def told(booked: Booked) -> dict[str, Any]:
    """The verdicts for a page, and how many there are of each."""
    items = []
    for verdict in booked.verdicts:
        reason = verdict.reason
        if verdict.mode is not None:
            reason = _MODE_WORDS[verdict.mode]
        elif verdict.position is not None:
            reason = f"Number {verdict.position} on the waitlist."
        items.append(
            Told(
                name=verdict.name or verdict.email,
                detail=verdict.email if verdict.name not in ("", verdict.email) else "",
                verdict=verdict.outcome.value,
                reason=reason,
            )
        )
    outcomes = [verdict.outcome for verdict in booked.verdicts]
    codes = {verdict.code for verdict in booked.verdicts}
    return {
        "clashes": "clash" in codes,
        "lacking": "course-missing" in codes,
        "open_places": booked.open_places,
        "open_refused": booked.open_refused,
        "verdicts": items,
        "enrolled": outcomes.count(Outcome.ENROLLED),
        "waitlisted": outcomes.count(Outcome.WAITLISTED),
        "refused": outcomes.count(Outcome.REFUSED),
    }
