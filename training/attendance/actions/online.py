"""A list of participants of an online meeting: taken in, matched by a person, marked on the roster, forgotten."""

from collections.abc import Mapping
from uuid import UUID

import msgspec

from training.attendance.actions.marking import get_markable
from training.attendance.actions.recording import record_marks
from training.attendance.events import OnlineListApplied, OnlineListTaken
from training.attendance.queries.access import get_roster_meeting
from training.attendance.queries.apart import apart
from training.attendance.queries.marks import lock_session_row
from training.attendance.queries.online import IN_THE_ROOM, Kept, Matching, OnlineList, get_list, match_list
from training.attendance.rules.marks import MarkInput, Saved
from training.attendance.rules.online_files import ListRead, Platform
from training.attendance.rules.presence import lines_of_list, usual_threshold
from training.attendance.rules.rosters import RosterMeeting, check_open
from training.attendance.rules.statuses import Way
from training.attendance.tables import OnlineImport
from training.base.errors import Conflict, Invalid, NotFound, Stale
from training.base.structs import Frozen
from training.base.work import Work

MOST_PEOPLE = 1_000
_CALLED = {Platform.ZOOM: "Zoom", Platform.TEAMS: "Teams", Platform.MEET: "Meet", Platform.WEBEX: "Webex"}


class TooManyPeople(Invalid):
    """The list names more than 1,000 people. Is it the list of one meeting?"""

    code = "online-list-people"


class ListApplied(Conflict):
    """This list has been applied already. Bring in the file again to change something."""

    code = "online-list-applied"


class ThresholdTooLong(Invalid):
    """Nobody can be there for longer than the meeting lasts, so everybody would be there for a part of it only."""

    code = "threshold-too-long"


class Wishes(Frozen, frozen=True, kw_only=True):
    """What a person decided about a list. `choices`: line -> enrollment, None for nobody; lines left out stay as they
    are. Who was there for `threshold` minutes was present. With `absent`, whoever takes part online, is not recorded
    and is nobody on the list was a no-show. `version` is the one that was looked at."""

    choices: Mapping[int, UUID | None]
    threshold: int | None = None
    absent: bool = False
    version: int


class Applied(Frozen, frozen=True, kw_only=True):
    """What came of a list. `left` are lines that are about nobody on the roster; `in_the_room` are those whom it would
    take minutes from, and who were checked in there, so that nobody marked them."""

    saved: Saved
    left: int
    names: Mapping[UUID, str]
    in_the_room: tuple[UUID, ...] = ()


async def take_list(work: Work, meeting_id: UUID, read: ListRead, file_name: str) -> UUID:
    """Keep a list for matching; what was kept of earlier ones of this meeting and not applied goes.

    Raises TooManyPeople, and NotFound, NoRoster, RosterNotOpen or RosterShut as marking does.
    """
    meeting = await get_markable(work.actor, meeting_id, work.now)
    lines, notes = await apart(lines_of_list, read, meeting, (meeting.zone, work.actor.zone, "UTC"))
    if len(lines) > MOST_PEOPLE:
        raise TooManyPeople
    before = "DELETE FROM online_import WHERE meeting_id = {} AND applied_at IS NULL RETURNING id"
    await work.execute(before, meeting_id)
    list_id = work.new_id()
    work.add(
        OnlineImport,
        id=list_id,
        meeting_id=meeting_id,
        session_id=meeting.session_id,
        platform=read.platform.value,
        file_name=file_name,
        lines=msgspec.json.encode(Kept(lines=lines, notes=notes)).decode(),
        choices="{}",
        threshold_minutes=usual_threshold(meeting.minutes),
        created_at=work.now,
        created_by=work.actor.person_id,
    )
    taken = OnlineListTaken(import_id=list_id, meeting_id=meeting_id, session_id=meeting.session_id, people=len(lines))
    work.emit(taken)
    return list_id


async def choose_lines(work: Work, meeting_id: UUID, list_id: UUID, wishes: Wishes) -> int:
    """Keep what a person decided, and mark nobody yet; returns the new version. Raises Stale, ListApplied, NotFound,
    ThresholdTooLong."""
    meeting, listed = await _held(work, meeting_id, list_id, wishes.version)
    chosen = _chosen(listed, wishes, meeting)
    work.change(
        OnlineImport,
        list_id,
        choices=_as_json(chosen.choices),
        threshold_minutes=chosen.threshold_minutes,
        version=listed.version + 1,
    )
    return listed.version + 1


