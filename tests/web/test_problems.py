"""Errors as answers: a problem for programs, a page for people, and every code explained."""

import re
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
import structlog
from litestar import Litestar, get, post

from tests.conftest import SITE, built
from tests.web.errors import PAGE, errors_page
from training.attendance.rules.chasing import RosterLinkExpired
from training.attendance.rules.check_in import KioskOver
from training.base import errors
from training.base.database import Busy
from training.base.work import Works
from training.completion.rules.certificates import CertificateNotGood
from training.people.rules.sign_ins import LinkExpired, LinkUsed
from training.web.problems import ADVICE, STATUS, TITLES, Problem, known_problems, problem_of, status_of


def test_the_manual_knows_every_code() -> None:
    assert PAGE.read_text(encoding="utf-8") == errors_page(), "run python -m tests.web.errors"


def test_every_code_is_one_error_with_a_sentence() -> None:
    errors_page()
    kinds: list[type[errors.TrainingError]] = [errors.TrainingError]
    owners: dict[str, str] = {}
    while kinds:
        kind = kinds.pop()
        kinds += kind.__subclasses__()
        if "code" in vars(kind) and kind.__module__.startswith("training."):
            assert owners.setdefault(kind.code, kind.__name__) == kind.__name__, f"{kind.code} has two owners"
            assert re.fullmatch(r"[a-z]+(-[a-z0-9]+)*", kind.code), kind.code
            assert "`" not in errors.sentence_of(kind), f"{kind.__name__} speaks to programmers"
    for known in known_problems().values():
        assert known.sentence.endswith((".", "?")), known


def test_every_status_has_a_title_and_advice() -> None:
    assert set(STATUS.values()) <= TITLES.keys()
    assert TITLES.keys() == ADVICE.keys()


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (errors.NotFound(), 404),
        (errors.Forbidden(), 403),
        (errors.SignInRequired(), 401),
        (errors.Invalid(), 422),
        (errors.Conflict(), 409),
        (errors.Stale(), 412),
        (errors.Gone(), 410),
        (errors.TooMany(), 429),
        (errors.Unavailable(), 503),
        (errors.TrainingError(), 400),
    ],
)
def test_statuses(error: errors.TrainingError, status: int) -> None:
    assert status_of(error) == status
    assert problem_of(error).status == status


def test_a_problem_tells_fields_and_data() -> None:
    told = problem_of(errors.Invalid("Not like this.", fields={"name": "too long"}, most=200))
    assert told == Problem(
        type="/problems/invalid",
        title=TITLES[422],
        status=422,
        detail="Not like this.",
        code="invalid",
        errors=told.errors,
        data={"most": 200},
    )
    assert [(fault.field, fault.message) for fault in told.errors] == [("name", "too long")]


@pytest.fixture(scope="module")
def broken_app(one_works: Works) -> Litestar:
    """An application with addresses at which something goes wrong; building one takes as long as ten tests."""
    app = built(one_works)

    def failing(path: str, error: Exception) -> Any:
        @get([f"/api/v1/{path}", f"/{path}"], include_in_schema=False)
        async def fail() -> None:
            raise error

        return fail

    def refusing(path: str, error: Exception) -> Any:
        @post(path, include_in_schema=False)
        async def refuse() -> None:
            raise error

        return refuse

    app.register(refusing("/sessions/refused/sent", errors.Conflict()))
    app.register(refusing("/sessions/many/sent", errors.TooMany()))
    app.register(refusing("/sessions/gone/sent", errors.NotFound()))
    app.register(refusing("/sessions/unknown/sent", errors.SignInRequired()))
    app.register(failing("broken", RuntimeError("secret cause")))
    app.register(failing("busy", Busy("40001")))
    app.register(failing("many", errors.TooMany(retry_after=17)))
    app.register(failing("counted", errors.TooMany("Many people were refused.", retry_after=841)))
    app.register(failing("deep", RecursionError()))
    app.register(failing("revoked", CertificateNotGood()))
    app.register(failing("shut", KioskOver()))
    app.register(failing("used", LinkUsed()))
    app.register(failing("old", LinkExpired()))
    app.register(failing("unmarked", RosterLinkExpired()))
    return app


