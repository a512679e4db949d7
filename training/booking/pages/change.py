"""Changing a place: somebody else, another date, another mode. First what would happen, then it happens."""

from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from training.base.addresses import local_path
from training.base.errors import Conflict, Invalid, NotFound, Stale, TooMany, TrainingError
from training.base.structs import Frozen, Viewer
from training.base.work import Work, Works
from training.booking.actions import (
    MovedOver,
    Replaced,
    Substitute,
    Switched,
    Target,
    Wanted,
    change_mode,
    move_over,
    replace_person,
)
from training.booking.actions.cancel import manages
from training.booking.actions.replace import preview_replacing
from training.booking.pages.booked import may_change_booking
from training.booking.pages.undoable import list_undoable
from training.booking.queries import (
    EnrollmentView,
    get_enrollment,
    list_positions,
    list_program_managers,
    list_roster_to_book,
)
from training.booking.rules import ACTIVE, MOVABLE, REPLACEABLE, Allowed, State, cancel_until, refusal
from training.booking.schemas import MODE_WISHES, ChangeForm
from training.catalogue.pages.refusals import since
from training.catalogue.rules import Mode
from training.people.guards import newcomers_tried, signed_in
from training.people.rules import Permission, may
from training.schedule.queries import SessionFilter, find_session, list_sessions
from training.schedule.rules.sessions import State as SessionState
from training.web.forms import Form, Meanwhile, read_form
from training.web.render import page, redirect

Asked = Request[Any, Any, Any]
MOST_DATES = 30
_RUNNABLE = (SessionState.PUBLISHED, SessionState.CONFIRMED)


class ChangePages(Controller):
    """Changes of one enrollment."""

    path = "/enrollments"
    include_in_schema = False
    guards = [signed_in]

    @get("/{enrollment_id:uuid}/change")
    async def ask(
        self,
        request: Asked,
        viewer: NamedDependency[Viewer],
        works: NamedDependency[Works],
        enrollment_id: FromPath[UUID],
    ) -> Response[str]:
        """What can be changed, and what it would take."""
        found = await get_enrollment(viewer, enrollment_id)
        return await _ask(request, works, found, {"next": request.query_params.get("next", "")})

    @post("/{enrollment_id:uuid}/change")
    async def change(
        self,
        request: Asked,
        viewer: NamedDependency[Viewer],
        works: NamedDependency[Works],
        enrollment_id: FromPath[UUID],
    ) -> Response[Any]:
        """Say what it would come to; or, once that was agreed to, do it."""
        form = await read_form(request, ChangeForm)
        found = await get_enrollment(viewer, enrollment_id)
        if form.value is None or form.value.step == "change":
            return await _ask(request, works, found, form.raw, form.errors)
        try:
            return await _go_on(request, works, found, form)
        except (Conflict, Invalid, NotFound, TooMany) as error:
            meanwhile = await since(viewer, found.id) if isinstance(error, Stale) else None
            now = await get_enrollment(viewer, enrollment_id)
            return await _ask(request, works, now, form.raw, _errors(error, form.value), meanwhile)


class _Wish(Frozen, frozen=True, kw_only=True):
    action: Callable[..., Awaitable[Any]]
    wanted: Any


def _wish(asked: ChangeForm) -> _Wish:
    """The action that a form asks for, with what it wants. Raises Invalid when something is missing."""
    if asked.what == "replace":
        if asked.member is None and not asked.email:
            raise Invalid(fields={"email": "Choose somebody of your people, or give a name and an address."})
        if asked.member is not None and (asked.email or asked.name):
            raise Invalid(fields={"email": "Choose one of the two: somebody of your people, or a name and an address."})
        person = Wanted(membership_id=asked.member) if asked.member else Wanted(name=asked.name, email=asked.email)
        wanted = Substitute(person=person, accept_clashes=asked.accept_clashes, waive=asked.waive)
        return _Wish(action=replace_person, wanted=wanted)
    if asked.what == "move":
        if asked.session_id is None:
            raise Invalid(fields={"session_id": "Choose another date."})
        target = Target(
            session_id=asked.session_id,
            accepts=MODE_WISHES.get(asked.accepts, ()),
            accept_clashes=asked.accept_clashes,
            waive=asked.waive,
        )
        return _Wish(action=move_over, wanted=target)
    if not asked.accepts:
        raise Invalid(fields={"accepts": "Choose how."})
    return _Wish(action=change_mode, wanted=MODE_WISHES[asked.accepts] or (Mode.IN_PERSON, Mode.ONLINE))


async def _go_on(request: Asked, works: Works, found: EnrollmentView, form: Form[ChangeForm]) -> Response[Any]:
    asked = form.value
    if asked is None:
        raise Invalid
    wish = _wish(asked)

    async def act(work: Work) -> Replaced | MovedOver | Switched:
        done: Replaced | MovedOver | Switched = await wish.action(
            work, found.id, wish.wanted, expected_version=asked.version
        )
        return done

    back = _back(request.user, found, asked.next)
    if asked.step == "confirm":
        async with newcomers_tried(request, asked.what == "replace" and asked.member is None):
            return redirect(back, _done(found, await works.run(request.user, act)))
    outcome: Any = None
    if isinstance(wish.wanted, Substitute):
        outcome = await preview_replacing(request.user, found, wish.wanted, asked.version, works.clock())
    newcomer = outcome is not None
    return page(
        request,
        "booking/change_check.html",
        found=found,
        own=found.person_id == request.user.person_id,
        outcome=outcome or await works.rehearse(request.user, act),
        newcomer=newcomer,
        what=asked.what,
        raw=form.raw,
        back=back,
        now=works.clock(),
    )


