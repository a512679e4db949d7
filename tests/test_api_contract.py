"""The API keeps its word: whatever a stranger, a coordinator, a manager or staff sends, the answer is one that
`/api/openapi.json` promises, never 5xx, and nothing that the description forbids is taken.

Schemathesis makes the requests, half of them wrong on purpose. They name things that exist, so that they get past 404.
`make test` tries some dozens for each operation with one seed, `make prove` more than a thousand with a new one.
"""

import asyncio
import copy
from collections import Counter
from collections.abc import Callable
from typing import Any

import httpx
import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, assume, given, settings
from hypothesis import strategies as st
from schemathesis.config import ChecksConfig
from schemathesis.core.failures import FailureGroup
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi import checks

from tests.conftest import SITE, empty
from tests.proofs import record
from tests.web.made import World, make_world
from training.app import API
from training.base.database import Database
from training.base.work import Works
from training.web.openapi import described

DOCUMENT = described(API, version="test")
SCHEMA = schemathesis.openapi.from_dict(DOCUMENT)
FITTING = {
    "mode": "in_person",
    "accepts": [],
    "capacity_in_person": 5,
    "capacity_online": 0,
    "latitude": 1,
    "longitude": 2,
}
Case = schemathesis.Case[Any]
OPERATIONS = {
    entry["operationId"]: (method.upper(), path)
    for path, methods in DOCUMENT["paths"].items()
    for method, entry in methods.items()
}
ROLES = ("staff", "manager", "coordinator", "anonymous")
# What a schema cannot say: which zones there are, that an end comes after its start.
SENSIBLE = {
    "zone": "Europe/Berlin",
    "language": "en",
    "country": "DE",
    "email": "person{pick}@example.org",
    "contact_email": "person{pick}@example.org",
    "slug": "slug-{pick}",
    "name": "Name {pick}",
    "title": "Title {pick}",
    "access_code": "",
    "website": "https://example.org",
    "link": "https://example.org/join",
    "starts_on": "2026-06-{day:02}",
    "ends_on": "2026-07-{day:02}",
    "local_start": "2026-06-{day:02}T10:00:00",
    "local_end": "2026-06-{day:02}T12:00:00",
    "booking_opens_at": "2026-05-01T10:00:00Z",
    "booking_closes_at": "2026-06-01T10:00:00Z",
}
CHECKS = [
    schemathesis.checks.not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_headers_conformance,
    checks.response_schema_conformance,
    checks.negative_data_rejection,
]
# Every refusal of ours is a refusal, whichever of several reasons came first.
SCHEMA.config.checks = ChecksConfig.from_dict({"negative_data_rejection": {"expected-statuses": ["4XX"]}})
# A key that it does not know is passed over without a word.
assert SCHEMA.config.checks.negative_data_rejection.expected_statuses == ["4XX"]
Send = Callable[[httpx.Request], httpx.Response]
# What a second engine could answer otherwise is in the statements, which a dozen reach as well.
EXAMPLES = {"sqlite": 30, "postgresql": 12}
MANY_EXAMPLES = 1200


def _sensible(value: Any, world: World, pick: int, key: str = "") -> Any:
    """The same body with things that exist, so that it gets as far as the rules of the product."""
    if key in FITTING:
        return FITTING[key]
    if key == "people":
        return [{"membership_id": str(world.scene.members[pick % len(world.scene.members)])}]
    if key == "partner_id" and pick % 4:
        return str(world.scene.partner_id)
    if isinstance(value, dict):
        return {name: _sensible(part, world, pick, name) for name, part in value.items()}
    if isinstance(value, list):
        return [_sensible(part, world, pick + number, key) for number, part in enumerate(value)]
    if isinstance(value, str) and key.endswith(("_id", "_ids")):
        known = world.ids_for(key)
        return known[pick % len(known)]
    if isinstance(value, str) and key in SENSIBLE:
        return SENSIBLE[key].format(pick=pick, day=1 + pick % 28)
    return value


def _aim(case: Case, world: World, pick: int) -> None:
    """Point a good request at things that exist, with a version they may have."""
    for name in case.path_parameters:
        if name.endswith("_id"):
            known = world.ids_for(name)
            case.path_parameters[name] = known[pick % len(known)]
    if "If-Match" in case.headers:
        case.headers["If-Match"] = f'"{1 + pick % 2}"'
    case.query.pop("cursor", None)
    case.body = _sensible(case.body, world, pick)


