"""A roster is closed by the link in a message: who was there is one form and one button."""

from collections.abc import Collection, Iterable, Mapping
from uuid import UUID

from training.attendance.actions.marking import close_roster, get_markable, save_marks
from training.attendance.actions.recording import hold_roster
from training.attendance.queries.roster import RosterEntry, load_roster
from training.attendance.rules.marks import MarkInput
from training.attendance.rules.one_tap import changes_of
from training.attendance.rules.rosters import RosterClosedAlready
from training.attendance.rules.statuses import Status, Way
from training.attendance.tables import MarkChange
from training.base.structs import Frozen
from training.base.work import Work

OVERTAKEN = "Somebody else marked them while the page from the message was open."


class Tapped(Frozen, frozen=True, kw_only=True):
    """What came of the button: how many were there and how many not. `overtaken` are the names of those whom somebody
    else marked otherwise while the page was open; with any the roster is open still, and all the others are marked."""

    there: int
    absent: int
    overtaken: tuple[str, ...] = ()


async def close_by_mail(
    work: Work, meeting_id: UUID, *, shown: Mapping[UUID, int], present: Collection[UUID]
) -> Tapped:
    """Everybody who was shown and is ticked was there, the others were not; then the roster is closed.

    `shown` holds the version of each mark that was on the page, 0 for none. Whoever is recorded more exactly stays so:
    late and ticked stays late, excused and not ticked stays excused. Nothing that the page did not show is overwritten:
    that attempt is kept in the history, and the roster stays open to be looked at again. Raises RosterClosedAlready,
    NotAllRecorded when somebody came on the roster who was not shown, and what `close_roster` raises.
    """
    meeting = await get_markable(work.actor, meeting_id, work.now)
    held = await hold_roster(work, meeting)
    if held.closed_at is not None:
        raise RosterClosedAlready(at=held.closed_at, zone=meeting.zone)
    entries = (await load_roster(meeting)).entries
    stands = [one.stands for one in entries]
    changes = changes_of(stands, shown=frozenset(shown), present=frozenset(present))
    overtaken = [one for one in entries if one.enrollment_id in changes and _version(one) != shown[one.enrollment_id]]
    lost = {one.enrollment_id: changes.pop(one.enrollment_id) for one in overtaken}
    marks = [MarkInput(enrollment_id=key, status=status, base_version=shown[key]) for key, status in changes.items()]
    if marks:
        await save_marks(work, meeting_id, marks, way=Way.MAIL)
        await work.flush()
    _keep_lost(work, meeting_id, lost.items())
    if not overtaken:
        await close_roster(work, meeting_id, way=Way.MAIL)
    there = sum(one.enrollment_id in present for one in entries)
    absent = sum(one.expected and one.enrollment_id not in present for one in entries)
    names = tuple(one.name for one in overtaken)
    return Tapped(there=there, absent=absent, overtaken=names)


def _version(entry: RosterEntry) -> int:
    return entry.mark.version if entry.mark else 0


def _keep_lost(work: Work, meeting_id: UUID, lost: Iterable[tuple[UUID, Status]]) -> None:
    for enrollment_id, status in lost:
        work.add(
            MarkChange,
            id=work.new_id(),
            meeting_id=meeting_id,
            enrollment_id=enrollment_id,
            status=status,
            way=Way.MAIL,
            made_at=work.now,
            marked_at=work.now,
            marked_by=work.actor.person_id,
            taken=False,
            why=OVERTAKEN,
        )
