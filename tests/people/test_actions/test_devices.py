"""Device passwords: made by people, used by calendar programs, ended at once, wrong ones counted."""

from uuid import UUID

import pytest

from tests.conftest import FrozenClock
from tests.people.conftest import ADA, CLI
from training.base.database import execute
from training.base.errors import Invalid, NotFound
from training.base.structs import ANONYMOUS, Grant, Viewer
from training.base.work import Works
from training.people.actions import (
    NewDevice,
    add_device,
    count_wrong_password,
    disable_person,
    enable_person,
    end_devices,
    ensure_person,
    note_device,
    revoke_any_device,
    revoke_own_device,
)
from training.people.jobs import tidy
from training.people.queries import find_device, list_own_devices
from training.people.rules import NotWithAToken, token_hash
from training.people.rules.devices import (
    MOST_DEVICES,
    WRONG_PASSWORDS_PER_ACCOUNT,
    WRONG_PASSWORDS_PER_CLIENT,
    TooManyDevices,
    TooManyWrongPasswords,
)


def person(person_id: UUID) -> Viewer:
    return Viewer(person_id=person_id, name="Ada Lovelace", email=ADA)


async def opens(made: NewDevice, works: Works) -> bool:
    return await find_device(ADA, made.password, works.clock()) is not None


async def test_only_the_hash_is_kept(works: Works, ada: UUID) -> None:
    made = await works.run(person(ada), add_device, "  My phone ")
    assert (made.label, made.email) == ("My phone", ADA)
    assert made.password not in repr(made)
    assert [row["secret_hash"] for row in await execute("SELECT secret_hash FROM device_password")] == [
        token_hash(made.password)
    ]
    for table in ("device_password", "journal_entry", "kept_answer", "message"):
        assert made.password not in str(await execute(f"SELECT * FROM {table}"))
    assert await opens(made, works)


async def test_no_program_makes_or_ends_one(works: Works, ada: UUID) -> None:
    made = await works.run(person(ada), add_device, "Phone")
    for viewer in (ANONYMOUS, Viewer(person_id=ada, token_id=UUID(int=1))):
        with pytest.raises(NotWithAToken):
            await works.run(viewer, add_device, "Phone")
        with pytest.raises(NotWithAToken):
            await works.run(viewer, revoke_own_device, made.id)


async def test_twenty_are_enough_and_each_has_a_name(works: Works, ada: UUID) -> None:
    with pytest.raises(Invalid):
        await works.run(person(ada), add_device, " ")
    made = [await works.run(person(ada), add_device, f"Phone {number}") for number in range(MOST_DEVICES)]
    with pytest.raises(TooManyDevices):
        await works.run(person(ada), add_device, "One more")
    await works.run(person(ada), revoke_own_device, made[0].id)
    await works.run(person(ada), add_device, "One more")


async def test_it_ends_at_once_and_nobody_else_ends_it(works: Works, ada: UUID) -> None:
    made = await works.run(person(ada), add_device, "Phone")
    eve = await works.run(CLI, ensure_person, "eve@example.org")
    for device_id in (made.id, UUID(int=404)):
        with pytest.raises(NotFound):
            await works.run(person(eve), revoke_own_device, device_id)
        with pytest.raises(NotFound):
            await works.run(person(eve), revoke_any_device, device_id)
    assert await opens(made, works)
    await works.run(person(ada), revoke_own_device, made.id)
    assert not await opens(made, works)
    with pytest.raises(NotFound):
        await works.run(person(ada), revoke_own_device, made.id)


async def test_staff_end_any(works: Works, ada: UUID) -> None:
    made = await works.run(person(ada), add_device, "Phone")
    await works.run(Viewer(person_id=UUID(int=1), grants=frozenset({Grant(role="staff")})), revoke_any_device, made.id)
    assert not await opens(made, works)
    rows = await execute("SELECT event FROM journal_entry WHERE subject_id = {}", made.id)
    assert {row["event"] for row in rows} == {"DeviceAdded", "DeviceRevoked"}


async def test_a_disabled_person_has_none_and_gets_none_back(works: Works, ada: UUID) -> None:
    made = [await works.run(person(ada), add_device, name) for name in ("Phone", "Laptop")]
    await works.run(CLI, disable_person, ada)
    await works.run(CLI, enable_person, ada)
    assert [await opens(each, works) for each in made] == [False, False]
    assert await works.run(CLI, end_devices, ada) == 0


async def test_use_is_noted_and_the_revoked_are_forgotten(works: Works, clock: FrozenClock, ada: UUID) -> None:
    made = await works.run(person(ada), add_device, "Phone")
    await works.run(person(ada), note_device, made.id, "DAVx5/4.4 " + "x" * 100)
    (record,) = await list_own_devices(ada)
    assert (record.last_used_at, len(record.last_used_by), record.works) == (clock.now, 80, True)
    await works.run(person(ada), revoke_own_device, made.id)
    clock.move(days=30)
    await tidy(works)
    assert len(await list_own_devices(ada)) == 1
    clock.move(microseconds=1)
    await tidy(works)
    assert await list_own_devices(ada) == []


async def test_wrong_ones_are_counted_by_name_and_by_address(works: Works, clock: FrozenClock) -> None:
    async def wrong(name: str, client: str) -> None:
        await works.run(ANONYMOUS, count_wrong_password, name, client)

    for number in range(WRONG_PASSWORDS_PER_ACCOUNT):
        await wrong(ADA, f"203.0.113.{number}")
    with pytest.raises(TooManyWrongPasswords) as caught:
        await wrong(ADA, "203.0.113.99")
    assert caught.value.retry_after == 15 * 60
    for number in range(WRONG_PASSWORDS_PER_CLIENT):
        await wrong(f"somebody{number}@example.org", "2001:db8::1")
    with pytest.raises(TooManyWrongPasswords):
        await wrong("another@example.org", "2001:db8::2")
    clock.move(minutes=15)
    await wrong(ADA, "203.0.113.99")
    assert ADA not in str(await execute("SELECT * FROM attempt"))
