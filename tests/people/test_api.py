"""Signing in by API: a link becomes a bearer; oneself; one's sign-ins."""

from uuid import UUID

import httpx
import pytest

from tests.conftest import FrozenClock
from tests.people.conftest import ADA, CLI, MailedToken, SignedIn
from training.base.database import execute
from training.base.work import Works
from training.outbox.queries import list_messages
from training.people.actions import ensure_person, grant_role
from training.people.rules import Role, token_hash


def bearer(token: str) -> dict[str, str]:
    return {"authorization": f"Bearer {token}"}


@pytest.mark.usefixtures("ada")
async def test_known_and_unknown_addresses_get_the_same_answer(client: httpx.AsyncClient) -> None:
    answers = [
        await client.post("/api/v1/sign-in-links", json={"email": email}) for email in (ADA, "nobody@example.org")
    ]
    assert answers[0].status_code == 202
    assert answers[0].content == answers[1].content
    assert dict(answers[0].headers) == dict(answers[1].headers)
    assert len((await list_messages()).items) == 1


async def test_a_link_becomes_a_bearer_once(
    client: httpx.AsyncClient, works: Works, ada: UUID, mailed_token: MailedToken
) -> None:
    token = await mailed_token()
    made = await client.post("/api/v1/sign-ins", json={"token": token})
    assert made.status_code == 201
    body = made.json()
    assert body.keys() == {"id", "bearer", "expires_at"}
    assert "set-cookie" not in made.headers
    again = await client.post("/api/v1/sign-ins", json={"token": token})
    assert (again.status_code, again.json()["code"]) == (410, "link-used")
    me = await client.get("/api/v1/me", headers=bearer(body["bearer"]))
    assert me.json() == {"id": str(ada), "email": ADA, "name": "Ada Lovelace", "zone": "Europe/London", "roles": []}
    row = (await execute("SELECT id, token_hash FROM sign_in"))[0]
    assert (str(row["id"]), row["token_hash"]) == (body["id"], token_hash(body["bearer"]))
    await works.run(CLI, grant_role, ada, Role.COORDINATOR, UUID(int=4))
    me = await client.get("/api/v1/me", headers=bearer(body["bearer"]))
    assert me.json()["roles"] == [{"role": "coordinator", "scope_id": str(UUID(int=4))}]


@pytest.mark.usefixtures("ada")
async def test_the_cookie_counts_too(client: httpx.AsyncClient, signed_in: SignedIn) -> None:
    token, _ = await signed_in()
    client.cookies.set("sign_in", token)
    assert (await client.get("/api/v1/me")).status_code == 200


@pytest.mark.parametrize("path", ["/api/v1/me", "/api/v1/sign-ins"])
async def test_nobody_is_nobody(client: httpx.AsyncClient, path: str) -> None:
    refused = await client.get(path)
    assert (refused.status_code, refused.json()["code"]) == (401, "sign-in-required")
    assert refused.headers["www-authenticate"].startswith("Bearer")


@pytest.mark.parametrize("token", ["", " ", "x", "A" * 43, "a b", "A" * 9_000, "é"])
@pytest.mark.usefixtures("ada")
async def test_a_bad_bearer_is_refused_even_beside_a_good_cookie(
    client: httpx.AsyncClient, signed_in: SignedIn, token: str
) -> None:
    good, _ = await signed_in()
    client.cookies.set("sign_in", good)
    headers = {b"authorization": f"Bearer {token}".encode()}
    refused = await client.get("/api/v1/me", headers=headers)
    assert (refused.status_code, refused.json()["code"]) == (401, "sign-in-over")
    assert token.strip() == "" or len(token) < 5 or token not in refused.text


