"""Keys of the API: the same request is answered once, whoever asks again, and every POST takes one or says why not."""

import asyncio
import contextlib
import re
from typing import Any
from uuid import UUID

import httpx
import pytest
from litestar import Litestar, Request, Response, post

from tests.booking.asked import bearer, booked_one, one
from tests.booking.made import make_scene
from tests.web.facts import facts_of, filled, lonely
from tests.web.keyed import WITH_KEY, WITHOUT_KEY, Keyed
from tests.web.made import World
from tests.web.routes import DOCUMENT
from tests.web.situations import happened
from training.base.database import execute
from training.base.errors import (
    Conflict,
    Forbidden,
    Gone,
    Invalid,
    NotFound,
    SignInRequired,
    Stale,
    TooMany,
    TrainingError,
    Unavailable,
)
from training.base.structs import Grant, Viewer
from training.base.work import Work, Works
from training.web import keys
from training.web.answers import RequestInFlight
from training.web.keys import IN_FLIGHT, NotToldAgain, caller_of, once
from training.web.problems import HANDLERS, STATUS

POSTS = {
    methods["post"]["operationId"]: (path, methods["post"])
    for path, methods in DOCUMENT["paths"].items()
    if "post" in methods
}
PERSON = Viewer(person_id=UUID(int=7), grants=frozenset({Grant(role="coordinator", scope_id=UUID(int=8))}))


def test_every_post_takes_a_key_or_says_why_not() -> None:
    takes = {
        name
        for name, (_, entry) in POSTS.items()
        if any(parameter["name"] == "Idempotency-Key" for parameter in entry["parameters"])
    }
    assert POSTS.keys() - takes == WITHOUT_KEY.keys()
    assert takes - WITH_KEY.keys() == set(), "say in tests/web/keyed.py what this operation is sent"
    assert WITH_KEY.keys() <= takes


async def _asked(works: Works, world: World, name: str) -> tuple[str, dict[str, Any], Any]:
    """The address, the arguments and the other body of a keyed request."""
    case: Keyed = WITH_KEY[name]
    facts = await facts_of(world, state=case.state, asked=case.asked) | {"lonely_id": await lonely()}
    facts = await happened(case.given, works, world, facts)
    path = POSTS[name][0]
    for parameter in re.findall(r"{(\w+)}", path):
        chosen = case.path.get(parameter) or facts.get(parameter) or world.ids_for(parameter)[0]
        path = path.replace("{" + parameter + "}", filled(chosen, facts))
    headers = {**world.headers[case.role], "idempotency-key": "order-4711"}
    if case.version:
        headers["if-match"] = f'"{filled(case.version, facts)}"'
    body = {"json": filled(case.body, facts)} if "requestBody" in POSTS[name][1] else {}
    return path, {"headers": headers, **body}, filled(case.other, facts)


async def _journal() -> int:
    return int((await execute("SELECT count(*) AS n FROM journal_entry"))[0]["n"])


@pytest.mark.parametrize("name", WITH_KEY)
async def test_a_key_is_answered_once(name: str, works: Works, client: httpx.AsyncClient, world: World) -> None:
    path, how, other = await _asked(works, world, name)
    before = await _journal()
    first = await client.post(path, **how)
    after = await _journal()
    assert (first.is_success, after > before) == (True, True), first.text
    second = await client.post(path, **how)
    assert (second.status_code, second.content) == (first.status_code, first.content)
    assert second.headers.get("etag") == first.headers.get("etag")
    assert await _journal() == after
    if other:
        refused = await client.post(path, **{**how, "json": other})
    else:
        refused = await client.post(path, **{**how, "headers": {**how["headers"], "if-match": '"99"'}})
    assert (refused.status_code, refused.json()["code"]) == (422, "idempotency-key-reused")
    assert await _journal() == after


