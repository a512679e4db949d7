"""A bounced address on the pages of a partner: seen on its lists, put right by its coordinator or by staff."""

import httpx
import pytest

from tests.partners.made import enter, enter_as, make_coordinator, make_member, make_partner
from tests.partners.missed import missed_by, sent_again
from training.base.work import Works
from training.people.rules import Role


@pytest.mark.parametrize("who", ["coordinator", "staff"])
async def test_a_bounced_address_is_seen_and_repaired(works: Works, client: httpx.AsyncClient, who: str) -> None:
    partner = await make_partner(works)
    await make_coordinator(works, partner.id, "c@a.example")
    ada, _ = await make_member(works, partner.id, "ada@a.example", name="Ada")
    await missed_by(works, ada, 2)
    if who == "staff":
        await enter_as(works, client, Role.STAFF)
    else:
        await enter(works, client, "c@a.example")
    base = f"/partners/{partner.id}/members"
    for page in (base, f"{base}/{ada.id}"):
        shown = (await client.get(page)).text
        assert "Mail does not reach this address" in shown
        assert f'href="{base}/{ada.id}/repair"' in shown
    form = (await client.get(f"{base}/{ada.id}/repair")).text
    assert "550 &lt;b&gt;No such user&lt;/b&gt;" in form
    assert "2 messages did not arrive" in form
    saved = await client.post(
        f"{base}/{ada.id}/repair", data={"contact_email": "ada@new.example", "version": str(ada.version)}
    )
    assert (saved.status_code, saved.headers["location"]) == (303, f"/partners/{partner.id}")
    assert "2 messages that had not arrived go out again." in (await client.get(f"/partners/{partner.id}")).text
    assert await sent_again() == [("ada@new.example", "waiting")] * 2
    assert "Mail does not reach" not in (await client.get(base)).text


async def test_what_is_wrong_stands_beside_the_field(works: Works, client: httpx.AsyncClient) -> None:
    partner = await make_partner(works)
    await make_coordinator(works, partner.id, "c@a.example")
    ada, _ = await make_member(works, partner.id, "ada@a.example", name="Ada")
    await enter(works, client, "c@a.example")
    page = f"/partners/{partner.id}/members/{ada.id}/repair"
    assert "No mail to this address has come back." in (await client.get(page)).text
    version = str(ada.version)
    for email, sentence in (
        ("", "Please fill this in."),
        ("nonsense", "This does not look like an e-mail address."),
        ("c@a.example", "Another member of your organization uses this address already."),
    ):
        shown = await client.post(page, data={"contact_email": email, "version": version})
        assert (shown.status_code, sentence in shown.text) == (422, True)
    overtaken = await client.post(page, data={"contact_email": "ada@new.example", "version": "0"})
    assert (overtaken.status_code, "Somebody changed this" in overtaken.text) == (409, True)


async def test_nobody_else_finds_the_page(works: Works, client: httpx.AsyncClient) -> None:
    partner, other = await make_partner(works), await make_partner(works, "Other")
    await make_coordinator(works, other.id, "c@b.example")
    ada, _ = await make_member(works, partner.id, "ada@a.example")
    await enter(works, client, "c@b.example")
    for owner in (partner.id, other.id):
        page = f"/partners/{owner}/members/{ada.id}/repair"
        answers = [await client.get(page), await client.post(page, data={"contact_email": "e@evil.example"})]
        assert [answer.status_code for answer in answers] == [404, 404]
    assert await sent_again() == []
