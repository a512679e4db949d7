"""What every answer carries, which requests are turned away at once, and whose address is believed."""

from typing import Any

import httpx
import pytest
from litestar.connection import ASGIConnection

from tests.conftest import SITE
from tests.web.made import World
from tests.web.routes import Address
from tests.web.test_wire import signed_in, tour
from training.app import create_app
from training.attendance.pages.scanning import CAMERA
from training.base.work import Works
from training.people.guards import cookie_name
from training.settings import Settings
from training.web.openapi import PATH
from training.web.security import HEADERS, POLICY, client_address, policy_with

FORM = {"content-type": "application/x-www-form-urlencoded"}


def lacking(answer: httpx.Response) -> list[str]:
    """The security headers that an answer does not have, or has twice."""
    told = answer.headers
    if told.get("x-frame-options") == "SAMEORIGIN":
        # The HTML of a mail, shown in a frame of ours: stricter than a page in everything else.
        policy = told["content-security-policy"]
        strict = policy.startswith("default-src 'none'; ") and "sandbox" in policy and "unsafe" not in policy
        return [] if strict and "frame-ancestors 'self'" in policy else ["content-security-policy"]
    if told.get("content-disposition", "").startswith("attachment") and "sandbox" in told["content-security-policy"]:
        # What is saved is no page: it loads nothing, and tells nobody where it came from.
        policy = told["content-security-policy"]
        strict = policy.startswith("sandbox; default-src 'none'; ") and policy.endswith("frame-ancestors 'none'")
        return [] if strict and told["referrer-policy"] == "no-referrer" else ["content-security-policy"]
    # A page with a secret in its address tells other pages of ours less than the others do.
    # Only the page that scans may ask for the camera.
    others = {"referrer-policy": ["strict-origin"], "permissions-policy": [*CAMERA.values()]}
    wrong = [
        name
        for name, value in HEADERS.items()
        if told.get_list(name) != [value] and told.get_list(name) != others.get(name)
    ]
    return wrong + ([] if len(told.get_list("cache-control")) == 1 else ["cache-control"])


async def test_every_answer_of_every_address(
    client: httpx.AsyncClient, world: World, everywhere: list[Address]
) -> None:
    """As a visitor and as staff, with the right method, a wrong one, and none that exists."""
    for address in tour(everywhere):
        for method in (*sorted(address.methods), "HEAD", "OPTIONS", "PUT"):
            for headers in ({}, signed_in(world, address)):
                answer = await client.request(method, address.path, headers=headers)
                client.cookies.clear()
                assert lacking(answer) == [], f"{method} {address.path} {answer.status_code}"


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/nothing/here", 404),
        ("/api/v1/nothing", 404),
        ("/api/nothing", 404),
        ("/static/x/nothing.css", 404),
        ("/static/x/../../settings.py", 404),
        ("/static/x/.hidden", 404),
        ("/account", 303),
        ("/sign-in", 200),
        ("/health/live", 200),
        ("/health/ready", 200),
        (PATH, 200),
    ],
)
async def test_answers_outside_of_the_rooms(client: httpx.AsyncClient, path: str, status: int) -> None:
    answer = await client.get(path)
    assert (answer.status_code, lacking(answer)) == (status, [])


@pytest.mark.parametrize("scheme", ["http", "https"])
async def test_over_https_only_https_is_left(works: Works, scheme: str) -> None:
    base = f"{scheme}://testserver.example"
    app = create_app(Settings(base_url=base, secret_key=SITE.secret_key), works=works)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url=base) as client:  # type: ignore[arg-type]
        answers = [
            await client.post("/theme", data={"theme": "dark"}),
            await client.post("/zone", data={"zone": "UTC"}),
            await client.get("/programs", headers={"cookie": f"{cookie_name(app.state.site)}=dead; flash=eyJ9"}),
            await client.get("/programs", headers={"cookie": "flash=eyJ0ZXh0IjoieCJ9"}),
            await client.get("/nothing"),
        ]
    secure = scheme == "https"
    cookies = [cookie for answer in answers for cookie in answer.headers.get_list("set-cookie")]
    assert len(cookies) >= 3
    assert {cookie.lower().count("; secure") for cookie in cookies} == {int(secure)}
    expected = ["max-age=31536000"] if secure else []
    assert all(answer.headers.get_list("strict-transport-security") == expected for answer in answers)


def test_the_policy_forbids_what_it_must() -> None:
    parts = dict(part.split(" ", 1) for part in POLICY.split("; "))
    assert parts["default-src"] == "'none'"
    assert parts["frame-ancestors"] == "'none'"
    assert parts["base-uri"] == "'none'"
    assert parts["form-action"] == "'self'"
    assert "unsafe" not in POLICY
    assert "http" not in POLICY
    assert "*" not in POLICY


def test_one_other_origin_is_looked_at_and_nothing_more() -> None:
    assert policy_with("") == POLICY
    there = "https://files.example.org"
    wider = dict(part.split(" ", 1) for part in policy_with(there).split("; "))
    usual = dict(part.split(" ", 1) for part in POLICY.split("; "))
    changed = {name for name, value in wider.items() if value != usual[name]}
    assert changed == {"img-src", "media-src", "frame-src"}
    assert all(wider[name] == f"{usual[name]} {there}" for name in changed)


