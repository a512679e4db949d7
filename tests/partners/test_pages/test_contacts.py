"""Contacts of a partner on pages."""

import httpx

from tests.conftest import FrozenClock
from tests.partners.made import MISSING, STAFF, enter, make_coordinator, make_member, make_partner
from training.base.work import Works
from training.partners import actions, queries
from training.partners.rules import ContactDetails, ContactKind

FAY = {"kind": "fund", "name": "Fay", "email": "fay@a.example", "phone": "+49 30 123"}


async def test_a_contact_from_added_to_removed(works: Works, client: httpx.AsyncClient, clock: FrozenClock) -> None:
    partner = await make_partner(works)
    await make_coordinator(works, partner.id, "c@a.example")
    await enter(works, client, "c@a.example")
    base = f"/partners/{partner.id}/contacts"
    assert "No contacts yet" in (await client.get(base)).text
    assert (await client.get(f"{base}/new")).status_code == 200
    assert (await client.post(base, data=FAY)).status_code == 303
    contact = (await queries.list_contacts(STAFF, partner.id))[0]
    shown = (await client.get(base)).text
    for words in ("Fay", "Education fund", "fay@a.example", "Still right"):
        assert words in shown
    assert "Please check" not in shown
    clock.move(days=181)
    await enter(works, client, "c@a.example")
    assert "Please check" in (await client.get(base)).text
    assert (await client.post(f"{base}/{contact.id}/check")).status_code == 303
    assert "Please check" not in (await client.get(base)).text
    assert 'value="Fay"' in (await client.get(f"{base}/{contact.id}")).text
    assert (await client.post(f"{base}/{contact.id}", data={**FAY, "name": "Fay F.", "version": 1})).status_code == 303
    file = (await client.get(f"{base}/export/csv")).text
    assert all(words in file for words in ("Fay F.", "Checked (UTC)"))
    stale = await client.post(f"{base}/{contact.id}/remove", data={"version": 1})
    assert stale.headers["location"] == f"{base}/{contact.id}", "somebody who saw another contact removes nothing"
    assert (await client.post(f"{base}/{contact.id}/remove", data={"version": 2})).status_code == 303
    assert await queries.list_contacts(STAFF, partner.id) == []


async def test_what_is_wrong_stands_beside_its_field(works: Works, client: httpx.AsyncClient) -> None:
    partner = await make_partner(works)
    contact = await works.run(STAFF, actions.add_contact, partner.id, _fay())
    await make_coordinator(works, partner.id, "c@a.example")
    await enter(works, client, "c@a.example")
    base = f"/partners/{partner.id}/contacts"
    for address in (base, f"{base}/{contact.id}"):
        for field, value in (("name", ""), ("email", "x"), ("email", "a@b..c"), ("phone", "call me"), ("kind", "boss")):
            shown = await client.post(address, data={**FAY, "version": 1, field: value})
            assert (shown.status_code, f'id="f-{field}-error"' in shown.text) == (422, True)


async def test_members_look_and_do_not_change(works: Works, client: httpx.AsyncClient) -> None:
    partner, other = await make_partner(works, "A"), await make_partner(works, "B")
    contact = await works.run(STAFF, actions.add_contact, partner.id, _fay())
    await make_member(works, partner.id, "m@a.example")
    await enter(works, client, "m@a.example")
    base = f"/partners/{partner.id}/contacts"
    shown = (await client.get(base)).text
    assert ("Fay" in shown, "Still right" in shown) == (True, False)
    for key in (contact.id, MISSING):
        assert (await client.get(f"{base}/{key}")).status_code == 404
        assert (await client.post(f"{base}/{key}/remove")).status_code == 404
    await make_coordinator(works, other.id, "c@b.example")
    await enter(works, client, "c@b.example")
    for key in (partner.id, MISSING):
        assert (await client.get(f"/partners/{key}/contacts")).status_code == 404
        assert (await client.get(f"/partners/{key}/contacts/export/csv")).status_code == 404
        assert (await client.post(f"/partners/{key}/contacts", data=FAY)).status_code == 404
    assert (await client.get(f"/partners/{other.id}/contacts/{contact.id}")).status_code == 404


def _fay() -> ContactDetails:
    return ContactDetails(kind=ContactKind.FUND, name="Fay", email="fay@a.example")
