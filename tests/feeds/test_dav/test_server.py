"""CalDAV as programs meet it: discovery, reading, refusals."""

from collections.abc import AsyncIterator

import httpx
import pytest

from tests.feeds.test_dav.asking import NOBODY, C, D, Program, booked_scene, learner, program_of
from training.base.work import Works
from training.feeds.dav.server import WRITING


@pytest.fixture
async def program(client: httpx.AsyncClient, works: Works) -> Program:
    """A learner's program; they have a place in a session of two meetings."""
    scene = await booked_scene(works, meetings=2)
    return await program_of(client, works, learner(scene))


async def test_from_the_well_known_address_to_the_entries(client: httpx.AsyncClient, program: Program) -> None:
    led = await client.request("PROPFIND", "/.well-known/caldav")
    assert (led.status_code, led.headers["location"]) == (301, "/dav/")
    root = await program.propfind("/dav/", "d:current-user-principal", "d:resourcetype")
    principal = root.told[0].found[f"{D}current-user-principal"].findtext(f"{D}href", "")
    person = await program.propfind(principal, "c:calendar-home-set", "d:displayname", "c:schedule-inbox-URL")
    assert person.told[0].missing == {f"{C}schedule-inbox-URL"}
    assert person.told[0].text(f"{D}displayname") == "Northern Line 0"
    home = person.told[0].found[f"{C}calendar-home-set"].findtext(f"{D}href", "")
    assert home == program.home()
    listed = await program.propfind(home, "d:resourcetype", "d:displayname", "d:sync-token", "cs:getctag", depth="1")
    calendars = [one for one in listed.told if one.found[f"{D}resourcetype"].find(f"{C}calendar") is not None]
    assert [(one.href, one.text(f"{D}displayname")) for one in calendars] == [
        (program.home("mine", ""), "My sessions (training)")
    ]
    entries = await program.propfind(calendars[0].href, "d:getetag", "d:getcontenttype", depth="1")
    assert len(entries.told) == 3
    for one in entries.told[1:]:
        got = await program.ask("GET", one.href)
        assert (got.status_code, got.headers["etag"]) == (200, one.text(f"{D}getetag"))
        assert got.headers["content-type"].startswith("text/calendar")
        assert got.text.count("BEGIN:VEVENT") == 1
        assert "METHOD" not in got.text
        assert one.href.rsplit("/", 1)[1].removesuffix(".ics") in got.text


async def test_an_entry_is_read_with_conditions(program: Program) -> None:
    entries = await program.propfind(program.home("mine", ""), "d:getetag", depth="1")
    path, etag = entries.told[1].href, entries.told[1].text(f"{D}getetag")
    head = await program.ask("HEAD", path)
    assert (head.status_code, head.content, int(head.headers["content-length"]) > 500) == (200, b"", True)
    known = await program.ask("GET", path, if_none_match=f'W/"x", {etag}')
    assert (known.status_code, known.content, known.headers["etag"]) == (304, b"", etag)
    assert (await program.ask("GET", path, if_match='"other"')).status_code == 412
    assert (await program.ask("GET", path, if_modified_since="Fri, 01 Jan 2100 00:00:00 GMT")).status_code == 200


async def test_what_it_can_is_told_and_nothing_else(client: httpx.AsyncClient, program: Program) -> None:
    for path in ("/dav/", "/dav/whatever", program.home("mine", "")):
        asked = await client.options(path)
        assert (asked.status_code, asked.headers["dav"]) == (200, "1, 3, calendar-access")
        assert "PUT" not in asked.headers["allow"]
        assert "schedule" not in asked.headers["dav"]
    told = (await program.propfind(program.home("mine", ""), "d:current-user-privilege-set")).told[0]
    privileges = {one.tag for one in told.found[f"{D}current-user-privilege-set"].findall(f"{D}privilege/*")}
    assert privileges == {f"{D}read", f"{D}read-current-user-privilege-set"}


@pytest.mark.parametrize("method", sorted(WRITING))
async def test_nothing_is_written(program: Program, method: str) -> None:
    paths = (
        program.home("mine", ""),
        program.home("mine", "new.ics"),
        program.home("mine", f"{NOBODY}.ics"),
        f"/dav/calendars/{NOBODY}/mine/{NOBODY}.ics",
        "/dav/%00%ff<&>",
    )
    answers = [await program.ask(method, path, b"BEGIN:VCALENDAR", content_type="text/calendar") for path in paths]
    assert {answer.status_code for answer in answers} == {403}
    assert all(b"need-privileges" in answer.content for answer in answers)
    assert answers[0].headers["allow"] == "GET, HEAD, OPTIONS, PROPFIND, REPORT"


@pytest.mark.parametrize("method", ["GET", "HEAD", "PROPFIND", "REPORT"])
async def test_what_is_not_ones_own_is_not_there(
    client: httpx.AsyncClient, works: Works, program: Program, method: str
) -> None:
    other = await booked_scene(works, tag=" two")
    theirs = await program_of(client, works, other.coordinator)
    body = b"" if method in ("GET", "HEAD") else b'<propfind xmlns="DAV:"><allprop/></propfind>'
    if method == "REPORT":
        body = b'<expand-property xmlns="DAV:"/>'
    foreign = (
        f"/dav/principals/{other.coordinator.person_id}/",
        theirs.home(),
        theirs.home("mine", ""),
        theirs.home(f"partner-{other.partner_id}", ""),
        f"{theirs.home('mine', str(other.meeting_ids[0]))}.ics",
        program.home(f"partner-{other.partner_id}", ""),
        program.home("teaching", ""),
        f"{program.home('mine', str(other.meeting_ids[0]))}.ics",
    )
    missing = f"/dav/principals/{NOBODY}/"
    like = await program.ask(method, missing, body, depth="0")
    assert like.status_code == 404
    for path in (*foreign, "/dav/nothing", program.home("mine", "x.ics"), f"{program.home()}../", "/dav//"):
        found = await program.ask(method, path, body, depth="0")
        assert (found.status_code, found.content) == (404, like.content), path


async def test_a_body_without_an_end_is_refused_when_it_is_too_large(program: Program) -> None:
    async def pieces() -> AsyncIterator[bytes]:
        for _ in range(2_000):
            yield b" " * 10_000

    answer = await program.ask("PROPFIND", "/dav/", pieces(), depth="0")
    assert answer.status_code == 413
    told = await program.ask("PROPFIND", "/dav/", b"<x/>", depth="0", content_length="9" * 20)
    assert told.status_code == 413


async def test_other_methods_are_not_known(program: Program) -> None:
    assert (await program.ask("BREW", "/dav/")).status_code == 405
    assert (await program.ask("GET", "/dav/")).text.startswith("This address is for calendar programs")


async def test_every_answer_is_private(program: Program) -> None:
    for method, path in (("GET", "/dav/"), ("PUT", "/dav/"), ("GET", "/dav/x"), ("OPTIONS", "/dav/")):
        answer = await program.ask(method, path)
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["x-robots-tag"] == "noindex"
        assert "set-cookie" not in answer.headers


async def test_everything_else_goes_to_the_pages(client: httpx.AsyncClient) -> None:
    assert (await client.get("/sessions")).status_code == 200
    assert (await client.get("/davit")).status_code == 404
