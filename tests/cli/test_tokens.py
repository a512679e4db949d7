"""Operators see which tokens work and end any of them."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from uuid import UUID

from click.testing import Result

from tests.cli.commands import NewDatabase, rows
from training.base.structs import Grant, Viewer
from training.cli.opening import opened, works_of
from training.people.actions import make_own_token, make_token_of_partner
from training.people.rules import TokenOrder, TokenScope
from training.settings import Settings

Command = Callable[..., Result]
ORDER = TokenOrder(label="CRM sync", scopes=frozenset({TokenScope.READ, TokenScope.BOOK}))


async def make_two(url: str, person_id: UUID, partner_id: UUID) -> None:
    settings = Settings(database_url=url)
    grants = frozenset({Grant(role="coordinator", scope_id=partner_id)})
    viewer = Viewer(person_id=person_id, name="Ines", grants=grants)
    async with opened(settings):
        await works_of(settings).run(viewer, make_own_token, ORDER)
        await works_of(settings).run(viewer, make_token_of_partner, partner_id, ORDER)


def test_a_restored_installation_has_none_that_work(
    training: Command, story: NewDatabase, new_database: NewDatabase, tmp_path: Path
) -> None:
    here, other = story(), new_database()
    person = rows(here, "SELECT id FROM person WHERE email = 'ines@host.example'")[0]
    partner = rows(here, "SELECT id FROM partner LIMIT 1")[0]
    asyncio.run(make_two(here, UUID(str(person["id"])), UUID(str(partner["id"]))))
    training(here, "backup", str(tmp_path / "b.zip"))
    assert training(other, "restore", str(tmp_path / "b.zip")).exit_code == 0
    assert len(rows(other, "SELECT id FROM api_token")) == 2
    assert training(other, "tokens").output == "There is no API token that works.\n"


def test_listed_without_secrets_and_revoked(training: Command, story: NewDatabase) -> None:
    url = story()
    assert training(url, "tokens").output == "There is no API token that works.\n"
    person = rows(url, "SELECT id, name FROM person WHERE email = 'ines@host.example'")[0]
    partner = rows(url, "SELECT id, name FROM partner ORDER BY name LIMIT 1")[0]
    asyncio.run(make_two(url, UUID(str(person["id"])), UUID(str(partner["id"]))))
    listed = training(url, "tokens")
    assert listed.exit_code == 0
    assert "trn_" not in listed.output
    for told in ("CRM sync", str(partner["name"]), str(person["name"]), "read book", "never"):
        assert told in listed.output
    assert "ENDS (UTC)" in listed.output
    there = training(url, "tokens", "--zone", "Asia/Tokyo").output
    assert "ENDS (Asia/Tokyo)" in there
    assert "+09:00" in there
    token_id = str(rows(url, "SELECT id FROM api_token WHERE person_id IS NOT NULL")[0]["id"])
    assert training(url, "tokens", "--revoke", token_id).exit_code == 0
    assert token_id not in training(url, "tokens").output
    again = training(url, "tokens", "--revoke", token_id)
    assert (again.exit_code, "no token" in again.output) == (1, True)
    assert training(url, "tokens", "--revoke", "nonsense").exit_code == 2
