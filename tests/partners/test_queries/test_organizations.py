"""Who may know which partners, and how many statements that takes."""

import pytest

from tests.partners.made import (
    MISSING,
    NOBODY,
    STAFF,
    make_coordinator,
    make_member,
    make_partner,
    make_program,
    manager_of,
)
from training.base.database import watch_statements
from training.base.errors import NotFound
from training.base.work import Works
from training.partners import actions, queries
from training.partners.rules import Chapter, ContactDetails, ContactKind

FAY = ContactDetails(kind=ContactKind.FUND, name="Fay", email="fay@a.example")


@pytest.mark.parametrize("number", [1, 30])
async def test_lists_are_one_statement(works: Works, number: int) -> None:
    top = await make_partner(works, "Top")
    for place in range(number):
        await make_partner(works, f"Chapter {place}", top.id)
        await works.run(STAFF, actions.add_contact, top.id, FAY)
    with watch_statements() as seen:
        partners = await queries.list_partners(STAFF)
        chapters = await queries.list_chapters(STAFF, top.id)
        contacts = await queries.list_contacts(STAFF, top.id)
    assert (len(seen), len(partners.items), len(chapters), len(contacts)) == (3, number + 1, number, number)


async def test_everybody_sees_their_own_and_managers_see_all(works: Works) -> None:
    mine, other = await make_partner(works, "Mine"), await make_partner(works, "Other")
    coordinator = await make_coordinator(works, mine.id, "c@a.example")
    for viewer, names in (
        (STAFF, {"Mine", "Other"}),
        (manager_of(MISSING), {"Mine", "Other"}),
        (coordinator, {"Mine"}),
        (NOBODY, set()),
    ):
        assert {partner.name for partner in (await queries.list_partners(viewer)).items} == names
    assert (await queries.get_partner(coordinator, mine.slug)).id == mine.id
    for key in (other.id, other.slug, MISSING, "missing", "a\0b", ""):
        with pytest.raises(NotFound):
            await queries.get_partner(coordinator, key)


@pytest.mark.parametrize(
    ("search", "found"),
    [
        ("", 3),
        ("MIND", 2),
        ("mind-uk", 1),
        ("café", 1),
        ("CAFE\u0301!", 1),
        ("%", 3),
        ("100% mind", 0),
        ("mind\0uk", 1),
    ],
)
async def test_a_search_finds_every_spelling(works: Works, search: str, found: int) -> None:
    for name in ("Mind UK", "Mind Wales", "Café Talk"):
        await make_partner(works, name)
    assert len((await queries.list_partners(STAFF, search=search)).items) == found


async def test_pages_follow_each_other(works: Works) -> None:
    for number in range(5):
        await make_partner(works, f"Partner {number}")
    first = await queries.list_partners(STAFF, limit=3)
    second = await queries.list_partners(STAFF, limit=3, cursor=first.next_cursor)
    assert len({partner.id for partner in (*first.items, *second.items)}) == 5
    assert second.next_cursor is None


async def test_a_parents_people_see_names_of_chapters_and_nothing_else(works: Works) -> None:
    top = await make_partner(works, "Top")
    chapter = await make_partner(works, "Chapter", top.id)
    coordinator = await make_coordinator(works, top.id, "c@a.example")
    assert await queries.list_chapters(coordinator, top.id) == [Chapter(id=chapter.id, name="Chapter", country="")]
    assert await queries.list_chapters(NOBODY, top.id) == []
    for read in (queries.get_partner, queries.list_members, queries.list_contacts, queries.list_participations):
        with pytest.raises(NotFound):
            await read(coordinator, chapter.id)


async def test_contacts_are_for_members_staff_and_managers_of_its_programs(works: Works) -> None:
    partner, other, program = await make_partner(works, "A"), await make_partner(works, "B"), await make_program(works)
    contact = await works.run(STAFF, actions.add_contact, partner.id, FAY)
    _, member = await make_member(works, partner.id, "m@a.example")
    stranger = await make_coordinator(works, other.id, "c@b.example")
    manager = manager_of(program.id)
    for viewer in (NOBODY, stranger, manager):
        for key in (partner.id, MISSING):
            with pytest.raises(NotFound):
                await queries.list_contacts(viewer, key)
    await works.run(STAFF, actions.join_program, partner.id, program.id)
    for viewer in (STAFF, member, manager):
        assert await queries.list_contacts(viewer, partner.id) == [contact]
    for viewer in (member, manager, stranger):
        for read in (queries.get_contact, queries.lock_contact):
            costs = set()
            for key in (contact.id, MISSING):
                with watch_statements() as seen, pytest.raises(NotFound):
                    await read(viewer, key)
                costs.add(tuple(seen))
            assert len(costs) == 1
