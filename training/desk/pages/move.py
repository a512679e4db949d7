"""Moving a session: first what would happen and to whom, then one confirmation, and it all happens at once."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from msgspec.structs import replace

from training.base.errors import Conflict, Invalid, Stale
from training.base.structs import Frozen, Viewer
from training.base.work import Works
from training.base.zones import zone_names, zone_typed
from training.booking.queries import list_enrollments
from training.booking.rules import State
from training.catalogue.pages.refusals import since
from training.desk.actions import MovePlan, move_as_agreed, try_move
from training.desk.pages.session import frame, in_words
from training.desk.queries.sessions import get_managed, list_names, page_journal
from training.desk.rules.journal import named_ids, told
from training.desk.rules.moves import (
    Draft,
    by_meeting,
    clash_mark,
    movable,
    prefilled,
    read_draft,
    trainers_told,
    untouched,
    with_refusal,
)
from training.desk.schemas import MeetingFields, MoveFrame
from training.outbox.queries import list_troubles
from training.outbox.rules.recipients import MOST_AT_ONCE
from training.people.guards import permitted
from training.people.rules import Permission
from training.schedule.queries import list_meetings, list_rooms, list_trainers
from training.schedule.rules.clashes import ClashesFound
from training.schedule.rules.sessions import Meeting, SessionView
from training.schedule.rules.sessions import State as SessionState
from training.schedule.rules.values import MeetingChange
from training.web.forms import Difference, differences, fill
from training.web.render import page, redirect, zone_of

Asked = Request[Any, Any, Any]
CHANGED = "Somebody changed this session while you were planning. What you typed is still here."
CAME_UP = "Something else was planned at these times in the meantime. Look at it, then decide again."
NOT_AGREED = "Tick “Plan it anyway” for every meeting that clashes, or choose other times."
# The fields as the form calls them.
LABELS = {
    "date": "Day",
    "end_date": "Ends on another day",
    "start": "From",
    "end": "To",
    "zone": "Time zone",
    "room_id": "Room",
    "link": "Link",
}
# What was read already by the shape of the form, as a change of a meeting calls it.
_REST = ("zone", "room_id", "link", "start_fold", "end_fold")


class Moving(Frozen, frozen=True, kw_only=True):
    """One look at the form: the session, its meetings with what was typed, and where the person stands."""

    session: SessionView
    meetings: tuple[Meeting, ...]
    drafts: tuple[Draft, ...]
    frame: MoveFrame
    agreed: dict[UUID, str] = {}

    @property
    def changes(self) -> list[MeetingChange]:
        """The changes of those meetings in which an attendee would see one."""
        return [draft.change for draft in self.drafts if draft.change is not None and draft.differs]

    @property
    def readable(self) -> bool:
        """Whether everything that was typed can be used."""
        return all(draft.change is not None for draft in self.drafts)


class MovePages(Controller):
    """Moving."""

    path = "/manage/sessions"
    include_in_schema = False
    guards = [permitted(Permission.SESSION_MANAGE)]

    @get("/{session_id:uuid}/move")
    async def ask(
        self,
        request: Asked,
        viewer: NamedDependency[Viewer],
        works: NamedDependency[Works],
        session_id: FromPath[UUID],
    ) -> Response[str]:
        """The form, as the meetings are now."""
        session, now = await get_managed(viewer, session_id), works.clock()
        meetings = await list_meetings([session_id])
        drafts = tuple(untouched(meeting) for meeting in meetings if movable(session.state, meeting, now))
        fresh = MoveFrame(version=session.version, seen_at=now.isoformat())
        moving = Moving(session=session, meetings=tuple(meetings), drafts=drafts, frame=fresh)
        return await _form(request, moving, fresh=True)

    @post("/{session_id:uuid}/move")
    async def move(
        self,
        request: Asked,
        viewer: NamedDependency[Viewer],
        works: NamedDependency[Works],
        session_id: FromPath[UUID],
    ) -> Response[str]:
        """Say what it would come to; or, once that was agreed to, do it."""
        session = await get_managed(viewer, session_id)
        moving = await _read(request, session, works.clock())
        if moving.frame.step == "edit" or not moving.readable:
            return await _form(request, moving)
        if not moving.changes and moving.frame.step == "confirm":
            # A second press of the button, or somebody else decided the same: what was wanted is so.
            return redirect(f"/manage/sessions/{session_id}", "The meetings are planned like this.")
        if not moving.changes:
            return await _form(
                request, moving, problem="Nothing is different yet: change a time, a zone, a room or a link."
            )
        return await (_confirm if moving.frame.step == "confirm" else _check)(request, works, moving)


async def _read(request: Asked, session: SessionView, now: datetime) -> Moving:
    """The form as it came in. A meeting that is over meanwhile is not in it any more."""
    pairs = [(str(key), value) for key, value in (await request.form()).multi_items()]
    meetings = await list_meetings([session.id])
    drafts, agreed = [], {}
    for meeting in meetings:
        if not movable(session.state, meeting, now):
            continue
        own = [(key.partition(".")[2], value) for key, value in pairs if key.startswith(f"{meeting.id}.")]
        if not own:
            drafts.append(untouched(meeting))
            continue
        form = fill(MeetingFields, own)
        rest = {name: getattr(form.value, name) for name in _REST} if form.value else {}
        if "zone" in rest:
            rest["zone"] = zone_typed(rest["zone"])
        drafts.append(read_draft(meeting, form.raw, rest, form.errors))
        agreed[meeting.id] = str(form.raw["agreed"])
    whole = fill(MoveFrame, [(key, value) for key, value in pairs if "." not in key])
    return Moving(
        session=session,
        meetings=tuple(meetings),
        drafts=tuple(replace(each, change=_given(each)) for each in drafts),
        frame=whole.value or MoveFrame(step="edit", version=session.version),
        agreed=agreed,
    )


def _given(draft: Draft) -> MeetingChange | None:
    """What the form left out entirely stays as it is: a change without anything in it."""
    left_out = draft.change is None and not draft.errors
    return MeetingChange(meeting_id=draft.meeting.id) if left_out else draft.change


async def _check(request: Asked, works: Works, moving: Moving, problem: str = "") -> Response[str]:
    """The consequences, computed by a rehearsal: the action itself, taken back."""
    session, frame_ = moving.session, moving.frame
    try:
        plan = await works.rehearse(request.user, try_move, session.id, moving.changes, frame_.version)
    except Stale:
        return await _stale(request, moving, works.clock())
    except (Invalid, Conflict) as error:
        drafts, whole = with_refusal(moving.drafts, error)
        return await _form(request, replace(moving, drafts=tuple(drafts)), problem=whole)
    return await _consequences(request, moving, plan, problem)


async def _confirm(request: Asked, works: Works, moving: Moving) -> Response[str]:
    try:
        moves = await works.run(
            request.user, move_as_agreed, moving.session.id, moving.changes, moving.frame.version, moving.agreed
        )
    except Stale:
        return await _stale(request, moving, works.clock())
    except ClashesFound:
        ticked = any(moving.agreed.get(change.meeting_id) for change in moving.changes)
        return await _check(request, works, moving, CAME_UP if ticked else NOT_AGREED)
    except (Invalid, Conflict) as error:
        drafts, whole = with_refusal(moving.drafts, error)
        return await _form(request, replace(moving, drafts=tuple(drafts)), problem=whole)
    told_all = (
        moving.session.state is not SessionState.DRAFT and moving.session.taken_in_person + moving.session.taken_online
    )
    count = "One meeting has" if len(moves) == 1 else f"{len(moves)} meetings have"
    follow = " Everybody enrolled or waiting is being told." if told_all or moving.session.waiting else ""
    return redirect(f"/manage/sessions/{moving.session.id}", f"{count} moved.{follow}")


async def _stale(request: Asked, moving: Moving, now: datetime) -> Response[str]:
    """What was typed, beside what somebody else did since the form was opened. The next check is against that."""
    opened_at = _instant(moving.frame.seen_at)
    entries = (await page_journal(moving.session.id, since=opened_at, limit=10)).items if opened_at else ()
    names = await list_names(moving.session.id, sorted(named_ids(entries)))
    fresh = MoveFrame(version=moving.session.version, seen_at=now.isoformat())
    return await _form(
        request,
        replace(moving, frame=fresh),
        status=409,
        problem=CHANGED,
        entries=[told(entry, names, zone_of(request), in_words) for entry in entries],
        meanwhile=await since(request.user, moving.session.id, await _differences(moving.drafts)),
    )


async def _differences(drafts: Sequence[Draft]) -> tuple[Difference, ...]:
    """Where the form says something else than the meetings as they are now."""
    names = {str(room.id): f"{room.name}, {room.venue_name}" for room in await list_rooms()}
    found: list[Difference] = []
    for draft in drafts:
        labels = {name: f"Meeting {draft.meeting.number}: {label}" for name, label in LABELS.items()}
        typed, now = (
            {**told, "room_id": names.get(told["room_id"], "")} for told in (draft.typed, prefilled(draft.meeting))
        )
        found.extend(differences(labels, {**typed, "zone": zone_typed(typed["zone"])}, now))
    return tuple(found)


def _instant(text: str) -> datetime | None:
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return None
    return at if at.tzinfo is not None and at.year > 1970 else None


async def _form(
    request: Asked, moving: Moving, *, fresh: bool = False, status: int = 0, problem: str = "", **changed: Any
) -> Response[str]:
    faults = [
        (f"{d.meeting.id}.{name}" if name else "", text) for d in moving.drafts for name, text in d.errors.items()
    ]
    wrong = bool(faults or problem)
    return page(
        request,
        "desk/move.html",
        status=status or (422 if wrong and not fresh else 200),
        **frame(moving.session, "move"),
        moving=moving,
        faults=faults,
        problem=problem,
        **{"entries": (), "meanwhile": None, **changed},
        fixed=[m for m in moving.meetings if m.id not in {d.meeting.id for d in moving.drafts}],
        rooms=_room_options(await list_rooms()),
        zones=zone_names(),
    )


def _room_options(rooms: Sequence[Any]) -> list[tuple[str, Any]]:
    groups: dict[str, list[tuple[str, str]]] = {}
    for room in rooms:
        size = f" ({room.places} places)" if room.places else ""
        groups.setdefault(room.venue_name, []).append((str(room.id), f"{room.name}{size}"))
    return [("", "No room"), *groups.items()]


async def _consequences(request: Asked, moving: Moving, plan: MovePlan, problem: str) -> Response[str]:
    session, viewer = moving.session, request.user
    people = await list_enrollments(viewer, session.id)
    moved = {move.meeting_id for move in plan.moves}
    trainers = [t for t in await list_trainers([session.id]) if t.meeting_id in moved]
    to = [*(each.email for each in people), *plan.calendars.to, *plan.nameless_told]
    # Of many, each message is made later, when whoever moved up has been told so already.
    to += [each.email for each in people if each.id in plan.promoted and len(people) > MOST_AT_ONCE]
    troubles = await list_troubles(to)
    links = {draft.meeting.id: (draft.meeting.link, draft.typed["link"]) for draft in moving.drafts}
    return page(
        request,
        "desk/move_check.html",
        status=422 if problem else 200,
        **frame(session, "move"),
        moving=moving,
        plan=plan,
        problem=problem,
        links=links,
        clashes=by_meeting(plan.clashes),
        marks={meeting_id: clash_mark(own) for meeting_id, own in by_meeting(plan.clashes).items()},
        enrolled=[each for each in people if each.state is not State.WAITLISTED],
        waiting=[each for each in people if each.state is State.WAITLISTED],
        moves_up=[each.name or each.email for each in people if each.id in plan.promoted],
        unreached=sum(address in troubles for address in to),
        lost=len(troubles),
        trainers=trainers_told(trainers, plan.calendars.trainers),
        sent=len(to),
        announced=session.state is not SessionState.DRAFT,
    )
