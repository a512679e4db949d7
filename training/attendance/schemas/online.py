"""Lists of participants: the forms of the matching screen, and the same as JSON."""

from datetime import UTC, datetime
from typing import Annotated, Literal
from uuid import UUID

from msgspec import Meta

from training.attendance.actions.online import Applied, Wishes
from training.attendance.queries.online import Following, Matched, Matching
from training.attendance.rules.marks import MOST_MINUTES
from training.attendance.rules.online_files import MOST_LIST_BYTES, Platform
from training.attendance.rules.presence import minutes_there
from training.attendance.rules.rosters import RosterMeeting
from training.attendance.rules.statuses import Status
from training.attendance.schemas.rosters import SavedOut
from training.base.structs import Frozen, Input, OptionalLine

Threshold = Annotated[int, Meta(ge=0, le=MOST_MINUTES, description="Whole minutes.")]
Place = Annotated[int, Meta(ge=0, le=10_000, description="The place of a line in the list, from 0.")]


class PastedList(Input, frozen=True, kw_only=True):
    """Lines that were pasted instead of a file."""

    text: Annotated[str, Meta(max_length=MOST_LIST_BYTES)] = ""


class MatchForm(Input, frozen=True, kw_only=True):
    """The matching screen as it was sent. Each of `choice` is a line and whom it is about: '3:<enrollment>', or '3:'
    for nobody. `absent_shown`: whether the page that was looked at counted absences. `step`: look, or mark."""

    choice: Annotated[tuple[Annotated[str, Meta(max_length=60)], ...], Meta(max_length=1_000)] = ()
    threshold: Threshold = 0
    absent: bool = False
    absent_shown: bool = False
    version: int = 0
    step: Literal["look", "apply"] = "look"

    def wishes(self) -> Wishes:
        """What was decided; what is no line or no person is left out."""
        choices: dict[int, UUID | None] = {}
        for one in self.choice:
            at, _, key = one.partition(":")
            try:
                choices[int(at)] = UUID(key) if key else None
            except ValueError:
                continue
        return Wishes(choices=choices, threshold=self.threshold, absent=self.absent, version=self.version)


class OnlineListIn(Input, frozen=True, kw_only=True):
    """A list of participants as its platform writes it: CSV as text, separated by commas, semicolons or tabs."""

    text: Annotated[str, Meta(max_length=MOST_LIST_BYTES)]
    file_name: OptionalLine = ""


class ChoiceIn(Input, frozen=True, kw_only=True):
    """Whom a line is about; without `enrollment_id` nobody on the roster."""

    line: Place
    enrollment_id: UUID | None = None


class ApplicationIn(Input, frozen=True, kw_only=True):
    """How a list is to mark the roster. Lines that are not in `choices` are about whom they are matched with.

    `absent`: whoever takes part online, is not recorded and is nobody on the list was a no-show.
    """

    choices: Annotated[tuple[ChoiceIn, ...], Meta(max_length=1_000)] = ()
    threshold_minutes: Threshold | None = None
    absent: bool = False

    def wishes(self, version: int) -> Wishes:
        """The same with the version that was looked at."""
        return Wishes(
            choices={one.line: one.enrollment_id for one in self.choices},
            threshold=self.threshold_minutes,
            absent=self.absent,
            version=version,
        )


class CloseOut(Frozen, frozen=True, kw_only=True):
    """Somebody on the roster whose name comes close; `score` of 100."""

    enrollment_id: UUID
    score: int


