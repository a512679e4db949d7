"""Tables of booking: Booking, Enrollment."""

from piccolo.columns import UUID, Boolean, ForeignKey, Integer, OnDelete, Text, Timestamptz, Varchar
from piccolo.table import Table

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

    `accepts` lists the modes the person would take, best first ('in_person', 'online,in_person'); `mode` is the
    one that was given, empty while waiting. `arrival` orders the waitlist: the session's counter at that moment.
    """

    id = UUID(primary_key=True, default=None)
    booking_id = ForeignKey(Booking, null=False, default=None, on_delete=OnDelete.restrict, index=True)
    session_id = ForeignKey(Session, null=False, default=None, on_delete=OnDelete.restrict)
    person_id = ForeignKey(Person, null=False, default=None, on_delete=OnDelete.restrict, index=True)
    partner_id = ForeignKey(Partner, null=True, default=None, on_delete=OnDelete.restrict)
    membership_id = ForeignKey(Membership, null=True, default=None, on_delete=OnDelete.restrict, index=True)
    state = Varchar(length=20, null=False, default="enrolled")
    mode = Varchar(length=20, null=False, default="")
    accepts = Varchar(length=30, null=False, default="")
    arrival = Integer(null=False, default=0)
    state_at = Timestamptz(null=False, default=None)
    state_reason = Text(null=False, default="")
    created_at = Timestamptz(null=False, default=None)
    version = Integer(null=False, default=1)
