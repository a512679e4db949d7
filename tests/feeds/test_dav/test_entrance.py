"""Who gets in: the right address with the right password, at every request anew; wrong ones are counted."""

import httpx
import pytest

from tests.conftest import SITE, FrozenClock
from tests.feeds.test_dav.asking import CLI, Program, basic, booked_scene, learner, program_of
from training.app import create_app
from training.base.database import execute, watch_statements
from training.base.work import Works
from training.people.actions import disable_person, revoke_own_device, revoke_role
from training.people.rules import Role
from training.people.rules.devices import WRONG_PASSWORDS_PER_ACCOUNT
from training.settings import Settings


@pytest.fixture
async def program(client: httpx.AsyncClient, works: Works) -> Program:
    """A learner's program."""
    return await program_of(client, works, learner(await booked_scene(works)))


@pytest.mark.parametrize(
    "header",
    [
        "",
        "Basic",
        "Basic !!!",
        "Bearer abc",
        basic("northern-line-0@example.org", "wrong")["authorization"],
        basic("", "")["authorization"],
        basic("no address", "x")["authorization"],
        basic("nobody@example.org", "x" * 500)["authorization"],
        basic("a\x00@example.org", "\x00")["authorization"],
        "Basic " + "A" * 60_000,
    ],
)
async def test_without_the_right_password_nothing_is_told(
    client: httpx.AsyncClient, program: Program, header: str
) -> None:
    for method, path in (("PROPFIND", "/dav/"), ("GET", program.home()), ("PUT", "/dav/x"), ("BREW", "/dav/none")):
        refused = await client.request(method, path, headers={"authorization": header} if header else {})
        assert refused.status_code == 401
        assert refused.headers["www-authenticate"].startswith("Basic realm=")
        assert b"multistatus" not in refused.content


async def test_neither_cookie_nor_bearer_opens_it(client: httpx.AsyncClient, program: Program) -> None:
    """And a device password opens nothing else."""
    password = program.headers["authorization"]
    assert (await client.get("/account", headers={"authorization": password})).status_code == 303
    assert (await client.get("/api/v1/me", headers={"authorization": password})).status_code == 401


async def test_it_is_typed_as_people_type(client: httpx.AsyncClient, works: Works, program: Program) -> None:
    assert (await program.ask("GET", "/dav/")).status_code == 200
    made = (await program_of(client, works, program.viewer)).headers["authorization"]
    assert made != program.headers["authorization"]
    program.headers["authorization"] = made
    assert (await program.ask("GET", "/dav/")).status_code == 200


async def test_what_ends_ends_with_the_next_request(client: httpx.AsyncClient, works: Works, program: Program) -> None:
    device = (await execute("SELECT id FROM device_password"))[0]["id"]
    await works.run(program.viewer, revoke_own_device, device)
    assert (await program.ask("GET", "/dav/")).status_code == 401
    again = await program_of(client, works, program.viewer)
    assert (await again.ask("GET", "/dav/")).status_code == 200
    assert again.viewer.person_id is not None
    await works.run(CLI, disable_person, again.viewer.person_id)
    assert (await again.ask("GET", "/dav/")).status_code == 401


async def test_a_role_that_is_lost_takes_its_calendar_along(client: httpx.AsyncClient, works: Works) -> None:
    scene = await booked_scene(works)
    program = await program_of(client, works, scene.coordinator)
    path = program.home(f"partner-{scene.partner_id}", "")
    entry = f"{path}{scene.meeting_ids[0]}.ics"
    assert (await program.ask("GET", entry)).status_code == 200
    assert scene.coordinator.person_id is not None
    await works.run(CLI, revoke_role, scene.coordinator.person_id, Role.COORDINATOR, scene.partner_id)
    assert (await program.ask("GET", entry)).status_code == 404
    assert (await program.ask("PROPFIND", path, depth="0")).status_code == 404
    assert path not in (await program.propfind(program.home(), "d:resourcetype", depth="1")).hrefs


async def test_use_is_noted_every_fifteen_minutes(program: Program, clock: FrozenClock) -> None:
    written = []
    for minutes in (0, 14, 1):
        clock.move(minutes=minutes)
        with watch_statements() as seen:
            await program.ask("GET", "/dav/", user_agent="DAVx5/4.4.3-ose (2024/08/30; dav4jvm; okhttp) Android/14")
        written.append((len(seen), sum(sql.startswith("UPDATE") for sql in seen)))
    assert [updates for _, updates in written] == [1, 0, 1]
    assert written[1] == (1, 0)
    assert [row["last_used_by"] for row in await execute("SELECT last_used_by FROM device_password")] == ["DAVx⁵"]


async def test_wrong_passwords_are_counted_and_lock_nobody_out(client: httpx.AsyncClient, program: Program) -> None:
    wrong = basic(program.viewer.email, "wrong")
    answers = [await client.get("/dav/", headers=wrong) for _ in range(WRONG_PASSWORDS_PER_ACCOUNT + 2)]
    assert [answer.status_code for answer in answers[-3:]] == [401, 429, 429]
    assert int(answers[-1].headers["retry-after"]) > 0
    assert (await program.ask("GET", "/dav/")).status_code == 200


async def test_requests_are_limited_by_account_and_by_address(works: Works, program: Program) -> None:
    settings = Settings(
        demo=True,
        base_url=SITE.base_url,
        secret_key=SITE.secret_key,
        requests_per_minute_account=3,
        requests_per_minute_address=2,
    )
    app = create_app(settings, works=works)
    transport = httpx.ASGITransport(app=app, client=("203.0.113.9", 50000))  # type: ignore[arg-type]
    async with httpx.AsyncClient(transport=transport, base_url=SITE.base_url) as client:
        good = [(await client.get("/dav/", headers=program.headers)).status_code for _ in range(4)]
        wrong = basic(program.viewer.email, "wrong")
        bad = [(await client.get("/dav/", headers=wrong)).status_code for _ in range(3)]
        unsigned = [(await client.get("/dav/")).status_code for _ in range(4)]
    assert (good, bad, unsigned) == ([200, 200, 200, 429], [401, 401, 429], [401] * 4)
