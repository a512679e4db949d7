"""Verbs of partners: organizations, contacts, members, invitations, participations.

`expected_version` is the version the person looked at; None for importers and the command line. Every verb raises
NotFound for what is missing or out of reach, Invalid with a sentence per field, and Stale with the current state in
`data["current"]`.
"""

from training.partners.actions.contacts import add_contact, check_contact, edit_contact, remove_contact
from training.partners.actions.invitations import (
    Accepted,
    accept_by_link,
    accept_membership,
    invite_member,
)
from training.partners.actions.members import (
    Repaired,
    change_member,
    edit_member,
    end_membership,
    ensure_members,
    leave_partner,
    name_members,
    repair_contact,
    set_coordinator,
)
from training.partners.actions.organizations import create_partner, edit_partner
from training.partners.actions.participations import join_program, leave_program
from training.partners.actions.tokens import make_partner_token

__all__ = [
    "Accepted",
    "Repaired",
    "accept_by_link",
    "accept_membership",
    "add_contact",
    "change_member",
    "check_contact",
    "create_partner",
    "edit_contact",
    "edit_member",
    "edit_partner",
    "end_membership",
    "ensure_members",
    "invite_member",
    "join_program",
    "leave_partner",
    "leave_program",
    "make_partner_token",
    "name_members",
    "remove_contact",
    "repair_contact",
    "set_coordinator",
]
