"""A redirect is one plain header line, whatever is in it; pages of visitors go back to addresses of ours only."""

from datetime import UTC, datetime, timedelta

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.booking.made import make_scene
from tests.booking.test_pages.made import enter, words
from training.base.texts import environment
from training.base.work import Works
from training.web.render import redirect


@pytest.mark.parametrize(
    ("path", "location"),
    [
        ("/sessions/3?code=KX7M-RT4P&a=b#top", "/sessions/3?code=KX7M-RT4P&a=b#top"),
        ("/sign-in?next=/a%3Fb", "/sign-in?next=/a%3Fb"),
        ("/\u2603 x", "/%E2%98%83%20x"),
        ("/a\r\nset-cookie: x=y", "/a%0D%0Aset-cookie:%20x=y"),
        ("/\ud800", "/?"),
    ],
)
def test_an_address_is_written_as_one(path: str, location: str) -> None:
    assert redirect(path).headers["location"] == location


@given(st.text(max_size=100))
def test_no_path_breaks_a_header(path: str) -> None:
    location = redirect(path).headers["location"]
    assert location.isascii()
    assert not location or location.isprintable()


@pytest.mark.parametrize(
    ("href", "leads"), [("/a?next=%2Fb", True), ("//evil.example", False), ("https://evil.example", False), ("", False)]
)
async def test_a_notice_leads_to_our_own_pages_only(client: httpx.AsyncClient, href: str, leads: bool) -> None:
    told = redirect("/", "It was done.", way=(href, "Take it back"))
    (cookie,) = told.cookies
    shown = (await client.get("/nowhere", headers={"cookie": f"flash={cookie.value}"})).text
    assert "evil" not in shown
    shown = (await client.get("/sessions", headers={"cookie": f"flash={cookie.value}"})).text
    assert "It was done." in words(shown)
    assert ("Take it back" in words(shown), "evil" in shown) == (leads, False)


async def test_only_what_is_looked_at_takes_the_notice(client: httpx.AsyncClient) -> None:
    (cookie,) = redirect("/", "It was done.").cookies
    for mode, told in (("same-origin", False), ("cors", False), ("navigate", True)):
        headers = {"cookie": f"flash={cookie.value}", "sec-fetch-mode": mode, "sec-fetch-dest": "empty"}
        answer = await client.get("/sessions", headers=headers)
        assert ("It was done." in words(answer.text), "flash=" in answer.headers.get("set-cookie", "")) == (told, told)


async def test_the_choice_of_a_theme_goes_back_home(client: httpx.AsyncClient) -> None:
    answer = await client.post("/theme", data={"theme": "dark", "next": "/\u2603"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/")


async def test_an_unknown_address_calls_nobody_signed_out(client: httpx.AsyncClient, works: Works) -> None:
    assert "Perhaps you have to sign in first." in words((await client.get("/nowhere")).text)
    scene = await make_scene(works)
    await enter(works, client, scene.coordinator)
    unknown = await client.get("/nowhere")
    assert unknown.status_code == 404
    assert "sign-in" not in unknown.text
    assert "Your account" in words(unknown.text)


@pytest.mark.parametrize(
    ("zone", "session_zone", "said"),
    [
        ("Europe/Berlin", "Europe/Paris", "11:00 – 12:00 Berlin time (UTC+2) , same as Paris time"),
        ("UTC", "Africa/Accra", "09:00 – 10:00 UTC, same as Accra time"),
        ("Europe/Berlin", "Europe/Dublin", "11:00 – 12:00 Berlin time (UTC+2) 10:00–11:00 Dublin time (UTC+1)"),
        ("Europe/Berlin", "Europe/Berlin", "11:00 – 12:00 Berlin time (UTC+2)"),
    ],
)
def test_the_same_clocks_are_told_once(zone: str, session_zone: str, said: str) -> None:
    source = '{% import "web/schedule.html" as schedule %}{{ schedule.time(start, end, zone, other) }}'
    start = datetime(2026, 5, 4, 9, 0, tzinfo=UTC)
    told = {"start": start, "end": start + timedelta(hours=1), "zone": zone, "other": session_zone}
    shown = words(environment().from_string(source).render(**told))
    assert shown.endswith(said.replace(") ,", "),"))


NEW_YORK, BERLIN = "America/New_York", "Europe/Berlin"
BOTH = "New York time (UTC-5, at the end UTC-4)"


@pytest.mark.parametrize(
    ("zone", "session_zone", "meetings", "said"),
    [
        (NEW_YORK, NEW_YORK, 1, f"01:30 – 03:15 {BOTH}"),
        (BERLIN, NEW_YORK, 1, f"07:30 – 08:15 Berlin time (UTC+1) 01:30–03:15 {BOTH}"),
        (NEW_YORK, NEW_YORK, 2, "01:30 , 2 meetings until 03:15 New York time (UTC-5)"),
    ],
)
def test_both_offsets_where_clocks_change_in_a_meeting(zone: str, session_zone: str, meetings: int, said: str) -> None:
    source = '{% import "web/schedule.html" as schedule %}{{ schedule.time(start, end, zone, other, meetings=many) }}'
    start = datetime(2027, 3, 14, 6, 30, tzinfo=UTC)
    told = {"start": start, "end": start + timedelta(minutes=45), "zone": zone, "other": session_zone, "many": meetings}
    shown = words(environment().from_string(source).render(**told))
    assert shown.endswith(said)


@pytest.mark.parametrize(
    ("template", "call"),
    [
        ("booking/mails/parts.txt", "parts.span(start, end, zone)"),
        ("booking/mails/parts.html", "parts.span(start, end, zone)"),
        ("attendance/mark_parts.html", "parts.held(start, end, zone, zone)"),
        ("web/schedule.html", "parts.moment(start, zone, end)"),
    ],
)
def test_whatever_writes_a_span_tells_both(template: str, call: str) -> None:
    source = f'{{% import "{template}" as parts with context %}}{{{{ {call} }}}}'
    start = datetime(2027, 3, 14, 6, 30, tzinfo=UTC)
    told = {"start": start, "end": start + timedelta(minutes=45), "zone": NEW_YORK, "site": {"base_url": ""}}
    assert "UTC-5, at the end UTC-4" in words(environment().from_string(source).render(**told))