def _request(case: Case, headers: dict[str, str]) -> httpx.Request:
    told = case.as_transport_kwargs(base_url=SITE.base_url)
    known = {
        name: told.get(name) for name in ("method", "url", "headers", "params", "data", "json", "cookies", "files")
    }
    ready = requests.Request(**known).prepare()
    for name in ("Authorization", "Cookie", "User-Agent"):
        ready.headers.pop(name, None)
    sent = {key.encode(): str(value).encode("latin-1") for key, value in {**ready.headers, **headers}.items()}
    body = ready.body if isinstance(ready.body, str | bytes) else None
    return httpx.Request(ready.method or "", ready.url or "", headers=sent, content=body)


def _try_all(
    operation: Any,
    mode: GenerationMode,
    world: World,
    send: Callable[[httpx.Request], httpx.Response],
    most: int,
) -> Counter[int]:
    """Send `most` requests of one kind; returns how often which status was the answer."""
    seen: Counter[int] = Counter()
    good = mode is GenerationMode.POSITIVE

    @settings(
        max_examples=most,
        database=None,
        deadline=None,
        derandomize=most < MANY_EXAMPLES // 2,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=mode), role=st.sampled_from(ROLES), pick=st.integers(0, 50))
    def attempt(case: Case, role: str, pick: int) -> None:
        if good and pick:
            _aim(case, world, pick)
        # A query holds text only: "null" is how it says that nothing is given, whatever the type.
        assume(good or "null" not in (case.query or {}).values())
        response = send(_request(case, world.headers[role]))
        seen[response.status_code] += 1
        case.validate_response(response, checks=CHECKS)

    attempt()
    return seen


async def _tried(operation: Any, works: Works, client: httpx.AsyncClient, examples: int) -> Counter[int]:
    """All that was answered to `examples` requests, four of ten wrong on purpose where anything can be wrong."""
    world = await make_world(works)
    loop = asyncio.get_running_loop()

    def send(request: httpx.Request) -> httpx.Response:
        answer = asyncio.run_coroutine_threadsafe(client.send(request), loop).result(60)
        client.cookies.clear()
        return answer

    seen: Counter[int] = Counter()
    takes_something = operation.body or operation.query or operation.path_parameters
    shares = ((GenerationMode.POSITIVE, 0.6), (GenerationMode.NEGATIVE, 0.4 if takes_something else 0))
    for mode, share in shares:
        if share:
            seen += await asyncio.to_thread(_try_all, operation, mode, world, send, int(examples * share))
    return seen


@pytest.mark.parametrize("name", OPERATIONS)
async def test_an_operation_keeps_its_word(
    name: str, works: Works, client: httpx.AsyncClient, engine_name: str
) -> None:
    method, path = OPERATIONS[name]
    seen = await _tried(SCHEMA[path][method], works, client, EXAMPLES[engine_name])
    assert max(seen) < 500, seen


async def test_a_word_that_is_not_kept_is_noticed(works: Works, client: httpx.AsyncClient, engine_name: str) -> None:
    """The control: with a description that says something else, the same requests must complain."""
    wrong = copy.deepcopy(DOCUMENT)
    wrong["components"]["schemas"]["Me"]["properties"]["email"] = {"type": "integer"}
    operation = schemathesis.openapi.from_dict(wrong)["/api/v1/me"]["GET"]
    with pytest.raises(FailureGroup, match="Response violates schema"):
        await _tried(operation, works, client, EXAMPLES[engine_name])


@pytest.mark.prove
async def test_every_operation_keeps_its_word_a_thousand_times(
    works: Works, client: httpx.AsyncClient, engine_name: str, database: Database
) -> None:
    total: Counter[int] = Counter()
    for method, path in OPERATIONS.values():
        total += await _tried(SCHEMA[path][method], works, client, MANY_EXAMPLES)
        await empty(database)
    assert max(total) < 500
    record(
        "api-contract",
        "Whatever is sent to the API, the answer is one that its description promises, and never 5xx.",
        engine=engine_name,
        rounds=sum(total.values()),
        done=f"{len(OPERATIONS)} operations, {MANY_EXAMPLES} requests each, as {', '.join(ROLES)}",
        found="0 answers of 5xx, 0 violations; " + ", ".join(f"{n} x {status}" for status, n in sorted(total.items())),
    )
