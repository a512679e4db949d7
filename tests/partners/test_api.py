"""Partners as JSON: each route once well, and each refusal."""

from typing import Any

import httpx
import pytest

from tests.partners.made import (
    MISSING,
    STAFF,
    enter,
    enter_as,
    make_coordinator,
    make_member,
    make_partner,
    make_program,
)
from training.base.work import Works
from training.partners import actions, queries
from training.partners.rules import ContactDetails, ContactKind
from training.people.rules import Role

API = "/api/v1"
FAY = {"kind": "fund", "name": "Fay", "email": "Fay@A.example", "phone": "+49 30 123"}


def refusal(response: httpx.Response) -> tuple[int, str]:
    """Status and code of a problem."""
    assert response.headers["content-type"] == "application/problem+json"
    return response.status_code, response.json()["code"]


async def test_a_partner_from_added_to_changed(works: Works, client: httpx.AsyncClient) -> None:
    await enter_as(works, client, Role.STAFF)
    top = await make_partner(works, "Top")
    body = {"name": "Alliance", "country": "de", "parent_id": str(top.id)}
    made = await client.post(f"{API}/partners", json=body, headers={"idempotency-key": "k"})
    assert (made.status_code, made.headers["etag"], made.json()["parent_name"]) == (201, '"1"', "Top")
    again = await client.post(f"{API}/partners", json=body, headers={"idempotency-key": "k"})
    assert again.json() == made.json()
    address = f"{API}/partners/{made.json()['id']}"
    assert (await client.get(address)).json() == made.json()
    assert (await client.get(address, headers={"if-none-match": '"1"'})).status_code == 304
    change = {"website": "https://alliance.example", "parent_id": None}
    changed = await client.patch(address, json=change, headers={"if-match": '"1"'})
    wanted = {**made.json(), **change, "parent_name": "", "version": 2}
    assert (changed.status_code, changed.json()) == (200, wanted)
    assert (await client.get(f"{API}/partners?search=ALLI")).json() == {"items": [wanted], "next_cursor": None}
    assert (await client.get(f"{API}/partners/{top.id}/chapters")).json()["items"] == []


async def test_an_answer_is_not_told_again_to_who_lost_the_role(works: Works, client: httpx.AsyncClient) -> None:
    partner = await make_partner(works)
    await make_coordinator(works, partner.id, "other@a.example")
    member, _ = await make_member(works, partner.id, "c@a.example", coordinator=True)
    await enter(works, client, "c@a.example")
    ask: dict[str, Any] = {"json": {"email": "ada@a.example"}, "headers": {"idempotency-key": "k"}}
    address = f"{API}/partners/{partner.id}/members"
    made = await client.post(address, **ask)
    assert (await client.post(address, **ask)).json() == made.json()
    await works.run(STAFF, actions.set_coordinator, member.id, False)
    assert refusal(await client.post(address, **ask)) == (404, "not-found")
    await works.run(STAFF, actions.set_coordinator, member.id, True)
    assert (await client.post(address, **ask)).json() == made.json()


async def test_a_person_from_invited_to_ended(works: Works, client: httpx.AsyncClient) -> None:
    partner = await make_partner(works)
    await make_coordinator(works, partner.id, "c@a.example")
    await enter(works, client, "c@a.example")
    address = f"{API}/partners/{partner.id}/members"
    made = await client.post(address, json={"email": "Ada@A.example", "name": "Ada"}, headers={"idempotency-key": "k"})
    assert (made.status_code, made.json()["state"], made.json()["contact_email"]) == (201, "invited", "ada@a.example")
    assert "person_id" not in made.json()
    one = f"{API}/members/{made.json()['id']}"
    assert (await client.get(one)).json() == made.json()
    body = {"contact_email": "ada@work.example", "coordinator": True}
    changed = await client.patch(one, json=body, headers={"if-match": '"1"'})
    assert changed.json() == {**made.json(), **body, "version": 3}
    assert refusal(await client.patch(one, json=body, headers={"if-match": '"1"'})) == (412, "changed-meanwhile")
    ended = await client.post(f"{one}/end", headers={"if-match": '"3"'})
    assert (ended.status_code, ended.json()["state"]) == (200, "ended")
    assert made.json()["id"] not in (await client.get(address)).text
    assert made.json()["id"] in (await client.get(f"{address}?ended=true")).text


