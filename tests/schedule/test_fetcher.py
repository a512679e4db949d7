"""Calendars elsewhere are read from real servers on loopback; nothing inside is ever asked."""

import asyncio
import gzip
import ssl
import zlib
from collections.abc import Callable, Sequence
from pathlib import Path
from time import monotonic

import pytest

from tests.schedule.elsewhere import (
    CALENDAR,
    INSIDE,
    OUTSIDE,
    Reply,
    elsewhere,
    packed,
    says,
    sends_raw,
    unless_changed,
)
from tests.schedule.test_rules.test_addresses import HOSTILE, NOT_PUBLIC
from training.schedule.fetcher import MOST_BYTES, MOST_REDIRECTS, Reach, Unreadable, read_calendar, resolve

ADDRESS = "http://calendar.example.org/a.ics"
SMTP = Path(__file__).resolve().parent.parent / "smtp"


async def test_a_calendar_is_read() -> None:
    async with elsewhere() as server:
        server.replies["/a.ics?key=b"] = says(200, CALENDAR, etag='"7"', last_modified="Mon, 04 May 2026 08:00:00 GMT")
        read = await read_calendar(server.reach(), f"{ADDRESS}?key=b")
    assert (read.body, read.etag, read.modified) == (CALENDAR, '"7"', "Mon, 04 May 2026 08:00:00 GMT")
    (asked,) = server.asked
    assert asked.headers["host"] == "calendar.example.org"
    assert not {"cookie", "authorization", "if-none-match", "if-modified-since"} & asked.headers.keys()


@pytest.mark.parametrize(("etag", "modified"), [('"1"', ""), ("", "Mon, 04 May 2026 08:00:00 GMT")])
async def test_what_did_not_change_is_not_sent_again(etag: str, modified: str) -> None:
    async with elsewhere() as server:
        server.replies["/a.ics"] = unless_changed(CALENDAR, etag, modified)
        first = await read_calendar(server.reach(), ADDRESS)
        second = await read_calendar(server.reach(), ADDRESS, etag=first.etag, modified=first.modified)
    assert (first.body, second.body) == (CALENDAR, None)
    assert (first.etag, first.modified) == (second.etag, second.modified) == (etag, modified)


async def test_an_unasked_not_modified_is_no_answer() -> None:
    async with elsewhere() as server:
        server.replies["/a.ics"] = says(304)
        with pytest.raises(Unreadable, match="error 304"):
            await read_calendar(server.reach(), ADDRESS)


@pytest.mark.parametrize(
    "reply",
    [packed(CALENDAR), says(200, zlib.compress(CALENDAR), content_encoding="deflate"), says(200, CALENDAR)],
)
async def test_packed_or_not(reply: Reply) -> None:
    async with elsewhere() as server:
        server.replies["/a.ics"] = reply
        assert (await read_calendar(server.reach(), ADDRESS)).body == CALENDAR


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_redirects_are_followed_without_what_was_set(status: int) -> None:
    async with elsewhere() as server:
        server.replies["/a.ics"] = says(status, location="/b.ics", set_cookie="seen=yes; Path=/")
        server.replies["/b.ics"] = says(200, CALENDAR)
        assert (await read_calendar(server.reach(), ADDRESS)).body == CALENDAR
    assert ["cookie" in asked.headers for asked in server.asked] == [False, False]


async def test_three_redirects_and_no_fourth() -> None:
    async with elsewhere() as server:
        for number in range(MOST_REDIRECTS + 2):
            server.replies[f"/{number}"] = says(302, location=f"/{number + 1}")
        server.replies[f"/{MOST_REDIRECTS + 2}"] = says(200, CALENDAR)
        near = "http://calendar.example.org/2"
        assert (await read_calendar(server.reach(), near)).body == CALENDAR
        with pytest.raises(Unreadable, match="more than 3 times"):
            await read_calendar(server.reach(), "http://calendar.example.org/0")
        server.replies["/loop"] = says(302, location="/loop")
        with pytest.raises(Unreadable, match="more than 3 times"):
            await read_calendar(server.reach(), "http://calendar.example.org/loop")
    assert len(server.asked) == (MOST_REDIRECTS + 1) * 3


@pytest.mark.parametrize("location", [*HOSTILE, "http://[::1]/", "//127.0.0.1/", ""])
async def test_no_redirect_leads_inside(location: str) -> None:
    async with elsewhere() as server, elsewhere(INSIDE, server.port) as canary:
        server.replies["/a.ics"] = says(302, location=location.encode("utf-8").decode("latin-1"))
        with pytest.raises(Unreadable):
            await read_calendar(server.reach(seconds=1.0), ADDRESS)
    assert canary.asked == []


