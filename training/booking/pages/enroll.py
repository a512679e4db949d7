"""Taking part by one's own wish, in two steps at most: the form of a session, and the button behind the mailed link."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from training.base.errors import Conflict, Invalid, TrainingError
from training.base.structs import Frozen, Viewer
from training.base.work import Works
from training.base.zones import zone_named, zone_names, zone_typed
from training.booking.actions.confirm import Foreseen, TakenPart, foresee, take_part
from training.booking.actions.request import request_place
from training.booking.pages.answering import read_asking
from training.booking.queries import (
    EnrollmentView,
    find_active,
    get_enrollment,
    list_busy,
    list_prerequisites,
    list_program_managers,
)
from training.booking.queries.asking import list_asked
from training.booking.queries.candidates import Busy, Missing
from training.booking.queries.requests import LaterDate, list_dates_before, list_own_partners
from training.booking.rules import State, accepted_modes
from training.booking.rules.asking import Given
from training.booking.rules.fields import asking_form, ordered_faults
from training.booking.rules.requests import OnlyForPartners, OwnPartner
from training.booking.schemas.forms import MODE_WISHES
from training.booking.schemas.requests import EnrollForm
from training.catalogue.rules import Audience
from training.people.guards import client_of, code_tried
from training.people.rules import fold_email, known_zone
from training.schedule.queries import get_session
from training.schedule.rules.sessions import NotBookable, SessionView, bookable
from training.web.forms import Form, read_form
from training.web.render import page, redirect

Asked = Request[Any, Any, Any]
# Said of all at once: whoever mends one by one sends the form three times.
NEEDED = {"name": "Please fill this in.", "email": "Please fill this in."}
EMPTY: dict[str, Any] = {"name": "", "email": "", "zone": "", "accepts": "any", "partner": "", "clash": ""}


class Enrolling(Frozen, frozen=True, kw_only=True):
    """What the form is about. The last three are known of somebody who is signed in only."""

    session: SessionView
    code: str
    closed: NotBookable | None
    missing: tuple[Missing, ...]
    dates: tuple[LaterDate, ...]
    foreseen: Foreseen
    refused: str = ""
    partners: tuple[OwnPartner, ...] = ()
    busy: tuple[Busy, ...] = ()
    active: UUID | None = None
    waits: bool = False

    @property
    def path(self) -> str:
        """The address of the form, with the code that opens it."""
        return f"/sessions/{self.session.id}/enroll" + (f"?{urlencode({'code': self.code})}" if self.code else "")

    @property
    def chooses(self) -> bool:
        """Whether there is a choice for whom to take part."""
        own = self.session.audience is Audience.PUBLIC
        return len(self.partners) > 1 or (own and bool(self.partners))


class EnrollPages(Controller):
    """The form of a session, and what follows it."""

    path = "/sessions/{session_id:uuid}/enroll"
    include_in_schema = False

    @get("/")
    async def form(
        self,
        request: Asked,
        viewer: NamedDependency[Viewer],
        works: NamedDependency[Works],
        session_id: FromPath[UUID],
    ) -> Response[Any]:
        """Who, on which clocks, how; or why not."""
        code = request.query_params.get("code", "")
        async with code_tried(request, code):
            enrolling = await _enrolling(viewer, session_id, code, works.clock())
        return await _form(request, enrolling, EMPTY, {})

    @post("/")
    async def enroll(
        self,
        request: Asked,
        viewer: NamedDependency[Viewer],
        works: NamedDependency[Works],
        session_id: FromPath[UUID],
    ) -> Response[Any]:
        """Write to a visitor; somebody who is signed in takes part at once."""
        form = await read_form(request, EnrollForm)
        async with code_tried(request, form.raw["code"], OnlyForPartners):
            enrolling = await _enrolling(viewer, session_id, form.raw["code"], works.clock())
            if form.value is not None:
                return await (_take if viewer.person_id else _ask)(request, works, enrolling, form)
        return await _form(request, enrolling, form.raw, form.errors)

    @get("/sent")
    async def sent(
        self,
        request: Asked,
        viewer: NamedDependency[Viewer],
        works: NamedDependency[Works],
        session_id: FromPath[UUID],
    ) -> Response[Any]:
        """What to do next. The same for every address."""
        code = request.query_params.get("code", "")
        async with code_tried(request, code):
            enrolling = await _enrolling(viewer, session_id, code, works.clock())
        return page(
            request, "booking/enroll_sent.html", enrolling=enrolling, **_told(request, enrolling.session, works.clock())
        )


def _told(request: Asked, session: SessionView, now: datetime) -> dict[str, Any]:
    """What the form's answer said, carried by the address of the next page: no name and no e-mail address is in it."""
    query = request.query_params
    zone = query.get("zone", "")
    try:
        until = datetime.fromisoformat(query.get("until", ""))
    except ValueError:
        until = None
    usable = until if until and until.tzinfo and 2000 < until.year < 3000 else None
    shown = zone if zone_named(zone) else session.zone
    past = usable is not None and usable <= now
    return {"until": usable, "kept": query.get("kept") == "yes", "past": past, "shown": shown, "session": session}


async def _enrolling(viewer: Viewer, session_id: UUID, code: str, now: datetime) -> Enrolling:
    code = code if code.isprintable() else ""
    session = await get_session(viewer, session_id, code)
    required = await list_prerequisites(session.id, viewer.person_id)
    missing = tuple(one for one in required if not one.fulfilled)
    dates = await list_dates_before(viewer, [one.course_id for one in missing], now, session.starts_at)
    seen = Enrolling(
        session=session,
        code=code,
        closed=bookable(session, now),
        missing=missing,
        dates=tuple(dates),
        foreseen=await foresee(session, accepted_modes(session.mode, ()), now),
    )
    return await _of_person(viewer.person_id, seen) if viewer.person_id else seen


