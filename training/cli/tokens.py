"""`training tokens`: which API tokens work now, and an end to one of them, whoever it belongs to."""

from uuid import UUID
from zoneinfo import ZoneInfo

import click

from training.base.clock import system_clock
from training.base.errors import NotFound
from training.cli.opening import OPERATOR, opened, run, settings_or_fail, works_of
from training.cli.saying import Failed, ZoneName, at, say, show_table
from training.partners.queries import get_partner
from training.people.actions import revoke_any_token
from training.people.queries import list_live_tokens
from training.people.rules import TokenRecord
from training.settings import Settings


@click.command("tokens")
@click.option("--revoke", metavar="ID", type=click.UUID, help="End the token with this ID, at once.")
@click.option("--zone", type=ZoneName(), default="UTC", show_default=True, help="Whose clocks the times are told on.")
def tokens(revoke: UUID | None, zone: ZoneInfo) -> None:
    """List the API tokens that work now, at most the 200 that work longest, or end one of them."""
    settings = settings_or_fail()
    if revoke is not None:
        run(_revoke(settings, revoke))
        say(f"{revoke} is revoked. Programs that used it are shut out.")
    elif rows := run(_listed(settings, zone)):
        show_table(("ID", "WHAT FOR", "ACTS FOR", "MAY", f"LAST USED ({zone.key})", f"ENDS ({zone.key})"), rows)
    else:
        say("There is no API token that works.")


async def _revoke(settings: Settings, token_id: UUID) -> None:
    async with opened(settings):
        try:
            await works_of(settings).run(OPERATOR, revoke_any_token, token_id)
        except NotFound as error:
            raise Failed(f"There is no token {token_id}, or it was revoked already. See: training tokens") from error


async def _listed(settings: Settings, zone: ZoneInfo) -> list[tuple[str, ...]]:
    async with opened(settings):
        found = await list_live_tokens(system_clock())
        partner_ids = {token.partner_id for token in found if token.partner_id is not None}
        names = {key: (await get_partner(OPERATOR, key)).name for key in partner_ids}
    return [_row(token, names, zone) for token in found]


def _row(token: TokenRecord, names: dict[UUID, str], zone: ZoneInfo) -> tuple[str, ...]:
    owner = names[token.partner_id] if token.partner_id is not None else token.made_by
    used = at(token.last_used_at, zone) if token.last_used_at else "never"
    return (str(token.id), token.label, owner, " ".join(token.scopes), used, at(token.expires_at, zone))
