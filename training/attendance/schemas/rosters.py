"""Rosters in the API: who was there, marks going in and what came of them, sums and their corrections."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from msgspec import Meta

from training.attendance.actions.correcting import Correction
from training.attendance.actions.walking_in import Added
from training.attendance.queries.access import RosterSession
from training.attendance.queries.changes import Change
from training.attendance.queries.overall import Attendance, OverallRow
from training.attendance.queries.roster import Roster, RosterEntry
from training.attendance.rules.marks import Mark, MarkInput, Saved, SavedMark
from training.attendance.rules.rosters import MOST_MARKS
from training.attendance.rules.statuses import Status, Way
from training.base.structs import Frozen, Input, as_data
from training.booking.rules.states import State
from training.catalogue.rules import Mode

At = Annotated[datetime, Meta(tz=True)]


class MarksIn(Input, frozen=True, kw_only=True):
    """Marks to save, each judged by itself. `sent_at` is what the device's clock says now, to tell how far it is off.
    `way`: roster for marks made with a connection, offline for those that waited for one, all for people who were not
    looked at one by one, never for who got their place after the meeting. `made_by`, a person's id: nothing is taken
    while somebody else is signed in."""

    marks: Annotated[tuple[MarkInput, ...], Meta(min_length=1, max_length=MOST_MARKS)]
    sent_at: At | None = None
    way: Literal["roster", "offline", "all"] = "roster"
    made_by: UUID | None = None


class RestIn(Input, frozen=True, kw_only=True):
    """All who are not recorded were present, except these enrollments. Whoever got their place after the meeting is
    left out, unless named here."""

    except_ids: Annotated[tuple[UUID, ...], Meta(max_length=MOST_MARKS)] = ()


class ClosingIn(Input, frozen=True, kw_only=True):
    """How all who are not recorded yet were; empty when everybody is. Whoever got their place after the meeting stays
    not recorded."""

    rest: Literal["", "present", "no-show"] = ""


class ReopeningIn(Input, frozen=True, kw_only=True):
    """Why a closed roster is worked on again."""

    reason: Annotated[str, Meta(min_length=1, max_length=300)]


class MarkOut(Frozen, frozen=True, kw_only=True):
    """A mark as it stands. `way`: how it came about; `made_at`: when it was made, `marked_at` when we learned of it.
    `marked_by` is the person who made it, null for nobody who was signed in."""

    status: Status
    minutes_late: int
    minutes_early: int
    minutes: int | None
    reason: str
    way: Way
    made_at: datetime
    marked_at: datetime
    marked_by: UUID | None
    version: int

    @classmethod
    def of(cls, mark: Mark) -> "MarkOut":
        """From the mark."""
        return cls(**{name: getattr(mark, name) for name in cls.__struct_fields__})


class AnswerOut(Frozen, frozen=True, kw_only=True):
    """An answer that you may read."""

    question: str
    value: str | tuple[str, ...]


class CheckInOut(Frozen, frozen=True, kw_only=True):
    """How somebody was checked in. With `doubtful` it marked nobody, until somebody decides."""

    way: Way
    at: datetime
    doubtful: str
    decided: bool


class EntryOut(Frozen, frozen=True, kw_only=True):
    """One person on a roster. `mark` is null before anybody marked them. `undelivered`: mail to them comes back.
    `contested_as`: they say that the mark should be this one. Whoever has their place since the meeting was over
    (`placed_at`) is not filled in with all others: they are marked by name, or stay without a mark."""

    enrollment_id: UUID
    name: str
    partner_name: str | None
    state: State
    mode: str
    language: str
    placed_at: datetime
    mark: MarkOut | None
    marked_by_name: str
    check_in: CheckInOut | None
    undelivered: str
    contested_as: str
    answers: list[AnswerOut]

    @classmethod
    def of(cls, entry: RosterEntry) -> "EntryOut":
        """From the entry."""
        seen = entry.check_in
        return cls(
            enrollment_id=entry.enrollment_id,
            name=entry.name,
            partner_name=entry.partner_name,
            state=entry.state,
            mode=entry.mode,
            language=entry.locale,
            placed_at=entry.placed_at,
            mark=MarkOut.of(entry.mark) if entry.mark else None,
            marked_by_name=entry.marked_by_name,
            check_in=CheckInOut(way=seen.way, at=seen.at, doubtful=seen.doubtful, decided=seen.decided)
            if seen
            else None,
            undelivered=entry.undelivered,
            contested_as=entry.contest_claims,
            answers=[AnswerOut(question=each.question, value=each.value) for each in entry.answers],
        )


class RosterOut(Frozen, frozen=True, kw_only=True):
    """The roster of a meeting, by name. `server_time` is our clock; instants are UTC, `zone` is the meeting's.

    `can_mark`: whether you may mark it now, from `opens_at` until `marked_until`; managers always. Once it is closed a
    change takes a reason.
    """

    meeting_id: UUID
    session_id: UUID
    session_title: str
    number: int
    starts_at: datetime
    ends_at: datetime
    zone: str
    can_mark: bool
    opens_at: datetime
    marked_until: datetime
    closed_at: datetime | None
    self_check_in: bool
    roster_version: int
    server_time: datetime
    entries: list[EntryOut]

    @classmethod
    def of(cls, roster: Roster, now: datetime) -> "RosterOut":
        """From the roster."""
        meeting = roster.meeting
        return cls(
            meeting_id=meeting.meeting_id,
            session_id=meeting.session_id,
            session_title=meeting.session_title,
            number=meeting.number,
            starts_at=meeting.starts_at,
            ends_at=meeting.ends_at,
            zone=meeting.zone,
            can_mark=meeting.can_mark(now),
            opens_at=meeting.opens_at,
            marked_until=meeting.marked_until,
            closed_at=meeting.closed_at,
            self_check_in=meeting.self_check_in,
            roster_version=meeting.version,
            server_time=now,
            entries=[EntryOut.of(entry) for entry in roster.entries],
        )


class SavedMarkOut(Frozen, frozen=True, kw_only=True):
    """What came of one mark. Unless `taken`, `code` and `why` say what it lost against, or what is missing; `mark` is
    what stands now."""

    enrollment_id: UUID
    operation: UUID | None
    taken: bool
    code: str
    why: str
    mark: MarkOut | None

    @classmethod
    def of(cls, saved: SavedMark) -> "SavedMarkOut":
        """From what was saved."""
        return cls(
            enrollment_id=saved.enrollment_id,
            operation=saved.operation,
            taken=saved.taken,
            code=saved.code,
            why=saved.why,
            mark=MarkOut.of(saved.mark) if saved.mark else None,
        )


class SavedOut(Frozen, frozen=True, kw_only=True):
    """What came of each mark, in the order sent. `roster_version` rises with every change of the roster."""

    meeting_id: UUID
    roster_version: int
    marks: list[SavedMarkOut]

    @classmethod
    def of(cls, saved: Saved) -> "SavedOut":
        """From what was saved."""
        return cls(
            meeting_id=saved.meeting_id,
            roster_version=saved.version,
            marks=[SavedMarkOut.of(each) for each in saved.marks],
        )


class ClosedOut(SavedOut, frozen=True, kw_only=True):
    """The same of a roster that is closed. `runs_until`: the meeting goes on until then, and absences are told once it
    is over; null when it was over."""

    runs_until: datetime | None

    @classmethod
    def of(cls, saved: Saved) -> "ClosedOut":
        """From what was saved."""
        plain = SavedOut.of(saved)
        return cls(**as_data(plain), runs_until=saved.runs_until)


class ReopenedOut(Frozen, frozen=True, kw_only=True):
    """That a roster is open again."""

    meeting_id: UUID
    roster_version: int


class WalkInOut(Frozen, frozen=True, kw_only=True):
    """A place given at the door, and the mark. `waited`: the person had been on the waitlist, or asked, before."""

    enrollment_id: UUID
    session_id: UUID
    name: str
    mode: Mode
    above_capacity: bool
    waited: bool
    roster_version: int
    mark: SavedMarkOut

    @classmethod
    def of(cls, added: Added) -> "WalkInOut":
        """From what was added."""
        place = added.place
        return cls(
            enrollment_id=place.enrollment_id,
            session_id=place.session_id,
            name=place.name,
            mode=place.mode,
            above_capacity=place.above_capacity,
            waited=place.waited,
            roster_version=added.version,
            mark=SavedMarkOut.of(added.mark),
        )


class CorrectionIn(Correction, frozen=True, kw_only=True):
    """What counts for the whole session instead of what was computed. An empty `status` takes a correction back."""


class OverallOut(Frozen, frozen=True, kw_only=True):
    """How somebody attended a whole session. `status`, `meetings` of `meetings_held` and `minutes` are what counts,
    `computed` and `computed_minutes` what the marks come to. `version` is 0 before anybody was marked."""

    enrollment_id: UUID
    status: Status
    minutes: int
    computed: Status
    computed_minutes: int
    meetings: int
    meetings_held: int
    meetings_recorded: int
    corrected_at: datetime | None
    corrected_reason: str
    version: int

    @classmethod
    def of(cls, row: OverallRow) -> "OverallOut":
        """From the sum."""
        return cls(
            enrollment_id=row.enrollment_id,
            status=row.counts,
            minutes=row.counted_minutes,
            computed=row.status,
            computed_minutes=row.minutes,
            meetings=row.counted_meetings,
            meetings_held=row.meetings_held,
            meetings_recorded=row.meetings_recorded,
            corrected_at=row.corrected_at,
            corrected_reason=row.corrected_reason,
            version=row.version,
        )


class AttendeeOut(Frozen, frozen=True, kw_only=True):
    """One person of a session with their attendance of the whole of it; `overall` is null before the first mark."""

    enrollment_id: UUID
    name: str
    partner_name: str | None
    state: State
    mode: str
    overall: OverallOut | None

    @classmethod
    def of(cls, one: Attendance) -> "AttendeeOut":
        """From a person's line."""
        return cls(
            enrollment_id=one.enrollment_id,
            name=one.name,
            partner_name=one.partner_name,
            state=one.state,
            mode=one.mode,
            overall=OverallOut.of(one.overall) if one.overall else None,
        )


