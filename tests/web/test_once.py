"""A form that is sent twice is taken once: on every page, in sequence and at once, in one process and in two."""

import asyncio
import re
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from litestar import Litestar

from tests.web.facts import facts_of, filled, lonely
from tests.web.made import World
from tests.web.presses import CASES, HARMLESS, Case
from tests.web.routes import Address, addresses
from tests.web.situations import happened
from training.base.database import execute, watch_statements
from training.base.errors import Conflict
from training.base.structs import ANONYMOUS, Viewer
from training.base.texts import FORM_TOKEN, environment, form_token
from training.base.work import Work, Works
from training.people.actions import sign_in_link
from training.web.once import TURNS, OncePerPress, Press, PressedWorks, SentBefore

_FORMS = re.compile(r"<form\b[^>]*>", re.IGNORECASE)
_TOKENS = re.compile(rf'name="{FORM_TOKEN}" value="([A-Za-z0-9_-]{{24}})"')
# A survey's form keeps no press: it would be a hash of the answers beside whoever gave them.
REPEATABLE = {"/theme", "/sign-out", "?"}


async def effects() -> int:
    """How much has happened: lines of the journal, and messages that wait."""
    rows = await execute("SELECT (SELECT count(*) FROM journal_entry) + (SELECT count(*) FROM message) AS n")
    return int(rows[0]["n"])


def cookie_of(world: World, role: str) -> dict[str, str]:
    """The headers of a browser in which somebody of this role is signed in."""
    told = world.headers[role].get("authorization", "")
    return {"cookie": f"sign_in={told.split()[1]}"} if told else {}


def test_no_template_can_forget_the_token() -> None:
    loader, found = environment(), 0
    for name in loader.list_templates(extensions=["html"]):
        assert loader.loader is not None
        source = loader.preprocess(loader.loader.get_source(loader, name)[0], name)
        for tag in re.finditer(r"<form\b(?:\{\{.*?\}\}|\{%.*?%\}|[^>])*>", source, re.DOTALL):
            if 'method="post"' not in tag[0].lower():
                continue
            found += 1
            if not any(f'action="{address}"' in tag[0] for address in REPEATABLE) or "data-repeatable" in tag[0]:
                assert source[tag.end() :].startswith(f'<input type="hidden" name="{FORM_TOKEN}"'), (name, tag[0])
    assert found > 50


async def test_every_page_with_a_form_has_its_token(client: httpx.AsyncClient, world: World, app: Litestar) -> None:
    seen: set[str] = set()
    tokens: list[str] = []
    for role in ("staff", "coordinator", "learner", "anonymous"):
        for address in addresses(app, world):
            if address.api or "GET" not in address.methods or "/export/" in address.path:
                continue
            answer = await client.get(address.path, headers=cookie_of(world, role))
            posting = [tag[0] for tag in _FORMS.finditer(answer.text) if 'method="post"' in tag[0]]
            own = [tag for tag in posting if not any(f'action="{path}"' in tag for path in REPEATABLE)]
            found = _TOKENS.findall(answer.text)
            assert len(found) == len(own), (address.path, own)
            tokens += found
            seen |= {address.route} if own else set()
    assert len(seen) > 25
    assert len(set(tokens)) == len(tokens), "each form has one of its own"


def test_every_form_that_can_be_sent_is_tried(everywhere: list[Address]) -> None:
    routes = {address.route for address in everywhere if "POST" in address.methods and not address.api}
    assert routes - CASES.keys() - HARMLESS.keys() == set(), "say in tests/web/presses.py what this form holds"
    assert (CASES.keys() | HARMLESS.keys()) - routes == set()


async def pressed(works: Works, world: World, address: Address, case: Case) -> tuple[str, Any]:
    """The address and the keyword arguments that send a case."""
    if "Lonely" in str(case.body):
        await lonely()
    facts = await happened(case.given, works, world, await facts_of(world, state=case.state, asked=case.asked))
    path = address.route.replace(":uuid", "").replace(":str", "")
    for name in re.findall(r"{(\w+)}", path):
        value = filled(case.path[name], facts) if name in case.path else facts.get(name, world.ids_for(name)[0])
        path = path.replace("{" + name + "}", value)
    return path, {"data": filled(case.body, facts), "headers": cookie_of(world, case.role)}