async def test_another_scheme_is_not_ours_to_judge(client: httpx.AsyncClient) -> None:
    refused = await client.get("/api/v1/me", headers={"authorization": "Basic YTpi"})
    assert refused.json()["code"] == "sign-in-required"


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({}, 400),
        ({"token": 7}, 400),
        ({"token": "x" * 300}, 400),
        ({"token": "x", "more": 1}, 400),
        ({"token": "a\x00"}, 400),
        ({"token": "AAAA"}, 404),
        ([], 400),
    ],
)
async def test_hostile_bodies(client: httpx.AsyncClient, body: object, status: int) -> None:
    refused = await client.post("/api/v1/sign-ins", json=body)
    assert refused.status_code == status, refused.text
    assert refused.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    ("email", "code"), [("ada", "address-unusable"), ("a@b@c.de", "address-unusable"), ("x" * 300, "invalid")]
)
async def test_a_hostile_address_names_the_field(client: httpx.AsyncClient, email: str, code: str) -> None:
    refused = await client.post("/api/v1/sign-in-links", json={"email": email})
    assert refused.status_code in (400, 422)
    assert refused.json()["code"] == code


@pytest.mark.usefixtures("ada")
async def test_too_many_links(client: httpx.AsyncClient) -> None:
    for _ in range(5):
        await client.post("/api/v1/sign-in-links", json={"email": ADA})
    refused = await client.post("/api/v1/sign-in-links", json={"email": ADA})
    assert (refused.status_code, refused.json()["code"]) == (429, "too-many-links")
    assert refused.headers["retry-after"] == "900"


async def test_changing_oneself(client: httpx.AsyncClient, ada: UUID, signed_in: SignedIn) -> None:
    token, _ = await signed_in()
    changed = await client.patch("/api/v1/me", json={"zone": "Asia/Tokyo"}, headers=bearer(token))
    assert changed.status_code == 200
    assert changed.json() == {"id": str(ada), "email": ADA, "name": "Ada Lovelace", "zone": "Asia/Tokyo", "roles": []}
    changed = await client.patch("/api/v1/me", json={"name": "Countess"}, headers=bearer(token))
    assert (changed.json()["name"], changed.json()["zone"]) == ("Countess", "Asia/Tokyo")
    refused = await client.patch("/api/v1/me", json={"zone": "Moon"}, headers=bearer(token))
    assert refused.json()["errors"][0]["field"] == "zone"
    refused = await client.patch("/api/v1/me", json={"email": "eve@example.org"}, headers=bearer(token))
    assert refused.status_code == 400


@pytest.mark.usefixtures("ada")
async def test_ones_sign_ins(client: httpx.AsyncClient, clock: FrozenClock, signed_in: SignedIn) -> None:
    first, first_viewer = await signed_in(user_agent="wget/1")
    clock.move(minutes=1)
    token, viewer = await signed_in(user_agent="curl/8")
    listed = (await client.get("/api/v1/sign-ins", headers=bearer(token))).json()["items"]
    assert [(item["id"], item["label"], item["current"]) for item in listed] == [
        (str(viewer.sign_in_id), "Program curl", True),
        (str(first_viewer.sign_in_id), "Program wget", False),
    ]
    ended = await client.delete(f"/api/v1/sign-ins/{first_viewer.sign_in_id}", headers=bearer(token))
    assert ended.status_code == 204
    assert (await client.get("/api/v1/me", headers=bearer(first))).status_code == 401
    again = await client.delete(f"/api/v1/sign-ins/{first_viewer.sign_in_id}", headers=bearer(token))
    assert again.status_code == 404
    other, _ = await signed_in(user_agent="wget/1")
    assert (await client.delete("/api/v1/sign-ins", headers=bearer(token))).status_code == 204
    assert (await client.get("/api/v1/me", headers=bearer(other))).status_code == 401
    assert (await client.delete(f"/api/v1/sign-ins/{viewer.sign_in_id}", headers=bearer(token))).status_code == 204
    assert (await client.get("/api/v1/me", headers=bearer(token))).status_code == 401


async def test_a_foreign_sign_in_and_a_missing_one_answer_alike(
    client: httpx.AsyncClient, works: Works, signed_in: SignedIn, ada: UUID
) -> None:
    await works.run(CLI, ensure_person, "eve@example.org")
    _, foreign = await signed_in()
    token, _ = await signed_in("eve@example.org")
    answers = [
        await client.delete(f"/api/v1/sign-ins/{sign_in_id}", headers=bearer(token))
        for sign_in_id in (foreign.sign_in_id, UUID(int=3), ada)
    ]
    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.content for answer in answers}) == 1
