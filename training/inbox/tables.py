"""Tables of the inbox: IncomingMail, MailboxMark."""

from piccolo.columns import JSONB, UUID, Integer, Text, Timestamptz, Varchar
from piccolo.table import Table


class IncomingMail(Table, tablename="incoming_mail"):
    """One mail that came in, and what became of it. `source_key` is the same however often it is read.

    `source` is imap or webhook; `kind` is bounce, complaint, delivered, reply, automatic or unknown; `state` handled,
    review or dropped, and `reason` says why. `message_id` is the message of ours that it speaks of. `excerpt` is the
    beginning of its text, as long as a person may have to look at it. `invite_id` is the invite to whose own address it
    was sent, and `reply` what its calendar part says: uid, attendee, partstat, sequence and stamp.
    """

    id = UUID(primary_key=True, default=None)
    source = Varchar(length=20, null=False, default="")
    source_key = Varchar(length=200, null=False, default="")
    received_at = Timestamptz(null=False, default=None, index=True)
    sender = Varchar(length=254, null=False, default="")
    recipient = Varchar(length=254, null=False, default="")
    subject = Varchar(length=200, null=False, default="")
    kind = Varchar(length=20, null=False, default="unknown")
    state = Varchar(length=20, null=False, default="review")
    reason = Text(null=False, default="")
    message_id = UUID(null=True, default=None)
    invite_id = UUID(null=True, default=None)
    reply = JSONB(null=False, default="{}")
    size = Integer(null=False, default=0)
    excerpt = Text(null=False, default="")
    handled_by = UUID(null=True, default=None)
    handled_at = Timestamptz(null=True, default=None)


class MailboxMark(Table, tablename="mailbox_mark"):
    """How far a mailbox has been read, and who is reading it. `name` is its address and folder, without a password."""

    id = UUID(primary_key=True, default=None)
    name = Varchar(length=300, null=False, default="")
    validity = Varchar(length=20, null=False, default="")
    last_uid = Varchar(length=20, null=False, default="0")
    read_at = Timestamptz(null=True, default=None)
    failing_since = Timestamptz(null=True, default=None)
    error = Text(null=False, default="")
    lease_until = Timestamptz(null=True, default=None)
    lease_by = Varchar(length=60, null=False, default="")