@pytest.mark.parametrize("route", CASES)
async def test_a_form_that_is_sent_twice_is_taken_once(
    route: str, works: Works, client: httpx.AsyncClient, world: World, everywhere: list[Address]
) -> None:
    case = CASES[route]
    address = next(address for address in everywhere if address.route == route)
    path, how = await pressed(works, world, address, case)
    how["data"][FORM_TOKEN] = form_token()
    before = await effects()
    first = await client.post(path, **how)
    client.cookies.clear()
    after = await effects()
    assert (first.status_code, after > before) == (200 if case.shows else 303, True), first.text[-3000:]
    second = await client.post(path, **how)
    client.cookies.clear()
    assert second.status_code == 303, second.text[-3000:]
    if not case.shows:
        assert second.headers["location"] == first.headers["location"]
        assert second.headers.get("set-cookie") == first.headers.get("set-cookie")
    assert await effects() == after
    if case.twice:
        del how["data"][FORM_TOKEN]
        again = await client.post(path, **how)
        assert (again.status_code, await effects() > after) == (first.status_code, True), "the control: without a token"


async def _sent(client: httpx.AsyncClient, world: World, *tokens: str, **more: str) -> list[httpx.Response]:
    """The form that adds a venue, once for each token at the same moment."""
    typed = {"name": "Town Hall", "zone": "UTC", **more}
    asking = [
        client.post("/manage/venues", data={**typed, FORM_TOKEN: token}, headers=cookie_of(world, "staff"))
        for token in tokens
    ]
    return await asyncio.gather(*asking)


async def _venues() -> int:
    return int((await execute("SELECT count(*) AS n FROM venue WHERE name = 'Town Hall'"))[0]["n"])


async def test_presses_at_once_end_at_the_same_place(client: httpx.AsyncClient, world: World) -> None:
    token = form_token()
    answers = await _sent(client, world, *[token] * 5)
    assert {(answer.status_code, answer.headers["location"]) for answer in answers} == {
        (303, answers[0].headers["location"])
    }
    assert len({answer.headers["set-cookie"] for answer in answers}) == 1, "the same sentence"
    assert await _venues() == 1


async def test_what_was_changed_is_a_new_wish(client: httpx.AsyncClient, world: World) -> None:
    token = form_token()
    first, second = [(await _sent(client, world, token, address=street))[0] for street in ("1 Quay", "2 Quay")]
    assert (first.status_code, second.status_code) == (303, 303)
    assert first.headers["location"] != second.headers["location"]
    assert await _venues() == 2
    assert (await _sent(client, world, token, address="1 Quay"))[0].headers["location"] == first.headers["location"]


async def test_what_failed_keeps_nothing(client: httpx.AsyncClient, world: World) -> None:
    """A name that is taken: when it is free again, the same form goes through."""
    path = f"/manage/venues/{world.ids_for('venue_id')[0]}/rooms"
    typed = {"name": "Blue room", FORM_TOKEN: form_token()}
    how: dict[str, Any] = {"data": typed, "headers": cookie_of(world, "staff")}
    assert (await client.post(path, **how)).status_code == 422
    assert (await execute("SELECT count(*) AS n FROM kept_answer"))[0]["n"] == 0
    await execute("UPDATE room SET name = 'Green room'")
    assert (await client.post(path, **how)).status_code == 303


async def test_a_token_belongs_to_who_sent_it(client: httpx.AsyncClient, world: World) -> None:
    token = form_token()
    for role in ("staff", "manager"):
        typed = {"name": "Town Hall", "zone": "UTC", FORM_TOKEN: token}
        assert (await client.post("/manage/venues", data=typed, headers=cookie_of(world, role))).status_code == 303
    assert await _venues() == 2


async def test_a_visitor_is_known_by_the_token_alone(client: httpx.AsyncClient, world: World) -> None:
    typed = {"email": world.scene.coordinator.email, "next": "/", FORM_TOKEN: form_token()}
    before = await effects()
    for _ in range(3):
        assert (await client.post("/sign-in", data=typed)).headers["location"] == "/sign-in/sent"
    once_sent = await effects() - before
    await client.post("/sign-in", data={**typed, FORM_TOKEN: form_token()})
    assert await effects() - before == 2 * once_sent > 0


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """The first of several presses goes on only when a second one waits, however slow the machine is."""
    go_on, take, asked, waits = OncePerPress._first, TURNS.take, [], asyncio.Event()

    def counted(identity: str) -> Any:
        asked.append(identity)
        if len(asked) == 2:
            waits.set()
        return take(identity)

    async def patient(self: OncePerPress, *request: Any) -> None:
        await waits.wait()
        await go_on(self, *request)

    monkeypatch.setattr(TURNS, "take", counted)
    monkeypatch.setattr(OncePerPress, "_first", patient)


