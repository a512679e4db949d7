"""What names one meeting of a session goes on naming it when the meetings are counted anew."""

from uuid import UUID

from training.base.database import marks
from training.base.errors import Invalid
from training.base.work import Work
from training.materials.rules.showing import mark_of, numbers_after
from training.schedule.events import MeetingsRenumbered
from training.schedule.queries import list_meetings
from training.schedule.queries.sessions import lock_session

COUNTED_ANEW = "Meetings were added, moved or dropped meanwhile. Look which one it is now, and save again."


async def follow_numbers(work: Work, event: MeetingsRenumbered) -> None:
    """Reaction: materials of the session, and what it says of those of its course, name the same meetings as before.

    Whoever has an older state of one open does not write over it: its version rises. All numbers change in one
    statement each, because two may change places.
    """
    instead = numbers_after(event.meetings)
    cases = " ".join(["WHEN {} THEN {}"] * len(instead))
    changed = (
        f"SET meeting_number = CASE meeting_number {cases} ELSE meeting_number END, version = version + 1"
        f" WHERE session_id = {{}} AND meeting_number IN ({marks(list(instead))})"
    )
    values = [number for pair in instead.items() for number in pair]
    for table in ("material", "material_placement"):
        await work.execute(f"UPDATE {table} {changed}", *values, event.session_id, *instead)


async def check_counted(session_id: UUID, seen: str) -> None:
    """Raise Invalid when the meetings of a session are counted otherwise than somebody saw them who names one by its
    number (`seen`: their mark). Until the unit of work ends nobody counts them anew."""
    await lock_session(session_id)
    if mark_of(one.id for one in await list_meetings([session_id])) != seen:
        raise Invalid(fields={"meeting_number": COUNTED_ANEW})
