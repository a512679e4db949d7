"""The page of one's place, by the link in every message about it: nobody need sign in, and it opens nothing else.

Whoever holds the link acts as the person it was mailed to, without any role, and on this one enrollment only. Addresses
that a form leads to are relative, because the press that is kept for a repetition must not hold the token.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from training.base.errors import Conflict, Gone, Invalid, Stale, TooMany
from training.base.structs import Frozen, Viewer
from training.base.work import Works
from training.booking.actions import cancel_enrollment, take_offer, undo_cancellation
from training.booking.actions.asking import answer_questions, is_answering_over, withdraw_consent
from training.booking.actions.guest import renew_link
from training.booking.pages.answering import read_asking
from training.booking.pages.undoable import is_taken
from training.booking.queries import (
    EnrollmentView,
    get_enrollment,
    list_busy,
    list_positions,
    list_program_managers,
)
from training.booking.queries.asking import list_asked
from training.booking.queries.candidates import Busy
from training.booking.queries.requests import PlaceKey, find_place_key
from training.booking.rules import CAN_LEAVE, UNDO_WINDOW, State, cancel_until, cutoff, undo_until
from training.booking.rules.asking import Given, outstanding
from training.booking.rules.check_in import at_door, near
from training.booking.rules.fields import asking_form, ordered_faults
from training.booking.rules.guests import (
    PLACE_PATH,
    PlaceLinkUnknown,
    check_place_link,
    guest_of,
    opens_place,
    place_token,
)
from training.booking.schemas.requests import LeaveForm
from training.catalogue.rules import Mode
from training.outbox.rules import token_id
from training.people.actions import request_sign_in_link
from training.people.guards import client_of
from training.people.queries import get_person
from training.schedule.queries import find_session, list_meetings
from training.schedule.rules.sessions import Meeting, SessionView
from training.web.forms import read_form
from training.web.render import page, redirect

HttpRequest = Request[Any, Any, Any]
# The address of the page holds the token: nothing that the page loads or leads to may be told it.
SILENT = {"referrer-policy": "strict-origin"}
ALONE = "The answers are yours alone, and your coordinator booked this place: please sign in to answer."
CHANGED = "This changed in the meantime. Here is how it stands now; nothing was done."


class Place(Frozen, frozen=True, kw_only=True):
    """An enrollment as whoever holds its link sees it. `shown` is the zone of the person, or else of the session."""

    guest: Viewer
    found: EnrollmentView
    session: SessionView | None
    meetings: tuple[Meeting, ...]
    position: int | None
    shown: str
    cancel_until: datetime | None
    too_late: bool
    moves_until: datetime | None
    undo_until: datetime | None
    taken_meanwhile: bool
    again: datetime | None
    open: int
    busy: tuple[Busy, ...]

    @property
    def own(self) -> bool:
        """Whether the person came by their own wish: then what is known of them elsewhere may be shown here."""
        return self.found.partner_id is None


class PlacePages(Controller):
    """One place."""

    path = "/places/{token:str}"
    include_in_schema = False

    @get("/")
    async def place(self, request: HttpRequest, works: NamedDependency[Works], token: FromPath[str]) -> Response[Any]:
        """Session, state, deadlines, and what can be done."""
        return await _page(request, works, await open_place(works, token))

    @post("/leave")
    async def leave(self, request: HttpRequest, works: NamedDependency[Works], token: FromPath[str]) -> Response[Any]:
        """Give the place or the spot on the waitlist back, or decline an offered place."""
        guest, enrollment_id = await _key(works, token)
        form = (await read_form(request, LeaveForm)).value
        if form is None:
            return _back("This form could not be read. Nothing was done.", "warning")
        left = await get_enrollment(guest, enrollment_id)
        try:
            told = {"reason": form.reason, "expected_version": form.version}
            await works.run(guest, cancel_enrollment, enrollment_id, **told)  # type: ignore[arg-type]
        except Stale:
            return await _page(request, works, await open_place(works, token), form.reason)
        except Conflict as error:
            return _back(error.detail, "warning")
        return _back(_left_words(left.state))

    @post("/take")
    async def take(self, works: NamedDependency[Works], token: FromPath[str]) -> Response[Any]:
        """Take an offered place."""
        guest, enrollment_id = await _key(works, token)
        try:
            await works.run(guest, take_offer, enrollment_id)
        except Conflict as error:
            return _back(error.detail, "info")
        return _back("The place is yours.")

    @post("/undo")
    async def undo(self, works: NamedDependency[Works], token: FromPath[str]) -> Response[Any]:
        """Take a cancellation back."""
        guest, enrollment_id = await _key(works, token)
        try:
            restored = await works.run(guest, undo_cancellation, enrollment_id)
        except (Conflict, Gone) as error:
            return _back(error.detail, "warning")
        return _back("You have your place again." if restored.mode else "You are on the waitlist again, as before.")

    @post("/renew")
    async def renew(self, request: HttpRequest, works: NamedDependency[Works], token: FromPath[str]) -> Response[Any]:
        """Make this link and every earlier one worthless; the new one goes to the mailbox."""
        guest, enrollment_id = await _key(works, token)
        await works.run(guest, renew_link, enrollment_id)
        shown = page(request, "booking/link_renewed.html")
        shown.headers.update(SILENT)
        return shown

    @post("/sign-in")
    async def sign_in(self, request: HttpRequest, works: NamedDependency[Works], token: FromPath[str]) -> Response[Any]:
        """Mail a sign-in link to the person's own address, which is not shown here."""
        guest, enrollment_id = await _key(works, token)
        email = (await get_person(guest.person_id)).email if guest.person_id else ""
        to = {"email": email, "client": client_of(request), "next_path": await _onward(request, enrollment_id)}
        try:
            await works.run(request.user, request_sign_in_link, **to)
        except TooMany as error:
            return _back(error.detail, "warning")
        return _back("We wrote to your own address. The link there signs you in, once, within 10 minutes.")

    @get("/questions")
    async def questions(
        self, request: HttpRequest, works: NamedDependency[Works], token: FromPath[str]
    ) -> Response[Any]:
        """What is asked, for somebody who came by their own wish; everybody else signs in for it."""
        place = await open_place(works, token)
        if place.own:
            return await _questions(request, works, place)
        if request.user.person_id != place.found.person_id:
            return _back(ALONE, "info")
        return redirect(f"/enrollments/{place.found.id}/questions")

    @post("/questions")
    async def answer(self, request: HttpRequest, works: NamedDependency[Works], token: FromPath[str]) -> Response[Any]:
        """Keep the answers."""
        place, given = await open_place(works, token), await read_asking(request)
        if not place.own:
            return redirect(f"/enrollments/{place.found.id}/questions")
        try:
            await works.run(place.guest, answer_questions, place.found.id, given)
        except Invalid as error:
            return await _questions(request, works, place, given, error.fields)
        except Gone as error:
            return _back(error.detail, "warning")
        return _back("Saved. Thank you.")

    @post("/consents/{consent_id:uuid}/withdraw")
    async def withdraw(
        self, works: NamedDependency[Works], token: FromPath[str], consent_id: FromPath[UUID]
    ) -> Response[Any]:
        """Take an agreement back."""
        place = await open_place(works, token)
        if not place.own:
            return redirect(f"/enrollments/{place.found.id}/questions")
        try:
            await works.run(place.guest, withdraw_consent, place.found.id, consent_id)
        except Conflict as error:
            return redirect("../../questions", error.detail, kind="warning")
        return redirect("../../questions", "You no longer agree to this.")