@pytest.mark.usefixtures("at_once")
async def test_two_presses_of_a_mailed_link_are_both_signed_in(
    client: httpx.AsyncClient, works: Works, world: World
) -> None:
    """The browser listens to the second answer only, so that one must bring the cookie too."""
    before = (await execute("SELECT count(*) AS n FROM sign_in"))[0]["n"]
    path = urlsplit(await works.run(Viewer.machine("cli"), sign_in_link, world.scene.coordinator.email)).path
    typed = {FORM_TOKEN: form_token()}
    answers = await asyncio.gather(*(client.post(path, data=typed) for _ in range(2)))
    assert {answer.status_code for answer in answers} == {303}
    assert all("sign_in=" in answer.headers["set-cookie"] for answer in answers)
    assert (await execute("SELECT count(*) AS n FROM sign_in"))[0]["n"] == before + 1


async def test_after_a_crash_it_is_said_that_it_was_taken(client: httpx.AsyncClient, world: World) -> None:
    """The effect is there, but where it would have led was never written: nothing is done a second time."""
    token = form_token()
    await _sent(client, world, token)
    await execute("UPDATE kept_answer SET status = 0, body = ''")
    typed = {"name": "Town Hall", "zone": "UTC", FORM_TOKEN: token}
    headers = {**cookie_of(world, "staff"), "referer": "http://testserver.example/manage/venues/new?x=1"}
    answer = await client.post("/manage/venues", data=typed, headers=headers)
    assert (answer.status_code, answer.headers["location"]) == (303, "/manage/venues/new?x=1")
    seen = {"cookie": f"{cookie_of(world, 'staff')['cookie']}; {answer.headers['set-cookie'].partition(';')[0]}"}
    assert "taken once" in (await client.get("/manage/venues/new", headers=seen)).text
    assert await _venues() == 1


async def _emit_nothing(work: Work, fails: bool = False) -> str:
    if fails:
        raise Conflict("This clashes.")
    return str(work.id)


def _press(identity: str = "press") -> Press:
    return Press(token="t", identity=identity, payload="")


async def test_in_two_processes_the_database_decides(works: Works, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever is second meets the row of the first, however it went on."""
    monkeypatch.setattr("training.web.once._PAUSE_SECONDS", 0.001)
    outcomes = await asyncio.gather(
        *(PressedWorks(works, _press()).run(ANONYMOUS, _emit_nothing) for _ in range(4)), return_exceptions=True
    )
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["SentBefore"] * 3 + ["str"]
    with pytest.raises(SentBefore):
        await PressedWorks(works, _press()).run(ANONYMOUS, _emit_nothing, fails=True)
    with pytest.raises(Conflict):
        await PressedWorks(works, _press("another")).run(ANONYMOUS, _emit_nothing, fails=True)


async def test_further_units_of_a_press_belong_to_it(works: Works) -> None:
    one = PressedWorks(works, _press())
    with pytest.raises(Conflict):
        await one.run(ANONYMOUS, _emit_nothing, fails=True)
    assert await one.run(ANONYMOUS, _emit_nothing) != await one.run(ANONYMOUS, _emit_nothing)
    assert (await execute("SELECT count(*) AS n FROM kept_answer"))[0]["n"] == 1
    assert not isinstance(one.of("cli"), PressedWorks)


async def test_a_press_costs_one_look_and_one_row(client: httpx.AsyncClient, world: World) -> None:
    """Before the commit: the look, and the row in the batch that is sent anyway. Where it led comes afterwards."""
    counted = []
    for tokens in ((), (form_token(),)):
        with watch_statements() as seen:
            typed = {"name": "Town Hall", "zone": "UTC"} | ({FORM_TOKEN: tokens[0]} if tokens else {})
            assert (
                await client.post("/manage/venues", data=typed, headers=cookie_of(world, "staff"))
            ).status_code == 303
        counted.append(len(seen))
    assert counted[1] - counted[0] == 2


async def test_a_turn_is_left_when_the_client_hangs_up() -> None:
    entered = asyncio.Event()

    async def forever() -> None:
        async with TURNS.take("hung up"):
            entered.set()
            await asyncio.sleep(60)

    task = asyncio.create_task(forever())
    await entered.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    async with asyncio.timeout(1), TURNS.take("hung up") as turn:
        assert turn.wanted == 1


@pytest.mark.usefixtures("at_once")
async def test_a_secret_that_was_asked_for_twice_at_once_is_shown(client: httpx.AsyncClient, world: World) -> None:
    """The browser shows the second answer only: it holds the same secret, which is kept nowhere."""
    typed = {"label": "Script", "scopes": "read", "days": "30", FORM_TOKEN: form_token()}
    headers = cookie_of(world, "staff")
    first, second = await asyncio.gather(
        *(client.post("/account/tokens", data=typed, headers=headers) for _ in range(2))
    )
    assert (first.status_code, first.text) == (200, second.text)
    assert (await execute("SELECT count(*) AS n FROM api_token"))[0]["n"] == 1
    assert (await execute("SELECT body FROM kept_answer"))[0]["body"] == ""
