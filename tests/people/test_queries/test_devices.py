"""Who is behind a device password, in one statement."""

from uuid import UUID

import pytest

from tests.conftest import FrozenClock
from tests.people.conftest import ADA, CLI
from training.base.database import watch_statements
from training.base.errors import NotFound
from training.base.structs import Grant, Viewer
from training.base.work import Works
from training.people.actions import add_device, ensure_person, grant_role, note_device, revoke_own_device
from training.people.queries import count_devices, find_device, get_device, list_live_devices, list_own_devices
from training.people.rules import Role


@pytest.mark.parametrize("roles", [0, 1, 3])
async def test_who_reads_costs_one_statement(works: Works, clock: FrozenClock, ada: UUID, roles: int) -> None:
    for number in range(roles):
        await works.run(CLI, grant_role, ada, Role.COORDINATOR, UUID(int=number + 1))
    made = await works.run(Viewer(person_id=ada, email=ADA), add_device, "Phone")
    with watch_statements() as seen:
        found = await find_device(ADA, made.password.upper(), clock.now)
    assert len(seen) == 1
    assert found is not None
    assert (found.id, found.unseen) == (made.id, True)
    assert found.viewer == Viewer(
        person_id=ada,
        name="Ada Lovelace",
        email=ADA,
        zone="Europe/London",
        grants=frozenset(Grant(role="coordinator", scope_id=UUID(int=number + 1)) for number in range(roles)),
    )


async def test_use_is_due_every_fifteen_minutes(works: Works, clock: FrozenClock, ada: UUID) -> None:
    viewer = Viewer(person_id=ada, email=ADA)
    made = await works.run(viewer, add_device, "Phone")
    await works.run(viewer, note_device, made.id, "curl")
    due = []
    for minutes in (0, 14, 1):
        clock.move(minutes=minutes)
        found = await find_device(ADA, made.password, clock.now)
        due.append(found is not None and found.unseen)
    assert due == [False, False, True]


async def test_a_password_fits_its_own_address_alone(works: Works, clock: FrozenClock, ada: UUID) -> None:
    made = await works.run(Viewer(person_id=ada, email=ADA), add_device, "Phone")
    await works.run(CLI, ensure_person, "eve@example.org")
    for email in ("eve@example.org", "nobody@example.org", "", "' OR 1=1 --"):
        assert await find_device(email, made.password, clock.now) is None
    for password in ("", "x", "\x00", "\ud800", "A" * 100_000, "' OR 1=1 --"):
        assert await find_device(ADA, password, clock.now) is None


async def test_lists_hold_those_that_work_first(works: Works, clock: FrozenClock, ada: UUID) -> None:
    viewer = Viewer(person_id=ada, email=ADA)
    made = []
    for label in ("One", "Two", "Three"):
        clock.move(seconds=1)
        made.append(await works.run(viewer, add_device, label))
    await works.run(viewer, revoke_own_device, made[2].id)
    assert [record.label for record in await list_own_devices(ada)] == ["Two", "One", "Three"]
    assert [(record.label, record.owner) for record in await list_live_devices()] == [
        ("Two", "Ada Lovelace"),
        ("One", "Ada Lovelace"),
    ]
    assert await count_devices(ada) == 2
    assert (await get_device(made[2].id)).works is False
    with pytest.raises(NotFound):
        await get_device(UUID(int=404))