def _errors(error: TrainingError, asked: ChangeForm) -> dict[str, str]:
    """What stands against it, beside the field that could put it right where there is one."""
    if isinstance(error, Invalid) and error.fields:
        return {name.rpartition(".")[2]: sentence for name, sentence in error.fields.items()}
    place = {"replace": "email", "move": "session_id", "mode": "accepts"}[asked.what]
    if error.data.get("reason") == "clash":
        place = "accept_clashes"
    elif error.data.get("reason") == "course-missing":
        place = "waive"
    return {place: error.detail}


def _done(found: EnrollmentView, outcome: Replaced | MovedOver | Switched) -> str:
    """What was done, and who moved up, in words."""
    if isinstance(outcome, Replaced):
        said = f"{outcome.name} takes part instead of {found.name}. Both were told."
    elif isinstance(outcome, MovedOver):
        said = f"{found.name} has a place in “{outcome.title}” now, and was told."
    else:
        words = {Mode.IN_PERSON: "in the room", Mode.ONLINE: "online"}
        said = (
            f"{found.name} takes part {words[outcome.mode]} now." if outcome.mode in words else "The wish was changed."
        )
    count = len(outcome.promoted)
    moved = f" {count} who waited {'has' if count == 1 else 'have'} a place now." if count else ""
    return said + moved


async def _ask(
    request: Asked,
    works: Works,
    found: EnrollmentView,
    raw: dict[str, Any],
    errors: dict[str, str] | None = None,
    meanwhile: Meanwhile | None = None,
) -> Response[Any]:
    """The page with everything that can be changed, and what was typed."""
    viewer, now = request.user, works.clock()
    session = await find_session(viewer, found.session_id)
    begun = found.session_state not in _RUNNABLE or (found.starts_at is not None and found.starts_at <= now)
    books = (bool(found.partner_id) and may(viewer, Permission.PLACES_BOOK, found.partner_id)) or manages(viewer, found)
    until = cancel_until(found.starts_at, found.cancellation_hours) if found.starts_at else None
    over = found.state not in ACTIVE
    too_late = bool(until and now > until and found.state == State.ENROLLED and not manages(viewer, found))
    return page(
        request,
        "booking/change.html",
        status=409 if errors else 200,
        found=found,
        own=found.person_id == viewer.person_id,
        begun=begun,
        ended=found.session_state == "closed" or (found.ends_at is not None and found.ends_at <= now),
        over=over,
        undoable=found.id in await list_undoable(viewer, [found], now),
        hybrid=session is not None and session.mode is Mode.HYBRID and found.state in MOVABLE,
        session=session,
        people=await _people(found) if books and found.state in REPLACEABLE and not begun else None,
        dates=await _dates(viewer, found, session.course_id, works) if session and found.state in MOVABLE else [],
        too_late=too_late,
        cancel_until=until,
        manages=manages(viewer, found),
        managers=await list_program_managers(viewer, [found.program_id]) if too_late else [],
        booking=may_change_booking(viewer, found),
        position=(await list_positions([found.id])).get(found.id),
        back=_back(viewer, found, str(raw.get("next") or "")),
        raw=raw,
        errors=errors or {},
        meanwhile=meanwhile,
    )


async def _people(found: EnrollmentView) -> list[tuple[str, str]]:
    """Who of the same partner could come instead, as options. Who cannot be booked at all is left out."""
    if found.partner_id is None:
        return []
    allowed = Allowed(clashes=True, lacking=True)
    options = []
    for someone in await list_roster_to_book(found.session_id, found.partner_id):
        against = refusal(someone, found.partner_id, allowed)
        if against is None or against[0] == "already-waitlisted":
            waits = " (on the waitlist of this session)" if against else ""
            options.append((str(someone.membership_id), f"{someone.name}{waits}"))
    return options


async def _dates(viewer: Viewer, found: EnrollmentView, course_id: UUID, works: Works) -> list[Any]:
    """Other sessions of the same course that have not begun, the next first."""
    chosen = SessionFilter(course_id=course_id, states=_RUNNABLE)
    listed = await list_sessions(viewer, chosen, now=works.clock(), limit=MOST_DATES)
    return [each for each in listed.items if each.id != found.session_id]


def _back(viewer: Viewer, found: EnrollmentView, asked: str) -> str:
    """Where to go afterwards: where the person came from, else the page on which they look after this."""
    if found.person_id == viewer.person_id:
        return local_path(asked, "/my/sessions")
    return local_path(asked, f"/partners/{found.partner_id}" if found.partner_id else f"/sessions/{found.session_id}")
