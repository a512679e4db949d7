"""What a partner organization may be, how its people stand to it, and which refusals there are. Pure."""

import re
import unicodedata
from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from urllib.parse import urlsplit
from uuid import UUID

from training.base.errors import Conflict, Forbidden, Gone, Invalid, NotFound
from training.base.structs import Frozen
from training.base.zones import country_names

# An alliance, its chapters, and their chapters.
MOST_LEVELS = 3
MOST_CONTACTS = 50
# Asking the same person again within this time sends no second message.
ASK_AGAIN_AFTER = timedelta(minutes=10)

# A contact that nobody has looked at for this long is shown as one to check.
CHECK_AFTER = timedelta(days=180)

_SILENT = re.compile("['’ʼ‘`´]")


class ContactKind(StrEnum):
    """Whom to reach for what."""

    COORDINATOR = "coordinator"
    SIGNATORY = "signatory"
    FUND = "fund"
    HUB = "hub"


class MembershipState(StrEnum):
    """How a person stands to a partner: named by it, agreed to it, or no longer with it."""

    INVITED = "invited"
    CONFIRMED = "confirmed"
    ENDED = "ended"


class PartnerNameTaken(Conflict):
    """A partner organization of this name is there already. Names that differ only in spelling count as the same."""

    code = "partner-name-taken"


class ParentImpossible(Invalid):
    """This organization cannot be the parent."""

    code = "parent-impossible"


class ContactsLimit(Conflict):
    """A partner organization has as many contacts as it can hold. Remove one first."""

    code = "too-many-contacts"


class AlreadyMember(Conflict):
    """This person belongs to your organization already."""

    code = "already-member"


class ContactAddressTaken(Conflict):
    """Another member of your organization uses this address already."""

    code = "contact-address-taken"


class ContactAddressUnreached(Conflict):
    """Mail to this address comes back. Check how it is spelled, or give another one."""

    code = "contact-address-unreached"


class LastCoordinator(Conflict):
    """Somebody must be able to book for this organization. Make another member coordinator first."""

    code = "last-coordinator"


class MembershipOver(Conflict):
    """This person is no longer with the organization. Their name can be corrected; for all else, invite them again."""

    code = "membership-over"


class ConsentNeeded(Forbidden):
    """This organization must agree first. Ask the people who run the platform to arrange it."""

    code = "consent-needed"


class InvitationWithdrawn(Gone):
    """This invitation was taken back. Please ask the organization that sent it."""

    code = "invitation-withdrawn"


class InvitationUnknown(NotFound):
    """There is no open invitation here for you."""

    code = "invitation-unknown"


class PartnerDetails(Frozen, frozen=True, kw_only=True):
    """What people say about a partner organization."""

    name: str
    parent_id: UUID | None = None
    country: str = ""
    website: str = ""


class Partner(PartnerDetails, frozen=True, kw_only=True):
    """A partner organization as it is kept."""

    id: UUID
    slug: str
    parent_name: str = ""
    created_at: datetime
    version: int


class Chapter(Frozen, frozen=True, kw_only=True):
    """A partner seen from its parent: that it exists and what it is called, nothing about its people."""

    id: UUID
    name: str
    country: str


class ContactDetails(Frozen, frozen=True, kw_only=True):
    """A person or mailbox to reach for one purpose."""

    kind: ContactKind
    name: str
    email: str
    phone: str = ""


class Contact(ContactDetails, frozen=True, kw_only=True):
    """A contact as it is kept. `checked_at` is when somebody last said that it is right, None for never."""

    id: UUID
    partner_id: UUID
    checked_at: datetime | None
    version: int


class Membership(Frozen, frozen=True, kw_only=True):
    """A person in a partner, under the name and the address that this partner uses.

    `coordinator` says that the person may book for the partner, or will once the invitation is accepted. `asked`
    says that an invitation was sent. `person_id` stays inside: its shape tells when the account was made, and so
    whether somebody had one before. Nobody outside is shown it.
    """

    id: UUID
    partner_id: UUID
    person_id: UUID
    name: str
    contact_email: str
    state: MembershipState
    coordinator: bool
    asked: bool
    created_at: datetime
    state_at: datetime
    version: int

    @property
    def called(self) -> str:
        """The name, or the address where no name was given."""
        return self.name or self.contact_email

    @property
    def active(self) -> bool:
        """Whether the person counts as one of the partner's, agreed or not yet."""
        return self.state is not MembershipState.ENDED


class OwnMembership(Frozen, frozen=True, kw_only=True):
    """A membership seen by the person it is about."""

    id: UUID
    partner_id: UUID
    partner_name: str
    state: MembershipState
    coordinator: bool
    version: int


