"""Tokens over HTTP: what they open, what they never open, and what happens when they are over."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

import httpx
import pytest
from litestar import Litestar, Router
from litestar.di import Provide
from litestar.handlers import HTTPRouteHandler
from litestar.routes import HTTPRoute

from tests.booking.asked import bearer as sign_in_of
from tests.booking.made import Scene, make_scene
from tests.conftest import FrozenClock
from tests.people.conftest import CLI, SignedIn
from training.app import API
from training.base.database import execute, watch_statements
from training.base.structs import Viewer
from training.base.work import Works
from training.partners.actions import make_partner_token
from training.people.actions import disable_person, grant_role, make_own_token, revoke_role
from training.people.rules import NEVER, Role, TokenOrder, TokenScope, scope_needed

READ, BOOK, PARTNER, MANAGE = TokenScope
CHANGES = frozenset({"POST", "PUT", "PATCH", "DELETE"})


def bearer(token: str) -> dict[str, str]:
    return {"authorization": f"Bearer {token}"}


async def own_token(works: Works, viewer: Viewer, *scopes: TokenScope, days: int = 90) -> dict[str, str]:
    order = TokenOrder(label="CRM sync", scopes=frozenset(scopes), days=days)
    return bearer((await works.run(viewer, make_own_token, order)).token)


async def partner_token(works: Works, scene: Scene, *scopes: TokenScope) -> dict[str, str]:
    order = TokenOrder(label="CRM sync", scopes=frozenset(scopes))
    return bearer((await works.run(scene.coordinator, make_partner_token, scene.partner_id, order)).token)


def booking_of(scene: Scene, *numbers: int) -> dict[str, Any]:
    people = [{"membership_id": str(scene.members[number])} for number in numbers]
    return {"partner_id": str(scene.partner_id), "people": people}


def api_routes() -> Iterator[tuple[str, str, HTTPRouteHandler]]:
    """Every route of the API: path, method, handler."""
    stage = Litestar(
        [Router("/api/v1", route_handlers=API)],
        dependencies={name: Provide(lambda: None, sync_to_thread=False) for name in ("viewer", "works", "storage")},
        openapi_config=None,
        logging_config=None,
    )
    for route in stage.routes:
        if isinstance(route, HTTPRoute):
            for method, (handler, _) in route.route_handler_map.items():
                if method != "OPTIONS":
                    yield route.path, method, handler


def test_every_route_that_changes_something_declares_what_a_token_needs() -> None:
    found = list(api_routes())
    assert len(found) > 50
    undeclared = [
        f"{method} {path}" for path, method, handler in found if method in CHANGES and "scope" not in handler.opt
    ]
    assert undeclared == [], "declare opt=needs(TokenScope...) or opt=NO_TOKENS on the handler or its controller"
    for _, method, handler in found:
        scope_needed(method, handler.opt.get("scope"))


def test_account_matters_are_open_to_no_token() -> None:
    never = {path for path, _, handler in api_routes() if handler.opt.get("scope") == NEVER}
    account = {
        path
        for path, _, _ in api_routes()
        if path.startswith(("/api/v1/sign-in", "/api/v1/tokens")) or path == "/api/v1/me" or path.endswith("/tokens")
    }
    assert account
    assert account <= never


async def test_made_listed_used_and_revoked(client: httpx.AsyncClient, ada: UUID, signed_in: SignedIn) -> None:
    token, _ = await signed_in()
    made = await client.post("/api/v1/tokens", json={"label": "CRM", "scopes": ["read"]}, headers=bearer(token))
    assert made.status_code == 201
    body = made.json()
    assert body.keys() == {"id", "token", "label", "expires_at"}
    assert body["token"].startswith("trn_")
    assert made.headers["cache-control"] == "no-store"
    assert (await client.get("/api/v1/programs", headers=bearer(body["token"]))).status_code == 200
    listed = await client.get("/api/v1/tokens", headers=bearer(token))
    assert body["token"] not in listed.text
    item = listed.json()["items"][0]
    assert (item["id"], item["scopes"], item["made_by"]) == (body["id"], ["read"], "Ada Lovelace")
    assert item["last_used_at"] is not None
    ended = await client.delete(f"/api/v1/tokens/{body['id']}", headers=bearer(token))
    assert ended.status_code == 204
    over = await client.get("/api/v1/programs", headers=bearer(body["token"]))
    assert (over.status_code, over.json()["code"]) == (401, "sign-in-over")
    again = await client.delete(f"/api/v1/tokens/{body['id']}", headers=bearer(token))
    missing = await client.delete(f"/api/v1/tokens/{ada}", headers=bearer(token))
    assert (again.status_code, again.content) == (404, missing.content)


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"label": "x", "scopes": []},
        {"label": "", "scopes": ["read"]},
        {"label": "x" * 81, "scopes": ["read"]},
        {"label": "x", "scopes": ["everything"]},
        {"label": "x", "scopes": ["read"] * 9},
        {"label": "x", "scopes": ["read"], "days": 0},
        {"label": "x", "scopes": ["read"], "days": 367},
        {"label": "x\u0000", "scopes": ["read"]},
        {"label": "   ", "scopes": ["read"]},
        {"label": "x", "scopes": ["read"], "person_id": str(UUID(int=1))},
    ],
)
@pytest.mark.usefixtures("ada")
async def test_hopeless_orders(client: httpx.AsyncClient, signed_in: SignedIn, body: dict[str, Any]) -> None:
    token, _ = await signed_in()
    refused = await client.post("/api/v1/tokens", json=body, headers=bearer(token))
    assert refused.status_code in (400, 422), refused.text
    assert (await client.get("/api/v1/tokens", headers=bearer(token))).json() == {"items": []}


@pytest.mark.parametrize("whose", ["person", "partner"])
async def test_no_token_reaches_an_account(client: httpx.AsyncClient, works: Works, whose: str) -> None:
    scene = await make_scene(works)
    every = tuple(TokenScope)
    headers = await (
        own_token(works, scene.coordinator, *every) if whose == "person" else partner_token(works, scene, *every)
    )
    known = (await execute("SELECT id FROM api_token"))[0]["id"]
    closed = [
        ("GET", "/api/v1/me"),
        ("PATCH", "/api/v1/me"),
        ("GET", "/api/v1/sign-ins"),
        ("DELETE", "/api/v1/sign-ins"),
        ("POST", "/api/v1/sign-ins"),
        ("POST", "/api/v1/sign-in-links"),
        ("GET", "/api/v1/tokens"),
        ("POST", "/api/v1/tokens"),
        ("DELETE", f"/api/v1/tokens/{known}"),
        ("GET", f"/api/v1/partners/{scene.partner_id}/tokens"),
        ("POST", f"/api/v1/partners/{scene.partner_id}/tokens"),
        ("DELETE", f"/api/v1/partners/{scene.partner_id}/tokens/{known}"),
        ("POST", f"/api/v1/me/memberships/{scene.members[0]}/accept"),
        ("POST", f"/api/v1/me/memberships/{scene.members[0]}/end"),
    ]
    for method, path in closed:
        refused = await client.request(method, path, headers=headers)
        assert (refused.status_code, refused.json()["code"]) == (403, "not-with-a-token"), (method, path)


async def test_a_token_opens_no_page_and_no_cookie(client: httpx.AsyncClient, works: Works) -> None:
    scene = await make_scene(works)
    headers = await own_token(works, scene.coordinator, *TokenScope)
    assert (await client.get("/account", headers=headers)).status_code == 303
    client.cookies.set("sign_in", headers["authorization"].removeprefix("Bearer "))
    assert (await client.get("/account")).status_code == 303
    assert (await client.get("/api/v1/me")).status_code == 401


async def test_the_scope_is_judged_before_anything_else(client: httpx.AsyncClient, works: Works) -> None:
    """Not even a broken body or an unknown thing is told to a token that is not for it."""
    scene = await make_scene(works)
    headers = await own_token(works, scene.coordinator, READ)
    path = f"/api/v1/sessions/{scene.session_id}/bookings"
    for asked in (path, f"/api/v1/sessions/{UUID(int=404)}/bookings", f"{path}/preview"):
        for content in (b"{", b"{}"):
            refused = await client.post(asked, content=content, headers={**headers, "content-type": "application/json"})
            assert (refused.status_code, refused.json()["code"]) == (403, "token-scope")
            assert refused.json()["data"] == {"scope": "book"}
    assert await execute("SELECT id FROM booking") == []
    blind = await client.get("/api/v1/programs", headers=await own_token(works, scene.coordinator, BOOK))
    assert (blind.status_code, blind.json()["data"]) == (403, {"scope": "read"})


async def test_a_partners_token_books_for_the_partner_and_is_nobody(client: httpx.AsyncClient, works: Works) -> None:
    scene = await make_scene(works)
    headers = await partner_token(works, scene, READ, BOOK)
    path = f"/api/v1/sessions/{scene.session_id}/bookings"
    booked = await client.post(path, json=booking_of(scene, 0, 1), headers={**headers, "idempotency-key": "one"})
    assert booked.status_code == 201, booked.text
    again = await client.post(path, json=booking_of(scene, 0, 1), headers={**headers, "idempotency-key": "one"})
    assert again.json() == booked.json()
    assert [row["booked_by"] for row in await execute("SELECT booked_by FROM booking")] == [None]
    said = await execute("SELECT actor_id, actor_name FROM journal_entry WHERE event = 'PlacesBooked'")
    name = (await execute("SELECT name FROM partner WHERE id = {}", scene.partner_id))[0]["name"]
    assert [(row["actor_id"], row["actor_name"]) for row in said] == [(None, f"{name} (CRM sync)")]
    seen = await client.get(f"/api/v1/sessions/{scene.session_id}/enrollments", headers=headers)
    assert len(seen.json()["items"]) == 2
    first = seen.json()["items"][0]
    cancelled = await client.post(
        f"/api/v1/enrollments/{first['id']}/cancel",
        json={"reason": "ill"},
        headers={**headers, "if-match": f'"{first["version"]}"'},
    )
    assert cancelled.status_code == 200, cancelled.text


async def test_a_partners_token_sees_and_changes_its_partner_alone(client: httpx.AsyncClient, works: Works) -> None:
    scene = await make_scene(works)
    headers = await partner_token(works, scene, *TokenScope)
    other = scene.other_partner_id
    listed = (await client.get("/api/v1/partners", headers=headers)).json()["items"]
    assert [partner["id"] for partner in listed] == [str(scene.partner_id)]
    assert (await client.get("/api/v1/me/memberships", headers=headers)).json()["items"] == []
    for path in (
        f"/api/v1/partners/{other}",
        f"/api/v1/partners/{other}/members",
        f"/api/v1/partners/{other}/contacts",
    ):
        foreign = await client.get(path, headers=headers)
        missing = await client.get(path.replace(str(other), str(UUID(int=404))), headers=headers)
        assert (foreign.status_code, foreign.content) == (404, missing.content)
    invited = await client.post(
        f"/api/v1/partners/{scene.partner_id}/members",
        json={"email": "new@a.example", "name": "New"},
        headers={**headers, "idempotency-key": "k"},
    )
    assert invited.status_code == 201, invited.text
    for path, body in (
        (f"/api/v1/sessions/{scene.session_id}/publish", None),
        ("/api/v1/programs", {"name": "Mine"}),
        (f"/api/v1/partners/{scene.partner_id}/participations", {"program_id": str(scene.program_id)}),
        ("/api/v1/partners", {"name": "Another"}),
    ):
        refused = await client.post(path, json=body, headers={**headers, "if-match": '"1"'})
        assert refused.status_code == 404, (path, refused.text)


async def test_a_persons_token_is_named_beside_them(client: httpx.AsyncClient, works: Works) -> None:
    scene = await make_scene(works)
    await sign_in_of(works, scene.coordinator)
    headers = await own_token(works, scene.coordinator, BOOK)
    booked = await client.post(
        f"/api/v1/sessions/{scene.session_id}/bookings", json=booking_of(scene, 0), headers=headers
    )
    assert booked.status_code == 201, booked.text
    said = (await execute("SELECT actor_id, actor_name FROM journal_entry WHERE event = 'PlacesBooked'"))[0]
    assert UUID(str(said["actor_id"])) == scene.coordinator.person_id
    assert said["actor_name"].endswith(" (CRM sync)")


async def test_it_loses_what_its_owner_loses_with_the_next_request(
    client: httpx.AsyncClient, works: Works, clock: FrozenClock, ada: UUID
) -> None:
    viewer = Viewer(person_id=ada)
    headers = await own_token(works, viewer, *TokenScope, days=10)
    scene = await make_scene(works)
    path = f"/api/v1/partners/{scene.partner_id}/members"
    assert (await client.get(path, headers=headers)).status_code == 404
    await works.run(CLI, grant_role, ada, Role.COORDINATOR, scene.partner_id)
    assert (await client.get(path, headers=headers)).status_code == 200
    await works.run(CLI, revoke_role, ada, Role.COORDINATOR, scene.partner_id)
    assert (await client.get(path, headers=headers)).status_code == 404
    clock.move(days=10)
    assert (await client.get("/api/v1/programs", headers=headers)).status_code == 401
    headers = await own_token(works, viewer, *TokenScope)
    await works.run(CLI, disable_person, ada)
    assert (await client.get("/api/v1/programs", headers=headers)).status_code == 401


async def test_use_costs_one_statement_and_a_write_every_five_minutes(
    client: httpx.AsyncClient, works: Works, clock: FrozenClock, ada: UUID
) -> None:
    headers = await own_token(works, Viewer(person_id=ada), READ)
    seen_at = []
    for minutes in (0, 4, 1, 4, 1):
        clock.move(minutes=minutes)
        with watch_statements() as seen:
            assert (await client.get("/api/v1/me/memberships", headers=headers)).status_code == 200
        seen_at.append((sum("api_token t" in sql for sql in seen), sum(sql.startswith("UPDATE") for sql in seen)))
    assert seen_at == [(1, 1), (1, 0), (1, 1), (1, 0), (1, 1)]


async def test_foreign_tokens_of_partners_and_missing_ones_answer_alike(
    client: httpx.AsyncClient, works: Works
) -> None:
    scene = await make_scene(works)
    await partner_token(works, scene, READ)
    known = (await execute("SELECT id FROM api_token"))[0]["id"]
    signed = bearer(await sign_in_of(works, scene.other_coordinator))
    answers = [
        await client.request(method, path, headers=signed, json=body)
        for method, path, body in (
            ("GET", f"/api/v1/partners/{scene.partner_id}/tokens", None),
            ("GET", f"/api/v1/partners/{UUID(int=404)}/tokens", None),
            ("POST", f"/api/v1/partners/{scene.partner_id}/tokens", {"label": "x", "scopes": ["read"]}),
            ("POST", f"/api/v1/partners/{UUID(int=404)}/tokens", {"label": "x", "scopes": ["read"]}),
            ("DELETE", f"/api/v1/partners/{scene.partner_id}/tokens/{known}", None),
            ("DELETE", f"/api/v1/partners/{scene.other_partner_id}/tokens/{known}", None),
            ("DELETE", f"/api/v1/tokens/{known}", None),
        )
    ]
    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.content for answer in answers}) == 1
    own = await client.get(f"/api/v1/partners/{scene.other_partner_id}/tokens", headers=signed)
    assert own.json() == {"items": []}
