"""Tables of people: Person, RoleGrant, OneTimeLink, SignIn, ApiToken, DevicePassword, MailChoice."""

from piccolo.columns import UUID, ForeignKey, OnDelete, Timestamptz, Varchar
from piccolo.table import Table


class Person(Table, tablename="person"):
    """Somebody with an e-mail address. `email` is folded to lower case and unique.

    Between `quiet_from` and `quiet_until` on their own clocks ('21:00', '08:00') nothing is sent that can wait.
    """

    id = UUID(primary_key=True, default=None)
    email = Varchar(length=254, null=False, default="")
    name = Varchar(length=200, null=False, default="")
    zone = Varchar(length=64, null=False, default="UTC")
    locale = Varchar(length=20, null=False, default="en")
    quiet_from = Varchar(length=5, null=False, default="21:00")
    quiet_until = Varchar(length=5, null=False, default="08:00")
    created_at = Timestamptz(null=False, default=None)
    disabled_at = Timestamptz(null=True, default=None)


class RoleGrant(Table, tablename="role_grant"):
    """A role of a person. `scope_id` is a program or a partner; null for staff."""

    id = UUID(primary_key=True, default=None)
    person_id = ForeignKey(Person, null=False, default=None, on_delete=OnDelete.restrict, index=True)
    role = Varchar(length=30, null=False, default="")
    scope_id = UUID(null=True, default=None, index=True)
    granted_at = Timestamptz(null=False, default=None)
    granted_by = UUID(null=True, default=None)


class OneTimeLink(Table, tablename="one_time_link"):
    """A mailed link. The token is derived from `id` and the installation's key; only its hash is kept."""

    id = UUID(primary_key=True, default=None)
    purpose = Varchar(length=20, null=False, default="")
    person_id = ForeignKey(Person, null=False, default=None, on_delete=OnDelete.restrict, index=True)
    subject_id = UUID(null=True, default=None)
    next_path = Varchar(length=500, null=False, default="")
    token_hash = Varchar(length=64, null=False, default="")
    created_at = Timestamptz(null=False, default=None)
    expires_at = Timestamptz(null=False, default=None, index=True)
    used_at = Timestamptz(null=True, default=None)


class SignIn(Table, tablename="sign_in"):
    """One signed-in browser or program. Only the hash of its token is kept."""

    id = UUID(primary_key=True, default=None)
    person_id = ForeignKey(Person, null=False, default=None, on_delete=OnDelete.restrict, index=True)
    token_hash = Varchar(length=64, null=False, default="")
    label = Varchar(length=200, null=False, default="")
    created_at = Timestamptz(null=False, default=None)
    last_seen_at = Timestamptz(null=False, default=None)
    expires_at = Timestamptz(null=False, default=None, index=True)
    revoked_at = Timestamptz(null=True, default=None)


class ApiToken(Table, tablename="api_token"):
    """A key for a program that acts for one person, or for one partner. Shown once; only its hash is kept.

    `scopes` lists what it may do at most; `partner_id` is a scope known only as an id.
    """

    id = UUID(primary_key=True, default=None)
    person_id = ForeignKey(Person, null=True, default=None, on_delete=OnDelete.restrict, index=True)
    partner_id = UUID(null=True, default=None, index=True)
    label = Varchar(length=80, null=False, default="")
    token_hash = Varchar(length=64, null=False, default="")
    scopes = Varchar(length=200, null=False, default="")
    created_at = Timestamptz(null=False, default=None)
    created_by = ForeignKey(Person, null=True, default=None, on_delete=OnDelete.restrict, index=True)
    expires_at = Timestamptz(null=False, default=None, index=True)
    last_used_at = Timestamptz(null=True, default=None)
    revoked_at = Timestamptz(null=True, default=None)


class DevicePassword(Table, tablename="device_password"):
    """A password for one calendar program on one device, shown once; only its hash is kept. It reads calendars only."""

    id = UUID(primary_key=True, default=None)
    person_id = ForeignKey(Person, null=False, default=None, on_delete=OnDelete.restrict, index=True)
    label = Varchar(length=80, null=False, default="")
    secret_hash = Varchar(length=64, null=False, default="")
    created_at = Timestamptz(null=False, default=None)
    last_used_at = Timestamptz(null=True, default=None)
    last_used_by = Varchar(length=80, null=False, default="")
    revoked_at = Timestamptz(null=True, default=None)


class MailChoice(Table, tablename="mail_choice"):
    """A person wants no messages of one sort any more: reminders, digests, announcements or materials."""

    id = UUID(primary_key=True, default=None)
    person_id = ForeignKey(Person, null=False, default=None, on_delete=OnDelete.restrict)
    sort = Varchar(length=20, null=False, default="")
    off_at = Timestamptz(null=False, default=None)