def page_path(works: Works, found: EnrollmentView) -> str:
    """The address of the page of a place. For whoever may have it, and never to be stored."""
    return PLACE_PATH + place_token(works.site.secret_key, found.id, found.link_generation)


async def _onward(request: HttpRequest, enrollment_id: UUID) -> str:
    """Where the sign-in link leads: to the questions when it was asked for them, else to one's sessions."""
    asks = (await request.form()).get("for") == "questions"
    return f"/enrollments/{enrollment_id}/questions" if asks else "/my/sessions"


def _left_words(state: State) -> str:
    """What is said after leaving; `state` is what was left."""
    if state is State.WAITLISTED:
        return "You are no longer on the waitlist. Thank you for saying so: everybody behind you moves forward."
    if state is State.OFFERED:
        return "You left the place to the next person. Thank you for saying so."
    return "You gave your place back. Thank you for saying so: somebody else can take part."


def _back(told: str, kind: str = "success") -> Response[Any]:
    return redirect(".", told, kind=kind)


async def _key(works: Works, token: str) -> tuple[Viewer, UUID]:
    """Whom a link was mailed to, and its enrollment. Raises PlaceLinkUnknown, PlaceLinkExpired."""
    key = await get_place_key(works, token)
    check_place_link(key.ends_at, works.clock())
    return guest_of(key.person_id, key.person_name, key.person_zone), key.id


async def get_place_key(works: Works, token: str) -> PlaceKey:
    """What a link is the key of, whether or not it is over. Raises PlaceLinkUnknown."""
    enrollment_id = token_id(token)
    key = await find_place_key(enrollment_id) if enrollment_id else None
    if key is None or not opens_place(works.site.secret_key, token, key.id, key.link_generation):
        raise PlaceLinkUnknown
    if key.disabled_at is not None:
        raise PlaceLinkUnknown
    return key


async def open_place(works: Works, token: str) -> Place:
    """What a link opens. Raises PlaceLinkUnknown, PlaceLinkExpired."""
    guest, enrollment_id = await _key(works, token)
    return await look_at(guest, await get_enrollment(guest, enrollment_id), works.clock())


