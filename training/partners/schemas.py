"""What comes in and goes out about partners: the JSON of the API and the forms of the pages.

A person's id is in none of it: its shape tells when the account was made, and one partner may not learn from it what
another knows.
"""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from msgspec import UNSET, Meta, UnsetType

from training.base.structs import EmailAddress, Frozen, Input, Line, OptionalLine
from training.catalogue.rules import only
from training.catalogue.schemas import Country
from training.partners.actions import Repaired
from training.partners.queries import Unreached
from training.partners.rules import (
    Chapter,
    Contact,
    ContactDetails,
    ContactKind,
    Membership,
    MembershipState,
    OwnMembership,
    Participation,
    Partner,
    PartnerDetails,
)

Website = Annotated[str, Meta(max_length=300, description="A whole web address, or empty.")]
Phone = Annotated[str, Meta(max_length=40)]


class PartnerIn(Input, frozen=True, kw_only=True):
    """A partner to add. A program manager names a `program_id` of their own; only staff names a parent."""

    name: Line
    parent_id: UUID | None = None
    country: Country = ""
    website: Website = ""
    program_id: UUID | None = None

    def details(self) -> PartnerDetails:
        """What is to be kept."""
        return PartnerDetails(**only(PartnerDetails, self))


class PartnerChange(Input, frozen=True, kw_only=True):
    """Fields of a partner to change; what is left out stays. Only staff changes the parent."""

    name: Line | UnsetType = UNSET
    parent_id: UUID | UnsetType | None = UNSET
    country: Country | UnsetType = UNSET
    website: Website | UnsetType = UNSET


class PartnerForm(Input, frozen=True, kw_only=True):
    """The form of a partner. The parent is given by name; `version` is what was looked at."""

    name: Line
    parent: OptionalLine = ""
    country: Country = ""
    website: Website = ""
    program_id: UUID | None = None
    version: int = 0


class PartnerOut(Frozen, frozen=True, kw_only=True):
    """A partner organization."""

    id: UUID
    slug: str
    name: str
    parent_id: UUID | None
    parent_name: str
    country: str
    website: str
    created_at: datetime
    version: int

    @classmethod
    def of(cls, partner: Partner) -> "PartnerOut":
        """From what is kept."""
        return cls(**only(cls, partner))


class PartnerPage(Frozen, frozen=True, kw_only=True):
    """Some partners, in the order they were added."""

    items: list[PartnerOut]
    next_cursor: str | None


class ChapterOut(Frozen, frozen=True, kw_only=True):
    """A chapter as its parent sees it: the name, nothing about its people."""

    id: UUID
    name: str
    country: str

    @classmethod
    def of(cls, chapter: Chapter) -> "ChapterOut":
        """From what is kept."""
        return cls(**only(cls, chapter))


class ChapterPage(Frozen, frozen=True, kw_only=True):
    """All chapters of a partner by name; there is never a next page."""

    items: list[ChapterOut]
    next_cursor: str | None = None


class ContactIn(Input, frozen=True, kw_only=True):
    """Somebody to reach for one purpose. Saying it counts as checked."""

    kind: ContactKind
    name: Line
    email: EmailAddress
    phone: Phone = ""

    def details(self) -> ContactDetails:
        """What is to be kept. Cleaning input turned the kind into plain text."""
        return ContactDetails(kind=ContactKind(self.kind), name=self.name, email=self.email, phone=self.phone)


class ContactForm(ContactIn, frozen=True, kw_only=True):
    """The form of a contact. `version` is what was looked at."""

    version: int = 0


class ContactChange(Input, frozen=True, kw_only=True):
    """Fields of a contact to change; what is left out stays."""

    kind: ContactKind | UnsetType = UNSET
    name: Line | UnsetType = UNSET
    email: EmailAddress | UnsetType = UNSET
    phone: Phone | UnsetType = UNSET

    def details(self, contact: Contact) -> ContactDetails:
        """What is to be kept, given what is."""
        return ContactDetails(
            kind=contact.kind if self.kind is UNSET else ContactKind(self.kind),
            name=contact.name if self.name is UNSET else self.name,
            email=contact.email if self.email is UNSET else self.email,
            phone=contact.phone if self.phone is UNSET else self.phone,
        )


class ContactOut(Frozen, frozen=True, kw_only=True):
    """A contact. `checked_at` is when somebody last said that it is right."""

    id: UUID
    partner_id: UUID
    kind: ContactKind
    name: str
    email: str
    phone: str
    checked_at: datetime | None
    version: int

    @classmethod
    def of(cls, contact: Contact) -> "ContactOut":
        """From what is kept."""
        return cls(**only(cls, contact))


