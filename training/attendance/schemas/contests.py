"""What comes in about contested marks and rosters closed by mail, and what programs are told of them."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from msgspec import Meta

from training.attendance.queries.contests import ContestView, OwnMeeting
from training.attendance.queries.overall import OverallRow
from training.attendance.rules.contests import Claim
from training.attendance.rules.marks import MOST_MINUTES, Minutes
from training.attendance.rules.statuses import Status
from training.base.errors import Invalid
from training.base.structs import Frozen, Input

Words = Annotated[str, Meta(max_length=1000)]
MINUTES = "How late they came, how early they left, or for partial how long they were there."
OTHER_MINUTES = (
    "Of a claim to have come late: how early they left; of one to have left early: how late they came. Without it, as"
    " the mark stands."
)
NEEDS_ANSWER = "Please say why, so that they understand it."
# Somebody on the page: their enrollment, a colon, and the version of the mark that stood beside the name.
Shown = Annotated[str, Meta(pattern=r"^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}(:[0-9]{1,9})?$")]


class ByMailForm(Input, frozen=True, kw_only=True):
    """Everybody whom the page showed, each with the version of the mark that it showed, and who of them is ticked."""

    shown: Annotated[list[Shown], Meta(max_length=2000)] = []
    present: Annotated[list[UUID], Meta(max_length=2000)] = []

    def versions(self) -> dict[UUID, int]:
        """The versions of the marks that were shown; 0 where there was none."""
        told = (one.partition(":") for one in self.shown)
        return {UUID(key): int(version or 0) for key, _, version in told}


class ContestForm(Input, frozen=True, kw_only=True):
    """How it was, in a learner's words."""

    meeting_id: UUID
    claims: Status
    minutes: Minutes | None = None
    words: Words = ""

    def claim(self) -> Claim:
        """What the action is told."""
        return Claim(meeting_id=self.meeting_id, claims=self.claims, minutes=self.minutes, words=self.words)


class TakingBackForm(Input, frozen=True, kw_only=True):
    """Of which meeting one takes back what one said."""

    meeting_id: UUID


class ContestIn(Input, frozen=True, kw_only=True):
    """The same, as a program says it."""

    meeting_id: UUID
    claims: Annotated[Status, Meta(description="How it was: present, late, left early, partial or excused.")]
    minutes: Annotated[int, Meta(ge=0, le=MOST_MINUTES, description=MINUTES)] | None = None
    words: Words = ""

    def claim(self) -> Claim:
        """What the action is told."""
        return Claim(meeting_id=self.meeting_id, claims=self.claims, minutes=self.minutes, words=self.words)


class DecisionForm(Input, frozen=True, kw_only=True):
    """What somebody who teaches answers. `other_minutes`: how early who says that they were late left, and the other
    way round."""

    decision: Literal["grant", "refuse"]
    minutes: Minutes | None = None
    other_minutes: Minutes | None = None
    answer: Words = ""


class DecisionIn(Input, frozen=True, kw_only=True):
    """The same, as a program says it. Refusing needs an answer."""

    granted: bool
    minutes: Annotated[int, Meta(ge=0, le=MOST_MINUTES, description=MINUTES)] | None = None
    other_minutes: Annotated[int, Meta(ge=0, le=MOST_MINUTES, description=OTHER_MINUTES)] | None = None
    answer: Words = ""

    def checked_answer(self) -> str:
        """The answer. Raises Invalid when there is none and the mark stays."""
        if not self.granted and not self.answer:
            raise Invalid(fields={"answer": NEEDS_ANSWER})
        return self.answer


class ContestTaken(Frozen, frozen=True, kw_only=True):
    """That it was said; the id of it."""

    id: UUID

    @classmethod
    def of(cls, contest_id: UUID) -> "ContestTaken":
        """The same for a program."""
        return cls(id=contest_id)


class ContestOut(Frozen, frozen=True, kw_only=True):
    """A contested mark. `status` is how the roster has the person now, with the minutes late, left early and there
    (`minutes_there`, null where that follows from the others); `state` is open, granted, refused or withdrawn,
    with an `answer` where the meeting was cancelled while it ran. `minutes`: how late, how early, or for partial how
    long, as they claim."""

    id: UUID
    session_id: UUID
    meeting_id: UUID
    enrollment_id: UUID
    name: str
    partner_name: str | None
    status: Status
    minutes_late: int
    minutes_early: int
    minutes_there: int | None
    claims: Status
    minutes: int | None
    words: str
    state: str
    made_at: datetime
    answer: str
    decided_at: datetime | None
    version: int


class OwnMeetingOut(Frozen, frozen=True, kw_only=True):
    """How the learner was recorded in one meeting: not recorded until its roster is closed. `can_contest` says whether
    they may say now that it is wrong, `contest_until` until when; `contest_state` what came of having said so."""

    meeting_id: UUID
    number: int
    starts_at: datetime
    ends_at: datetime
    zone: str
    status: Status
    minutes_late: int
    minutes_early: int
    minutes: int | None
    reason: str
    can_contest: bool
    contest_until: datetime | None
    contest_state: str | None
    answer: str | None


class ContestList(Frozen, frozen=True, kw_only=True):
    """The contested marks of a session."""

    items: tuple[ContestOut, ...]


class OwnOverallOut(Frozen, frozen=True, kw_only=True):
    """What counts for the whole session. With `corrected_at` somebody said so by hand, for that reason, whatever the
    meetings say."""

    status: Status
    minutes: int
    corrected_at: datetime | None
    corrected_reason: str


class OwnAttendance(Frozen, frozen=True, kw_only=True):
    """How a learner was recorded in the meetings of a session that were not cancelled, in order. `overall` is what
    counts for all of it; null until every roster of what has begun is closed, and before the first mark."""

    enrollment_id: UUID
    session_id: UUID
    meetings: tuple[OwnMeetingOut, ...]
    overall: OwnOverallOut | None


def contest_out(found: ContestView) -> ContestOut:
    """A contested mark for a program."""
    return ContestOut(**{name: getattr(found, name) for name in ContestOut.__struct_fields__})


def own_overall_out(found: OverallRow | None) -> OwnOverallOut | None:
    """What counts for all of one's own session, for a program."""
    if found is None or found.counts is Status.NOT_RECORDED:
        return None
    by_hand = bool(found.corrected)
    return OwnOverallOut(
        status=found.counts,
        minutes=found.counted_minutes,
        corrected_at=found.corrected_at,
        corrected_reason=found.corrected_reason if by_hand else "",
    )


def own_meeting_out(one: OwnMeeting, now: datetime) -> OwnMeetingOut:
    """One meeting of one's own for a program."""
    return OwnMeetingOut(
        meeting_id=one.meeting_id,
        number=one.number,
        starts_at=one.starts_at,
        ends_at=one.ends_at,
        zone=one.zone,
        status=one.status,
        minutes_late=one.minutes_late,
        minutes_early=one.minutes_early,
        minutes=one.minutes,
        reason=one.reason,
        can_contest=one.can_contest(now),
        contest_until=one.contest_until,
        contest_state=one.state,
        answer=one.answer,
    )