class Slow:
    """An operation of the API that takes as long as a test wants."""

    def __init__(self, works: Works) -> None:
        self.go, self.entered = asyncio.Event(), asyncio.Event()
        self.done = 0
        self.fails: Exception | None = None
        self.viewer = PERSON

        async def action(work: Work) -> dict[str, str]:
            self.entered.set()
            await self.go.wait()
            if self.fails is not None:
                raise self.fails
            self.done += 1
            return {"id": str(work.id)}

        @post("/api/slow")
        async def slow(request: Request[Any, Any, Any]) -> Response[Any]:
            return await once(request, works, action)

        inner = Litestar([slow], exception_handlers=HANDLERS, logging_config=None, openapi_config=None)

        async def app(scope: Any, receive: Any, send: Any) -> None:
            scope["user"] = self.viewer
            await inner(scope, receive, send)

        self.client = httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://testserver.example")

    async def ask(self, key: str = "k", **body: str) -> httpx.Response:
        """Ask, under always the same key unless another is named."""
        return await self.client.post("/api/slow", json=body, headers={"idempotency-key": key})


async def test_a_key_in_flight_is_said_to_be(works: Works) -> None:
    slow = Slow(works)
    first = asyncio.create_task(slow.ask())
    await slow.entered.wait()
    for body in ({}, {"other": "payload"}):
        meanwhile = await slow.ask(**body)
        assert (meanwhile.status_code, meanwhile.json()["code"]) == (409, "request-in-flight")
        assert meanwhile.headers["retry-after"] == "1"
    slow.go.set()
    told = (await first).json()
    assert (await slow.ask()).json() == told
    assert slow.done == 1


async def test_a_key_is_free_after_a_client_hung_up(works: Works) -> None:
    slow = Slow(works)
    first = asyncio.create_task(slow.ask())
    await slow.entered.wait()
    first.cancel()
    with pytest.raises(asyncio.CancelledError):
        await first
    slow.go.set()
    assert (await slow.ask()).status_code == 201
    assert slow.done == 1


@pytest.mark.parametrize("refusal", [Conflict, Stale, Gone, NotFound, Forbidden])
async def test_a_refusal_stands(works: Works, refusal: type[TrainingError]) -> None:
    """Who was refused may rely on it: an earlier sending that is still on its way finds the refusal."""
    slow = Slow(works)
    slow.fails = refusal("Not now.", places=0)
    slow.go.set()
    refused = await slow.ask()
    slow.fails = None
    again = await slow.ask()
    assert (again.status_code, again.content, again.headers["content-type"]) == (
        refused.status_code,
        refused.content,
        "application/problem+json",
    )
    assert (refused.json()["detail"], refused.json()["data"], slow.done) == ("Not now.", {"places": 0}, 0)
    assert (await slow.ask(other="payload")).json()["code"] == "idempotency-key-reused"
    assert (await slow.ask("another key")).status_code == 201


async def test_a_long_refusal_is_kept_without_its_data(works: Works) -> None:
    """A refusal costs whoever asks nothing, so it must not cost us much."""
    slow = Slow(works)
    slow.fails = Conflict("Not now.", verdicts=["x" * 90] * 1_000)
    slow.go.set()
    told = [await slow.ask() for _ in range(2)]
    assert {(answer.status_code, answer.json()["detail"], answer.json().get("data")) for answer in told} == {
        (409, "Not now.", None)
    }
    assert (await execute("SELECT max(length(body)) AS n FROM kept_answer"))[0]["n"] < 1_000


@pytest.mark.parametrize("refusal", [Invalid, TooMany, Unavailable, SignInRequired])
async def test_what_says_nothing_of_the_wish_is_not_kept(works: Works, refusal: type[TrainingError]) -> None:
    slow = Slow(works)
    slow.fails = refusal()
    slow.go.set()
    assert (await slow.ask()).status_code == STATUS[refusal]
    slow.fails = None
    assert (await slow.ask()).status_code == 201