class Invitation(Frozen, frozen=True, kw_only=True):
    """What an invited person is shown before they decide. `asked_by` is empty when a part of ourselves asked."""

    id: UUID
    partner_name: str
    asked_by: str
    coordinator: bool


class Participation(Frozen, frozen=True, kw_only=True):
    """A partner takes part in a program from `created_at` until `ended_at`, None while it does."""

    id: UUID
    partner_id: UUID
    partner_name: str
    program_id: UUID
    program_name: str
    program_slug: str
    created_at: datetime
    ended_at: datetime | None


def fold_name(name: str) -> str:
    """The one spelling by which a name is known: no case, no punctuation, single spaces, one form of each letter.

    "St. John's  Ambulance" and "st johns ambulance" are one. Folding twice changes nothing.
    """
    folded = name
    # Casefolding may open what normalizing closes again, so both are repeated until nothing moves.
    for _ in range(4):
        step = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", folded).casefold())
        step = " ".join("".join(_folded_letter(char) for char in _SILENT.sub("", step)).split())
        if step == folded:
            break
        folded = step
    return folded


def _folded_letter(char: str) -> str:
    category = unicodedata.category(char)
    if category == "Cf":
        return ""
    # Control characters too: a search may hold a NUL, which PostgreSQL refuses.
    return " " if category.startswith(("P", "Z")) or category in ("Cc", "Cs") else char


def checked_partner(details: PartnerDetails) -> PartnerDetails:
    """The details with the country in capitals. Raises Invalid naming every field that cannot be used."""
    wrong = {}
    folded = fold_name(details.name)
    if not folded:
        wrong["name"] = "Please give a name with at least one letter."
    elif len(details.name) > 200 or len(folded) > 200:
        wrong["name"] = "At most 200 characters, please."
    country = details.country.strip().upper()
    if country and country not in country_names():
        wrong["country"] = "Choose a country from the list, or leave it empty."
    if details.website and not _is_web_address(details.website):
        wrong["website"] = "Write the whole address, for example https://www.example.org."
    if wrong:
        raise Invalid("Please look at the marked fields.", fields=wrong)
    return PartnerDetails(name=details.name, parent_id=details.parent_id, country=country, website=details.website)


def _is_web_address(text: str) -> bool:
    try:
        parts = urlsplit(text)
        host = parts.hostname or ""
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and "." in host and len(text) <= 300 and not re.search(r"\s", text)


def check_parent(partner_id: UUID, parent_id: UUID, parents: Mapping[UUID, UUID]) -> None:
    """Whether `partner_id` may become a chapter of `parent_id`; `parents` holds every chapter's parent.

    Raises ParentImpossible for a circle and for more than MOST_LEVELS levels.
    """
    above = [parent_id]
    while (upper := parents.get(above[-1])) is not None and upper not in above:
        above.append(upper)
    if partner_id in above:
        raise _impossible("An organization cannot be its own parent, nor the chapter of one of its chapters.")
    if len(above) + _levels(partner_id, parents) > MOST_LEVELS:
        raise _impossible(f"At most {MOST_LEVELS} levels: an alliance, its chapters, and their chapters.")


def _levels(top: UUID, parents: Mapping[UUID, UUID]) -> int:
    """How many levels there are from `top` down, itself included."""
    level, count = {top}, 0
    while level and count <= MOST_LEVELS:
        count += 1
        level = {child for child, parent in parents.items() if parent in level}
    return count


def _impossible(sentence: str) -> ParentImpossible:
    return ParentImpossible(sentence, fields={"parent_id": sentence})


def checked_contact(details: ContactDetails) -> ContactDetails:
    """The details if they can be used. The address is checked by whoever folds it. Raises Invalid by field."""
    wrong = {}
    if not details.name.strip():
        wrong["name"] = "Please say whom to ask for."
    elif len(details.name) > 200:
        wrong["name"] = "At most 200 characters, please."
    if details.phone and not re.fullmatch(r"[0-9+(][0-9 ()./+-]{2,38}", details.phone):
        wrong["phone"] = "Write digits, for example +49 30 1234567."
    if wrong:
        raise Invalid("Please look at the marked fields.", fields=wrong)
    return details


def is_stale(contact: Contact, now: datetime) -> bool:
    """Whether nobody has said for CHECK_AFTER that the contact is right."""
    return contact.checked_at is None or now - contact.checked_at >= CHECK_AFTER


def checked_member_name(name: str) -> str:
    """The name a partner uses for somebody; may be empty. Raises Invalid."""
    if len(name) > 200:
        raise Invalid(fields={"name": "At most 200 characters, please."})
    return " ".join(name.split())


def ask_now(membership: Membership, now: datetime) -> bool:
    """Whether an invitation should be sent to somebody already named: not again within ASK_AGAIN_AFTER."""
    return not membership.asked or now - membership.state_at >= ASK_AGAIN_AFTER