@pytest.fixture
async def broken(broken_app: Litestar, works: Works) -> AsyncIterator[httpx.AsyncClient]:  # noqa: ARG001 - the database
    """A client of it."""
    transport = httpx.ASGITransport(app=broken_app)  # type: ignore[arg-type]
    async with httpx.AsyncClient(transport=transport, base_url=SITE.base_url) as opened:
        yield opened


async def test_a_fault_of_ours_is_told_by_reference_only(broken: httpx.AsyncClient) -> None:
    with structlog.testing.capture_logs() as logs:
        told = await broken.get("/api/v1/broken")
        page = await broken.get("/broken")
    assert (told.status_code, page.status_code) == (500, 500)
    reference = told.json()["reference"]
    assert re.fullmatch(r"[A-Z0-9]{4}-[A-Z0-9]{4}", reference)
    assert logs[0]["reference"] == reference
    assert "secret cause" not in told.text + page.text
    assert logs[1]["reference"] in page.text
    assert "secret cause" in logs[0]["error"]


@pytest.mark.parametrize(("path", "status", "wait"), [("busy", 503, "2"), ("many", 429, "17")])
async def test_waiting_is_told_in_the_header_and_on_the_page(
    broken: httpx.AsyncClient, path: str, status: int, wait: str
) -> None:
    told, page = await broken.get(f"/api/v1/{path}"), await broken.get(f"/{path}")
    assert (told.status_code, told.headers["retry-after"]) == (status, wait)
    assert (page.status_code, page.headers["retry-after"]) == (status, wait)
    assert f"Ready again in {wait} seconds" in page.text


async def test_a_long_wait_is_told_in_minutes_and_for_its_own_reason(broken: httpx.AsyncClient) -> None:
    page = (await broken.get("/counted")).text
    assert "Ready again in 15 minutes" in page
    assert "Many people were refused." in page
    assert "requests from here" not in page


def leads(text: str) -> list[str]:
    return re.findall(r'<a class="button[^"]*" href="([^"]*)"', text.partition('class="error-page')[2])


@pytest.mark.parametrize(
    ("referer", "back"),
    [
        ("", "/sessions"),
        (f"{SITE.base_url}/sessions?q=words", "/sessions?q=words"),
        (f"{SITE.base_url}/sessions/refused/sent", "/sessions"),
        (f"{SITE.base_url}/nowhere", "/sessions"),
        (f"{SITE.base_url}//elsewhere.example/sessions?q=words", "/sessions"),
        ("https://elsewhere.example/sessions?q=words", "/sessions"),
        ("http://[", "/sessions"),
    ],
)
async def test_a_form_leads_back_to_a_page_and_never_to_where_it_was_sent(
    broken: httpx.AsyncClient, referer: str, back: str
) -> None:
    for address in ("/sessions/refused/sent", "/sessions/many/sent"):
        page = await broken.post(address, headers={"referer": referer} if referer else {})
        assert leads(page.text) == [back, "/"], address
    again = await broken.get("/many?q=words")
    assert leads(again.text) == ["/many?q=words", "/"]
    only_sent = await broken.get("/sessions/many/sent")
    assert (only_sent.status_code, leads(only_sent.text)) == (405, ["/sessions", "/"])


@pytest.mark.parametrize(
    ("referer", "ways"),
    [
        (f"{SITE.base_url}/sessions?q=words", ["/sign-in?next=/sessions%3Fq%3Dwords", "/sessions?q=words", "/"]),
        ("", ["/sign-in?next=/", "/"]),
        ("https://elsewhere.example/sessions", ["/sign-in?next=/", "/"]),
    ],
)
async def test_a_form_for_what_is_gone_leads_back_and_blames_no_address(
    broken: httpx.AsyncClient, referer: str, ways: list[str]
) -> None:
    for address in ("/sessions/gone/sent", "/nowhere/sent"):
        page = await broken.post(address, headers={"referer": referer} if referer else {})
        assert page.status_code == 404
        assert "This is not there any more" in page.text
        assert "Nothing was changed." in page.text
        assert "typing error" not in page.text
        assert leads(page.text) == ways
    assert "typing error" in (await broken.get("/nowhere")).text


