"""Device passwords over the API: made once, listed without secrets, ended; no token opens any of it."""

from uuid import UUID

import httpx

from tests.people.conftest import CLI, SignedIn
from training.base.structs import Viewer
from training.base.work import Works
from training.people.actions import add_device, ensure_person, make_own_token
from training.people.rules import TokenOrder, TokenScope


async def test_made_listed_and_revoked(client: httpx.AsyncClient, works: Works, ada: UUID, signed_in: SignedIn) -> None:
    token, viewer = await signed_in()
    headers = {"authorization": f"Bearer {token}"}
    made = await client.post("/api/v1/devices", json={"label": "Phone"}, headers=headers)
    assert made.status_code == 201
    body = made.json()
    assert body.keys() == {"id", "label", "address", "user_name", "password"}
    assert (body["address"], body["user_name"]) == ("http://testserver.example/dav/", viewer.email)
    listed = await client.get("/api/v1/devices", headers=headers)
    assert body["password"] not in listed.text
    assert [(item["id"], item["label"], item["revoked_at"]) for item in listed.json()["items"]] == [
        (body["id"], "Phone", None)
    ]
    eve = await works.run(CLI, ensure_person, "eve@example.org")
    foreign = await works.run(Viewer(person_id=eve), add_device, "Hers")
    for key in (foreign.id, ada):
        assert (await client.delete(f"/api/v1/devices/{key}", headers=headers)).status_code == 404
    assert (await client.delete(f"/api/v1/devices/{body['id']}", headers=headers)).status_code == 204
    assert (await client.delete(f"/api/v1/devices/{body['id']}", headers=headers)).status_code == 404


async def test_no_token_opens_it(client: httpx.AsyncClient, works: Works, ada: UUID) -> None:
    order = TokenOrder(label="All", scopes=frozenset(TokenScope))
    token = (await works.run(Viewer(person_id=ada), make_own_token, order)).token
    for method, path in (("GET", ""), ("POST", ""), ("DELETE", f"/{UUID(int=1)}")):
        refused = await client.request(
            method, f"/api/v1/devices{path}", headers={"authorization": f"Bearer {token}"}, json={"label": "x"}
        )
        assert (refused.status_code, refused.json()["code"]) == (403, "not-with-a-token")
