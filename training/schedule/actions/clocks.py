"""When the rules of clocks changed: meetings keep their wall time, and everything derived from it follows."""

from uuid import UUID

from msgspec.structs import replace

from training.base.work import Work
from training.base.zones import zone_data_version
from training.schedule import tables
from training.schedule.actions.holding import hold
from training.schedule.actions.meetings import sittings_of, write_moves
from training.schedule.actions.occupancy import judge, take_rooms
from training.schedule.queries import list_meetings
from training.schedule.rules.clocks import Dated, Derived, Undecided, derived, is_moved
from training.schedule.rules.placing import MeetingMove
from training.schedule.rules.sessions import OVER_STATES, Meeting


async def follow_clocks(work: Work, session_id: UUID) -> tuple[MeetingMove, ...]:
    """Derive the instants of a session's meetings to come anew, and return what moved. Doing it twice does it once.

    Occupancy, the session's own times, deadlines, sequences and notices follow as after any move. Nobody is asked about
    clashes, because clocks are not up to us; they are journalled. What is stuck stays as it is.
    """
    session = await hold(work, session_id, None)
    if session.state in OVER_STATES:
        return ()
    meetings = await list_meetings([session_id])
    after: dict[UUID, Meeting] = {}
    for meeting in meetings:
        if meeting.cancelled_at is not None or meeting.starts_at <= work.now:
            continue
        dated = Dated(**{name: getattr(meeting, name) for name in Dated.__struct_fields__})
        now = _derived(dated)
        if now is None or now == Derived(**{name: getattr(meeting, name) for name in Derived.__struct_fields__}):
            continue
        values = {name: getattr(now, name) for name in Derived.__struct_fields__}
        if is_moved(dated, now):
            after[meeting.id] = replace(meeting, **values)
        else:
            # Which of two equal wall times it is must be said now; the instant is the same, so nobody is told.
            work.change(tables.Meeting, meeting.id, **values)
    if not after:
        return ()
    rooms = await take_rooms(meeting.room_id for meeting in after.values())
    sittings = await sittings_of(session_id, [(old, after[old.id]) for old in meetings if old.id in after], rooms)
    await judge(work, session_id, (session.program_id, session.title), sittings, accept_warnings=True)
    return await write_moves(work, session, meetings, after, zone_data=zone_data_version())


def _derived(dated: Dated) -> Derived | None:
    try:
        return derived(dated)
    except Undecided:
        return None