async def test_a_late_first_sending_finds_the_refusal(
    works: Works, client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A client hangs up and repeats its key with another process; refused there, nothing may happen here any more."""
    scene = await make_scene(works, capacity_in_person=1)
    token = await bearer(works, scene.coordinator)
    taken = await booked_one(works, scene)
    reached, go = asyncio.Event(), asyncio.Event()
    sound = keys._fingerprints
    calls = 0

    async def slow(*args: Any) -> tuple[str, str]:
        nonlocal calls
        calls += 1
        if calls == 1:
            reached.set()
            await go.wait()
        return await sound(*args)

    monkeypatch.setattr(keys, "_fingerprints", slow)
    signed = {"authorization": f"Bearer {token}"}
    path = f"/api/v1/sessions/{scene.session_id}/bookings"
    body = {"partner_id": str(scene.partner_id), "people": [], "open_places": 1}
    first = asyncio.create_task(client.post(path, json=body, headers=signed | {"idempotency-key": "k"}))
    await reached.wait()
    refused = await client.post(path, json=body, headers=signed | {"idempotency-key": "k"})
    assert (refused.status_code, refused.json()["code"]) == (409, "nobody-waits-nameless")
    freed = await client.post(f"/api/v1/enrollments/{taken}/cancel", json={}, headers=signed | {"if-match": '"1"'})
    assert freed.status_code == 200
    go.set()
    assert ((await first).status_code, (await first).content) == (409, refused.content)
    assert await one("SELECT count(*) AS n FROM open_place") == 0


async def test_a_key_is_free_after_a_fault(works: Works) -> None:
    slow = Slow(works)
    slow.fails = RuntimeError()
    slow.go.set()
    assert (await slow.ask()).status_code == 500
    slow.fails = None
    assert (await slow.ask()).status_code == 201


def test_nobody_enters_twice() -> None:
    with IN_FLIGHT.alone("a"), IN_FLIGHT.alone("b"):
        with pytest.raises(RequestInFlight), IN_FLIGHT.alone("a"):
            pass
        with pytest.raises(RequestInFlight), IN_FLIGHT.alone("a"):
            pass
    with IN_FLIGHT.alone("a"):
        pass


async def test_without_the_registry_the_database_decides(
    works: Works, client: httpx.AsyncClient, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As in two processes: the second waits, and gets the first one's answer."""
    monkeypatch.setattr(type(IN_FLIGHT), "alone", lambda *_: contextlib.nullcontext())
    path, how, _ = await _asked(works, world, "venue_create")
    answers = await asyncio.gather(*(client.post(path, **how) for _ in range(5)))
    assert {(answer.status_code, answer.content) for answer in answers} == {(201, answers[0].content)}
    assert (await execute("SELECT count(*) AS n FROM venue WHERE name = 'Hall'"))[0]["n"] == 1


async def test_roles_that_came_do_no_harm_and_roles_that_went_do(works: Works) -> None:
    """Accepting an invitation gives a role; the same key still gets its answer."""
    slow = Slow(works)
    slow.go.set()
    kept = await slow.ask()
    assert kept.status_code == 201
    slow.viewer = Viewer(person_id=PERSON.person_id, grants=PERSON.grants | {Grant(role="staff")})
    assert (await slow.ask()).json() == kept.json()
    slow.viewer = Viewer(person_id=PERSON.person_id)
    gone = await slow.ask()
    assert (gone.status_code, gone.json()["code"], gone.json()["detail"]) == (404, "not-found", NotToldAgain().detail)
    assert slow.done == 1


def test_a_token_is_a_caller_of_its_own() -> None:
    person = UUID(int=7)
    callers = {
        caller_of(Viewer(person_id=person)),
        caller_of(Viewer(person_id=person, token_id=UUID(int=1))),
        caller_of(Viewer(token_id=UUID(int=2))),
        caller_of(Viewer(person_id=UUID(int=2))),
    }
    assert len(callers) == 4
