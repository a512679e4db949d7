"""Tables of feeds: Feed, CalendarMark, DavState."""

from piccolo.columns import JSONB, UUID, Boolean, ForeignKey, Integer, OnDelete, Timestamptz, Varchar
from piccolo.table import Table

from training.people.tables import Person


class Feed(Table, tablename="feed"):
    """A feed link of one person. Only the hash of its secret is kept.

    `kind` is mine, coordinating, teaching or room; `scope_id` is the partner or the room, and null for a person's own.
    `mark` is the id of the calendar mark that rises when what it shows may have changed. With `names` a coordinator's
    feed tells who takes part; `alarm_minutes` above 0 asks for an alarm so long before each meeting. It was renewed at
    `renewed_at` and revoked at `revoked_at`. From `ended_at` on, when the right to read it was lost, it shows one last
    friendly entry for thirty days.
    """

    id = UUID(primary_key=True, default=None)
    person_id = ForeignKey(Person, null=False, default=None, on_delete=OnDelete.restrict, index=True)
    kind = Varchar(length=20, null=False, default="mine")
    scope_id = UUID(null=True, default=None, index=True)
    mark = Varchar(length=60, null=False, default="")
    label = Varchar(length=80, null=False, default="")
    secret_hash = Varchar(length=64, null=False, default="")
    names = Boolean(null=False, default=True)
    alarm_minutes = Integer(null=False, default=0)
    created_at = Timestamptz(null=False, default=None)
    renewed_at = Timestamptz(null=True, default=None)
    fetched_at = Timestamptz(null=True, default=None)
    fetched_by = Varchar(length=80, null=False, default="")
    ended_at = Timestamptz(null=True, default=None)
    revoked_at = Timestamptz(null=True, default=None)
    version = Integer(null=False, default=1)


class CalendarMark(Table, tablename="calendar_mark"):
    """How often what a calendar shows may have changed. There is a row only for those that somebody reads.

    `id` is a word and an id: `person:...`, `partner:...`, `room:...`, `program:...`, `course:...`; or `public`.
    """

    id = Varchar(length=60, primary_key=True, default="")
    changed = Integer(null=False, default=1)
    changed_at = Timestamptz(null=False, default=None)


class DavState(Table, tablename="dav_state"):
    """What a calendar held when a program last synchronised: entry -> validator. `id` is the sync token's own part."""

    id = UUID(primary_key=True, default=None)
    collection = Varchar(length=80, null=False, default="", index=True)
    entries = JSONB(null=False, default="{}")
    entries_hash = Varchar(length=64, null=False, default="")
    made_at = Timestamptz(null=False, default=None, index=True)
