"""Operators see which device passwords work and end any of them; a restored backup opens nothing."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from uuid import UUID

from click.testing import Result

from tests.cli.commands import NewDatabase, rows
from training.base.structs import Viewer
from training.cli.opening import opened, works_of
from training.people.actions import NewDevice, add_device
from training.settings import Settings

Command = Callable[..., Result]


async def make_one(url: str, person_id: UUID) -> NewDevice:
    settings = Settings(database_url=url)
    async with opened(settings):
        return await works_of(settings).run(Viewer(person_id=person_id, name="Ines"), add_device, "Phone")


def test_listed_without_secrets_and_revoked(training: Command, story: NewDatabase) -> None:
    url = story()
    assert training(url, "devices").output == "There is no device password that works.\n"
    person = rows(url, "SELECT id, name FROM person WHERE email = 'ines@host.example'")[0]
    made = asyncio.run(make_one(url, UUID(str(person["id"]))))
    listed = training(url, "devices")
    assert listed.exit_code == 0
    assert made.password not in listed.output
    for told in ("Phone", str(person["name"]), "never"):
        assert told in listed.output
    assert "LAST USED (Asia/Tokyo)" in training(url, "devices", "--zone", "Asia/Tokyo").output
    assert training(url, "devices", "--revoke", str(made.id)).exit_code == 0
    assert training(url, "devices").output == "There is no device password that works.\n"
    again = training(url, "devices", "--revoke", str(made.id))
    assert (again.exit_code, "no device password" in again.output) == (1, True)
    assert training(url, "devices", "--revoke", "nonsense").exit_code == 2


def test_a_restored_installation_has_none_that_work(
    training: Command, story: NewDatabase, new_database: NewDatabase, tmp_path: Path
) -> None:
    here, other = story(), new_database()
    person = rows(here, "SELECT id FROM person WHERE email = 'ines@host.example'")[0]
    asyncio.run(make_one(here, UUID(str(person["id"]))))
    training(here, "backup", str(tmp_path / "b.zip"))
    assert training(other, "restore", str(tmp_path / "b.zip")).exit_code == 0
    assert len(rows(other, "SELECT id FROM device_password")) == 1
    assert training(other, "devices").output == "There is no device password that works.\n"