@pytest.mark.parametrize(
    ("headers", "passes"),
    [
        ({}, True),
        ({"sec-fetch-site": "same-origin"}, True),
        ({"sec-fetch-site": "none"}, True),
        ({"sec-fetch-site": "cross-site"}, False),
        ({"sec-fetch-site": "same-site"}, False),
        ({"sec-fetch-site": "anything"}, False),
        ({"sec-fetch-site": "cross-site", "origin": SITE.base_url}, False),
        ({"origin": SITE.base_url}, True),
        ({"origin": "https://evil.example"}, False),
        ({"origin": "null"}, False),
        ({"origin": "null", "host": ""}, False),
        ({"origin": ""}, False),
        ({"origin": "http://[::1"}, False),
        ({"origin": SITE.base_url.replace("http", "https")}, False),
        ({"origin": f"{SITE.base_url}.evil.example"}, False),
        ({"origin": "http://evil.example", "host": "evil.example"}, False),
        ({"origin": "http://10.0.0.5:8000", "host": "10.0.0.5:8000"}, True),
        ({"origin": "http://10.0.0.5:8000", "host": "10.0.0.5:9000"}, False),
        ({"origin": "http://localhost:8000", "host": "localhost:8000"}, True),
        ({"referer": "https://evil.example/"}, True),
    ],
)
async def test_changes_asked_for_by_other_sites(
    client: httpx.AsyncClient, headers: dict[str, str], passes: bool
) -> None:
    """Programs send neither header and pass; a Host that is a name proves nothing."""
    page = await client.post("/theme", data={"theme": "dark"}, headers=headers)
    json = await client.post("/api/v1/sign-in-links", json={"email": "a@b.example"}, headers=headers)
    if passes:
        assert (page.status_code, json.status_code) == (303, 202)
    else:
        assert page.status_code == json.status_code
        assert json.status_code == (400 if headers.get("host") == "" else 403)
        assert json.status_code == 400 or json.json()["code"] == "cross-site-request"


async def test_every_change_is_refused_from_elsewhere(
    client: httpx.AsyncClient, world: World, everywhere: list[Address]
) -> None:
    for address in everywhere:
        for method in sorted(address.methods & {"POST", "PUT", "PATCH", "DELETE"}):
            headers = {**signed_in(world, address), "sec-fetch-site": "cross-site"}
            answer = await client.request(method, address.path, headers=headers)
            assert answer.status_code == 403, f"{method} {address.path}"


async def test_reading_from_elsewhere_is_following_a_link(client: httpx.AsyncClient) -> None:
    assert (await client.get("/sign-in", headers={"sec-fetch-site": "cross-site"})).status_code == 200


def connection(peer: str, *forwarded: str) -> ASGIConnection[Any, Any, Any, Any]:
    headers = [(b"x-forwarded-for", line.encode()) for line in forwarded]
    client = (peer, 1) if peer else None
    scope: Any = {"type": "http", "client": client, "headers": headers, "state": {}, "litestar_app": None}
    return ASGIConnection(scope)


@pytest.mark.parametrize(
    ("peer", "forwarded", "trusted", "caller"),
    [
        ("198.51.100.1", (), (), "198.51.100.1"),
        ("198.51.100.1", ("203.0.113.9",), (), "198.51.100.1"),
        ("198.51.100.1", ("203.0.113.9",), ("10.0.0.1",), "198.51.100.1"),
        ("10.0.0.1", ("203.0.113.9",), ("10.0.0.1",), "203.0.113.9"),
        ("10.0.0.1", (), ("10.0.0.1",), "10.0.0.1"),
        ("10.0.0.1", ("1.1.1.1, 203.0.113.9",), ("10.0.0.1",), "203.0.113.9"),
        ("10.0.0.1", ("1.1.1.1", "203.0.113.9"), ("10.0.0.1",), "203.0.113.9"),
        ("10.0.0.1", ("203.0.113.9, 10.0.0.2",), ("10.0.0.0/8",), "203.0.113.9"),
        ("10.0.0.1", ("10.0.0.3, 10.0.0.2",), ("10.0.0.0/8",), "10.0.0.3"),
        ("10.0.0.1", ("nonsense",), ("10.0.0.1",), "10.0.0.1"),
        ("10.0.0.1", ("203.0.113.9, ",), ("10.0.0.1",), "10.0.0.1"),
        ("::1", ("2001:db8::7",), ("::1",), "2001:db8::7"),
        ("", ("203.0.113.9",), ("10.0.0.1",), ""),
    ],
)
def test_whose_address_is_believed(
    peer: str, forwarded: tuple[str, ...], trusted: tuple[str, ...], caller: str
) -> None:
    assert client_address(connection(peer, *forwarded), trusted) == caller


async def test_the_way_back_after_signing_in_is_kept_whole(client: httpx.AsyncClient) -> None:
    answer = await client.get("/account?a=1&b=%0d%0aset-cookie:%20x")
    assert answer.headers["location"] == "/sign-in?next=/account%3Fa%3D1%26b%3D%250d%250aset-cookie%3A%2520x"
    assert "set-cookie" not in answer.headers
