"""Tables of the kernel: the journal, answers kept for repeated requests, and counted attempts."""

from piccolo.columns import JSONB, UUID, Integer, Text, Timestamptz, Varchar
from piccolo.table import Table


class JournalEntry(Table, tablename="journal_entry"):
    """One event: who, what, before, after, cause. Rows are never changed."""

    id = UUID(primary_key=True, default=None)
    at = Timestamptz(null=False, default=None)
    event = Varchar(length=80, null=False, default="")
    subject_id = UUID(null=False, default=None, index=True)
    actor_id = UUID(null=True, default=None)
    actor_name = Varchar(length=200, null=False, default="")
    origin = Varchar(length=20, null=False, default="")
    work_id = UUID(null=False, default=None)
    cause_id = UUID(null=True, default=None)
    data = JSONB(null=False, default="{}")
    before = JSONB(null=True, default=None)
    after = JSONB(null=True, default=None)


class KeptAnswer(Table, tablename="kept_answer"):
    """The answer to a request that carried an Idempotency-Key, written in the transaction of its effect."""

    id = Varchar(length=64, primary_key=True, default="")
    payload_hash = Varchar(length=64, null=False, default="")
    status = Integer(null=False, default=200)
    body = Text(null=False, default="")
    created_at = Timestamptz(null=False, default=None, index=True)


class Attempt(Table, tablename="attempt"):
    """How often something guessable was tried in a window of time. The key is a hash, never an address."""

    id = Varchar(length=64, primary_key=True, default="")
    window_start = Timestamptz(null=False, default=None, index=True)
    # Hides Piccolo's query method of this name, which nothing here uses.
    count = Integer(null=False, default=0)  # type: ignore[assignment]
