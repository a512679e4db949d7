"""Handing out files: parts, conditions, headers, tickets, and what happens when something breaks or somebody leaves."""

import httpx
import pytest

from tests.attendance.made import Day, make_day
from tests.booking.test_pages.made import enter
from tests.conftest import SITE, FrozenClock
from tests.materials.handed import CONTENT, GUARDED, Handed, guarded, handed, led
from tests.materials.made import learner
from training.app import create_app
from training.base.database import execute
from training.base.work import Works
from training.booking.actions import cancel_enrollment
from training.materials.storage.keeping import Storage
from training.settings import Settings


@pytest.fixture
async def file(works: Works, clock: FrozenClock, client: httpx.AsyncClient, storage: Storage) -> Handed:
    """A file of a session, and somebody who is enrolled signed in."""
    day = await make_day(works, clock)
    await enter(works, client, learner(day))
    return await handed(works, day, storage)


@pytest.fixture
async def address(file: Handed, client: httpx.AsyncClient) -> str:
    """Where the file is handed out; the browser has no cookies from here on."""
    path = await led(client, file.path)
    client.cookies.clear()
    return path


async def test_a_file_is_saved_as_it_is(client: httpx.AsyncClient, file: Handed, address: str) -> None:
    answer = await client.get(address)
    assert (answer.status_code, answer.content) == (200, CONTENT)
    told = answer.headers
    assert told["content-type"] == "application/pdf"
    assert told["content-length"] == str(len(CONTENT))
    assert told["content-disposition"] == "attachment; filename=\"slides.pdf\"; filename*=UTF-8''slides.pdf"
    assert told["etag"] == file.etag
    assert told["accept-ranges"] == "bytes"
    assert told["cache-control"] == "private, no-store"
    assert told["x-frame-options"] == "DENY"
    assert told["content-security-policy"] == (
        "sandbox; default-src 'none'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'"
    )
    assert guarded(answer) == GUARDED
    assert "set-cookie" not in told
    assert "access-control-allow-origin" not in told


async def test_shown_in_the_page(client: httpx.AsyncClient, file: Handed) -> None:
    answer = await client.get(await led(client, f"{file.path}/view"))
    assert answer.headers["content-disposition"].startswith('inline; filename="slides.pdf"')
    policy = answer.headers["content-security-policy"]
    assert policy.startswith("sandbox; default-src 'none'; ")
    assert "frame-ancestors 'self'" in policy
    assert "script-src" not in policy
    assert "allow-" not in policy
    assert "x-frame-options" not in answer.headers
    assert guarded(answer) == GUARDED
    assert answer.content == CONTENT


@pytest.mark.parametrize(
    "media_type",
    ["text/plain; charset=utf-8", "application/zip", "text/html", "image/svg+xml", "text/vtt; charset=utf-8", ""],
)
async def test_what_browsers_would_run_or_misread_is_only_saved(
    client: httpx.AsyncClient, works: Works, file: Handed, storage: Storage, media_type: str
) -> None:
    other = await handed(works, file.day, storage, content=b"<script>", file={"media_type": media_type})
    answer = await client.get(await led(client, f"{other.path}/view"))
    assert answer.headers["content-disposition"].startswith("attachment; ")
    known = media_type in ("text/plain; charset=utf-8", "application/zip", "text/vtt; charset=utf-8")
    assert answer.headers["content-type"] == (media_type if known else "application/octet-stream")


@pytest.mark.parametrize(
    ("asked", "start", "end"),
    [("bytes=0-9", 0, 10), ("bytes=-10", -10, None), ("bytes=100-", 100, None), ("bytes=5-99999999", 5, None)],
)
async def test_a_part(client: httpx.AsyncClient, file: Handed, address: str, asked: str, start: int, end: int) -> None:
    answer = await client.get(address, headers={"range": asked})
    assert (answer.status_code, answer.content) == (206, CONTENT[start:end])
    first = start % len(CONTENT)
    assert answer.headers["content-range"] == f"bytes {first}-{first + len(answer.content) - 1}/{len(CONTENT)}"
    assert answer.headers["content-length"] == str(len(answer.content))
    assert answer.headers["etag"] == file.etag
    assert guarded(answer) == GUARDED


