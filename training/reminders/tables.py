"""Tables of reminders: ReminderPlan, Reminder, Digest, Announcement."""

from piccolo.columns import JSONB, UUID, Boolean, ForeignKey, Integer, OnDelete, Text, Timestamptz, Varchar
from piccolo.table import Table

from training.catalogue.tables import Course, Program
from training.partners.tables import Partner
from training.people.tables import Person
from training.schedule.tables import Session


class ReminderPlan(Table, tablename="reminder_plan"):
    """Who is reminded when. It belongs to exactly one of program, course and session.

    `key` names it within its scope: a plan of a course or session replaces one with the same key further out, and one
    that is not `active` switches it off there. `anchor` is start, end, booking_deadline, cancellation_deadline or
    open_place_deadline; `offset_minutes` is negative before it. `audience` is enrolled, unprepared, waitlisted,
    open_places, trainers or coordinators. `words` are a manager's own sentences, added to the template's.
    """

    id = UUID(primary_key=True, default=None)
    program_id = ForeignKey(Program, null=True, default=None, on_delete=OnDelete.restrict, index=True)
    course_id = ForeignKey(Course, null=True, default=None, on_delete=OnDelete.restrict, index=True)
    session_id = ForeignKey(Session, null=True, default=None, on_delete=OnDelete.restrict, index=True)
    key = Varchar(length=40, null=False, default="")
    audience = Varchar(length=20, null=False, default="enrolled")
    anchor = Varchar(length=30, null=False, default="start")
    offset_minutes = Integer(null=False, default=0)
    template = Varchar(length=80, null=False, default="")
    words = Text(null=False, default="")
    active = Boolean(null=False, default=True)
    created_at = Timestamptz(null=False, default=None)
    created_by = UUID(null=True, default=None)
    version = Integer(null=False, default=1)


class Reminder(Table, tablename="reminder"):
    """What a plan means for one person and one instant.

    `subject_id` is the enrollment it hangs on; the booking for open places, the session for trainers, the partner for
    coordinators.
    `anchor_at` is the instant it is about; with plan key, subject and person it is there once and for all. `state` is
    planned, sent (a message was written: `message_id`), skipped, stopped or dropped, and `reason` says why.
    """

    id = UUID(primary_key=True, default=None)
    plan_key = Varchar(length=40, null=False, default="")
    plan_id = UUID(null=True, default=None)
    session_id = ForeignKey(Session, null=False, default=None, on_delete=OnDelete.restrict, index=True)
    person_id = ForeignKey(Person, null=False, default=None, on_delete=OnDelete.restrict, index=True)
    partner_id = UUID(null=True, default=None)
    subject_id = UUID(null=False, default=None, index=True)
    audience = Varchar(length=20, null=False, default="enrolled")
    anchor_at = Timestamptz(null=False, default=None)
    due_at = Timestamptz(null=False, default=None)
    state = Varchar(length=20, null=False, default="planned")
    reason = Varchar(length=200, null=False, default="")
    message_id = UUID(null=True, default=None, index=True)
    created_at = Timestamptz(null=False, default=None)
    decided_at = Timestamptz(null=True, default=None)


class Digest(Table, tablename="digest"):
    """A coordinator's week of one partner was gathered. `week` is the ISO week on their clocks ('2026-W48')."""

    id = UUID(primary_key=True, default=None)
    person_id = ForeignKey(Person, null=False, default=None, on_delete=OnDelete.restrict, index=True)
    partner_id = ForeignKey(Partner, null=False, default=None, on_delete=OnDelete.restrict)
    week = Varchar(length=10, null=False, default="")
    message_id = UUID(null=True, default=None)
    created_at = Timestamptz(null=False, default=None)


class Announcement(Table, tablename="announcement"):
    """Words that somebody wrote to a segment of a program, a course or a session.

    `segment` says to whom (audiences, partners, modes). `state` is draft, scheduled, sent or stopped. The messages are
    made by the outbox from `fan_out_id`. `recipients` is how many it was for when it went out.
    """

    id = UUID(primary_key=True, default=None)
    program_id = ForeignKey(Program, null=False, default=None, on_delete=OnDelete.restrict, index=True)
    course_id = ForeignKey(Course, null=True, default=None, on_delete=OnDelete.restrict, index=True)
    session_id = ForeignKey(Session, null=True, default=None, on_delete=OnDelete.restrict, index=True)
    segment = JSONB(null=False, default="{}")
    subject = Varchar(length=200, null=False, default="")
    words = Text(null=False, default="")
    state = Varchar(length=20, null=False, default="draft")
    send_at = Timestamptz(null=True, default=None)
    tested_at = Timestamptz(null=True, default=None)
    recipients = Integer(null=False, default=0)
    fan_out_id = UUID(null=True, default=None)
    created_at = Timestamptz(null=False, default=None)
    created_by = UUID(null=True, default=None)
    sent_at = Timestamptz(null=True, default=None)
    version = Integer(null=False, default=1)