async def _of_person(person_id: UUID, seen: Enrolling) -> Enrolling:
    session = seen.session
    partners = await list_own_partners(session, person_id)
    by_code = bool(seen.code) and seen.code == session.access_code
    active = await _active(session.id, person_id)
    shut_out = session.audience is not Audience.PUBLIC and not partners and not by_code
    return Enrolling(
        session=session,
        code=seen.code,
        closed=seen.closed,
        missing=seen.missing,
        dates=seen.dates,
        foreseen=seen.foreseen,
        refused=OnlyForPartners().detail if shut_out else "",
        partners=tuple(partners),
        busy=tuple(await list_busy(session.id, [person_id])),
        active=active.id if active else None,
        waits=active is not None and active.state is State.WAITLISTED,
    )


async def _active(session_id: UUID, person_id: UUID) -> EnrollmentView | None:
    """The person's place or spot. A request that they have not confirmed is neither: taking part confirms it."""
    found = await find_active(session_id, person_id)
    active = await get_enrollment(Viewer(person_id=person_id), found) if found else None
    return None if active is None or active.state is State.REQUESTED else active


async def _form(
    request: Asked, enrolling: Enrolling, raw: dict[str, Any], errors: dict[str, str], given: Given | None = None
) -> Response[Any]:
    """The form, or why there is none."""
    session, viewer = enrolling.session, request.user
    own = viewer.person_id is not None
    lacks = own and bool(enrolling.missing)
    if enrolling.closed or not session.self_enrollment or enrolling.refused or enrolling.active or lacks:
        managers = await list_program_managers(viewer, [session.program_id])
        return page(request, "booking/enroll_closed.html", status=409, enrolling=enrolling, managers=managers, own=own)
    asked = await list_asked(session.id, viewer.person_id)
    form = asking_form(asked, given)
    return page(
        request,
        "booking/enroll.html",
        status=422 if errors else 200,
        enrolling=enrolling,
        session=session,
        own=own,
        raw={**EMPTY, **raw, "zone": raw["zone"] or session.zone},
        errors=errors,
        faults=_faults(errors, ordered_faults(form, errors)),
        asking_form=form,
        zones=zone_names(),
        wishes=tuple(MODE_WISHES),
    )


def _faults(errors: dict[str, str], asked: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    """Each fault once: those of the form's own fields as they are, those of questions with their words."""
    ours = [(name, sentence) for name, sentence in errors.items() if not name.startswith(("q-", "t-"))]
    return [*ours, *(fault for fault in asked if fault[0].startswith(("q-", "t-")))]


async def _ask(request: Asked, works: Works, enrolling: Enrolling, form: Form[EnrollForm]) -> Response[Any]:
    """Write to whoever has this address, and say the same whoever that is."""
    asked = form.value
    if asked is None:
        raise ValueError("Only a form that can be read is taken")
    session = enrolling.session
    zone = zone_typed(asked.zone) or session.zone
    if faulty := _faulty(asked, zone):
        return await _form(request, enrolling, form.raw, faulty)
    try:
        told = await works.run(request.user, request_place, asked.asking(session.id, zone, client_of(request)))
    except Invalid as error:
        return await _form(request, enrolling, form.raw, error.fields or {"": error.detail})
    except Conflict as error:
        return await _form(request, enrolling, form.raw, {"": error.detail})
    query = {"until": told.keeps_until.isoformat(), "kept": "yes" if told.kept else "no", "zone": zone}
    if enrolling.code:
        query["code"] = enrolling.code
    return redirect(f"/sessions/{session.id}/enroll/sent?{urlencode(query)}")


def _faulty(asked: EnrollForm, zone: str) -> dict[str, str]:
    """Everything that is wrong with what a visitor typed, by field."""
    found: dict[str, str] = {}
    for check, typed in ((fold_email, asked.email), (known_zone, zone)):
        try:
            check(typed)
        except Invalid as error:
            found |= error.fields or {"": error.detail}
    return found | {name: said for name, said in NEEDED.items() if not getattr(asked, name)}


async def _take(request: Asked, works: Works, enrolling: Enrolling, form: Form[EnrollForm]) -> Response[Any]:
    """Take part, as somebody who is signed in."""
    asked, given = form.value, await read_asking(request)
    if asked is None:
        raise ValueError("Only a form that can be read is taken")
    if enrolling.chooses and not asked.partner:
        return await _form(request, enrolling, form.raw, {"partner": "Please choose."}, given)
    how: dict[str, Any] = {"accepts": MODE_WISHES[asked.accepts], "access_code": enrolling.code}
    try:
        taken = await works.run(request.user, take_part, enrolling.session.id, asked.choice(given), **how)
    except Invalid as error:
        return await _form(request, enrolling, form.raw, error.fields or {"": error.detail}, given)
    except Conflict as error:
        return await _form(request, enrolling, form.raw, {_field(error): error.detail}, given)
    return redirect("/my/sessions", words_of(taken, enrolling.session.title))


def _field(error: TrainingError) -> str:
    return "clash" if error.code == "would-clash" else ""


def words_of(taken: TakenPart, title: str) -> str:
    """What came of it, in one sentence."""
    if taken.position:
        return f"You are number {taken.position} on the waitlist of {title}. We wrote to you."
    return f"You have a place in {title}. We wrote to you."