async def test_a_part_behind_the_end(client: httpx.AsyncClient, address: str) -> None:
    answer = await client.get(address, headers={"range": f"bytes={len(CONTENT)}-"})
    assert (answer.status_code, answer.content) == (416, b"")
    assert answer.headers["content-range"] == f"bytes */{len(CONTENT)}"
    assert answer.headers["content-length"] == "0"
    assert guarded(answer) == GUARDED


@pytest.mark.parametrize("asked", ["bytes=0-1,5-6", "bytes=9-1", "nonsense", "bytes=", "lines=1-2"])
async def test_what_is_no_single_range_gets_everything(client: httpx.AsyncClient, address: str, asked: str) -> None:
    answer = await client.get(address, headers={"range": asked})
    assert (answer.status_code, answer.content) == (200, CONTENT)
    assert "content-range" not in answer.headers


async def test_conditions(client: httpx.AsyncClient, file: Handed, address: str) -> None:
    known = await client.get(address, headers={"if-none-match": f'"x", W/{file.etag}', "range": "bytes=0-1"})
    assert (known.status_code, known.content) == (304, b"")
    assert known.headers["etag"] == file.etag
    assert "content-length" not in known.headers
    assert "content-type" not in known.headers
    assert guarded(known) == GUARDED
    changed = await client.get(address, headers={"if-match": '"x"'})
    assert (changed.status_code, changed.content) == (412, b"")
    same = await client.get(address, headers={"if-range": file.etag, "range": "bytes=0-1"})
    assert (same.status_code, same.content) == (206, CONTENT[:2])
    other = await client.get(address, headers={"if-range": '"x"', "range": "bytes=0-1"})
    assert (other.status_code, other.content) == (200, CONTENT)


async def test_asked_for_its_headers_only(client: httpx.AsyncClient, file: Handed, address: str) -> None:
    whole, head = await client.get(address), await client.head(address)
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers == whole.headers
    for asked in ("bytes=0-9", f"bytes={len(CONTENT)}-"):
        part = await client.head(address, headers={"range": asked, "if-range": file.etag})
        assert (part.status_code, part.headers) == (200, whole.headers)
    assert (await client.head(address, headers={"if-none-match": file.etag})).status_code == 304
    assert (await client.head("/files/x/y")).content == b""


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "PROPFIND", "TRACE"])
async def test_files_are_only_read(client: httpx.AsyncClient, address: str, method: str) -> None:
    answer = await client.request(method, address)
    assert (answer.status_code, answer.headers["allow"]) == (405, "GET, HEAD, OPTIONS")
    assert guarded(answer) == GUARDED


async def test_what_can_be_asked(client: httpx.AsyncClient, address: str) -> None:
    answer = await client.options(address)
    assert (answer.status_code, answer.headers["allow"], answer.content) == (204, "GET, HEAD, OPTIONS", b"")
    assert guarded(answer) == GUARDED


@pytest.mark.parametrize(
    "path", ["/files/", "/files/x", "/files/..%2Faccount", "/files/%00/x", "/files//x", "/files/%E2%98%83/x"]
)
async def test_what_is_no_ticket(client: httpx.AsyncClient, path: str) -> None:
    answer = await client.get(path)
    assert answer.status_code == 404
    assert "This file cannot be opened" in answer.text
    assert f'href="{SITE.base_url}/"' in answer.text
    assert guarded(answer) == GUARDED
    assert answer.headers["cache-control"] == "no-store"


async def test_a_ticket_with_another_letter_is_none(client: httpx.AsyncClient, address: str) -> None:
    unknown = await client.get("/files/x/y")
    for position in (10, 60, 100, 120):
        other = "A" if address[position] != "A" else "B"
        answer = await client.get(address[:position] + other + address[position + 1 :])
        assert (answer.status_code, answer.content) == (404, unknown.content)
        assert answer.headers == unknown.headers