class LineOut(Frozen, frozen=True, kw_only=True):
    """One person of a list. `minutes` while the meeting was, null where the list does not say. `enrollment_id` is whom
    it is about, null for nobody, and `why` says how that is known. `teaches`: one of the session's trainers."""

    line: int
    name: str
    email: str
    minutes: int | None
    joined_at: datetime | None
    left_at: datetime | None
    joinings: int
    enrollment_id: UUID | None
    chosen: bool
    score: int
    why: str
    teaches: bool
    close: list[CloseOut]

    @classmethod
    def of(cls, one: Matched, meeting: RosterMeeting) -> "LineOut":
        """A line with its match."""
        spans = one.line.spans
        return cls(
            line=one.at,
            name=one.line.name,
            email=one.line.email,
            minutes=minutes_there(one.line, meeting),
            joined_at=datetime.fromtimestamp(spans[0][0], UTC) if spans else None,
            left_at=datetime.fromtimestamp(spans[-1][1], UTC) if spans else None,
            joinings=one.line.joinings,
            enrollment_id=one.enrollment_id,
            chosen=one.chosen,
            score=one.match.score,
            why=one.match.why,
            teaches=one.match.teaches,
            close=[CloseOut(enrollment_id=key, score=score) for key, score in one.match.others],
        )


class FollowingOut(Frozen, frozen=True, kw_only=True):
    """What would follow for somebody on the roster; `status` is null where nothing does, and `why` says why. `kept` is
    empty when the list would mark them so, `same` when they stand so already, `in-the-room` when they were checked in
    in the room for longer, else the code of what stands against it: then they stay as they are."""

    enrollment_id: UUID
    name: str
    status: Status | None
    minutes: int | None
    minutes_late: int
    minutes_early: int
    why: str
    kept: str
    lines: list[int]

    @classmethod
    def of(cls, one: Following) -> "FollowingOut":
        """What would follow for one person."""
        return cls(
            enrollment_id=one.person.enrollment_id,
            name=one.person.name,
            status=one.judged.status,
            minutes=one.judged.minutes,
            minutes_late=one.judged.late,
            minutes_early=one.judged.early,
            why=one.judged.why,
            kept=one.kept,
            lines=list(one.lines),
        )


class OnlineListOut(Frozen, frozen=True, kw_only=True):
    """A list beside the roster of its meeting. `notes` are about the file as a whole."""

    id: UUID
    meeting_id: UUID
    platform: Platform
    file_name: str
    notes: list[str]
    threshold_minutes: int
    version: int
    applied_at: datetime | None
    lines: list[LineOut]
    following: list[FollowingOut]

    @classmethod
    def of(cls, found: Matching) -> "OnlineListOut":
        """A list as it is matched now."""
        listed = found.listed
        return cls(
            id=listed.id,
            meeting_id=listed.meeting_id,
            platform=listed.platform,
            file_name=listed.file_name,
            notes=list(listed.notes),
            threshold_minutes=listed.threshold_minutes,
            version=listed.version,
            applied_at=listed.applied_at,
            lines=[LineOut.of(one, found.meeting) for one in found.matched],
            following=[FollowingOut.of(one) for one in found.following()],
        )


class AppliedOut(Frozen, frozen=True, kw_only=True):
    """What came of a list: each mark, and how many lines are about nobody on the roster."""

    saved: SavedOut
    unmatched: int

    @classmethod
    def of(cls, applied: Applied) -> "AppliedOut":
        """What came of it."""
        return cls(saved=SavedOut.of(applied.saved), unmatched=applied.left)


def applied_words(applied: Applied) -> str:
    """One sentence for the page: how many were marked, who stays as they are, what is about nobody."""
    marked = sum(one.taken and one.fresh for one in applied.saved.marks)
    words = [f"{marked} {'person was' if marked == 1 else 'people were'} marked by the list."]
    for kept, how in (
        ([one.enrollment_id for one in applied.saved.refused], "as somebody marked them"),
        (applied.in_the_room, "as checked in in the room"),
    ):
        # Not longer than a cookie may be, which carries the sentence to the next page.
        shown = ", ".join(applied.names.get(key, "")[:60] for key in kept[:5])
        more = f" and {len(kept) - 5} more" if len(kept) > 5 else ""
        words += [f"{shown}{more} {'stays' if len(kept) == 1 else 'stay'} {how}."] if kept else []
    if applied.left:
        words.append(f"{applied.left} {'line is' if applied.left == 1 else 'lines are'} about nobody on the roster.")
    return " ".join(words)
