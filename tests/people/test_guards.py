"""Cookies, bearers, and who is let in."""

from collections.abc import AsyncIterator
from uuid import UUID, uuid4

import httpx
import pytest
from litestar import Litestar, get
from litestar.di import NamedDependency

from tests.conftest import FrozenClock, built
from tests.people.conftest import ADA, CLI, MailedToken, SignedIn
from training.app import create_app
from training.base.database import execute, watch_statements
from training.base.site import Site
from training.base.structs import Viewer
from training.base.work import Works
from training.people.actions import grant_role, make_staff
from training.people.guards import cookie_name, permitted, sign_in_cookie
from training.people.rules import WRONG_CODES_PER_CLIENT, Permission, Role
from training.reactions import REACTIONS
from training.settings import Settings

HTTPS = "https://training.example"
KEY = "a key for tests only"


@get("/api/v1/for-managers", guards=[permitted(Permission.SESSION_MANAGE)], include_in_schema=False)
async def door(viewer: NamedDependency[Viewer]) -> str:
    """Something that only managers get."""
    return viewer.email


@pytest.fixture
async def guarded(works: Works) -> AsyncIterator[httpx.AsyncClient]:
    """A client of an application of its own, because something is added to it."""
    app = built(works)
    app.register(door)
    transport = httpx.ASGITransport(app=app)  # type: ignore[arg-type]
    async with httpx.AsyncClient(transport=transport, base_url=works.site.base_url) as opened:
        yield opened


@pytest.fixture(scope="module")
def https_app(one_works: Works) -> Litestar:
    """The same installation, reached by https."""
    units = Works(clock=one_works.clock, site=Site(base_url=HTTPS, secret_key=KEY), reactions=REACTIONS)
    return create_app(Settings(base_url=HTTPS, secret_key=KEY), works=units)


@pytest.fixture
async def https_client(https_app: Litestar, works: Works) -> AsyncIterator[httpx.AsyncClient]:  # noqa: ARG001 - bound
    transport = httpx.ASGITransport(app=https_app)  # type: ignore[arg-type]
    async with httpx.AsyncClient(transport=transport, base_url=HTTPS) as opened:
        yield opened


def flags(header: str) -> set[str]:
    return {part.strip().lower() for part in header.split(";")[1:]}


@pytest.mark.usefixtures("ada")
async def test_the_cookie_over_http(client: httpx.AsyncClient, mailed_token: MailedToken) -> None:
    used = await client.post(f"/sign-in/{await mailed_token()}")
    cookie = next(value for value in used.headers.get_list("set-cookie") if value.startswith("sign_in="))
    assert flags(cookie) == {"httponly", "samesite=lax", "path=/", f"max-age={180 * 24 * 3600}"}


@pytest.mark.usefixtures("ada")
async def test_the_cookie_over_https(https_client: httpx.AsyncClient, mailed_token: MailedToken) -> None:
    used = await https_client.post(f"/sign-in/{await mailed_token()}")
    cookie = next(value for value in used.headers.get_list("set-cookie") if value.startswith("__Host-sign_in="))
    assert flags(cookie) == {"httponly", "samesite=lax", "path=/", "secure", f"max-age={180 * 24 * 3600}"}
    assert (await https_client.get("/account")).status_code == 200
    out = await https_client.post("/sign-out")
    gone = next(value for value in out.headers.get_list("set-cookie") if value.startswith("__Host-sign_in="))
    assert {"secure", "path=/", "max-age=0"} <= flags(gone)
    # Nor does anything stay that rosters kept on the device.
    assert out.headers["clear-site-data"] == '"storage"'


@pytest.mark.usefixtures("ada")
async def test_over_https_the_plain_cookie_is_nobody(https_client: httpx.AsyncClient, signed_in: SignedIn) -> None:
    token, _ = await signed_in()
    https_client.cookies.set("sign_in", token)
    assert (await https_client.get("/account")).status_code == 303


def test_names_and_removal_of_the_cookie() -> None:
    assert cookie_name(Site()) == "sign_in"
    assert cookie_name(Site(base_url=HTTPS)) == "__Host-sign_in"
    assert sign_in_cookie(Site(), "").max_age == 0


@pytest.mark.usefixtures("ada")
async def test_a_planted_cookie_is_replaced_at_sign_in(client: httpx.AsyncClient, mailed_token: MailedToken) -> None:
    token = await mailed_token()
    client.cookies.set("sign_in", "planted-by-somebody-else")
    used = await client.post(f"/sign-in/{token}")
    cookies = [value for value in used.headers.get_list("set-cookie") if value.startswith("sign_in=")]
    assert len(cookies) == 1
    assert "planted" not in cookies[0]
    client.cookies.clear()
    client.cookies.set("sign_in", "planted-by-somebody-else")
    assert (await client.get("/account")).status_code == 303


