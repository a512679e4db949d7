"""Reads of people, and how many statements they cost."""

from datetime import timedelta
from uuid import UUID

import pytest

from tests.conftest import START, FrozenClock
from tests.people.conftest import ADA, CLI, SignedIn
from training.base.database import execute, watch_statements
from training.base.errors import NotFound
from training.base.structs import Grant, Viewer
from training.base.work import Works
from training.people.actions import begin_sign_in, ensure_person, grant_role, revoke_role
from training.people.actions.tokens import make_own_token, revoke_own_token
from training.people.queries import (
    find_person,
    find_sign_in,
    find_signed_in,
    find_token,
    find_viewer,
    find_with_token,
    get_mail_choices,
    get_person,
    is_new_account,
    list_people,
)
from training.people.rules import Role, TokenScope
from training.people.rules.tokens import TokenOrder


@pytest.mark.usefixtures("database")
async def test_missing_people(ada: UUID) -> None:
    with pytest.raises(NotFound):
        await get_person(UUID(int=1))
    assert await find_person("nobody@example.org") is None
    assert await list_people([]) == []
    assert [person.id for person in await list_people([ada, UUID(int=1), ada])] == [ada]


@pytest.mark.parametrize("roles", [0, 1, 3])
async def test_who_is_asking_costs_one_statement(works: Works, ada: UUID, signed_in: SignedIn, roles: int) -> None:
    for number in range(roles):
        await works.run(CLI, grant_role, ada, Role.MEMBER, UUID(int=number + 1))
    token, _ = await signed_in()
    with watch_statements() as seen:
        viewer = await find_viewer(token, works.clock())
    assert len(seen) == 1
    assert viewer == Viewer(
        person_id=ada,
        name="Ada Lovelace",
        email=ADA,
        zone="Europe/London",
        sign_in_id=viewer.sign_in_id if viewer else None,
        grants=frozenset(Grant(role="member", scope_id=UUID(int=number + 1)) for number in range(roles)),
    )


async def test_a_sign_in_is_found_by_its_id_as_long_as_it_is_good(
    clock: FrozenClock, ada: UUID, signed_in: SignedIn
) -> None:
    token, viewer = await signed_in()
    assert viewer.sign_in_id is not None
    assert await find_signed_in(viewer.sign_in_id, clock.now) == await find_viewer(token, clock.now)
    assert await find_signed_in(UUID(int=1), clock.now) is None
    assert await find_signed_in(viewer.sign_in_id, clock.now + timedelta(days=400)) is None
    await execute("UPDATE person SET disabled_at = {} WHERE id = {}", clock.now, ada)
    assert await find_signed_in(viewer.sign_in_id, clock.now) is None


async def test_an_api_token_is_found_by_its_id_as_long_as_it_is_good(
    works: Works, clock: FrozenClock, ada: UUID, signed_in: SignedIn
) -> None:
    _, viewer = await signed_in()
    assert viewer.person_id == ada
    order = TokenOrder(label="files", scopes=frozenset({TokenScope.READ}), days=30)
    made = await works.run(viewer, make_own_token, order)
    by_letters = await find_token(made.token, clock.now)
    assert by_letters is not None
    assert await find_with_token(made.id, clock.now) == by_letters.viewer
    assert await find_with_token(UUID(int=1), clock.now) is None
    await works.run(viewer, revoke_own_token, made.id)
    assert await find_with_token(made.id, clock.now) is None


@pytest.mark.parametrize("token", ["", "x", "\x00", "\ud800", "A" * 100_000, "' OR 1=1 --"])
async def test_a_strange_token_is_nobody(works: Works, token: str) -> None:
    assert await find_sign_in(token, works.clock()) is None


async def test_an_account_is_new_until_somebody_signs_in_or_holds_a_role(works: Works, ada: UUID) -> None:
    assert await is_new_account(ada)
    await works.run(Viewer.machine("test"), grant_role, ada, Role.STAFF)
    assert not await is_new_account(ada)
    await works.run(Viewer.machine("test"), revoke_role, ada, Role.STAFF)
    assert await is_new_account(ada)
    await works.run(Viewer(), begin_sign_in, ada)
    assert not await is_new_account(ada)


async def test_what_somebody_chose_about_mail(works: Works, ada: UUID) -> None:
    eve = await works.run(CLI, ensure_person, "eve@example.org")
    await execute(
        "INSERT INTO mail_choice (id, person_id, sort, off_at) VALUES ({}, {}, 'digests', {})", ada, ada, START
    )
    choices = await get_mail_choices(ada)
    assert (choices.off, choices.quiet_from, choices.quiet_until) == (frozenset({"digests"}), "21:00", "08:00")
    assert (await get_mail_choices(eve)).off == frozenset()
    with pytest.raises(NotFound):
        await get_mail_choices(UUID(int=1))
