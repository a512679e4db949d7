"""Adding, changing, moving and dropping meetings. Who and what is busy follows in the same transaction."""

from collections.abc import Container, Iterable, Mapping, Sequence
from uuid import UUID

from msgspec.structs import replace

from training.base.errors import Invalid, NotFound
from training.base.work import Add, Work
from training.schedule import tables
from training.schedule.actions.holding import check_not_over, hold
from training.schedule.actions.occupancy import Sitting, follow, judge, occupy, take_rooms
from training.schedule.actions.sessions import add_meeting_row
from training.schedule.events import (
    MeetingAdded,
    MeetingDropped,
    MeetingsEdited,
    MeetingsMoved,
    MeetingsRenumbered,
    SessionEdited,
)
from training.schedule.queries import find_meeting, get_template, list_learner_sources, list_meetings, list_trainers
from training.schedule.rules.placing import (
    CLOCKS,
    MOST_MEETINGS,
    MeetingHasStarted,
    MeetingIsOver,
    MeetingMove,
    Placed,
    TooManyMeetings,
    as_changed,
    as_new,
    changed,
    check_still_movable,
    check_to_come,
    facts,
    numbered,
    parts_of,
    placed,
    renumbered,
    seen_changes,
)
from training.schedule.rules.promises import hours_kept
from training.schedule.rules.sessions import Meeting, Room, Session, State, denormalised, search_text
from training.schedule.rules.steps import WrongState
from training.schedule.rules.values import MeetingChange, MeetingValues


async def add_meeting(
    work: Work,
    session_id: UUID,
    values: MeetingValues,
    *,
    expected_version: int | None = None,
    accept_warnings: bool = False,
) -> UUID:
    """Add a meeting and return its id. Learners of the session are busy then, too.

    Raises TimeDoesNotExist, TimeIsAmbiguous, ClashesFound (unless accepted), TooManyMeetings, SessionOver.
    """
    session = await hold(work, session_id, expected_version)
    check_not_over(session)
    meetings = await list_meetings([session_id])
    if len(meetings) >= MOST_MEETINGS:
        raise TooManyMeetings
    rooms = await take_rooms([values.room_id])
    room = rooms.get(values.room_id) if values.room_id else None
    where = placed(values, room=room, zone=session.zone)
    announced = session.state is not State.DRAFT
    if announced:
        check_to_come(where, work.now)
    meeting = as_new(work.new_id(), session_id, where, room, work.now)
    sitting = Sitting(meeting=meeting, room=room, trainer_ids=())
    await judge(work, session_id, (session.program_id, session.title), [sitting], accept_warnings=accept_warnings)
    add_meeting_row(work, meeting)
    for learner in await list_learner_sources(session_id) if announced else ():
        occupy(work, learner.kind, learner.subject_id, learner.source_id, meeting)
    await _resum(work, session, meetings, [*meetings, meeting])
    _recount(work, session, meetings, [*meetings, meeting], but=[meeting.id])
    work.emit(MeetingAdded(session_id=session_id, meeting_id=meeting.id, facts=facts(meeting), announced=announced))
    await work.flush()
    return meeting.id


async def edit_meeting(
    work: Work, change: MeetingChange, *, expected_version: int | None = None, accept_warnings: bool = False
) -> None:
    """Change one meeting: `move_meetings` for a list of one. Raises NotFound for a meeting out of reach."""
    await work.flush()
    meeting = await find_meeting(change.meeting_id)
    if meeting is None:
        raise NotFound
    await move_meetings(
        work, meeting.session_id, [change], expected_version=expected_version, accept_warnings=accept_warnings
    )


async def move_meetings(
    work: Work,
    session_id: UUID,
    changes: Sequence[MeetingChange],
    *,
    expected_version: int | None = None,
    accept_warnings: bool = False,
) -> tuple[MeetingMove, ...]:
    """Give meetings new times, rooms, links or titles, all or none, and return what attendees see differently.

    Once a session is published, each meeting in which an attendee sees a change gets a higher sequence. Raises
    TimeDoesNotExist, TimeIsAmbiguous, ClashesFound (unless accepted), MeetingIsOver, MeetingHasStarted, SessionOver.
    """
    session = await hold(work, session_id, expected_version)
    check_not_over(session)
    meetings = {meeting.id: meeting for meeting in await list_meetings([session_id])}
    if any(change.meeting_id not in meetings for change in changes):
        raise NotFound
    if len({change.meeting_id for change in changes}) < len(changes):
        raise Invalid("A meeting can be changed only once at a time.")
    wanted = [(meetings[change.meeting_id], changed(meetings[change.meeting_id], change)) for change in changes]
    rooms = await take_rooms(new.room_id for _, new in wanted)
    after = {old.id: as_changed(old, new, rooms.get(new.room_id) if new.room_id else None) for old, new in wanted}
    changed_ones = [(old, new) for old, new in wanted if seen_changes(old, new)]
    if not changed_ones:
        return ()
    if session.state is not State.DRAFT:
        for old, new in changed_ones:
            check_still_movable(old, new, work.now)
    sittings = await sittings_of(session_id, [(old, after[old.id]) for old, _ in changed_ones], rooms)
    await judge(work, session_id, (session.program_id, session.title), sittings, accept_warnings=accept_warnings)
    return await write_moves(work, session, list(meetings.values()), {old.id: after[old.id] for old, _ in changed_ones})


async def sittings_of(
    session_id: UUID, moved: Iterable[tuple[Meeting, Meeting]], rooms: Mapping[UUID, Room]
) -> list[Sitting]:
    """What of the moved meetings must be judged: everything at a new time, the new room at the old one."""
    trainers = await list_trainers([session_id])
    sittings = []
    for old, new in moved:
        retimed = (old.starts_at, old.ends_at) != (new.starts_at, new.ends_at)
        room = rooms.get(new.room_id) if new.room_id and (retimed or new.room_id != old.room_id) else None
        teaching = tuple(t.person_id for t in trainers if t.meeting_id == old.id) if retimed else ()
        sittings.append(Sitting(meeting=new, room=room, trainer_ids=teaching))
    return sittings