async def apply_list(work: Work, meeting_id: UUID, list_id: UUID, wishes: Wishes) -> Applied:
    """Mark the roster by a list: everybody who is somebody on it, by how long they were there.

    What somebody marked by hand stays, and is told; so does a check-in in the room that is longer. Raises Stale,
    ListApplied, NotFound, ThresholdTooLong, and what marking raises.
    """
    meeting, listed = await _held(work, meeting_id, list_id, wishes.version, alone=True)
    listed = _chosen(listed, wishes, meeting)
    matching = await match_list(meeting, listed)
    reason = f"From the list of participants ({_CALLED.get(listed.platform, listed.file_name or 'a file')})"
    marks = _marks(matching, reason if meeting.closed_at else "", absent=wishes.absent)
    work.change(
        OnlineImport,
        list_id,
        choices=_as_json(listed.choices),
        threshold_minutes=listed.threshold_minutes,
        applied_at=work.now,
        version=listed.version + 1,
    )
    saved = await record_marks(work, meeting, marks, way=Way.IMPORT)
    work.emit(
        OnlineListApplied(
            import_id=list_id,
            meeting_id=meeting_id,
            session_id=meeting.session_id,
            marked=sum(one.taken for one in saved.marks),
        )
    )
    names = {one.enrollment_id: one.name for one in matching.people}
    stay = tuple(one.person.enrollment_id for one in matching.following() if one.kept == IN_THE_ROOM)
    return Applied(saved=saved, left=len(matching.unmatched), names=names, in_the_room=stay)


async def drop_list(work: Work, meeting_id: UUID, list_id: UUID) -> None:
    """Forget a list without marking anybody. Raises NotFound, ListApplied."""
    await _held(work, meeting_id, list_id, None)
    await work.execute("DELETE FROM online_import WHERE id = {} RETURNING id", list_id)


async def _held(
    work: Work, meeting_id: UUID, list_id: UUID, version: int | None, *, alone: bool = False
) -> tuple[RosterMeeting, OnlineList]:
    """The list, locked, and its meeting. What is not there is not found, whatever the time. `alone`: nobody of its
    session is marked meanwhile."""
    meeting = await get_roster_meeting(work.actor, meeting_id)
    if not meeting.may_mark:
        raise NotFound
    if alone:
        await lock_session_row(meeting.session_id)
    listed = await get_list(meeting_id, list_id, lock=True)
    check_open(meeting, work.now)
    if listed.applied_at is not None:
        raise ListApplied
    if version is not None and listed.version != version:
        raise Stale(version=listed.version)
    return meeting, listed


def threshold_fault(threshold: int | None, meeting: RosterMeeting) -> str:
    """What is wrong with the minutes from which on somebody was present; empty for nothing."""
    too_long = threshold is not None and threshold > meeting.minutes
    return f"The meeting lasts {meeting.minutes} minutes." if too_long else ""


def _chosen(listed: OnlineList, wishes: Wishes, meeting: RosterMeeting) -> OnlineList:
    """The list with what was decided now beside what was decided before. Raises ThresholdTooLong."""
    if against := threshold_fault(wishes.threshold, meeting):
        raise ThresholdTooLong(fields={"threshold": against})
    lines = range(len(listed.lines))
    choices = {**listed.choices, **{at: key for at, key in wishes.choices.items() if at in lines}}
    threshold = listed.threshold_minutes if wishes.threshold is None else wishes.threshold
    return msgspec.structs.replace(listed, choices=choices, threshold_minutes=threshold)


def _as_json(choices: Mapping[int, UUID | None]) -> str:
    return msgspec.json.encode({str(at): key for at, key in choices.items()}).decode()


def _marks(matching: Matching, reason: str, *, absent: bool) -> list[MarkInput]:
    whole = matching.window.minutes
    following = [one for one in matching.following(absent=absent) if one.kept != IN_THE_ROOM]
    marks = [one.judged.mark(one.person.enrollment_id, reason, whole) for one in following]
    return [mark for mark in marks if mark is not None]