async def test_a_ticket_is_good_for_six_hours(client: httpx.AsyncClient, clock: FrozenClock, address: str) -> None:
    clock.move(hours=5, minutes=59)
    assert (await client.get(address)).status_code == 200
    clock.move(minutes=1)
    assert (await client.get(address)).status_code == 404


async def test_the_name_behind_the_ticket_is_for_people_only(client: httpx.AsyncClient, address: str) -> None:
    answer = await client.get(address.rpartition("/")[0] + "/evil.exe")
    assert answer.headers["content-disposition"].startswith('attachment; filename="slides.pdf"')


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE enrollment SET state = 'removed'",
        "UPDATE enrollment SET state = 'waitlisted'",
        "UPDATE session SET state = 'cancelled'",
        "UPDATE session SET state = 'draft'",
        "UPDATE material SET withdrawn_at = '2026-05-04 09:00:00+00:00'",
        "UPDATE material SET audience = 'trainers'",
        "UPDATE material SET opens = 'after'",
        "UPDATE material_version SET published_at = NULL",
        "UPDATE stored_file SET state = 'refused'",
        "UPDATE stored_file SET state = 'waiting'",
        "UPDATE person SET disabled_at = '2026-05-04 09:00:00+00:00'",
        "UPDATE sign_in SET revoked_at = '2026-05-04 09:00:00+00:00'",
    ],
)
async def test_whoever_may_not_any_more_gets_nothing_at_once(
    client: httpx.AsyncClient, file: Handed, address: str, sql: str
) -> None:
    assert (await client.get(address, headers={"range": "bytes=0-9"})).status_code == 206
    await execute(sql)
    unknown = await client.get("/files/x/y")
    for headers in ({}, {"range": "bytes=10-19"}, {"if-none-match": file.etag}):
        answer = await client.get(address, headers=headers)
        assert (answer.status_code, answer.content, answer.headers) == (404, unknown.content, unknown.headers)


async def test_giving_the_place_back_ends_it(
    client: httpx.AsyncClient, works: Works, file: Handed, clock: FrozenClock, address: str
) -> None:
    clock.move(days=-1)
    day = file.day
    await works.run(day.manager, cancel_enrollment, day.enrollments[0], reason="")
    assert (await client.get(address)).status_code == 404


async def test_what_everybody_may_see_may_be_kept_for_five_minutes(
    works: Works, clock: FrozenClock, client: httpx.AsyncClient, storage: Storage
) -> None:
    day = await make_day(works, clock, audience="public")
    file = await handed(works, day, storage, audience="everyone")
    path = await led(client, file.path)
    assert (await client.get(path)).headers["cache-control"] == "public, max-age=300"
    clock.move(minutes=20)
    assert await led(client, file.path) == path
    await enter(works, client, learner(day))
    assert await led(client, file.path) == path
    await execute("UPDATE session SET audience = 'participating'")
    client.cookies.clear()
    assert (await client.get(path)).status_code == 404


async def test_many_requests_are_too_many(works: Works, clock: FrozenClock, storage: Storage) -> None:
    settings = Settings(base_url=SITE.base_url, secret_key=SITE.secret_key, requests_per_minute_account=3)
    app = create_app(settings, works=works)
    app.state.storage = storage
    day = await make_day(works, clock)
    file = await handed(works, day, storage)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url=SITE.base_url) as browser:  # type: ignore[arg-type]
        await enter(works, browser, learner(day))
        path = await led(browser, file.path)
        told = [(await browser.get(path, headers={"range": "bytes=0-1"})).status_code for _ in range(4)]
        assert told == [206, 206, 206, 429]
        assert "retry-after" in (await browser.get(path)).headers


async def test_a_ticket_for_a_draft_is_for_those_who_edit(
    works: Works, clock: FrozenClock, client: httpx.AsyncClient, storage: Storage
) -> None:
    day: Day = await make_day(works, clock)
    file = await handed(works, day, storage, published=False)
    await enter(works, client, learner(day))
    assert (await client.get(file.path)).status_code == 404
    await enter(works, client, day.manager)
    path = await led(client, file.path)
    assert (await client.get(path)).content == CONTENT
    await execute("DELETE FROM role_grant")
    assert (await client.get(path)).status_code == 404
