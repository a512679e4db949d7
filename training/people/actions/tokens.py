"""API tokens: made, used, ended. The secret is returned once and kept nowhere."""

from datetime import datetime, timedelta
from uuid import UUID

from training.base.errors import NotFound
from training.base.structs import Frozen
from training.base.work import Work
from training.people.events import TokenMade, TokenRevoked
from training.people.queries import count_live_tokens, get_token
from training.people.rules import (
    MOST_TOKENS,
    Permission,
    TokenOrder,
    TooManyTokens,
    checked_order,
    new_api_token,
    packed_scopes,
    person_behind,
    require,
    token_hash,
)
from training.people.tables import ApiToken


class NewToken(Frozen, frozen=True, kw_only=True):
    """A token just made. `token` is the secret: shown once, kept nowhere."""

    id: UUID
    token: str
    label: str
    expires_at: datetime


async def make_own_token(work: Work, order: TokenOrder) -> NewToken:
    """Make a token that acts for oneself. Raises NotWithAToken, Invalid, TooManyTokens (20 at a time)."""
    return await _make(work, order, person_id=person_behind(work.actor), partner_id=None)


async def make_token_of_partner(work: Work, partner_id: UUID, order: TokenOrder) -> NewToken:
    """Make a token that acts for a partner; the caller knows that there is such a partner. For coordinators and staff.

    Raises NotFound to everybody else, NotWithAToken, Invalid, TooManyTokens (20 at a time).
    """
    require(work.actor, Permission.PARTNER_MANAGE, partner_id)
    person_behind(work.actor)
    return await _make(work, order, person_id=None, partner_id=partner_id)


async def _make(work: Work, order: TokenOrder, *, person_id: UUID | None, partner_id: UUID | None) -> NewToken:
    wanted = checked_order(order)
    # Two at once may end with one more than that, which hurts nobody.
    if await count_live_tokens(person_id, partner_id, work.now) >= MOST_TOKENS:
        raise TooManyTokens
    made = NewToken(
        id=work.new_id(),
        token=new_api_token(),
        label=wanted.label,
        expires_at=work.now + timedelta(days=wanted.days),
    )
    scopes = packed_scopes(wanted.scopes)
    work.add(
        ApiToken,
        id=made.id,
        person_id=person_id,
        partner_id=partner_id,
        label=made.label,
        token_hash=token_hash(made.token),
        scopes=scopes,
        created_at=work.now,
        created_by=work.actor.person_id,
        expires_at=made.expires_at,
    )
    work.emit(
        TokenMade(token_id=made.id, label=made.label, scopes=scopes, person_id=person_id, partner_id=partner_id),
        after={"expires_at": made.expires_at},
    )
    return made


async def note_used(work: Work, token_id: UUID) -> None:
    """Write down that a token was used just now."""
    work.change(ApiToken, token_id, last_used_at=work.now)


async def revoke_own_token(work: Work, token_id: UUID) -> None:
    """End one of one's own tokens. Raises NotFound for anybody else's, exactly as for none, and NotWithAToken."""
    person_id = person_behind(work.actor)
    await _revoke(work, token_id, "person_id", person_id)


async def revoke_token_of_partner(work: Work, partner_id: UUID, token_id: UUID) -> None:
    """End a token of a partner. For coordinators and staff. Raises NotFound for any other token, and NotWithAToken."""
    require(work.actor, Permission.PARTNER_MANAGE, partner_id)
    person_behind(work.actor)
    await _revoke(work, token_id, "partner_id", partner_id)


async def revoke_any_token(work: Work, token_id: UUID) -> None:
    """End a token, whoever it belongs to. Only for operators. Raises NotFound when it is over or unknown."""
    require(work.actor, Permission.PLATFORM_RUN)
    await _revoke(work, token_id, "id", token_id)


async def end_tokens(work: Work, person_id: UUID) -> int:
    """End every token that acts for a person, and return how many ended. The caller has judged who may."""
    ended = await work.execute(
        "UPDATE api_token SET revoked_at = {} WHERE person_id = {} AND revoked_at IS NULL RETURNING id, label",
        work.now,
        person_id,
    )
    for row in ended:
        work.emit(TokenRevoked(token_id=row["id"], label=row["label"], person_id=person_id))
    return len(ended)


_REVOKE = {
    "id": "UPDATE api_token SET revoked_at = {} WHERE id = {} AND id = {} AND revoked_at IS NULL RETURNING id",
    "person_id": "UPDATE api_token SET revoked_at = {} WHERE id = {} AND person_id = {} AND revoked_at IS NULL"
    " RETURNING id",
    "partner_id": "UPDATE api_token SET revoked_at = {} WHERE id = {} AND partner_id = {} AND revoked_at IS NULL"
    " RETURNING id",
}


async def _revoke(work: Work, token_id: UUID, owner: str, owner_id: UUID) -> None:
    if not await work.execute(_REVOKE[owner], work.now, token_id, owner_id):
        raise NotFound
    token = await get_token(token_id)
    work.emit(
        TokenRevoked(token_id=token_id, label=token.label, person_id=token.person_id, partner_id=token.partner_id)
    )
