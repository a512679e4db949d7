"""Tables of invites: Invite, InviteCheck."""

from piccolo.columns import JSONB, UUID, ForeignKey, Integer, OnDelete, Timestamptz, Varchar
from piccolo.table import Table

from training.people.tables import Person
from training.schedule.tables import Meeting, Session


class Invite(Table, tablename="invite"):
    """What one person's calendar was last told of one meeting. One row for life per meeting and person.

    `role` is learner or trainer and `subject_id` the enrollment or the session for which they have it. It went to
    `address`, which stays the attendee of every later update. `state` is issued or withdrawn; `told` are the values
    that were told, `sequence` and `told_at` (the stamp) those of the last telling, `message_id` the message that
    carried it. `answer` is accepted, tentative or declined; `answer_stamp` and `answer_sequence` are of the reply, so
    that an older one that arrives later changes nothing.
    """

    id = UUID(primary_key=True, default=None)
    meeting_id = ForeignKey(Meeting, null=False, default=None, on_delete=OnDelete.restrict)
    session_id = ForeignKey(Session, null=False, default=None, on_delete=OnDelete.restrict, index=True)
    person_id = ForeignKey(Person, null=False, default=None, on_delete=OnDelete.restrict, index=True)
    role = Varchar(length=10, null=False, default="learner")
    subject_id = UUID(null=False, default=None, index=True)
    address = Varchar(length=254, null=False, default="")
    name = Varchar(length=200, null=False, default="")
    state = Varchar(length=10, null=False, default="issued")
    sequence = Integer(null=False, default=0)
    told = JSONB(null=False, default="{}")
    told_at = Timestamptz(null=False, default=None)
    message_id = UUID(null=True, default=None)
    answer = Varchar(length=10, null=False, default="")
    answered_at = Timestamptz(null=True, default=None)
    answer_stamp = Timestamptz(null=True, default=None)
    answer_sequence = Integer(null=False, default=0)
    created_at = Timestamptz(null=False, default=None)


class InviteCheck(Table, tablename="invite_check"):
    """The invites of a session are to be compared with what is so, at `due_at`: two changes in a row are one update."""

    id = UUID(primary_key=True, default=None)
    due_at = Timestamptz(null=False, default=None, index=True)
    asked_at = Timestamptz(null=False, default=None)
