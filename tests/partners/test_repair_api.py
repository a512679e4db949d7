"""A bounced address by the API: who is not reached, and the repair under If-Match and Idempotency-Key."""

import httpx
import pytest

from tests.partners.made import enter, enter_as, make_coordinator, make_member, make_partner
from tests.partners.missed import missed_by, sent_again
from training.base.work import Works
from training.people.rules import Role

API = "/api/v1"


@pytest.mark.parametrize("who", ["coordinator", "staff"])
async def test_who_is_not_reached_and_the_repair(works: Works, client: httpx.AsyncClient, who: str) -> None:
    partner = await make_partner(works)
    await make_coordinator(works, partner.id, "c@a.example")
    ada, _ = await make_member(works, partner.id, "ada@a.example", name="Ada")
    await missed_by(works, ada)
    if who == "staff":
        await enter_as(works, client, Role.STAFF)
    else:
        await enter(works, client, "c@a.example")
    (found,) = (await client.get(f"{API}/partners/{partner.id}/unreached")).json()["items"]
    assert (found["membership_id"], found["kind"], found["missed"]) == (str(ada.id), "hard", 1)
    address, body = f"{API}/members/{ada.id}/repair", {"contact_email": "ada@new.example"}
    assert (await client.post(address, json=body)).status_code == 428
    assert (await client.post(address, json=body, headers={"if-match": '"9"'})).status_code == 412
    headers = {"if-match": f'"{found["version"]}"', "idempotency-key": "k"}
    done = await client.post(address, json=body, headers=headers)
    assert (done.status_code, done.json()["again"]) == (200, 1)
    assert done.json()["member"]["contact_email"] == "ada@new.example"
    assert done.headers["etag"] == f'"{ada.version + 1}"'
    assert (await client.post(address, json=body, headers=headers)).json() == done.json()
    assert len(await sent_again()) == 1
    assert (await client.get(f"{API}/partners/{partner.id}/unreached")).json()["items"] == []


async def test_foreign_is_missing(works: Works, client: httpx.AsyncClient) -> None:
    partner, other = await make_partner(works), await make_partner(works, "Other")
    await make_coordinator(works, other.id, "c@b.example")
    ada, _ = await make_member(works, partner.id, "ada@a.example")
    await enter(works, client, "c@b.example")
    assert (await client.get(f"{API}/partners/{partner.id}/unreached")).status_code == 404
    headers = {"if-match": f'"{ada.version}"'}
    answer = await client.post(
        f"{API}/members/{ada.id}/repair", json={"contact_email": "e@evil.example"}, headers=headers
    )
    assert (answer.status_code, answer.json()["code"]) == (404, "not-found")