async def write_moves(
    work: Work,
    session: Session,
    meetings: Sequence[Meeting],
    after: Mapping[UUID, Meeting],
    *,
    zone_data: str = "",
) -> tuple[MeetingMove, ...]:
    """Write meetings as they are `after`, and everything that follows from it. `zone_data` names the release of zone
    data that moved them, when nobody did: their wall times are the same."""
    announced = session.state is not State.DRAFT
    moves = []
    for old in meetings:
        if old.id not in after:
            continue
        new = after[old.id]
        work.change(tables.Meeting, old.id, **{name: getattr(new, name) for name in Placed.__struct_fields__})
        if announced:
            work.change(tables.Meeting, old.id, sequence=Add(1), changed_at=work.now)
        await follow(work, old, new)
        moves.append(
            MeetingMove(
                meeting_id=old.id,
                number=old.number,
                sequence=old.sequence + announced,
                changed=(CLOCKS,) if zone_data else seen_changes(old, new),
                before=facts(old),
                after=facts(new),
            )
        )
    now_are = [after.get(meeting.id, meeting) for meeting in meetings]
    await _resum(work, session, meetings, now_are)
    _recount(work, session, meetings, now_are, but=after)
    event = MeetingsMoved if announced else MeetingsEdited
    work.emit(event(session_id=session.id, moves=tuple(moves), zone_data=zone_data))
    await work.flush()
    return tuple(moves)


async def drop_meeting(work: Work, meeting_id: UUID, *, expected_version: int | None = None) -> None:
    """Let a meeting not take place. One of a draft is gone; one that people know of stays as cancelled, its sequence
    rises, and rooms, trainers and learners are free then.

    Raises WrongState for the last meeting that people rely on (cancel the session), MeetingIsOver, MeetingHasStarted,
    SessionOver.
    """
    await work.flush()
    meeting = await find_meeting(meeting_id)
    if meeting is None:
        raise NotFound
    session = await hold(work, meeting.session_id, expected_version)
    if session.state is not State.DRAFT:
        check_not_over(session)
        await _call_off(work, session, meeting)
        return
    for table in ("occupancy", "trainer_assignment"):
        await work.execute(f"DELETE FROM {table} WHERE meeting_id = {{}}", meeting_id)
    await work.execute("DELETE FROM meeting WHERE id = {}", meeting_id)
    rest = [other for other in await list_meetings([session.id]) if other.id != meeting_id]
    await _resum(work, session, [*rest, meeting], rest)
    work.emit(MeetingDropped(session_id=session.id, meeting_id=meeting_id, facts=facts(meeting)))


async def _call_off(work: Work, session: Session, meeting: Meeting) -> None:
    """Cancel one meeting of a session that people know of."""
    if meeting.ends_at <= work.now or meeting.cancelled_at is not None:
        raise MeetingIsOver(meeting_id=meeting.id)
    if meeting.starts_at <= work.now:
        raise MeetingHasStarted(meeting_id=meeting.id)
    meetings = await list_meetings([session.id])
    after = [replace(m, cancelled_at=work.now) if m.id == meeting.id else m for m in meetings]
    if all(other.cancelled_at is not None for other in after):
        raise WrongState("This is the last meeting: cancel the session instead.", state=session.state)
    await work.execute("DELETE FROM occupancy WHERE meeting_id = {}", meeting.id)
    work.change(tables.Meeting, meeting.id, sequence=Add(1), changed_at=work.now, cancelled_at=work.now)
    await _resum(work, session, meetings, after)
    _recount(work, session, meetings, after, but=[meeting.id])
    event = MeetingDropped(session_id=session.id, meeting_id=meeting.id, facts=facts(meeting), announced=True)
    work.emit(event)
    await work.flush()


def _recount(
    work: Work, session: Session, before: Sequence[Meeting], after: Sequence[Meeting], *, but: Container[UUID]
) -> None:
    """Calendars say which part of how many a meeting is: where that changed, its sequence rises. Not of those in `but`,
    which changed in themselves."""
    if session.state is State.DRAFT:
        return
    were, are = parts_of(before), parts_of(after)
    for meeting in after:
        stays = meeting.id in were and meeting.cancelled_at is None and meeting.ends_at > work.now
        if stays and meeting.id not in but and were[meeting.id] != are[meeting.id]:
            work.change(tables.Meeting, meeting.id, sequence=Add(1), changed_at=work.now)


async def _resum(work: Work, session: Session, before: Sequence[Meeting], after: Sequence[Meeting]) -> None:
    """Bring up to date what the session repeats of its meetings, and their numbers; keep the deadlines promised."""
    counted = numbered(after)
    for one in renumbered(after, counted):
        work.change(tables.Meeting, one.meeting_id, number=one.after)
    anew = renumbered(before, counted)
    if anew:
        work.emit(MeetingsRenumbered(session_id=session.id, meetings=anew))
    template = await get_template(session.course_id)
    repeated = denormalised(after)
    kept = hours_kept(session, repeated["starts_at"], work.now)
    if kept:
        were = {name: getattr(session, name) for name in kept}
        work.emit(SessionEdited(session_id=session.id, changed=tuple(kept)), before=were, after=kept)
    work.change(
        tables.Session,
        session.id,
        **repeated,
        **kept,
        own_fields=sorted({*session.own_fields, *kept}),
        search=search_text(session.values, template.title, after),
        version=session.version + 1,
    )
