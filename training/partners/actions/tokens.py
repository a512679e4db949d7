"""API tokens that act for a partner."""

from uuid import UUID

from training.base.work import Work
from training.partners.queries import get_partner
from training.people.actions import NewToken, make_token_of_partner
from training.people.rules import TokenOrder


async def make_partner_token(work: Work, partner_id: UUID, order: TokenOrder) -> NewToken:
    """Make a token that acts for a partner. For its coordinators and staff; it goes on when they leave.

    Raises NotFound for a missing partner as for a foreign one, and otherwise as `make_token_of_partner` does.
    """
    await get_partner(work.actor, partner_id)
    return await make_token_of_partner(work, partner_id, order)
