"""Tables of partners: Partner, PartnerContact, Membership, Participation."""

from typing import Any

from piccolo.columns import UUID, ForeignKey, Integer, OnDelete, Timestamptz, Varchar
from piccolo.columns.reference import LazyTableReference
from piccolo.table import Table

from training.catalogue.tables import Program
from training.people.tables import Person


class Partner(Table, tablename="partner"):
    """A partner organization. `folded_name` finds spelling variants and keeps names unique."""

    id = UUID(primary_key=True, default=None)
    slug = Varchar(length=80, null=False, default="")
    name = Varchar(length=200, null=False, default="")
    folded_name = Varchar(length=200, null=False, default="")
    parent_id: ForeignKey[Any] = ForeignKey(
        LazyTableReference("Partner", module_path="training.partners.tables"),
        null=True,
        default=None,
        on_delete=OnDelete.restrict,
        index=True,
    )
    country = Varchar(length=2, null=False, default="")
    website = Varchar(length=300, null=False, default="")
    created_at = Timestamptz(null=False, default=None)
    version = Integer(null=False, default=1)


class PartnerContact(Table, tablename="partner_contact"):
    """Whom to reach at a partner for what: coordinator, signatory, fund, hub."""

    id = UUID(primary_key=True, default=None)
    partner_id = ForeignKey(Partner, null=False, default=None, on_delete=OnDelete.restrict, index=True)
    kind = Varchar(length=20, null=False, default="")
    name = Varchar(length=200, null=False, default="")
    email = Varchar(length=254, null=False, default="")
    phone = Varchar(length=40, null=False, default="")
    checked_at = Timestamptz(null=True, default=None)
    version = Integer(null=False, default=1)


class Membership(Table, tablename="membership"):
    """A person in a partner. `state` is invited, confirmed or ended; name and address are the partner's own."""

    id = UUID(primary_key=True, default=None)
    partner_id = ForeignKey(Partner, null=False, default=None, on_delete=OnDelete.restrict, index=True)
    person_id = ForeignKey(Person, null=False, default=None, on_delete=OnDelete.restrict, index=True)
    name = Varchar(length=200, null=False, default="")
    contact_email = Varchar(length=254, null=False, default="")
    state = Varchar(length=20, null=False, default="invited")
    invited_by = UUID(null=True, default=None)
    created_at = Timestamptz(null=False, default=None)
    state_at = Timestamptz(null=False, default=None)
    version = Integer(null=False, default=1)


class Participation(Table, tablename="participation"):
    """A partner takes part in a program. `ended_at` is null while it does."""

    id = UUID(primary_key=True, default=None)
    partner_id = ForeignKey(Partner, null=False, default=None, on_delete=OnDelete.restrict, index=True)
    program_id = ForeignKey(Program, null=False, default=None, on_delete=OnDelete.restrict, index=True)
    created_at = Timestamptz(null=False, default=None)
    ended_at = Timestamptz(null=True, default=None)
