"""Tables of the outbox: Message."""

from piccolo.columns import JSONB, UUID, Integer, Text, Timestamptz, Varchar
from piccolo.table import Table


class Message(Table, tablename="message"):
    """One message to one address: template and frozen values; the text is made when it is sent or shown.

    `state` is waiting, claimed, sent, failed, withdrawn or superseded. `message_id` is the stable Message-ID.
    """

    id = UUID(primary_key=True, default=None)
    kind = Varchar(length=40, null=False, default="")
    template = Varchar(length=80, null=False, default="")
    template_version = Integer(null=False, default=1)
    recipient = Varchar(length=254, null=False, default="")
    recipient_name = Varchar(length=200, null=False, default="")
    person_id = UUID(null=True, default=None, index=True)
    topic = Varchar(length=120, null=False, default="", index=True)
    values = JSONB(null=False, default="{}")
    state = Varchar(length=20, null=False, default="waiting")
    attempts = Integer(null=False, default=0)
    not_before = Timestamptz(null=False, default=None)
    lease_until = Timestamptz(null=True, default=None)
    lease_by = Varchar(length=60, null=False, default="")
    message_id = Varchar(length=200, null=False, default="")
    cause_id = UUID(null=True, default=None)
    error = Text(null=False, default="")
    created_at = Timestamptz(null=False, default=None)
    sent_at = Timestamptz(null=True, default=None)