async def test_the_invited_person_accepts_and_leaves(works: Works, client: httpx.AsyncClient) -> None:
    partner = await make_partner(works)
    await make_coordinator(works, partner.id, "c@a.example")
    invited = await works.run(STAFF, actions.invite_member, partner.id, email="ada@a.example")
    await enter(works, client, "ada@a.example")
    own = (await client.get(f"{API}/me/memberships")).json()["items"]
    assert [(one["id"], one["partner_name"], one["state"]) for one in own] == [
        (str(invited.id), "Alliance A", "invited")
    ]
    address = f"{API}/me/memberships/{invited.id}"
    accepted = await client.post(f"{address}/accept")
    assert (accepted.status_code, accepted.json()["state"]) == (200, "confirmed")
    assert (await client.get(f"{API}/partners/{partner.id}")).status_code == 200
    left = await client.post(f"{address}/end")
    assert (left.status_code, left.json()["state"]) == (200, "ended")
    assert refusal(await client.get(f"{API}/partners/{partner.id}")) == (404, "not-found")
    assert refusal(await client.post(f"{address}/accept")) == (404, "invitation-unknown")
    assert refusal(await client.post(f"{API}/me/memberships/{MISSING}/end")) == (404, "invitation-unknown")


async def test_contacts_from_added_to_removed(works: Works, client: httpx.AsyncClient) -> None:
    partner = await make_partner(works)
    await make_coordinator(works, partner.id, "c@a.example")
    await enter(works, client, "c@a.example")
    address = f"{API}/partners/{partner.id}/contacts"
    made = await client.post(address, json=FAY)
    assert (made.status_code, made.json()["email"]) == (201, "fay@a.example")
    one = f"{API}/contacts/{made.json()['id']}"
    assert refusal(await client.patch(one, json={"phone": ""})) == (428, "version-needed")
    changed = await client.patch(one, json={"kind": "hub", "phone": ""}, headers={"if-match": '"1"'})
    assert changed.json() == {**made.json(), "kind": "hub", "phone": "", "version": 2}
    assert (await client.post(f"{one}/check")).json() == changed.json()
    assert (await client.get(address)).json() == {"items": [changed.json()], "next_cursor": None}
    assert refusal(await client.delete(one, headers={"if-match": '"1"'})) == (412, "changed-meanwhile")
    assert (await client.delete(one, headers={"if-match": '"2"'})).status_code == 204
    assert refusal(await client.post(f"{one}/check")) == (404, "not-found")


async def test_a_manager_brings_partners_into_a_program(works: Works, client: httpx.AsyncClient) -> None:
    program = await make_program(works)
    await enter_as(works, client, Role.PROGRAM_MANAGER, program.id)
    made = await client.post(f"{API}/partners", json={"name": "New", "program_id": str(program.id)})
    assert made.status_code == 201
    address = f"{API}/partners/{made.json()['id']}/participations"
    found = (await client.get(address)).json()["items"]
    assert [one["program_name"] for one in found] == ["Month"]
    assert (await client.delete(f"{address}/{program.id}")).status_code == 204
    assert (await client.get(address)).json()["items"] == []
    assert len((await client.get(f"{address}?ended=true")).json()["items"]) == 1
    assert refusal(await client.post(address, json={"program_id": str(program.id)})) == (403, "consent-needed")
    assert refusal(await client.post(address, json={"program_id": str(MISSING)})) == (404, "not-found")
    await enter_as(works, client, Role.STAFF)
    back = await client.post(address, json={"program_id": str(program.id)})
    assert (back.status_code, back.json()["ended_at"]) == (201, None)


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"name": "alliance-a"}, 409, "partner-name-taken"),
        ({"name": "?!"}, 422, "invalid"),
        ({"name": "B", "website": "javascript:x"}, 422, "invalid"),
        ({"name": "B", "parent_id": str(MISSING)}, 422, "parent-impossible"),
        ({"name": "B", "unknown": 1}, 400, "invalid"),
        ({"name": 7}, 400, "invalid"),
    ],
)
async def test_a_partner_that_cannot_be(
    works: Works, client: httpx.AsyncClient, body: dict[str, Any], status: int, code: str
) -> None:
    await make_partner(works)
    await enter_as(works, client, Role.STAFF)
    response = await client.post(f"{API}/partners", json=body)
    assert refusal(response) == (status, code)


