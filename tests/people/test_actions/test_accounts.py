"""Accounts: one per address however many ask at once; changed by their owner; switched off at once."""

import asyncio
from uuid import UUID

import pytest

from tests.people.conftest import ADA, CLI, MailedToken, SignedIn
from training.base.database import execute, watch_statements
from training.base.errors import Invalid, NotFound, SignInRequired
from training.base.structs import ANONYMOUS
from training.base.work import Work, Works
from training.people.actions import (
    NewPerson,
    change_own_details,
    disable_person,
    enable_person,
    ensure_people,
    ensure_person,
    sign_in,
)
from training.people.queries import find_person, find_viewer, get_person, list_people
from training.people.rules import AccountDisabled, AddressUnusable, LinkUsed


async def journal(event: str) -> int:
    return len(await execute("SELECT id FROM journal_entry WHERE event = {}", event))


async def test_an_account_belongs_to_one_spelling_of_an_address(works: Works) -> None:
    first = await works.run(CLI, ensure_person, " Ada@Example.org", "Ada", "Europe/London")
    again = await works.run(CLI, ensure_person, "ADA@example.ORG", "Somebody else", "Asia/Tokyo")
    person = await get_person(first)
    assert again == first
    assert (person.email, person.name, person.zone) == (ADA, "Ada", "Europe/London")
    assert await journal("PersonAdded") == 1


async def test_only_an_empty_name_is_filled(works: Works) -> None:
    person_id = await works.run(CLI, ensure_person, ADA)
    assert (await get_person(person_id)).called == ADA
    await works.run(CLI, ensure_person, ADA, "Ada\nLovelace")
    await works.run(CLI, ensure_person, ADA, "Eve")
    assert (await get_person(person_id)).name == "Ada Lovelace"
    assert await journal("PersonChanged") == 1


async def test_twenty_at_once_make_one_account(works: Works) -> None:
    ids = await asyncio.gather(*(works.run(CLI, ensure_person, ADA, f"Ada {n}") for n in range(20)))
    assert len(set(ids)) == 1
    assert await journal("PersonAdded") == 1


async def test_the_same_address_twice_in_one_unit_of_work(works: Works) -> None:
    async def twice(work: Work) -> tuple[UUID, UUID]:
        return await ensure_person(work, ADA), await ensure_person(work, "ADA@example.org")

    first, second = await works.run(CLI, twice)
    assert first == second


async def test_many_people_cost_one_read_when_all_are_known(works: Works) -> None:
    people = [NewPerson(email=f"p{n}@example.org", name=f"Person {n}") for n in range(30)]
    ids = await works.run(CLI, ensure_people, people)
    assert len(set(ids.values())) == 30
    with watch_statements() as seen:
        assert await works.run(CLI, ensure_people, people) == ids
    assert len([sql for sql in seen if "person" in sql]) == 1
    assert [person.id for person in await list_people(ids.values())] == [
        ids[email] for email, _ in sorted(((p.email, p.name) for p in people), key=lambda pair: pair[1])
    ]


@pytest.mark.parametrize("email", ["ada", "ada@example.org\nBcc: eve@example.org", "<ada@example.org>"])
async def test_a_hostile_address_leaves_nothing(works: Works, email: str) -> None:
    with pytest.raises(AddressUnusable):
        await works.run(CLI, ensure_people, [NewPerson(email="bob@example.org"), NewPerson(email=email)])
    assert await find_person("bob@example.org") is None


async def test_own_details(works: Works, ada: UUID, signed_in: SignedIn) -> None:
    _, viewer = await signed_in()
    person = await works.run(viewer, change_own_details, name="Countess Lovelace", zone="Europe/Paris")
    assert (person.id, person.name, person.zone) == (ada, "Countess Lovelace", "Europe/Paris")
    await works.run(viewer, change_own_details, name="Countess Lovelace", zone="Europe/Paris")
    assert await journal("PersonChanged") == 1, "what changes nothing is no event"
    with pytest.raises(Invalid):
        await works.run(viewer, change_own_details, name="x", zone="Moon/Base")
    with pytest.raises(SignInRequired):
        await works.run(ANONYMOUS, change_own_details, name="x", zone="UTC")
    assert (await get_person(ada)).name == "Countess Lovelace"


async def test_a_disabled_person_is_out_at_once_and_stays_out(
    works: Works, ada: UUID, signed_in: SignedIn, mailed_token: MailedToken
) -> None:
    token, viewer = await signed_in()
    unused = await mailed_token()
    with pytest.raises(NotFound):
        await works.run(viewer, disable_person, ada)
    await works.run(CLI, disable_person, ada)
    await works.run(CLI, disable_person, ada)
    assert await find_viewer(token, works.clock()) is None
    with pytest.raises(LinkUsed):
        await works.run(ANONYMOUS, sign_in, unused)
    await works.run(CLI, enable_person, ada)
    assert await find_viewer(token, works.clock()) is None, "an ended sign-in does not come back"
    assert (await signed_in())[1].person_id == ada


async def test_a_link_of_a_person_disabled_meanwhile_is_refused_with_the_reason(
    works: Works, ada: UUID, mailed_token: MailedToken
) -> None:
    token = await mailed_token()

    async def only_the_flag(work: Work) -> None:
        await work.execute("UPDATE person SET disabled_at = {} WHERE id = {}", work.now, ada)

    await works.run(CLI, only_the_flag)
    with pytest.raises(AccountDisabled):
        await works.run(ANONYMOUS, sign_in, token)
