"""Typed contacts of a partner: whom to reach for what, and when somebody last said that it is right."""

from uuid import UUID

from msgspec.structs import replace

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
    contact = Contact(**as_data(details), id=work.new_id(), partner_id=partner_id, checked_at=work.now)
    work.add(tables.PartnerContact, **as_data(contact))
    event = ContactAdded(contact_id=contact.id, partner_id=partner_id, kind=contact.kind.value)
    work.emit(event, after=as_data(details))
    return contact


async def edit_contact(work: Work, contact_id: UUID, details: ContactDetails) -> Contact:
    """Change a contact; that counts as checked now. Contacts carry no version: the last word counts."""
    before = await queries.lock_contact(work.actor, contact_id)
    details = _folded(details)
    after = replace(before, **as_data(details), checked_at=work.now)
    work.change(tables.PartnerContact, contact_id, **as_data(details), checked_at=work.now)
    if changed := changed_fields(before, details):
        event = ContactEdited(contact_id=contact_id, partner_id=before.partner_id, changed=changed)
        work.emit(event, before=only(ContactDetails, before), after=as_data(details))
    else:
        work.emit(ContactChecked(contact_id=contact_id, partner_id=before.partner_id))
    return after


async def check_contact(work: Work, contact_id: UUID) -> Contact:
    """Say that a contact is still right."""
    contact = await queries.lock_contact(work.actor, contact_id)
    work.change(tables.PartnerContact, contact_id, checked_at=work.now)
    work.emit(ContactChecked(contact_id=contact_id, partner_id=contact.partner_id))
    return replace(contact, checked_at=work.now)


async def remove_contact(work: Work, contact_id: UUID) -> Contact:
    """Take a contact off, and return what it was."""
    contact = await queries.lock_contact(work.actor, contact_id)
    await work.execute("DELETE FROM partner_contact WHERE id = {}", contact_id)
    event = ContactRemoved(contact_id=contact_id, partner_id=contact.partner_id, kind=contact.kind.value)
    work.emit(event, before=only(ContactDetails, contact))
    return contact


def _folded(details: ContactDetails) -> ContactDetails:
    return replace(checked_contact(details), email=fold_email(details.email))