@pytest.mark.parametrize("cookie", ["x", "A" * 43, "%00", "a" * 4000])
async def test_a_dead_cookie_is_removed_and_its_bearer_is_a_visitor(client: httpx.AsyncClient, cookie: str) -> None:
    client.cookies.set("sign_in", cookie)
    page = await client.get("/sign-in")
    assert page.status_code == 200
    gone = next(value for value in page.headers.get_list("set-cookie") if value.startswith("sign_in="))
    assert "max-age=0" in flags(gone)


@pytest.mark.usefixtures("database")
async def test_a_visitor_costs_no_statement_and_gets_no_cookie(client: httpx.AsyncClient) -> None:
    with watch_statements() as seen:
        page = await client.get("/sign-in")
    assert seen == []
    assert "set-cookie" not in page.headers


@pytest.mark.usefixtures("ada")
async def test_being_seen_is_written_every_fifteen_minutes(
    client: httpx.AsyncClient, clock: FrozenClock, signed_in: SignedIn
) -> None:
    token, _ = await signed_in()
    headers = {"authorization": f"Bearer {token}"}
    writes = []
    for minutes in (0, 14, 1, 14, 1):
        clock.move(minutes=minutes)
        with watch_statements() as seen:
            assert (await client.get("/api/v1/me", headers=headers)).status_code == 200
        writes.append(sum(sql.startswith("UPDATE") for sql in seen))
    assert writes == [0, 0, 1, 0, 1]
    for _ in range(6):
        clock.move(days=29)
        assert (await client.get("/api/v1/me", headers=headers)).status_code == 200
    clock.move(days=7)
    assert (await client.get("/api/v1/me", headers=headers)).status_code == 401, "180 days are the end"


async def test_a_revoked_sign_in_stops_with_the_next_request(
    client: httpx.AsyncClient, ada: UUID, signed_in: SignedIn
) -> None:
    token, _ = await signed_in()
    headers = {"authorization": f"Bearer {token}"}
    assert (await client.get("/api/v1/me", headers=headers)).status_code == 200
    await execute("UPDATE sign_in SET revoked_at = created_at WHERE person_id = {}", ada)
    assert (await client.get("/api/v1/me", headers=headers)).status_code == 401


@pytest.mark.usefixtures("ada")
async def test_a_bearer_opens_no_page(client: httpx.AsyncClient, signed_in: SignedIn) -> None:
    token, _ = await signed_in()
    assert (await client.get("/account", headers={"authorization": f"Bearer {token}"})).status_code == 303


async def test_a_permission_opens_a_door(
    guarded: httpx.AsyncClient, works: Works, ada: UUID, signed_in: SignedIn
) -> None:
    token, _ = await signed_in()
    headers = {"authorization": f"Bearer {token}"}
    assert (await guarded.get("/api/v1/for-managers")).status_code == 401
    shut = await guarded.get("/api/v1/for-managers", headers=headers)
    missing = await guarded.get("/api/v1/nothing-here", headers=headers)
    assert (shut.status_code, missing.status_code) == (404, 404)
    assert shut.json()["code"] == missing.json()["code"]
    await works.run(CLI, grant_role, ada, Role.COORDINATOR, UUID(int=1))
    assert (await guarded.get("/api/v1/for-managers", headers=headers)).status_code == 404
    await works.run(CLI, grant_role, ada, Role.PROGRAM_MANAGER, UUID(int=1))
    assert (await guarded.get("/api/v1/for-managers", headers=headers)).text == ADA
    await works.run(CLI, make_staff, ADA)
    assert (await guarded.get("/api/v1/for-managers", headers=headers)).status_code == 200


async def test_wrong_access_codes_are_counted_for_the_client(client: httpx.AsyncClient, clock: FrozenClock) -> None:
    """Right ones cost nothing; after too many wrong ones no code is looked at for a while."""
    nobody = uuid4()
    tries = ["/sessions/by-code", f"/sessions/{nobody}?code=KX7M-RT4P", f"/api/v1/sessions/{nobody}?code=KX7M-RT4P"]
    for number in range(WRONG_CODES_PER_CLIENT):
        path = tries[number % 3]
        wrong = await (client.post(path, data={"code": "KX7M-RT4P"}) if "by-code" in path else client.get(path))
        assert wrong.status_code in (404, 422)
    refused = [await client.post(tries[0], data={"code": "KX7M-RT4P"}), *[await client.get(path) for path in tries[1:]]]
    assert [answer.status_code for answer in refused] == [429, 429, 429]
    assert refused[2].json()["code"] == "too-many-codes"
    assert 0 < int(refused[2].headers["retry-after"]) <= 900
    assert (await client.get(f"/sessions/{nobody}")).status_code == 404
    clock.move(minutes=15)
    assert (await client.get(tries[1])).status_code == 404
