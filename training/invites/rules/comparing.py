"""What a person's calendar should say against what it was told: the one rule by which invites are sent. Pure."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from training.base.structs import Frozen
from training.ics.entries import Answer
from training.invites.rules.told import Memory, Role, Told


class Carrier(StrEnum):
    """What became of the message of the last telling.

    NONE: there was none. UNDERWAY: it waits. LEFT: it left, or may have. DROPPED: newer words took its place before it
    left. FAILED: it did not arrive.
    """

    NONE = "none"
    UNDERWAY = "underway"
    LEFT = "left"
    DROPPED = "dropped"
    FAILED = "failed"


class Why(StrEnum):
    """Why an entry is taken out of somebody's calendar."""

    LEFT = "left"
    REMOVED = "removed"
    MOVED = "moved"
    REPLACED = "replaced"
    SESSION = "session"
    MEETING = "meeting"
    TRAINER = "trainer"


class Wanted(Frozen, frozen=True, kw_only=True):
    """That somebody's calendar should hold a meeting, and what it should say. `sequence` is the meeting's."""

    meeting_id: UUID
    session_id: UUID
    person_id: UUID
    role: Role
    subject_id: UUID
    address: str
    name: str
    told: Told
    sequence: int


class Issued(Frozen, frozen=True, kw_only=True):
    """What somebody's calendar was told, as its row holds it. `own_mail`: the last telling has a mail about nothing
    else. `answer` is what they replied. `dead`: mail to the address comes back."""

    id: UUID
    meeting_id: UUID
    session_id: UUID
    person_id: UUID
    role: Role
    subject_id: UUID
    address: str
    name: str
    withdrawn: bool
    sequence: int
    memory: Memory
    carrier: Carrier
    message_id: UUID | None
    created_at: datetime
    own_mail: bool = False
    answer: Answer = ""
    dead: bool = False

    @property
    def ever(self) -> bool:
        """Whether anything was ever told."""
        return self.memory.ever or self.carrier is Carrier.LEFT


class Issue(Frozen, frozen=True, kw_only=True):
    """Tell a calendar of a meeting. `before` is the row of an earlier invite."""

    wanted: Wanted
    sequence: int
    before: Issued | None = None


class Update(Frozen, frozen=True, kw_only=True):
    """Tell a calendar that something changed."""

    wanted: Wanted
    before: Issued
    sequence: int


class Withdraw(Frozen, frozen=True, kw_only=True):
    """Take a meeting out of a calendar. `silent`: it never was in it."""

    before: Issued
    sequence: int
    silent: bool


Change = Issue | Update | Withdraw


def compare(
    wanted: Wanted | None, issued: Issued | None, *, meeting_sequence: int = 0, along: bool = False
) -> Change | None:
    """What is to be told; None for nothing. `meeting_sequence` is the meeting's, for what is withdrawn.

    `along`: a message is written anyway, so that what did not arrive is told once more with it. Cancelling what was
    never told is not told. An address stays as it was told, until mail to it comes back: then the new one gets an
    invite, and nobody writes to the old one.
    """
    if wanted is None:
        if issued is None or issued.withdrawn:
            return None
        silent = issued.dead or not (issued.ever or issued.carrier is Carrier.UNDERWAY)
        return Withdraw(before=issued, sequence=next_sequence(meeting_sequence, issued.sequence), silent=silent)
    if issued is None:
        return Issue(wanted=wanted, sequence=wanted.sequence)
    sequence = next_sequence(wanted.sequence, issued.sequence)
    repaired = issued.dead and wanted.address != issued.address
    if issued.withdrawn or repaired:
        return Issue(wanted=wanted, sequence=sequence, before=issued)
    told = (issued.memory.told, issued.role, issued.subject_id)
    if told == (wanted.told, wanted.role, wanted.subject_id) and not _lost(issued, along):
        return None
    return Update(wanted=wanted, before=issued, sequence=sequence)


def only_follows(change: Change) -> bool:
    """Whether an entry that arrived stays as it is, letter by letter, and only the enrollment behind it is another."""
    return (
        isinstance(change, Update)
        and change.before.carrier is Carrier.LEFT
        and change.before.subject_id != change.wanted.subject_id
        and (change.before.memory.told, change.before.role) == (change.wanted.told, change.wanted.role)
    )


def _lost(issued: Issued, along: bool) -> bool:
    """Whether the last telling must be repeated. What failed would fail again, unless another message goes there."""
    return issued.carrier is Carrier.DROPPED or (along and issued.carrier is Carrier.FAILED)


def next_sequence(meeting: int, own: int) -> int:
    """The sequence of one more telling: it never goes back and is never below the meeting's."""
    return max(meeting, own + 1)