@pytest.mark.parametrize(
    ("referer", "onward"),
    [
        ("", "/sign-in?next=/sessions"),
        (f"{SITE.base_url}/sessions?q=words", "/sign-in?next=/sessions%3Fq%3Dwords"),
        (f"{SITE.base_url}/sessions/unknown/sent", "/sign-in?next=/sessions"),
        ("https://elsewhere.example/sessions?q=words", "/sign-in?next=/sessions"),
        (f"{SITE.base_url}/sessions?q={'w' * 900}", f"/sign-in?next=/sessions%3Fq%3D{'w' * 900}"),
        (f"{SITE.base_url}/sessions?q={'w' * 9000}", "/sign-in?next=/sessions"),
    ],
)
async def test_a_form_of_who_is_signed_out_leads_to_the_sign_in_and_back(
    broken: httpx.AsyncClient, referer: str, onward: str
) -> None:
    sent = await broken.post("/sessions/unknown/sent", headers={"referer": referer} if referer else {})
    assert (sent.status_code, sent.headers["location"]) == (303, onward)
    assert "so nothing was saved. Sign in, then try again." in (await broken.get(onward)).text


SIGN_IN = 'class="button button-primary" href="/sign-in"'


@pytest.mark.parametrize(
    ("path", "heading", "sign_in"),
    [
        ("revoked", "This is over", False),
        ("shut", "This is over", False),
        ("used", "This link is used up", True),
        ("old", "This link is used up", True),
        ("unmarked", "This link is over", True),
    ],
)
async def test_only_a_link_that_signing_in_replaces_invites_to_it(
    broken: httpx.AsyncClient, path: str, heading: str, *, sign_in: bool
) -> None:
    page = await broken.get(f"/{path}")
    assert page.status_code == 410
    assert f"<h1>{heading}</h1>" in page.text
    assert (SIGN_IN in page.text) is sign_in
    assert ("<b>" in page.text.partition("<h1>")[2]) is not sign_in, "what is over is said where the heading does not"


async def test_whoever_hangs_up_in_the_middle_is_no_fault_of_ours(app: Litestar) -> None:
    told: list[Any] = []
    came = iter([{"type": "http.request", "body": b'{"na', "more_body": True}, {"type": "http.disconnect"}])

    async def receive() -> Any:
        return next(came)

    async def send(message: Any) -> None:
        told.append(message)

    headers = [(b"host", b"testserver.example"), (b"content-type", b"application/json"), (b"content-length", b"99")]
    path = "/api/v1/sign-in-links"
    scope: Any = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "POST", "scheme": "http",
        "path": path, "raw_path": path.encode(), "query_string": b"", "root_path": "", "headers": headers,
        "client": ("127.0.0.1", 5), "server": ("testserver.example", 80), "extensions": {},
    }  # fmt: skip
    with structlog.testing.capture_logs() as logs:
        await app(scope, receive, send)
    assert told[0]["status"] == 400
    assert [(log["log_level"], log["event"]) for log in logs] == [("debug", "client hung up")]


async def test_what_cannot_be_read_is_400(broken: httpx.AsyncClient) -> None:
    assert (await broken.get("/api/v1/deep")).json()["code"] == "malformed"


@pytest.mark.parametrize("code", ["not-found", "invalid", "malformed", "internal", "idempotency-key-reused"])
async def test_a_code_has_a_page_that_explains_it(client: httpx.AsyncClient, code: str) -> None:
    page = await client.get(f"/problems/{code}")
    known = known_problems()[code]
    assert page.status_code == 200
    assert code in page.text
    assert known.sentence in page.text


@pytest.mark.parametrize("code", ["nothing", "<script>", "%00"])
async def test_a_code_that_is_none_has_no_page(client: httpx.AsyncClient, code: str) -> None:
    page = await client.get(f"/problems/{code}")
    assert page.status_code == 404
    assert "<script>" not in page.text


async def test_the_type_of_a_problem_leads_to_its_page(client: httpx.AsyncClient) -> None:
    told = (await client.get("/api/v1/nothing")).json()
    assert (await client.get(told["type"])).status_code == 200
