"""What can happen to partner organizations and their people. The first field names the subject."""

from uuid import UUID

from training.base.structs import Event


class PartnerCreated(Event, frozen=True, kw_only=True):
    """A partner organization was added."""

    partner_id: UUID
    name: str


class PartnerEdited(Event, frozen=True, kw_only=True):
    """Somebody changed the named fields of a partner organization."""

    partner_id: UUID
    changed: tuple[str, ...]


class ContactAdded(Event, frozen=True, kw_only=True):
    """A partner named somebody to reach for one purpose."""

    contact_id: UUID
    partner_id: UUID
    kind: str


class ContactEdited(Event, frozen=True, kw_only=True):
    """A contact changed; that counts as checked."""

    contact_id: UUID
    partner_id: UUID
    changed: tuple[str, ...]


class ContactChecked(Event, frozen=True, kw_only=True):
    """Somebody said that a contact is still right."""

    contact_id: UUID
    partner_id: UUID


class ContactRemoved(Event, frozen=True, kw_only=True):
    """A contact was taken off."""

    contact_id: UUID
    partner_id: UUID
    kind: str


class MembersAdded(Event, frozen=True, kw_only=True):
    """A booking named people that the partner had not named before. No invitation was sent."""

    partner_id: UUID
    membership_ids: tuple[UUID, ...]


class MemberInvited(Event, frozen=True, kw_only=True):
    """A person was asked to join a partner, as coordinator or not."""

    membership_id: UUID
    partner_id: UUID
    person_id: UUID
    coordinator: bool


class MemberEdited(Event, frozen=True, kw_only=True):
    """A partner changed the name or address that it uses for a person. The sign-in address is not touched."""

    membership_id: UUID
    partner_id: UUID
    person_id: UUID
    changed: tuple[str, ...]


class ContactRepaired(Event, frozen=True, kw_only=True):
    """Mail reaches a person of a partner again: at another address, or at the same after its mailbox was put right.

    `again` counts the messages that were missed and go out once more.
    """

    membership_id: UUID
    partner_id: UUID
    person_id: UUID
    again: int


class MembershipConfirmed(Event, frozen=True, kw_only=True):
    """A person agreed to belong to a partner."""

    membership_id: UUID
    partner_id: UUID
    person_id: UUID


class MembershipEnded(Event, frozen=True, kw_only=True):
    """A person no longer belongs to a partner, or declined to. Their roles there ended with it."""

    membership_id: UUID
    partner_id: UUID
    person_id: UUID


class CoordinatorChanged(Event, frozen=True, kw_only=True):
    """A member may book for the partner now, or no longer."""

    membership_id: UUID
    partner_id: UUID
    person_id: UUID
    coordinator: bool


class ParticipationStarted(Event, frozen=True, kw_only=True):
    """A partner takes part in a program."""

    partner_id: UUID
    program_id: UUID


class ParticipationEnded(Event, frozen=True, kw_only=True):
    """A partner no longer takes part in a program. What it booked stays booked."""

    partner_id: UUID
    program_id: UUID
