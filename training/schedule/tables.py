"""Tables of the schedule: Room, Session, SessionPartner, Meeting, TrainerAssignment, Occupancy, BusySource,
BusyTime."""

from piccolo.columns import (
    JSONB,
    UUID,
    Boolean,
    ForeignKey,
    Integer,
    OnDelete,
    SmallInt,
    Text,
    Timestamp,
    Timestamptz,
    Varchar,
)
from piccolo.table import Table

from training.catalogue.tables import Course, Program, Venue
from training.partners.tables import Partner
from training.people.tables import Person


class Room(Table, tablename="room"):
    """A room at a venue. `places` is how many people fit; 0 when nobody said."""

    id = UUID(primary_key=True, default=None)
    venue_id = ForeignKey(Venue, null=False, default=None, on_delete=OnDelete.restrict, index=True)
    name = Varchar(length=200, null=False, default="")
    places = Integer(null=False, default=0)
    access_notes = Text(null=False, default="")
    version = Integer(null=False, default=1)


class Session(Table, tablename="session"):
    """The dated thing people enroll in.

    Every value is the effective one; `own_fields` names those that were set here and so differ from the course
    on purpose. `taken_*` counts places, `waiting_*` counts people who wait and would accept that mode, `waiting`
    counts people who wait at all. Whoever changes enrollments locks this row first.
    """

    id = UUID(primary_key=True, default=None)
    program_id = ForeignKey(Program, null=False, default=None, on_delete=OnDelete.restrict, index=True)
    course_id = ForeignKey(Course, null=False, default=None, on_delete=OnDelete.restrict, index=True)
    title = Varchar(length=200, null=False, default="")
    summary = Text(null=False, default="")
    description = Text(null=False, default="")
    language = Varchar(length=20, null=False, default="en")
    mode = Varchar(length=20, null=False, default="in_person")
    state = Varchar(length=20, null=False, default="draft")
    audience = Varchar(length=20, null=False, default="participating")
    access_code = Varchar(length=20, null=False, default="")
    self_enrollment = Boolean(null=False, default=False)
    capacity_in_person = Integer(null=False, default=0)
    capacity_online = Integer(null=False, default=0)
    taken_in_person = Integer(null=False, default=0)
    taken_online = Integer(null=False, default=0)
    waiting_in_person = Integer(null=False, default=0)
    waiting_online = Integer(null=False, default=0)
    waiting = Integer(null=False, default=0)
    overbooking = Integer(null=False, default=0)
    arrivals = Integer(null=False, default=0)
    overtaking = Boolean(null=False, default=True)
    minimum_participants = Integer(null=False, default=0)
    booking_opens_at = Timestamptz(null=True, default=None)
    booking_closes_at = Timestamptz(null=True, default=None)
    cancellation_hours = Integer(null=False, default=48)
    waitlist_cutoff_hours = Integer(null=False, default=12)
    open_place_hours = Integer(null=False, default=72)
    attendee_list = Boolean(null=False, default=False)
    joining_details = Text(null=False, default="")
    own_fields = JSONB(null=False, default="[]")
    zone = Varchar(length=64, null=False, default="UTC")
    starts_at = Timestamptz(null=True, default=None)
    ends_at = Timestamptz(null=True, default=None)
    search = Text(null=False, default="")
    external_key = Varchar(length=200, null=True, default=None)
    import_notes = JSONB(null=False, default="[]")
    published_at = Timestamptz(null=True, default=None)
    cancelled_at = Timestamptz(null=True, default=None)
    cancel_reason = Text(null=False, default="")
    created_at = Timestamptz(null=False, default=None)
    version = Integer(null=False, default=1)


class SessionPartner(Table, tablename="session_partner"):
    """A partner invited to a session whose audience is 'invited'."""

    id = UUID(primary_key=True, default=None)
    session_id = ForeignKey(Session, null=False, default=None, on_delete=OnDelete.restrict, index=True)
    partner_id = ForeignKey(Partner, null=False, default=None, on_delete=OnDelete.restrict, index=True)


