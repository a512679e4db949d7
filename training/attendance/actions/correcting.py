"""What counts for a whole session, said by hand instead of computed; only with a reason, and it can be taken back."""

from typing import Annotated, Literal
from uuid import UUID

from msgspec import Meta
from msgspec.structs import replace

from training.attendance.actions.summing import sum_up_enrollments
from training.attendance.events import OverallCorrected
from training.attendance.queries.access import RosterEnrollment, get_roster_enrollment
from training.attendance.queries.marks import list_held, lock_session_row
from training.attendance.queries.overall import OverallRow, find_overall
from training.attendance.rules.marks import Reason
from training.attendance.rules.overall import SessionMinutes, check_correctable, check_minutes, planned_minutes
from training.attendance.rules.rosters import NotOnRoster, ReasonMissing
from training.attendance.tables import Overall
from training.base.errors import NotFound, Stale
from training.base.structs import Input, Viewer
from training.base.work import Add, Work


class Correction(Input, frozen=True, kw_only=True):
    """What counts instead. An empty `status` takes the correction back, and has no `minutes`; without them *present*
    counts the whole session, and *partial* what is computed."""

    status: Literal["", "present", "partial", "excused", "no-show"]
    minutes: SessionMinutes | None = None
    reason: Annotated[Reason, Meta(min_length=1)]


async def get_markable_enrollment(viewer: Viewer, enrollment_id: UUID) -> RosterEnrollment:
    """An enrollment of a session whose rosters the viewer may mark. Raises NotFound."""
    found = await get_roster_enrollment(viewer, enrollment_id)
    if not found.may_mark:
        raise NotFound
    return found


async def correct_overall(
    work: Work, enrollment_id: UUID, correction: Correction, *, expected_version: int | None = None
) -> OverallRow:
    """Say what counts for the whole session, for a reason. For those who mark its rosters.

    Possible from the beginning of the first meeting until the last roster ends; for managers without an end, and
    taking back what they can. `expected_version` is the sum's, 0 while there is none. Raises NotFound, NotOnRoster,
    ReasonMissing, NothingHeld, CorrectionShut, MinutesImpossible, Stale.
    """
    found = await get_markable_enrollment(work.actor, enrollment_id)
    if not correction.reason.strip():
        raise ReasonMissing(fields={"reason": "Say why, for those who read the history."})
    await lock_session_row(found.session_id)
    taken_back, meetings = not correction.status, await list_held(found.session_id)
    check_correctable(meetings, work.now, manages=found.may_manage, taken_back=taken_back)
    before = await _kept(work, found, expected_version, taken_back=taken_back)
    check_minutes(meetings, correction.status, correction.minutes, work.now)
    whole = correction.status == "present" and correction.minutes is None
    after = replace(
        before,
        corrected=correction.status,
        corrected_minutes=None if taken_back else correction.minutes,
        # Why it was taken back is in the history: it says nothing of what counts.
        corrected_reason="" if taken_back else correction.reason.strip(),
        corrected_at=None if taken_back else work.now,
        corrected_by=None if taken_back else work.actor.person_id,
        planned_minutes=planned_minutes(meetings) if whole else 0,
        version=before.version + 1,
    )
    work.change(
        Overall,
        enrollment_id,
        corrected=after.corrected,
        corrected_minutes=after.corrected_minutes,
        corrected_reason=after.corrected_reason,
        corrected_at=after.corrected_at,
        corrected_by=after.corrected_by,
        version=Add(1),
    )
    event = OverallCorrected(
        enrollment_id=enrollment_id,
        session_id=found.session_id,
        status=after.corrected,
        reason=correction.reason.strip(),
    )
    work.emit(
        event,
        before={"status": before.counts, "minutes": before.counted_minutes},
        after={"status": after.counts, "minutes": after.counted_minutes},
    )
    return after


async def _kept(work: Work, found: RosterEnrollment, expected: int | None, *, taken_back: bool) -> OverallRow:
    """The sum as it is kept, made when nobody was marked yet. Raises NotOnRoster, Stale."""
    before = await find_overall(found.enrollment_id)
    if not found.on_roster and (before is None or not taken_back):
        raise NotOnRoster
    if expected is not None and expected != (before.version if before else 0):
        raise Stale(version=before.version if before else 0)
    if before is not None:
        return before
    await sum_up_enrollments(work, found.session_id, [found.enrollment_id])
    made = await find_overall(found.enrollment_id)
    if made is None:
        raise NotFound
    return made