class AttendanceOut(Frozen, frozen=True, kw_only=True):
    """Everybody on the rosters of a session, by name."""

    session_id: UUID
    session_title: str
    meeting_count: int
    items: list[AttendeeOut]

    @classmethod
    def of(cls, session: RosterSession, people: list[Attendance]) -> "AttendanceOut":
        """From the session and its people."""
        return cls(
            session_id=session.session_id,
            session_title=session.session_title,
            meeting_count=session.meeting_count,
            items=[AttendeeOut.of(one) for one in people],
        )


class ChangeOut(Frozen, frozen=True, kw_only=True):
    """One attempt to mark somebody: who, what, when, how. Unless `taken`, `why` says against what it lost."""

    id: UUID
    enrollment_id: UUID
    name: str
    status: Status
    minutes_late: int
    minutes_early: int
    minutes: int | None
    reason: str
    way: Way
    made_at: datetime
    marked_at: datetime
    marked_by_name: str
    taken: bool
    why: str

    @classmethod
    def of(cls, change: Change) -> "ChangeOut":
        """From the attempt."""
        return cls(**{name: getattr(change, name) for name in cls.__struct_fields__})


class ChangePage(Frozen, frozen=True, kw_only=True):
    """Some attempts, the newest first, and the cursor of the next page."""

    items: list[ChangeOut]
    next_cursor: str | None
