"""Reads of the API tokens that act for a partner."""

from uuid import UUID

from training.base.structs import Viewer
from training.partners.queries.organizations import get_partner
from training.people.queries import list_partner_tokens
from training.people.rules import Permission, TokenRecord, require


async def list_tokens(viewer: Viewer, partner_id: UUID) -> list[TokenRecord]:
    """The tokens of a partner, those that work longest first. NotFound for all but its coordinators and staff."""
    require(viewer, Permission.PARTNER_MANAGE, partner_id)
    await get_partner(viewer, partner_id)
    return await list_partner_tokens(partner_id)
