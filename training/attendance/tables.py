"""Tables of attendance: Roster, Mark, MarkChange, Overall, CheckIn, Contest, OnlineImport."""

from piccolo.columns import JSONB, UUID, Boolean, ForeignKey, Integer, OnDelete, Text, Timestamptz, Varchar
from piccolo.table import Table

from training.booking.tables import Enrollment
from training.people.tables import Person
from training.schedule.tables import Meeting, Session


class Roster(Table, tablename="roster"):
    """What is known of the roster of one meeting; no row: nobody touched it yet. `id` is the meeting's.

    `closed_at` is when somebody said that it is complete. While `self_check_in` is on, people may check in themselves
    with the code on the screen or with `word`; raising `code_generation` makes earlier codes worthless. Trainers were
    asked for it `chases` times, last at `chased_at`; since `escalated_at` it stands on the manager's board.
    `told_at` is when the absences in it were told.
    """

    id = UUID(primary_key=True, default=None)
    meeting_id = ForeignKey(Meeting, null=False, default=None, on_delete=OnDelete.restrict)
    session_id = ForeignKey(Session, null=False, default=None, on_delete=OnDelete.restrict, index=True)
    closed_at = Timestamptz(null=True, default=None)
    closed_by = UUID(null=True, default=None)
    self_check_in = Boolean(null=False, default=False)
    word = Varchar(length=30, null=False, default="")
    code_generation = Integer(null=False, default=1)
    chases = Integer(null=False, default=0)
    chased_at = Timestamptz(null=True, default=None)
    escalated_at = Timestamptz(null=True, default=None)
    told_at = Timestamptz(null=True, default=None)
    created_at = Timestamptz(null=False, default=None)
    version = Integer(null=False, default=1)


class Mark(Table, tablename="mark"):
    """How one enrolled person was at one meeting, as it stands now. One row per meeting and enrollment.

    `status` is present, late, left early, partial, excused, no-show, or not recorded (a mark taken back).
    `minutes_late` and `minutes_early` say by how much; `minutes` is how long they were there, null where that follows
    from the others. `way` is how it came about: roster, all, offline, mail, qr, code, word, import, walk-in, contest.
    `made_at` is when it was made (on the device, corrected), `marked_at` when we learned of it. `version` counts from
    1. `told` is the absence that the person and their coordinators were told of last, empty for none.
    """

    id = UUID(primary_key=True, default=None)
    meeting_id = ForeignKey(Meeting, null=False, default=None, on_delete=OnDelete.restrict)
    session_id = ForeignKey(Session, null=False, default=None, on_delete=OnDelete.restrict, index=True)
    enrollment_id = ForeignKey(Enrollment, null=False, default=None, on_delete=OnDelete.restrict, index=True)
    status = Varchar(length=20, null=False, default="present")
    minutes_late = Integer(null=False, default=0)
    minutes_early = Integer(null=False, default=0)
    minutes = Integer(null=True, default=None)
    reason = Varchar(length=300, null=False, default="")
    way = Varchar(length=10, null=False, default="roster")
    made_at = Timestamptz(null=False, default=None)
    marked_at = Timestamptz(null=False, default=None)
    marked_by = UUID(null=True, default=None)
    told = Varchar(length=20, null=False, default="")
    version = Integer(null=False, default=1)


class MarkChange(Table, tablename="mark_change"):
    """One attempt to mark somebody, kept for good: who, what, when, how, and whether it was taken.

    `operation` is the device's own id of it, so that the same one sent twice is done once. `taken` is false for one
    that lost against another, and `why` says against what.
    """

    id = UUID(primary_key=True, default=None)
    meeting_id = ForeignKey(Meeting, null=False, default=None, on_delete=OnDelete.restrict)
    enrollment_id = ForeignKey(Enrollment, null=False, default=None, on_delete=OnDelete.restrict, index=True)
    operation = UUID(null=True, default=None)
    status = Varchar(length=20, null=False, default="present")
    minutes_late = Integer(null=False, default=0)
    minutes_early = Integer(null=False, default=0)
    minutes = Integer(null=True, default=None)
    reason = Varchar(length=300, null=False, default="")
    way = Varchar(length=10, null=False, default="roster")
    made_at = Timestamptz(null=False, default=None)
    marked_at = Timestamptz(null=False, default=None)
    marked_by = UUID(null=True, default=None)
    taken = Boolean(null=False, default=True)
    why = Varchar(length=200, null=False, default="")


