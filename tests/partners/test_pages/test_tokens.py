"""Tokens of a partner on pages: for its coordinators and staff, with who made each."""

import re

import httpx
import pytest

from tests.partners.made import MISSING, STAFF, enter, enter_as, make_coordinator, make_member, make_partner
from training.base.work import Works
from training.partners.actions import make_partner_token
from training.people.actions import revoke_role
from training.people.rules import MOST_TOKENS, Role, TokenOrder, TokenScope

ORDER = TokenOrder(label="CRM sync", scopes=frozenset({TokenScope.READ}))


async def test_made_shown_once_listed_and_revoked(client: httpx.AsyncClient, works: Works) -> None:
    partner = await make_partner(works, "Alder House")
    await make_coordinator(works, partner.id, "cleo@a.example")
    await enter(works, client, "cleo@a.example")
    base = f"/partners/{partner.id}/tokens"
    empty = await client.get(base)
    assert "Run programs" not in empty.text, "a partner runs none"
    assert base in (await client.get(f"/partners/{partner.id}/contacts")).text
    made = await client.post(base, data={"label": "CRM sync", "scopes": ["read", "book"], "days": "90"})
    assert (made.status_code, made.headers["cache-control"]) == (200, "no-store")
    secret = re.search(r"trn_[A-Za-z0-9_-]{43}", made.text)
    assert secret is not None
    listed = await client.get(base)
    assert "trn_" not in listed.text
    assert "made by Robin" in listed.text or "made by cleo@a.example" in listed.text
    revoke = re.search(rf"{base}/[0-9a-f-]+/revoke", listed.text)
    assert revoke is not None
    headers = {"authorization": f"Bearer {secret[0]}"}
    assert (await client.get(f"/api/v1/partners/{partner.id}", headers=headers)).status_code == 200
    assert "shut out at once" in (await client.get(revoke[0])).text
    done = await client.post(revoke[0])
    assert (done.status_code, done.headers["location"]) == (303, base)
    assert "Revoked" in (await client.get(base)).text
    assert (await client.get(f"/api/v1/partners/{partner.id}", headers=headers)).status_code == 401
    assert (await client.get(revoke[0])).status_code == 404


async def test_who_has_left_is_told(client: httpx.AsyncClient, works: Works) -> None:
    partner = await make_partner(works, "Alder House")
    cleo = await make_coordinator(works, partner.id, "cleo@a.example")
    await works.run(cleo, make_partner_token, partner.id, ORDER)
    await enter_as(works, client, Role.STAFF)
    base = f"/partners/{partner.id}/tokens"
    assert "No longer books for you" not in (await client.get(base)).text
    assert cleo.person_id is not None
    await works.run(STAFF, revoke_role, cleo.person_id, Role.COORDINATOR, partner.id)
    assert "No longer books for you" in (await client.get(base)).text


async def test_nobody_else_sees_or_does_anything(client: httpx.AsyncClient, works: Works) -> None:
    partner, other = await make_partner(works, "Alder House"), await make_partner(works, "Brook")
    cleo = await make_coordinator(works, partner.id, "cleo@a.example")
    made = await works.run(cleo, make_partner_token, partner.id, ORDER)
    await make_member(works, partner.id, "mia@a.example")
    await make_coordinator(works, other.id, "bo@b.example")
    for email in ("mia@a.example", "bo@b.example"):
        await enter(works, client, email)
        for method, path in (
            ("GET", "/partners/{}/tokens"),
            ("POST", "/partners/{}/tokens"),
            ("GET", "/partners/{}/tokens/" + f"{made.id}/revoke"),
            ("POST", "/partners/{}/tokens/" + f"{made.id}/revoke"),
        ):
            typed = {"label": "x", "scopes": ["read"], "days": "1"} if method == "POST" else None
            for partner_id in (partner.id, MISSING):
                answer = await client.request(method, path.format(partner_id), data=typed)
                assert answer.status_code == 404, (email, method, path)


@pytest.mark.parametrize("typed", [{"label": "", "scopes": ["read"], "days": "9"}, {"label": "x", "days": "9"}])
async def test_what_cannot_be_is_said(client: httpx.AsyncClient, works: Works, typed: dict[str, object]) -> None:
    partner = await make_partner(works, "Alder House")
    await enter_as(works, client, Role.STAFF)
    refused = await client.post(f"/partners/{partner.id}/tokens", data=typed)
    assert (refused.status_code, "Please fill this in." in refused.text) == (422, True)


async def test_twenty_are_enough(client: httpx.AsyncClient, works: Works) -> None:
    partner = await make_partner(works, "Alder House")
    staff = await enter_as(works, client, Role.STAFF)
    for _ in range(MOST_TOKENS):
        await works.run(staff, make_partner_token, partner.id, ORDER)
    refused = await client.post(f"/partners/{partner.id}/tokens", data={"label": "x", "scopes": ["read"], "days": "9"})
    assert (refused.status_code, "20 tokens already" in refused.text) == (422, True)