class Meeting(Table, tablename="meeting"):
    """One sitting: local wall time, zone and fold as people said them, and the instants derived from them.

    `id` is also the identity of its calendar entry for life; `sequence` and `changed_at` rise with every
    published change that an attendee sees, and with nothing else.
    """

    id = UUID(primary_key=True, default=None)
    session_id = ForeignKey(Session, null=False, default=None, on_delete=OnDelete.restrict, index=True)
    number = Integer(null=False, default=1)
    title = Varchar(length=200, null=False, default="")
    local_start = Timestamp(null=False, default=None)
    local_end = Timestamp(null=False, default=None)
    zone = Varchar(length=64, null=False, default="UTC")
    start_fold = SmallInt(null=False, default=0)
    end_fold = SmallInt(null=False, default=0)
    starts_at = Timestamptz(null=False, default=None, index=True)
    ends_at = Timestamptz(null=False, default=None)
    room_id = ForeignKey(Room, null=True, default=None, on_delete=OnDelete.restrict, index=True)
    link = Varchar(length=500, null=False, default="")
    sequence = Integer(null=False, default=0)
    changed_at = Timestamptz(null=False, default=None)
    cancelled_at = Timestamptz(null=True, default=None)


class TrainerAssignment(Table, tablename="trainer_assignment"):
    """A trainer teaches a meeting. `role` is lead, co, assistant or shadow."""

    id = UUID(primary_key=True, default=None)
    session_id = ForeignKey(Session, null=False, default=None, on_delete=OnDelete.restrict, index=True)
    meeting_id = ForeignKey(Meeting, null=False, default=None, on_delete=OnDelete.restrict, index=True)
    person_id = ForeignKey(Person, null=False, default=None, on_delete=OnDelete.restrict, index=True)
    role = Varchar(length=20, null=False, default="lead")


class Occupancy(Table, tablename="occupancy"):
    """Who or what is busy when: `subject_id` is a trainer's or learner's person, or a room, as `kind` says.

    Booking writes the learners' rows and schedule the others, so that clashes are judged in one place and whoever
    takes part in a session can be known below booking. `waiting` is a learner on the waitlist: not busy, but known.
    `source_id` is the enrollment, assignment or meeting.
    """

    id = UUID(primary_key=True, default=None)
    kind = Varchar(length=10, null=False, default="")
    subject_id = UUID(null=False, default=None)
    session_id = ForeignKey(Session, null=False, default=None, on_delete=OnDelete.restrict, index=True)
    meeting_id = ForeignKey(Meeting, null=False, default=None, on_delete=OnDelete.restrict, index=True)
    source_id = UUID(null=False, default=None, index=True)
    starts_at = Timestamptz(null=False, default=None)
    ends_at = Timestamptz(null=False, default=None)


class BusySource(Table, tablename="busy_source"):
    """An address at which a trainer's own calendar can be read. The address is a secret: shown masked, in no export.

    It is read again at `next_at`; `etag` and `modified` are what its server said of the version that was read last.
    `failures` counts those in a row, and `error` says in plain words why the last reading failed.
    """

    id = UUID(primary_key=True, default=None)
    person_id = ForeignKey(Person, null=False, default=None, on_delete=OnDelete.restrict, index=True)
    label = Varchar(length=80, null=False, default="")
    address = Text(null=False, default="", secret=True)
    etag = Varchar(length=300, null=False, default="")
    modified = Varchar(length=60, null=False, default="")
    next_at = Timestamptz(null=False, default=None, index=True)
    read_at = Timestamptz(null=True, default=None)
    failures = Integer(null=False, default=0)
    error = Text(null=False, default="")
    lease_until = Timestamptz(null=True, default=None)
    lease_by = Varchar(length=60, null=False, default="")
    created_at = Timestamptz(null=False, default=None)
    version = Integer(null=False, default=1)


class BusyTime(Table, tablename="busy_time"):
    """Somebody's own calendar says that they are busy then. Nothing else of it is kept."""

    id = UUID(primary_key=True, default=None)
    source_id = ForeignKey(BusySource, null=False, default=None, on_delete=OnDelete.cascade, index=True)
    person_id = ForeignKey(Person, null=False, default=None, on_delete=OnDelete.restrict)
    starts_at = Timestamptz(null=False, default=None)
    ends_at = Timestamptz(null=False, default=None)
