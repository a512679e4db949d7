"""Tables of the outbox: Message, FanOut, AddressTrouble."""

from piccolo.columns import JSONB, UUID, Boolean, Integer, Text, Timestamptz, Varchar
from piccolo.table import Table


class Message(Table, tablename="message"):
    """One message to one address: template and frozen values; the text is made when it is sent or shown.

    `state` is waiting, claimed, sent, failed, bounced, withdrawn, superseded or expired. `message_id` is the stable
    Message-ID. `subject_id` is what it is about (an enrollment, an open place): whether it is still wanted is asked
    about that. Program and partner say who may look at it. Nothing is sent after `expires_at`. `answer` is what the
    mail server said when it took it, `error` why it did not. `again_of` is the message that this one repeats. An urgent
    one goes before others. From `begun_at` on it may be on its way, and a claimed one is not taken back any more.
    `first_tried_at` is when it was begun for the first time.
    `calendar` is the one calendar object that goes along, as text, and `calendar_method` what it asks (RFC 6047, 2.4).
    """

    id = UUID(primary_key=True, default=None)
    kind = Varchar(length=40, null=False, default="")
    template = Varchar(length=80, null=False, default="")
    template_version = Integer(null=False, default=1)
    recipient = Varchar(length=254, null=False, default="")
    recipient_name = Varchar(length=200, null=False, default="")
    person_id = UUID(null=True, default=None, index=True)
    subject_id = UUID(null=True, default=None)
    program_id = UUID(null=True, default=None)
    partner_id = UUID(null=True, default=None)
    topic = Varchar(length=120, null=False, default="", index=True)
    values = JSONB(null=False, default="{}")
    calendar = Text(null=False, default="")
    calendar_method = Varchar(length=10, null=False, default="")
    state = Varchar(length=20, null=False, default="waiting")
    attempts = Integer(null=False, default=0)
    not_before = Timestamptz(null=False, default=None)
    expires_at = Timestamptz(null=True, default=None)
    lease_until = Timestamptz(null=True, default=None)
    lease_by = Varchar(length=60, null=False, default="")
    begun_at = Timestamptz(null=True, default=None)
    first_tried_at = Timestamptz(null=True, default=None)
    urgent = Boolean(null=False, default=False)
    message_id = Varchar(length=200, null=False, default="")
    cause_id = UUID(null=True, default=None)
    fan_out_id = UUID(null=True, default=None)
    again_of = UUID(null=True, default=None)
    error = Text(null=False, default="")
    answer = Text(null=False, default="")
    created_at = Timestamptz(null=False, default=None)
    sent_at = Timestamptz(null=True, default=None)
    bounced_at = Timestamptz(null=True, default=None)


class FanOut(Table, tablename="fan_out"):
    """One row for a message to many: the worker makes their messages from it, some at a time.

    `audience` names who knows the recipients and `args` says which ones. `cursor` is the last recipient that has a
    message, `made` how many have one. `state` is waiting, done or stopped.
    """

    id = UUID(primary_key=True, default=None)
    kind = Varchar(length=40, null=False, default="")
    template = Varchar(length=80, null=False, default="")
    template_version = Integer(null=False, default=1)
    audience = Varchar(length=60, null=False, default="")
    args = JSONB(null=False, default="{}")
    program_id = UUID(null=True, default=None)
    topic = Varchar(length=120, null=False, default="", index=True)
    values = JSONB(null=False, default="{}")
    state = Varchar(length=20, null=False, default="waiting")
    cursor = Varchar(length=80, null=False, default="")
    made = Integer(null=False, default=0)
    not_before = Timestamptz(null=False, default=None)
    expires_at = Timestamptz(null=True, default=None)
    cause_id = UUID(null=True, default=None)
    created_at = Timestamptz(null=False, default=None)
    finished_at = Timestamptz(null=True, default=None)


class AddressTrouble(Table, tablename="address_trouble"):
    """Mail to this address comes back. `kind` is hard (no such mailbox), soft (full, later) or complaint.

    `times` counts since `since`; `cleared_at` is set when somebody says that the address is right, or mail arrives.
    """

    id = UUID(primary_key=True, default=None)
    address = Varchar(length=254, null=False, default="")
    kind = Varchar(length=20, null=False, default="hard")
    reason = Text(null=False, default="")
    message_id = UUID(null=True, default=None)
    times = Integer(null=False, default=1)
    since = Timestamptz(null=False, default=None)
    last_at = Timestamptz(null=False, default=None)
    cleared_at = Timestamptz(null=True, default=None)
