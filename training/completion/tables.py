"""Tables of completion: CompletionRule, RuleCheck, CompletionException, Certificate."""

from piccolo.columns import JSONB, UUID, Boolean, ForeignKey, Integer, OnDelete, Timestamptz, Varchar
from piccolo.table import Table

from training.booking.tables import Enrollment
from training.catalogue.tables import Course, Program
from training.people.tables import Person
from training.schedule.tables import Session


class CompletionRule(Table, tablename="completion_rule"):
    """What it takes to complete a session. It belongs to exactly one of program, course and session; the nearest holds.

    `meetings_needed` is how many meetings, null for all that were held; `minutes_needed` how long in all, null for no
    such condition. What was completed is valid for `valid_months`, null for good. `hours_minutes` is what counts as
    hours, null for the minutes somebody was there. Without `certificate` none is issued.
    """

    id = UUID(primary_key=True, default=None)
    program_id = ForeignKey(Program, null=True, default=None, on_delete=OnDelete.restrict, index=True)
    course_id = ForeignKey(Course, null=True, default=None, on_delete=OnDelete.restrict, index=True)
    session_id = ForeignKey(Session, null=True, default=None, on_delete=OnDelete.restrict, index=True)
    meetings_needed = Integer(null=True, default=None)
    minutes_needed = Integer(null=True, default=None)
    survey_needed = Boolean(null=False, default=False)
    valid_months = Integer(null=True, default=None)
    hours_minutes = Integer(null=True, default=None)
    certificate = Boolean(null=False, default=True)
    created_at = Timestamptz(null=False, default=None)
    created_by = UUID(null=True, default=None)
    version = Integer(null=False, default=1)


class RuleCheck(Table, tablename="rule_check"):
    """A wide rule changed, and the clock has yet to carry it out for this session, whose id is `id`. `asked` is another
    one whenever a rule changes again, so that what was read before is not taken for done."""

    id = UUID(primary_key=True, default=None)
    asked = UUID(null=False, default=None)


class CompletionException(Table, tablename="completion_exception"):
    """Somebody decided by hand whether an enrollment is completed. `id` is the enrollment's; one holds until ended."""

    id = UUID(primary_key=True, default=None)
    enrollment_id = ForeignKey(Enrollment, null=False, default=None, on_delete=OnDelete.restrict)
    session_id = ForeignKey(Session, null=False, default=None, on_delete=OnDelete.restrict, index=True)
    completed = Boolean(null=False, default=True)
    reason = Varchar(length=300, null=False, default="")
    decided_at = Timestamptz(null=False, default=None)
    decided_by = UUID(null=True, default=None)
    ended_at = Timestamptz(null=True, default=None)
    version = Integer(null=False, default=1)


class Certificate(Table, tablename="certificate"):
    """That somebody completed a session, as it was said to them; rows are never changed but to revoke or replace them.

    `code` is what anybody may check it by. `said` is frozen: title, dates, hours, trainers, program, issuer. The
    file is made from them whenever it is asked for. At most one certificate of an enrollment is neither revoked nor
    replaced. `again_at`: attendance was corrected since, and from then on it is looked at whether a new edition is due.
    `revoked_by_hand`: a manager revoked it, and none follows by itself.
    """

    id = UUID(primary_key=True, default=None)
    code = Varchar(length=12, null=False, default="")
    enrollment_id = ForeignKey(Enrollment, null=False, default=None, on_delete=OnDelete.restrict, index=True)
    session_id = ForeignKey(Session, null=False, default=None, on_delete=OnDelete.restrict, index=True)
    course_id = ForeignKey(Course, null=False, default=None, on_delete=OnDelete.restrict, index=True)
    program_id = ForeignKey(Program, null=False, default=None, on_delete=OnDelete.restrict, index=True)
    person_id = ForeignKey(Person, null=False, default=None, on_delete=OnDelete.restrict, index=True)
    holder = Varchar(length=200, null=False, default="")
    said = JSONB(null=False, default="{}")
    edition = Integer(null=False, default=1)
    issued_at = Timestamptz(null=False, default=None)
    issued_by = UUID(null=True, default=None)
    valid_until = Timestamptz(null=True, default=None)
    revoked_at = Timestamptz(null=True, default=None)
    revoked_by = UUID(null=True, default=None)
    revoked_reason = Varchar(length=300, null=False, default="")
    revoked_by_hand = Boolean(null=False, default=False)
    replaced_by = UUID(null=True, default=None)
    again_at = Timestamptz(null=True, default=None)
    version = Integer(null=False, default=1)