class Overall(Table, tablename="overall"):
    """Somebody's attendance of a whole session, kept beside the marks that it follows from. `id` is the enrollment's.

    `status` is computed: present, partial, excused, no-show or not recorded. `meetings` of `meetings_held` were
    attended, `minutes` in all. With `corrected_at`, `corrected` is what counts instead, with its reason;
    `corrected_minutes` replaces the minutes unless it is null.
    """

    id = UUID(primary_key=True, default=None)
    enrollment_id = ForeignKey(Enrollment, null=False, default=None, on_delete=OnDelete.restrict)
    session_id = ForeignKey(Session, null=False, default=None, on_delete=OnDelete.restrict, index=True)
    status = Varchar(length=20, null=False, default="not recorded")
    meetings = Integer(null=False, default=0)
    meetings_held = Integer(null=False, default=0)
    meetings_recorded = Integer(null=False, default=0)
    minutes = Integer(null=False, default=0)
    corrected = Varchar(length=20, null=False, default="")
    corrected_minutes = Integer(null=True, default=None)
    corrected_reason = Varchar(length=300, null=False, default="")
    corrected_at = Timestamptz(null=True, default=None)
    corrected_by = UUID(null=True, default=None)
    changed_at = Timestamptz(null=False, default=None)
    version = Integer(null=False, default=1)


class CheckIn(Table, tablename="check_in"):
    """Somebody checked in to a meeting: scanned by staff (qr), by the code on the screen (code) or the word (word).
    Whoever was recorded before and gives a right code has a row for each device, too, which changes nothing else.

    `device` is a hash of a cookie of the browser, so that one phone that checks in several people is seen; what is
    `doubtful` marks nobody before somebody who teaches decided at `decided_at`.
    """

    id = UUID(primary_key=True, default=None)
    meeting_id = ForeignKey(Meeting, null=False, default=None, on_delete=OnDelete.restrict)
    enrollment_id = ForeignKey(Enrollment, null=False, default=None, on_delete=OnDelete.restrict, index=True)
    way = Varchar(length=10, null=False, default="qr")
    device = Varchar(length=64, null=False, default="")
    at = Timestamptz(null=False, default=None)
    checked_by = UUID(null=True, default=None)
    doubtful = Varchar(length=200, null=False, default="")
    decided_at = Timestamptz(null=True, default=None)
    decided_by = UUID(null=True, default=None)


class Contest(Table, tablename="contest"):
    """A learner says that a mark is wrong. `state` is open, granted, refused, or withdrawn, with an answer where
    the meeting was cancelled; whoever decides answers.

    `minutes` is by how many they say they came late or left early, or how many they were there for a part of the time.
    """

    id = UUID(primary_key=True, default=None)
    meeting_id = ForeignKey(Meeting, null=False, default=None, on_delete=OnDelete.restrict)
    session_id = ForeignKey(Session, null=False, default=None, on_delete=OnDelete.restrict, index=True)
    enrollment_id = ForeignKey(Enrollment, null=False, default=None, on_delete=OnDelete.restrict, index=True)
    person_id = ForeignKey(Person, null=False, default=None, on_delete=OnDelete.restrict, index=True)
    claims = Varchar(length=20, null=False, default="present")
    minutes = Integer(null=True, default=None)
    words = Text(null=False, default="")
    state = Varchar(length=10, null=False, default="open")
    made_at = Timestamptz(null=False, default=None)
    answer = Text(null=False, default="")
    decided_at = Timestamptz(null=True, default=None)
    decided_by = UUID(null=True, default=None)
    version = Integer(null=False, default=1)


class OnlineImport(Table, tablename="online_import"):
    """The list of participants that an online platform gave for a meeting, while it is matched with the roster.

    `lines` are name, address and minutes of each line, `choices` line -> enrollment; both are emptied when it was
    applied and some days have passed. Who was there for at least `threshold_minutes` was present.
    """

    id = UUID(primary_key=True, default=None)
    meeting_id = ForeignKey(Meeting, null=False, default=None, on_delete=OnDelete.restrict, index=True)
    session_id = ForeignKey(Session, null=False, default=None, on_delete=OnDelete.restrict)
    platform = Varchar(length=20, null=False, default="")
    file_name = Varchar(length=200, null=False, default="")
    lines = JSONB(null=False, default="[]")
    choices = JSONB(null=False, default="{}")
    threshold_minutes = Integer(null=False, default=0)
    created_at = Timestamptz(null=False, default=None)
    created_by = UUID(null=True, default=None)
    applied_at = Timestamptz(null=True, default=None, index=True)
    version = Integer(null=False, default=1)
