"""Reads of partners: organizations and contacts, members, participations.

What a partner writes about its people is read by its coordinators and by staff only.
"""

from training.partners.queries.members import (
    count_other_coordinators,
    find_membership,
    get_member,
    has_coordinator,
    list_members,
    list_memberships_at,
    list_own_memberships,
    list_with_coordinator,
    load_invitation,
    load_membership,
    lock_membership,
)
from training.partners.queries.organizations import (
    find_partner_by_name,
    get_contact,
    get_partner,
    list_chapters,
    list_contacts,
    list_parents,
    list_partners,
    list_slugs,
    lock_contact,
    lock_families,
    lock_partner,
)
from training.partners.queries.participations import (
    find_participation,
    is_participating_under,
    list_participants,
    list_participating,
    list_participations,
    was_added_under,
)
from training.partners.queries.tokens import list_tokens
from training.partners.queries.unreached import Unreached, list_unreached

__all__ = [
    "Unreached",
    "count_other_coordinators",
    "find_membership",
    "find_participation",
    "find_partner_by_name",
    "get_contact",
    "get_member",
    "get_partner",
    "has_coordinator",
    "is_participating_under",
    "list_chapters",
    "list_contacts",
    "list_members",
    "list_memberships_at",
    "list_own_memberships",
    "list_parents",
    "list_participants",
    "list_participating",
    "list_participations",
    "list_partners",
    "list_slugs",
    "list_tokens",
    "list_unreached",
    "list_with_coordinator",
    "load_invitation",
    "load_membership",
    "lock_contact",
    "lock_families",
    "lock_membership",
    "lock_partner",
    "was_added_under",
]
