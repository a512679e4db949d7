"""Typed contacts of a partner: whom to reach for what, and when somebody last said that it is right."""

from uuid import UUID

from msgspec.structs import replace

from training.base.errors import Stale
from training.base.structs import as_data
from training.base.work import Work
from training.catalogue.rules import changed_fields, only
from training.partners import queries, tables
from training.partners.events import ContactAdded, ContactChecked, ContactEdited, ContactRemoved
from training.partners.rules import MOST_CONTACTS, Contact, ContactDetails, ContactsLimit, checked_contact
from training.people.rules import Permission, fold_email, require


async def add_contact(work: Work, partner_id: UUID, details: ContactDetails) -> Contact:
    """Name somebody to reach; that counts as checked now. Raises ContactsLimit."""
    require(work.actor, Permission.PARTNER_MANAGE, partner_id)
    details = _folded(details)
    await queries.lock_partner(partner_id)
    if len(await queries.list_contacts(work.actor, partner_id)) >= MOST_CONTACTS:
        raise ContactsLimit
    contact = Contact(**as_data(details), id=work.new_id(), partner_id=partner_id, checked_at=work.now, version=1)
    work.add(tables.PartnerContact, **as_data(contact))
    event = ContactAdded(contact_id=contact.id, partner_id=partner_id, kind=contact.kind.value)
    work.emit(event, after=as_data(details))
    return contact


async def edit_contact(
    work: Work, contact_id: UUID, details: ContactDetails, expected_version: int | None = None
) -> Contact:
    """Change a contact; that counts as checked now. Raises Stale."""
    before = _unchanged(await queries.lock_contact(work.actor, contact_id), expected_version)
    details = _folded(details)
    changed = changed_fields(before, details)
    after = replace(before, **as_data(details), checked_at=work.now, version=before.version + bool(changed))
    work.change(
        tables.PartnerContact, contact_id, **as_data(details), checked_at=after.checked_at, version=after.version
    )
    if changed:
        event = ContactEdited(contact_id=contact_id, partner_id=before.partner_id, changed=changed)
        work.emit(event, before=only(ContactDetails, before), after=as_data(details))
    else:
        work.emit(ContactChecked(contact_id=contact_id, partner_id=before.partner_id))
    return after


async def check_contact(work: Work, contact_id: UUID) -> Contact:
    """Say that a contact is still right. Its version stays: who is just correcting it says the same."""
    contact = await queries.lock_contact(work.actor, contact_id)
    work.change(tables.PartnerContact, contact_id, checked_at=work.now)
    work.emit(ContactChecked(contact_id=contact_id, partner_id=contact.partner_id))
    return replace(contact, checked_at=work.now)


async def remove_contact(work: Work, contact_id: UUID, expected_version: int | None = None) -> Contact:
    """Take a contact off, and return what it was. Raises Stale."""
    contact = _unchanged(await queries.lock_contact(work.actor, contact_id), expected_version)
    await work.execute("DELETE FROM partner_contact WHERE id = {}", contact_id)
    event = ContactRemoved(contact_id=contact_id, partner_id=contact.partner_id, kind=contact.kind.value)
    work.emit(event, before=only(ContactDetails, contact))
    return contact


def _unchanged(contact: Contact, expected_version: int | None) -> Contact:
    if expected_version is not None and expected_version != contact.version:
        raise Stale(current=as_data(contact))
    return contact


def _folded(details: ContactDetails) -> ContactDetails:
    return replace(checked_contact(details), email=fold_email(details.email))
