"""Tables of the catalogue: Program, Moment, Course, CoursePrerequisite, Venue."""

from piccolo.columns import UUID, Boolean, Date, ForeignKey, Integer, OnDelete, Real, Text, Timestamptz, Varchar
from piccolo.table import Table


class Program(Table, tablename="program"):
    """A dated campaign. `zone` is the zone its dates and its sessions are planned in unless they say otherwise."""

    id = UUID(primary_key=True, default=None)
    slug = Varchar(length=80, null=False, default="")
    name = Varchar(length=200, null=False, default="")
    summary = Text(null=False, default="")
    starts_on = Date(null=True, default=None)
    ends_on = Date(null=True, default=None)
    zone = Varchar(length=64, null=False, default="UTC")
    created_at = Timestamptz(null=False, default=None)
    version = Integer(null=False, default=1)


class Moment(Table, tablename="moment"):
    """A public date a program plans towards. A date without a zone: it is that day everywhere."""

    id = UUID(primary_key=True, default=None)
    program_id = ForeignKey(Program, null=False, default=None, on_delete=OnDelete.restrict, index=True)
    name = Varchar(length=200, null=False, default="")
    starts_on = Date(null=False, default=None)
    ends_on = Date(null=False, default=None)
    version = Integer(null=False, default=1)


class Course(Table, tablename="course"):
    """What is taught, undated. The columns that a session also has are what its sessions inherit."""

    id = UUID(primary_key=True, default=None)
    program_id = ForeignKey(Program, null=False, default=None, on_delete=OnDelete.restrict, index=True)
    slug = Varchar(length=80, null=False, default="")
    title = Varchar(length=200, null=False, default="")
    summary = Text(null=False, default="")
    description = Text(null=False, default="")
    language = Varchar(length=20, null=False, default="en")
    mode = Varchar(length=20, null=False, default="in_person")
    capacity_in_person = Integer(null=False, default=0)
    capacity_online = Integer(null=False, default=0)
    audience = Varchar(length=20, null=False, default="participating")
    self_enrollment = Boolean(null=False, default=False)
    overtaking = Boolean(null=False, default=True)
    cancellation_hours = Integer(null=False, default=48)
    waitlist_cutoff_hours = Integer(null=False, default=12)
    minimum_participants = Integer(null=False, default=0)
    open_place_hours = Integer(null=False, default=72)
    attendee_list = Boolean(null=False, default=False)
    joining_details = Text(null=False, default="")
    created_at = Timestamptz(null=False, default=None)
    version = Integer(null=False, default=1)


class CoursePrerequisite(Table, tablename="course_prerequisite"):
    """Before `course_id`, a person takes part in `required_course_id`."""

    id = UUID(primary_key=True, default=None)
    course_id = ForeignKey(Course, null=False, default=None, on_delete=OnDelete.restrict, index=True)
    required_course_id = ForeignKey(Course, null=False, default=None, on_delete=OnDelete.restrict, index=True)


class Venue(Table, tablename="venue"):
    """A place where sessions are held."""

    id = UUID(primary_key=True, default=None)
    name = Varchar(length=200, null=False, default="")
    address = Text(null=False, default="")
    country = Varchar(length=2, null=False, default="")
    latitude = Real(null=True, default=None)
    longitude = Real(null=True, default=None)
    zone = Varchar(length=64, null=False, default="UTC")
    access_notes = Text(null=False, default="")
    external_key = Varchar(length=300, null=True, default=None)
    created_at = Timestamptz(null=False, default=None)
    version = Integer(null=False, default=1)
