"""People of a partner on pages."""

import httpx
import pytest

from tests.partners.made import (
    MISSING,
    NOBODY,
    STAFF,
    enter,
    enter_as,
    make_coordinator,
    make_member,
    make_partner,
    make_program,
)
from training.base.database import watch_statements
from training.base.errors import NotFound
from training.base.work import Works
from training.partners import actions, queries
from training.partners.pages.members import every_member
from training.partners.rules import MembershipState
from training.people.rules import Role


async def test_a_coordinator_invites_changes_and_ends(works: Works, client: httpx.AsyncClient) -> None:
    partner = await make_partner(works)
    await make_coordinator(works, partner.id, "c@a.example")
    await enter(works, client, "c@a.example")
    base = f"/partners/{partner.id}/members"
    assert (await client.get(f"{base}/new")).status_code == 200
    invited = await client.post(base, data={"email": "ada@a.example", "name": "Ada <b>", "coordinator": ""})
    assert (invited.status_code, invited.headers["location"]) == (303, base)
    shown = (await client.get(base)).text
    for words in ("Ada &lt;b&gt;", "ada@a.example", "Invited", "Coordinator", "2 people"):
        assert words in shown
    ada = next(m for m in (await queries.list_members(STAFF, partner.id)).items if m.contact_email == "ada@a.example")
    page = f"{base}/{ada.id}"
    assert 'value="ada@a.example"' in (await client.get(page)).text
    form = {"name": "Ada", "contact_email": "ada@work.example", "coordinator": "yes", "version": "1"}
    assert (await client.post(page, data=form)).status_code == 303
    changed = await queries.load_membership(ada.id)
    assert (changed.name, changed.contact_email, changed.coordinator) == ("Ada", "ada@work.example", True)
    overtaken = await client.post(page, data={**form, "name": "Later"})
    assert (overtaken.status_code, "Somebody changed this" in overtaken.text) == (409, True)
    assert (await client.post(f"{page}/end")).status_code == 303
    assert (await queries.load_membership(ada.id)).state is MembershipState.ENDED
    assert "ada@work.example" not in (await client.get(base)).text
    assert "ada@work.example" in (await client.get(f"{base}?ended=true")).text
    assert "no longer belongs" in (await client.get(page)).text


async def test_the_name_of_who_has_left_has_a_form(works: Works, client: httpx.AsyncClient) -> None:
    partner = await make_partner(works)
    await make_coordinator(works, partner.id, "c@a.example")
    ada, _ = await make_member(works, partner.id, "ada@a.example", name="Adah")
    await works.run(STAFF, actions.end_membership, ada.id)
    await enter(works, client, "c@a.example")
    base = f"/partners/{partner.id}/members"
    page = f"{base}/{ada.id}"
    shown = (await client.get(page)).text
    assert ('value="Adah"' in shown, 'type="email"' in shown, 'name="coordinator"' in shown) == (True, False, False)
    form = {"name": "Ada", "contact_email": "ada@a.example", "version": "3"}
    other = await client.post(page, data={**form, "contact_email": "x@a.example"})
    assert (other.status_code, "for all else, invite them again" in other.text) == (422, True)
    assert 'name="contact_email" value="ada@a.example"' in other.text
    assert (await client.post(page, data=form)).headers["location"] == f"{base}?ended=true"
    assert (await queries.load_membership(ada.id)).name == "Ada"
    assert (await client.post(page, data=form)).status_code == 409


async def test_what_is_wrong_stands_beside_its_field(works: Works, client: httpx.AsyncClient) -> None:
    partner = await make_partner(works)
    own, _ = await make_member(works, partner.id, "c@a.example", coordinator=True)
    member, _ = await make_member(works, partner.id, "ada@a.example", name="Ada")
    await enter(works, client, "c@a.example")
    base = f"/partners/{partner.id}/members"
    for email, sentence in (
        ("", "Please fill this in."),
        ("nonsense", "This does not look like an e-mail address."),
        ("a@b..example", "This does not look like an e-mail address."),
        ("ada@a.example", "This person belongs to your organization already."),
    ):
        shown = await client.post(base, data={"email": email, "name": "Kept"})
        assert shown.status_code == 422
        assert 'id="f-email-error"' in shown.text
        assert sentence in shown.text
        assert 'value="Kept"' in shown.text
    form = {"name": "Ada", "contact_email": "c@a.example", "version": "2"}
    taken = await client.post(f"{base}/{member.id}", data=form)
    assert (taken.status_code, 'id="f-contact_email-error"' in taken.text) == (422, True)
    assert (await client.post(f"{base}/{member.id}", data={**form, "contact_email": ""})).status_code == 422
    last = await client.post(f"{base}/{own.id}", data={"name": "C", "contact_email": "c@a.example", "version": "2"})
    assert (last.status_code, 'id="f-coordinator-error"' in last.text) == (422, True)
    refused = await client.post(f"{base}/{own.id}/end")
    assert refused.headers["location"] == f"{base}/{own.id}"
    assert "Make another member coordinator first" in (await client.get(f"{base}/{own.id}")).text