async def test_each_refusal_about_people_has_its_code(works: Works, client: httpx.AsyncClient) -> None:
    partner = await make_partner(works)
    own, _ = await make_member(works, partner.id, "c@a.example", coordinator=True)
    member, _ = await make_member(works, partner.id, "ada@a.example")
    await enter(works, client, "c@a.example")
    invite, one = f"{API}/partners/{partner.id}/members", f"{API}/members/{member.id}"
    match = {"if-match": '"2"'}
    assert refusal(await client.post(invite, json={"email": "ada@a.example"})) == (409, "already-member")
    assert refusal(await client.post(invite, json={"email": "a@b..example"})) == (422, "address-unusable")
    taken = await client.patch(one, json={"contact_email": "c@a.example"}, headers=match)
    assert refusal(taken) == (409, "contact-address-taken")
    last = await client.post(f"{API}/members/{own.id}/end", headers=match)
    assert refusal(last) == (409, "last-coordinator")
    assert refusal(await client.patch(one, json={})) == (428, "version-needed")
    assert refusal(await client.post(f"{one}/end")) == (428, "version-needed")
    assert (await client.post(f"{one}/end", headers=match)).status_code == 200
    over = await client.patch(one, json={"name": "X", "coordinator": True}, headers={"if-match": '"3"'})
    assert refusal(over) == (409, "membership-over")
    named = await client.patch(one, json={"name": "X"}, headers={"if-match": '"3"'})
    assert (named.status_code, named.json()["name"], named.json()["state"]) == (200, "X", "ended")


async def test_a_coordinator_of_b_is_told_the_same_for_a_and_for_nothing(
    works: Works, client: httpx.AsyncClient
) -> None:
    mine, theirs = await make_partner(works, "B"), await make_partner(works, "A")
    member, _ = await make_member(works, theirs.id, "ada@a.example", name="Ada")
    fay = ContactDetails(kind=ContactKind.FUND, name="Fay", email="fay@a.example")
    contact = await works.run(STAFF, actions.add_contact, theirs.id, fay)
    await make_coordinator(works, mine.id, "c@b.example")
    await enter(works, client, "c@b.example")
    match = {"if-match": '"2"'}
    answers = []
    for partner_id, member_id, contact_id in ((theirs.id, member.id, contact.id), (MISSING, MISSING, MISSING)):
        partner = f"{API}/partners/{partner_id}"
        for path in ("", "/members", "/contacts", "/participations", "/chapters"):
            answers.append(await client.get(f"{partner}{path}"))
        answers += [
            await client.patch(partner, json={"name": "X"}, headers=match),
            await client.post(f"{partner}/members", json={"email": "x@x.example"}),
            await client.post(f"{partner}/contacts", json=FAY),
            await client.post(f"{partner}/participations", json={"program_id": str(MISSING)}),
            await client.delete(f"{partner}/participations/{MISSING}"),
            await client.get(f"{API}/members/{member_id}"),
            await client.patch(f"{API}/members/{member_id}", json={"name": "X"}, headers=match),
            await client.post(f"{API}/members/{member_id}/end", headers=match),
            await client.patch(f"{API}/contacts/{contact_id}", json={"name": "X"}, headers=match),
            await client.post(f"{API}/contacts/{contact_id}/check"),
            await client.delete(f"{API}/contacts/{contact_id}", headers=match),
        ]
    assert {response.text for response in answers} == {answers[0].text}
    assert refusal(answers[0]) == (404, "not-found")
    assert await queries.load_membership(member.id) == member


async def test_visitors_are_asked_to_sign_in(works: Works, client: httpx.AsyncClient) -> None:
    partner = await make_partner(works)
    for path in ("partners", f"partners/{partner.id}", f"partners/{partner.id}/members", "me/memberships"):
        assert refusal(await client.get(f"{API}/{path}")) == (401, "sign-in-required")
