"""Tables of booking: Booking, Enrollment, OpenPlace, Question, Answer, Terms, TermsVersion, Consent."""

from piccolo.columns import JSONB, UUID, Boolean, ForeignKey, Integer, OnDelete, Text, Timestamptz, Varchar
from piccolo.table import Table

from training.catalogue.tables import Course, Program
from training.partners.tables import Membership, Partner
from training.people.tables import Person
from training.schedule.tables import Session


class Booking(Table, tablename="booking"):
    """One request for places in one session. `together`: the party must not be split."""

    id = UUID(primary_key=True, default=None)
    code = Varchar(length=12, null=False, default="")
    session_id = ForeignKey(Session, null=False, default=None, on_delete=OnDelete.restrict, index=True)
    partner_id = ForeignKey(Partner, null=True, default=None, on_delete=OnDelete.restrict, index=True)
    booked_by = ForeignKey(Person, null=True, default=None, on_delete=OnDelete.restrict, index=True)
    together = Boolean(null=False, default=False)
    note = Text(null=False, default="")
    created_at = Timestamptz(null=False, default=None)


class Enrollment(Table, tablename="enrollment"):
    """One person in one session.

    `accepts` lists the modes the person would take, best first ('in_person', 'online,in_person'); `mode` is the one
    that was given, empty while waiting; the person changed it at `mode_at`. `arrival` orders the waitlist: the counter
    of the session at that moment. `keeps_until` ends what is only requested or offered. `was_state` and `was_mode` are
    what a cancellation ended, so that it can be undone. `follows_id` is the enrollment whose place this one took over,
    or which the same person left for it. `link_generation` rises to make earlier guest links of this enrollment
    worthless. `listed`: the person lets others of their own organization see that they take part. `calendar_answer` is
    what their calendar replied to the invites: accepted, tentative, declined, or partly when they come to some
    meetings only. Who declined keeps the place until `declines_at`. Completion writes `completed_at` and `valid_until`,
    and `renewal_told_at`, when the person was last told that it ends.
    """

    id = UUID(primary_key=True, default=None)
    booking_id = ForeignKey(Booking, null=False, default=None, on_delete=OnDelete.restrict, index=True)
    session_id = ForeignKey(Session, null=False, default=None, on_delete=OnDelete.restrict)
    person_id = ForeignKey(Person, null=False, default=None, on_delete=OnDelete.restrict, index=True)
    partner_id = ForeignKey(Partner, null=True, default=None, on_delete=OnDelete.restrict)
    membership_id = ForeignKey(Membership, null=True, default=None, on_delete=OnDelete.restrict, index=True)
    state = Varchar(length=20, null=False, default="enrolled")
    mode = Varchar(length=20, null=False, default="")
    mode_at = Timestamptz(null=True, default=None)
    accepts = Varchar(length=30, null=False, default="")
    arrival = Integer(null=False, default=0)
    state_at = Timestamptz(null=False, default=None)
    state_reason = Text(null=False, default="")
    keeps_until = Timestamptz(null=True, default=None)
    was_state = Varchar(length=20, null=False, default="")
    was_mode = Varchar(length=20, null=False, default="")
    follows_id = UUID(null=True, default=None)
    link_generation = Integer(null=False, default=1)
    listed = Boolean(null=False, default=False)
    calendar_answer = Varchar(length=10, null=False, default="")
    calendar_answered_at = Timestamptz(null=True, default=None)
    declines_at = Timestamptz(null=True, default=None)
    completed_at = Timestamptz(null=True, default=None)
    valid_until = Timestamptz(null=True, default=None)
    renewal_told_at = Timestamptz(null=True, default=None)
    created_at = Timestamptz(null=False, default=None)
    version = Integer(null=False, default=1)


class OpenPlace(Table, tablename="open_place"):
    """A place taken without a name. `state` is open, named (then `enrollment_id` says as whom) or released.

    It counts as taken from the moment it is booked. The single-use naming link is derived from `link_id`; only its hash
    is kept. `keep_until` ends an open place although its session has no date yet.
    """

    id = UUID(primary_key=True, default=None)
    booking_id = ForeignKey(Booking, null=False, default=None, on_delete=OnDelete.restrict, index=True)
    session_id = ForeignKey(Session, null=False, default=None, on_delete=OnDelete.restrict)
    partner_id = ForeignKey(Partner, null=False, default=None, on_delete=OnDelete.restrict)
    state = Varchar(length=20, null=False, default="open")
    mode = Varchar(length=20, null=False, default="")
    note = Varchar(length=200, null=False, default="")
    link_id = UUID(null=True, default=None)
    link_hash = Varchar(length=64, null=False, default="")
    link_expires_at = Timestamptz(null=True, default=None)
    sent_to = Varchar(length=254, null=False, default="")
    sent_at = Timestamptz(null=True, default=None)
    chased_at = Timestamptz(null=True, default=None)
    chases = Integer(null=False, default=0)
    keep_until = Timestamptz(null=False, default=None)
    enrollment_id = UUID(null=True, default=None)
    state_at = Timestamptz(null=False, default=None)
    state_reason = Text(null=False, default="")
    created_at = Timestamptz(null=False, default=None)
    version = Integer(null=False, default=1)