def answers(*rounds: Sequence[str]) -> tuple[Callable[[str, int], object], list[str]]:
    """A name server whose owner changes the answer each time."""
    left, asked = list(rounds), []

    async def resolve_anew(host: str, _port: int) -> Sequence[str]:
        asked.append(host)
        return left.pop(0)

    return resolve_anew, asked


async def test_a_name_that_turns_round_is_asked_once_and_kept_to() -> None:
    async with elsewhere() as server, elsewhere(INSIDE, server.port) as canary:
        server.replies["/a.ics"] = says(200, CALENDAR)
        turning, asked = answers([OUTSIDE], [INSIDE], [INSIDE])
        assert (await read_calendar(server.reach(resolve=turning), ADDRESS)).body == CALENDAR
    assert (asked, canary.asked) == (["calendar.example.org"], [])


async def test_a_name_that_turns_round_before_a_redirect_is_judged_again() -> None:
    async with elsewhere() as server, elsewhere(INSIDE, server.port) as canary:
        server.replies["/a.ics"] = says(302, location="/b.ics")
        turning, asked = answers([OUTSIDE], [INSIDE])
        with pytest.raises(Unreadable, match="not on the public internet"):
            await read_calendar(server.reach(resolve=turning), ADDRESS)
    assert (len(asked), len(server.asked), canary.asked) == (2, 1, [])


async def test_one_machine_inside_spoils_them_all() -> None:
    async with elsewhere() as server, elsewhere(INSIDE, server.port) as canary:
        for machines in ((OUTSIDE, INSIDE), (INSIDE, OUTSIDE), (INSIDE,), ("::1",), ("::ffff:127.0.0.1",)):
            with pytest.raises(Unreadable, match="not on the public internet"):
                await read_calendar(server.reach(*machines), ADDRESS)
    assert (server.asked, canary.asked) == ([], [])


async def test_the_canary_would_sing() -> None:
    """Without the judgement of machines, what stands for our network is asked: directly, and by a redirect."""
    async with elsewhere() as server, elsewhere(INSIDE, server.port) as canary:
        turning, _ = answers([INSIDE], [OUTSIDE], [INSIDE])
        canary.replies["/a.ics"] = says(200, CALENDAR)
        server.replies["/a.ics"] = says(302, location="/a.ics")
        for _round in (1, 2):
            reach = server.reach(resolve=turning, public=lambda _: True)
            assert (await read_calendar(reach, ADDRESS)).body == CALENDAR
    assert (len(canary.asked), len(server.asked)) == (2, 1)


@pytest.mark.parametrize("machine", NOT_PUBLIC)
async def test_no_name_leads_to_a_machine_that_is_not_public(machine: str) -> None:
    async def lead(_host: str, _port: int) -> tuple[str, ...]:
        return (machine,)

    async with elsewhere(INSIDE) as canary:
        with pytest.raises(Unreadable, match="not on the public internet"):
            await read_calendar(Reach(resolve=lead, plain=True, port=canary.port, seconds=2.0), ADDRESS)
    assert canary.asked == []


@pytest.mark.parametrize("address", HOSTILE)
async def test_no_address_of_the_table_reaches_anything(address: str) -> None:
    looked_up: list[str] = []

    async def lead(host: str, _port: int) -> tuple[str, ...]:
        looked_up.append(host)
        return (INSIDE,)

    async with elsewhere(INSIDE) as canary:
        with pytest.raises(Unreadable):
            await read_calendar(Reach(resolve=lead, port=canary.port, seconds=2.0), address)
    assert (canary.asked, looked_up) == ([], [])


async def test_the_next_machine_is_asked_when_one_does_not_answer() -> None:
    async with elsewhere() as server:
        server.replies["/a.ics"] = says(200, CALENDAR)
        reach = server.reach("127.0.0.3", OUTSIDE, public=lambda machine: machine != INSIDE)
        assert (await read_calendar(reach, ADDRESS)).body == CALENDAR
        with pytest.raises(Unreadable, match="did not answer"):
            await read_calendar(server.reach("127.0.0.3", public=lambda _: True), ADDRESS)


BOMB = gzip.compress(b"BEGIN:VCALENDAR\r\n" + bytes(200_000_000), compresslevel=9)