async def test_people_can_be_taken_along_without_formulas(works: Works, client: httpx.AsyncClient) -> None:
    partner = await make_partner(works)
    await works.run(STAFF, actions.ensure_members, partner.id, [("=1+1", "x@a.example")])
    await make_coordinator(works, partner.id, "c@a.example")
    await enter(works, client, "c@a.example")
    csv = await client.get(f"/partners/{partner.id}/members/export/csv")
    assert (csv.status_code, "'=1+1" in csv.text, "x@a.example" in csv.text) == (200, True, True)
    assert (await client.get(f"/partners/{partner.id}/members/export/xlsx")).content.startswith(b"PK")


async def test_whoever_was_only_named_is_one_press_away_from_an_invitation(
    works: Works, client: httpx.AsyncClient
) -> None:
    partner = await make_partner(works)
    [named] = await works.run(STAFF, actions.ensure_members, partner.id, [("Ada", "ada@a.example")])
    await make_coordinator(works, partner.id, "c@a.example")
    await enter(works, client, "c@a.example")
    base = f"/partners/{partner.id}/members"
    press = f"{base}/{named.id}/invite"
    assert press in (await client.get(base)).text
    assert press in (await client.get(f"{base}/{named.id}")).text
    assert '"Not invited yet"' in (await client.get(f"{base}/export/csv")).text
    assert (await client.post(press)).headers["location"] == base
    assert (await queries.load_membership(named.id)).asked
    shown = (await client.get(base)).text
    assert ("on its way to ada@a.example" in shown, press in shown) == (True, False)
    assert '"Invited"' in (await client.get(f"{base}/export/csv")).text
    assert "Invite again" in (await client.get(f"{base}/{named.id}")).text


async def test_an_invitation_goes_only_where_its_owner_signs_in(works: Works, client: httpx.AsyncClient) -> None:
    """Once the contact address was changed, it is not known to be their mailbox: the form for a new person is."""
    partner = await make_partner(works)
    [named] = await works.run(STAFF, actions.ensure_members, partner.id, [("Ada", "ada@a.example")])
    await make_coordinator(works, partner.id, "c@a.example")
    await enter(works, client, "c@a.example")
    page = f"/partners/{partner.id}/members/{named.id}"
    await client.post(page, data={"name": "Ada", "contact_email": "else@a.example", "version": "1"})
    assert (await client.post(f"{page}/invite")).headers["location"] == page
    assert not (await queries.load_membership(named.id)).asked


async def test_foreign_people_and_missing_ones_are_alike(works: Works, client: httpx.AsyncClient) -> None:
    mine, theirs, program = await make_partner(works, "B"), await make_partner(works, "A"), await make_program(works)
    member, _ = await make_member(works, theirs.id, "ada@a.example")
    await works.run(STAFF, actions.join_program, theirs.id, program.id)
    own, _ = await make_member(works, mine.id, "c@b.example", coordinator=True)
    form = {"name": "X", "contact_email": "x@x.example", "version": "2"}

    async def walk() -> set[int]:
        seen = set()
        for partner_id, member_id in ((theirs.id, member.id), (MISSING, MISSING)):
            base = f"/partners/{partner_id}/members"
            for path in ("", "/new", "/export/csv", f"/{member_id}"):
                seen.add((await client.get(f"{base}{path}")).status_code)
            seen.add((await client.post(base, data={"email": "x@x.example"})).status_code)
            seen.add((await client.post(f"{base}/{member_id}", data=form)).status_code)
            seen.add((await client.post(f"{base}/{member_id}/end")).status_code)
            seen.add((await client.post(f"{base}/{member_id}/invite")).status_code)
        return seen

    await enter(works, client, "c@b.example")
    assert await walk() == {404}
    assert (await client.get(f"/partners/{theirs.id}/members/{own.id}")).status_code == 404
    await enter(works, client, "ada@a.example")
    assert await walk() == {404}
    await enter_as(works, client, Role.PROGRAM_MANAGER, program.id)
    assert await walk() == {404}
    assert await queries.load_membership(member.id) == member


@pytest.mark.parametrize("number", [1, 30])
async def test_the_list_takes_as_many_statements_for_many(works: Works, client: httpx.AsyncClient, number: int) -> None:
    partner = await make_partner(works)
    people = [(f"P {place}", f"p{place}@a.example") for place in range(number)]
    await works.run(STAFF, actions.ensure_members, partner.id, people)
    await make_coordinator(works, partner.id, "c@a.example")
    await enter(works, client, "c@a.example")
    with watch_statements() as seen:
        assert (await client.get(f"/partners/{partner.id}/members")).status_code == 200
    assert len(seen) == 4


async def test_every_member_is_found_behind_pages(works: Works) -> None:
    partner = await make_partner(works)
    people = [(f"P {place:03}", f"p{place}@a.example") for place in range(401)]
    await works.run(STAFF, actions.ensure_members, partner.id, people)
    assert [m.name for m in await every_member(STAFF, partner.id, ended=False)] == [name for name, _ in people]
    with pytest.raises(NotFound):
        await every_member(NOBODY, partner.id, ended=False)