class Question(Table, tablename="question"):
    """Something asked of whoever takes part in a course, or in one session.

    `kind` is line, paragraph, choice, choices or yes_no. With `asks_if` it is asked only of those who answered that
    other question with `asks_if_value`. `readers` lists who reads answers besides managers: 'coordinator,trainer'.
    A `reusable` answer is asked once per person. `wording` counts changes of what is asked.
    """

    id = UUID(primary_key=True, default=None)
    course_id = ForeignKey(Course, null=True, default=None, on_delete=OnDelete.restrict, index=True)
    session_id = ForeignKey(Session, null=True, default=None, on_delete=OnDelete.restrict, index=True)
    kind = Varchar(length=20, null=False, default="line")
    label = Varchar(length=300, null=False, default="")
    help = Text(null=False, default="")
    options = JSONB(null=False, default="[]")
    required = Boolean(null=False, default=False)
    asks_if = UUID(null=True, default=None)
    asks_if_value = Varchar(length=200, null=False, default="")
    readers = Varchar(length=60, null=False, default="")
    reusable = Boolean(null=False, default=True)
    position = Integer(null=False, default=0)
    wording = Integer(null=False, default=1)
    created_at = Timestamptz(null=False, default=None)
    retired_at = Timestamptz(null=True, default=None)
    version = Integer(null=False, default=1)


class Answer(Table, tablename="answer"):
    """What somebody answered for one enrollment. With `reuse` they agreed that it counts for later ones, too."""

    id = UUID(primary_key=True, default=None)
    question_id = ForeignKey(Question, null=False, default=None, on_delete=OnDelete.restrict)
    person_id = ForeignKey(Person, null=False, default=None, on_delete=OnDelete.restrict, index=True)
    enrollment_id = ForeignKey(Enrollment, null=False, default=None, on_delete=OnDelete.restrict, index=True)
    value = JSONB(null=False, default='""')
    wording = Integer(null=False, default=1)
    reuse = Boolean(null=False, default=False)
    answered_at = Timestamptz(null=False, default=None)
    answered_by = UUID(null=True, default=None)


class Terms(Table, tablename="terms"):
    """Something a person has to agree to (or may, when not required): of a program, a course or one session."""

    id = UUID(primary_key=True, default=None)
    program_id = ForeignKey(Program, null=False, default=None, on_delete=OnDelete.restrict, index=True)
    course_id = ForeignKey(Course, null=True, default=None, on_delete=OnDelete.restrict, index=True)
    session_id = ForeignKey(Session, null=True, default=None, on_delete=OnDelete.restrict, index=True)
    title = Varchar(length=200, null=False, default="")
    required = Boolean(null=False, default=True)
    position = Integer(null=False, default=0)
    current = Integer(null=False, default=1)
    created_at = Timestamptz(null=False, default=None)
    retired_at = Timestamptz(null=True, default=None)
    version = Integer(null=False, default=1)


class TermsVersion(Table, tablename="terms_version"):
    """The text of terms from one moment on. Rows are never changed; `number` counts from 1."""

    id = UUID(primary_key=True, default=None)
    terms_id = ForeignKey(Terms, null=False, default=None, on_delete=OnDelete.restrict)
    number = Integer(null=False, default=1)
    body = Text(null=False, default="")
    published_at = Timestamptz(null=False, default=None)
    published_by = UUID(null=True, default=None)


class Consent(Table, tablename="consent"):
    """That a person agreed to one version of terms, when, and for which enrollment it was asked."""

    id = UUID(primary_key=True, default=None)
    terms_version_id = ForeignKey(TermsVersion, null=False, default=None, on_delete=OnDelete.restrict)
    person_id = ForeignKey(Person, null=False, default=None, on_delete=OnDelete.restrict, index=True)
    enrollment_id = ForeignKey(Enrollment, null=True, default=None, on_delete=OnDelete.restrict, index=True)
    given_at = Timestamptz(null=False, default=None)
    withdrawn_at = Timestamptz(null=True, default=None)