@pytest.mark.parametrize(
    ("reply", "said"),
    [
        (says(200, b"x" * (MOST_BYTES + 1)), "larger than 2 MB"),
        (says(200, BOMB, content_encoding="gzip"), "larger than 2 MB"),
        (says(200, gzip.compress(BOMB), content_encoding="gzip, gzip"), "cannot be unpacked"),
        (says(200, zlib.compress(bytes(50_000_000)), content_encoding="deflate"), "larger than 2 MB"),
        (says(200, b"no gzip", content_encoding="gzip"), "could not be unpacked"),
        (says(200, gzip.compress(CALENDAR)[:-9], content_encoding="gzip"), "could not be unpacked"),
        (says(200, b"x", content_encoding="br"), "cannot be unpacked"),
        (says(200, b"", content_encoding="gzip"), "could not be unpacked"),
        (says(401), "password"),
        (says(403), "password"),
        (says(404), "any more"),
        (says(410), "any more"),
        (says(500), "error 500"),
        (says(206, CALENDAR), "error 206"),
        (says(300, location="/b.ics"), "error 300"),
        (says(302), "address"),
        (says(200, b"short", content_length="1000"), "broke off"),
        (says(200, CALENDAR, content_length="-5"), "broke off"),
        (sends_raw(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nffffffff\r\nabc"), "broke off"),
        (sends_raw(b"\x00\x01\x02"), "broke off"),
        (sends_raw(b"HTTP/1.1 200 OK\r\n" + b"x: " + b"y" * 300_000), "broke off"),
        (sends_raw(b"SSH-2.0-OpenSSH_9.2\r\n"), "broke off"),
        (sends_raw(), "broke off"),
    ],
)
async def test_whatever_a_server_says_becomes_a_sentence(reply: Reply, said: str) -> None:
    async with elsewhere() as server:
        server.replies["/a.ics"] = reply
        with pytest.raises(Unreadable, match=said) as caught:
            await read_calendar(server.reach(), ADDRESS)
    assert "a.ics" not in str(caught.value)


@pytest.mark.parametrize(
    "reply",
    [
        sends_raw(b"", pause=30),
        sends_raw(*([b"H"] * 200), pause=0.05),
        sends_raw(b"HTTP/1.1 200 OK\r\ncontent-length: 900000\r\n\r\n", *([b"x"] * 200), pause=0.05),
        sends_raw(*([b"HTTP/1.1 103 Early\r\n\r\n"] * 200), pause=0.05),
    ],
)
async def test_a_slow_server_is_left(reply: Reply) -> None:
    async with elsewhere() as server:
        server.replies["/a.ics"] = reply
        begun = monotonic()
        with pytest.raises(Unreadable, match="in time"):
            await read_calendar(server.reach(seconds=0.5), ADDRESS)
        # It would go on for ten seconds and more.
        assert monotonic() - begun < 7


async def test_a_name_server_that_is_slow_or_knows_nothing() -> None:
    async def slow(_host: str, _port: int) -> tuple[str, ...]:
        await asyncio.sleep(30)
        return (OUTSIDE,)

    async def unknown(_host: str, _port: int) -> tuple[str, ...]:
        raise OSError("no such name")

    async def nothing(_host: str, _port: int) -> tuple[str, ...]:
        return ()

    with pytest.raises(Unreadable, match="in time"):
        await read_calendar(Reach(resolve=slow, plain=True, seconds=0.2), ADDRESS)
    for empty in (unknown, nothing):
        with pytest.raises(Unreadable, match="no server"):
            await read_calendar(Reach(resolve=empty, plain=True), ADDRESS)


async def test_the_certificate_is_checked_against_the_name() -> None:
    own = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    own.load_cert_chain(SMTP / "localhost.crt", SMTP / "localhost.key")
    async with elsewhere(certificates=own) as server:
        server.replies["/a.ics"] = says(200, CALENDAR)
        trusting = ssl.create_default_context(cafile=str(SMTP / "localhost.crt"))
        for certificates in (None, trusting):
            with pytest.raises(Unreadable, match="could not prove"):
                await read_calendar(server.reach(certificates=certificates), "https://calendar.example.org/a.ics")
        # The same without looking at the name: it is the name that failed above, and not the authority.
        trusting.check_hostname = False
        read = await read_calendar(server.reach(certificates=trusting), "https://calendar.example.org/a.ics")
    assert read.body == CALENDAR


async def test_names_of_this_machine_are_found_and_refused() -> None:
    assert set(await resolve("localhost", 443)) <= {"127.0.0.1", "::1"}