class ContactPage(Frozen, frozen=True, kw_only=True):
    """All contacts of a partner by purpose; there is never a next page."""

    items: list[ContactOut]
    next_cursor: str | None = None


class InvitationIn(Input, frozen=True, kw_only=True):
    """A person to invite. They get a link by mail; nothing happens before they accept."""

    email: EmailAddress
    name: OptionalLine = ""
    coordinator: bool = False


class MemberChange(Input, frozen=True, kw_only=True):
    """What a partner decides about a member; what is left out stays. The sign-in address is never touched."""

    name: OptionalLine | UnsetType = UNSET
    contact_email: EmailAddress | UnsetType = UNSET
    coordinator: bool | UnsetType = UNSET


class MemberForm(Input, frozen=True, kw_only=True):
    """The form of a member. `version` is what was looked at."""

    name: OptionalLine = ""
    contact_email: EmailAddress
    coordinator: bool = False
    version: int = 0


class MemberOut(Frozen, frozen=True, kw_only=True):
    """A person of a partner, under the name and address that this partner uses.

    `coordinator`: may book for the partner, or will once the invitation is accepted. `asked`: an invitation was sent.
    """

    id: UUID
    partner_id: UUID
    name: str
    contact_email: str
    state: MembershipState
    coordinator: bool
    asked: bool
    created_at: datetime
    state_at: datetime
    version: int

    @classmethod
    def of(cls, member: Membership) -> "MemberOut":
        """From what is kept, without the person's id."""
        return cls(**only(cls, member))


class RepairIn(Input, frozen=True, kw_only=True):
    """Where a member's mail is to go from now on; the same address when its mailbox works again."""

    contact_email: EmailAddress


class RepairForm(RepairIn, frozen=True, kw_only=True):
    """The form that repairs an address. `version` is what was looked at."""

    version: int = 0


class RepairedOut(Frozen, frozen=True, kw_only=True):
    """The member, and how many messages that had not arrived go out again."""

    member: MemberOut
    again: int
    version: int

    @classmethod
    def of(cls, done: Repaired) -> "RepairedOut":
        """From what was done."""
        return cls(member=MemberOut.of(done.member), again=done.again, version=done.member.version)


class UnreachedOut(Frozen, frozen=True, kw_only=True):
    """A member whom mail does not reach, for good (`kind` hard) or for now (soft), and the mail system's `reason`."""

    membership_id: UUID
    name: str
    contact_email: str
    kind: str
    reason: str
    since: datetime
    last_at: datetime
    missed: int
    version: int

    @classmethod
    def of(cls, one: Unreached) -> "UnreachedOut":
        """From what is known."""
        return cls(**only(cls, one))


class UnreachedPage(Frozen, frozen=True, kw_only=True):
    """The members whom mail does not reach, at most 200; there is never a next page."""

    items: list[UnreachedOut]
    next_cursor: str | None = None


class MemberPage(Frozen, frozen=True, kw_only=True):
    """Some people of a partner, in the order they were named."""

    items: list[MemberOut]
    next_cursor: str | None


class ParticipationIn(Input, frozen=True, kw_only=True):
    """The program that a partner is to take part in."""

    program_id: UUID


class ParticipantForm(Input, frozen=True, kw_only=True):
    """The form that adds a partner to a program, by name."""

    partner: Line


class ParticipationOut(Frozen, frozen=True, kw_only=True):
    """A partner takes part in a program; `ended_at` is null while it does."""

    id: UUID
    partner_id: UUID
    partner_name: str
    program_id: UUID
    program_name: str
    created_at: datetime
    ended_at: datetime | None

    @classmethod
    def of(cls, participation: Participation) -> "ParticipationOut":
        """From what is kept."""
        return cls(**only(cls, participation))


class ParticipationPage(Frozen, frozen=True, kw_only=True):
    """All participations of a partner by program; there is never a next page."""

    items: list[ParticipationOut]
    next_cursor: str | None = None


class OwnMembershipOut(Frozen, frozen=True, kw_only=True):
    """Where one belongs, or is asked to belong."""

    id: UUID
    partner_id: UUID
    partner_name: str
    state: MembershipState
    coordinator: bool
    version: int

    @classmethod
    def of(cls, own: OwnMembership) -> "OwnMembershipOut":
        """From what is kept."""
        return cls(**only(cls, own))


class OwnMembershipPage(Frozen, frozen=True, kw_only=True):
    """All one's own memberships by partner; there is never a next page."""

    items: list[OwnMembershipOut]
    next_cursor: str | None = None
