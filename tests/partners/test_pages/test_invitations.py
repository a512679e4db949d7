"""The invited person's side: the mailed link, and one's own memberships."""

import httpx
import pytest

from tests.conftest import SITE, FrozenClock
from tests.partners.made import MISSING, STAFF, enter, make_coordinator, make_partner
from training.base.work import Works
from training.outbox.mails import render_message
from training.outbox.queries import list_messages
from training.partners import actions, queries
from training.partners.rules import MembershipState


async def mailed_path(email: str) -> str:
    """The path of the newest invitation to an address, as its reader would click it."""
    message = (await list_messages(recipient=email)).items[0]
    text = render_message(message, SITE).text
    return "/invitations/" + text.split("/invitations/")[1].split()[0]


async def test_looking_accepts_nothing_and_pressing_signs_in(works: Works, client: httpx.AsyncClient) -> None:
    partner = await make_partner(works)
    coordinator = await make_coordinator(works, partner.id, "c@a.example")
    invited = await works.run(
        coordinator, actions.invite_member, partner.id, email="ada@a.example", name="Ada", coordinator=True
    )
    path = await mailed_path("ada@a.example")
    for _ in range(2):
        shown = await client.get(path)
        assert shown.status_code == 200
        for words in ("Alliance A invites you", "As a coordinator", "ada@a.example"):
            assert words in shown.text
        assert shown.headers["referrer-policy"] == "strict-origin"
    assert (await queries.load_membership(invited.id)).state is MembershipState.INVITED
    pressed = await client.post(path)
    assert (pressed.status_code, pressed.headers["location"]) == (303, f"/partners/{partner.id}")
    assert (await queries.load_membership(invited.id)).state is MembershipState.CONFIRMED
    assert (await client.get(f"/partners/{partner.id}/members")).status_code == 200
    assert (await client.post(path)).headers["location"] == "/my/memberships"
    client.cookies.clear()
    assert (await client.post(path)).status_code == 410


async def test_who_has_an_account_signs_in_first(works: Works, client: httpx.AsyncClient) -> None:
    partner = await make_partner(works)
    await enter(works, client, "ada@a.example")
    client.cookies.clear()
    invited = await works.run(STAFF, actions.invite_member, partner.id, email="ada@a.example")
    path = await mailed_path("ada@a.example")
    shown = (await client.get(path)).text
    assert "Sign in first, then accept." in shown
    assert 'href="/sign-in?next=/my/memberships"' in shown
    pressed = await client.post(path)
    assert (pressed.status_code, pressed.headers["location"]) == (303, "/sign-in?next=/my/memberships")
    assert "sign_in=" not in pressed.headers.get("set-cookie", "")
    await enter(works, client, "eve@x.example")
    assert "you are signed in with another address" in (await client.get(path)).text
    await enter(works, client, "ada@a.example")
    assert "They invite you" in (await client.get("/my/memberships")).text
    assert "Accept and sign in" not in (await client.get(path)).text
    accepted = await client.post(path)
    assert (accepted.status_code, accepted.headers["location"]) == (303, f"/partners/{partner.id}")
    assert "sign_in=" not in accepted.headers.get("set-cookie", "")
    assert (await queries.load_membership(invited.id)).state is MembershipState.CONFIRMED


async def test_a_link_that_is_no_good_says_so(works: Works, client: httpx.AsyncClient, clock: FrozenClock) -> None:
    partner = await make_partner(works)
    invited = await works.run(STAFF, actions.invite_member, partner.id, email="ada@a.example")
    path = await mailed_path("ada@a.example")
    assert (await client.get("/invitations/nonsense")).status_code == 404
    assert (await client.get(path[:-2] + "xx")).status_code == 404
    await works.run(STAFF, actions.end_membership, invited.id)
    gone = await client.get(path)
    assert (gone.status_code, "This invitation was taken back" in gone.text) == (410, True)
    clock.move(days=15)
    assert (await client.get(path)).status_code == 410


async def test_who_is_signed_in_decides_without_the_link(works: Works, client: httpx.AsyncClient) -> None:
    partner, other = await make_partner(works, "A"), await make_partner(works, "B")
    first = await works.run(STAFF, actions.invite_member, partner.id, email="ada@a.example")
    second = await works.run(STAFF, actions.invite_member, other.id, email="ada@a.example", coordinator=True)
    await enter(works, client, "eve@x.example")
    assert "You belong to no partner organization yet" in (await client.get("/my/memberships")).text
    for key in (first.id, MISSING):
        assert (await client.post(f"/my/memberships/{key}/accept")).status_code == 404
        assert (await client.post(f"/my/memberships/{key}/end")).status_code == 404
    await enter(works, client, "ada@a.example")
    assert "They invite you" in (await client.get("/my/memberships")).text
    accepted = await client.post(f"/my/memberships/{first.id}/accept")
    assert (accepted.status_code, accepted.headers["location"]) == (303, f"/partners/{partner.id}")
    assert (await client.post(f"/my/memberships/{second.id}/end")).status_code == 303
    shown = (await client.get("/my/memberships")).text
    assert "You are a member." in shown
    assert "They invite you" not in shown


@pytest.mark.usefixtures("works")
async def test_visitors_are_asked_to_sign_in(client: httpx.AsyncClient) -> None:
    assert (await client.get("/my/memberships")).headers["location"].startswith("/sign-in")
