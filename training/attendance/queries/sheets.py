"""What stands on an attendance sheet."""

from uuid import UUID

from training.attendance.queries.access import get_roster_meeting
from training.attendance.queries.marks import ROSTERED_SQL
from training.attendance.rules.sheets import Sheet, SheetRow, Who, on_sheet
from training.base.database import fetch
from training.base.structs import Frozen, Viewer
from training.booking.queries import NAME_SQL


class _Named(Frozen, frozen=True, kw_only=True):
    name: str


async def get_sheet(viewer: Viewer, meeting_id: UUID, who: Who = Who.ALL) -> Sheet:
    """The sheet of a meeting, by three statements. Raises NotFound and NoRoster as the roster does."""
    meeting = await get_roster_meeting(viewer, meeting_id)
    rows = await fetch(
        SheetRow,
        f"SELECT e.id AS enrollment_id, {NAME_SQL} AS name, COALESCE(o.name, '') AS partner, e.mode"
        " FROM enrollment e JOIN person p ON p.id = e.person_id LEFT JOIN membership m ON m.id = e.membership_id"
        f" LEFT JOIN partner o ON o.id = e.partner_id WHERE e.session_id = {{}} AND {ROSTERED_SQL}",
        meeting.session_id,
    )
    trainers = await fetch(
        _Named,
        "SELECT p.name FROM trainer_assignment t JOIN person p ON p.id = t.person_id WHERE t.meeting_id = {}"
        " AND t.role <> 'shadow' ORDER BY CASE t.role WHEN 'lead' THEN 0 WHEN 'co' THEN 1 ELSE 2 END, p.name, t.id",
        meeting_id,
    )
    names = tuple(dict.fromkeys(trainer.name for trainer in trainers if trainer.name))
    return Sheet(meeting=meeting, trainers=names, rows=on_sheet(rows, who))