async def look_at(viewer: Viewer, found: EnrollmentView, now: datetime) -> Place:
    """An enrollment of the viewer's own with everything that its page says."""
    session = await find_session(viewer, found.session_id)
    meetings = [one for one in await list_meetings([found.session_id]) if one.cancelled_at is None]
    start, inside = found.starts_at, session is not None and session.viewer_learns
    until = cancel_until(start, found.cancellation_hours) if start else None
    leaves = found.state in (State.CANCELLED, State.DECLINED) and found.was_state in CAN_LEAVE
    undo = undo_until(found.state_at, start) if leaves and found.session_state in ("published", "confirmed") else None
    positions = await list_positions([found.id])
    undoable = undo if undo and now <= undo <= found.state_at + UNDO_WINDOW else None
    return Place(
        guest=viewer,
        found=found,
        session=session,
        meetings=tuple(meetings if inside else (one.for_strangers() for one in meetings)),
        position=positions.get(found.id),
        shown=found.zone if viewer.zone == "UTC" else viewer.zone,
        cancel_until=until,
        too_late=found.state is State.ENROLLED and until is not None and until < now,
        moves_until=cutoff(start, session.waitlist_cutoff_hours) if start and session else None,
        undo_until=undoable,
        taken_meanwhile=undoable is not None and await is_taken(found, now),
        again=_again(found, session, now),
        open=outstanding(await list_asked(found.session_id, found.person_id)),
        busy=tuple(await list_busy(found.session_id, [found.person_id])),
    )


def _again(found: EnrollmentView, session: SessionView | None, now: datetime) -> datetime | None:
    """Until when what is given back now could be taken back; None where somebody waits, who may come first then."""
    waits = {Mode.IN_PERSON: "waiting_in_person", Mode.ONLINE: "waiting_online"}
    if found.holds and (session is None or getattr(session, waits[found.holds])):
        return None
    return undo_until(now, found.starts_at)


async def _page(request: HttpRequest, works: Works, place: Place, unsent: str | None = None) -> Response[Any]:
    """The page; `unsent` is the reason with which somebody wanted to leave what has changed meanwhile."""
    managers = await list_program_managers(place.guest, [place.found.program_id]) if place.too_late else []
    here = page_path(works, place.found)
    came = await _came(request, place, works.clock())
    shown = page(
        request,
        "booking/place.html",
        status=200 if unsent is None else 409,
        changed="" if unsent is None else CHANGED,
        reason=unsent or "",
        place=place,
        found=place.found,
        session=place.session,
        managers=managers,
        now=works.clock(),
        here=here,
        over=is_over(place.found, works.clock()),
        recorded=await _recorded(request, place, works.clock()),
        door=at_door(place.meetings, came, works.clock()),
        materials=await _materials(request, place, works.clock()),
    )
    shown.headers.update(SILENT)
    return shown


async def _materials(request: HttpRequest, place: Place, now: datetime) -> Any:
    """What the session gives to whoever has this place."""
    found = place.found
    return await request.app.state.materials.of_place(place.guest, found.session_id, found.id, now)


async def _came(request: HttpRequest, place: Place, now: datetime) -> dict[UUID, int]:
    """The meetings around now that the reader came to, with how many minutes late."""
    if not near(place.meetings, now):
        return {}
    came: dict[UUID, int] = await request.app.state.attendance.arrived(place.found.person_id, place.found.id, now)
    return came


async def _recorded(request: HttpRequest, place: Place, now: datetime) -> bool:
    """Whether the reader is led to how they were recorded: from the beginning on, with a place; where that ended with
    the session, once a roster of what was held is closed."""
    found, begun = place.found, bool(place.meetings) and place.meetings[0].starts_at <= now
    if found.state is not State.CANCELLED or found.session_state != "cancelled":
        return begun and found.state in (State.ENROLLED, State.COMPLETED, State.NOT_COMPLETED)
    return begun and bool(await request.app.state.attendance.recorded(found.id, found.session_id))


def is_over(found: EnrollmentView, now: datetime) -> bool:
    """Whether the session is called off or has passed."""
    return found.session_state in ("closed", "cancelled") or (found.ends_at is not None and found.ends_at <= now)


async def _questions(
    request: HttpRequest,
    works: Works,
    place: Place,
    given: Given | None = None,
    errors: dict[str, str] | None = None,
) -> Response[Any]:
    asked = await list_asked(place.found.session_id, place.found.person_id)
    form = asking_form(asked, given, coordinated=place.found.partner_id is not None)
    shown = page(
        request,
        "booking/place_questions.html",
        status=422 if errors else 200,
        found=place.found,
        own=True,
        form=form,
        over=is_answering_over(place.found, works.clock()),
        open=outstanding(asked),
        errors=errors or {},
        faults=ordered_faults(form, errors or {}),
        here=page_path(works, place.found),
        shown=place.shown,
    )
    shown.headers.update(SILENT)
    return shown
