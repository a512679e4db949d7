"""Pages of partners: invitations, people, contacts, details, API tokens, and which partners take part in a program.

The page of a partner itself gathers several rooms and is in portal.
"""

from training.partners.pages.contacts import ContactPages
from training.partners.pages.invitations import InvitationPages, OwnMembershipPages
from training.partners.pages.members import MemberPages
from training.partners.pages.organizations import ManagedPartnerPages, PartnerSettingsPages
from training.partners.pages.participants import ParticipantPages
from training.partners.pages.repair import RepairPages
from training.partners.pages.tokens import PartnerTokenPages

CONTROLLERS = (
    InvitationPages,
    OwnMembershipPages,
    MemberPages,
    RepairPages,
    ContactPages,
    PartnerSettingsPages,
    ManagedPartnerPages,
    ParticipantPages,
    PartnerTokenPages,
)

__all__ = ["CONTROLLERS"]
