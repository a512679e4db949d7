"""The reports over HTTP: queries, multiget, sync, expand-property; and hostile bodies, which are never our fault."""

import time
from datetime import datetime, timedelta

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.conftest import FrozenClock
from tests.feeds.test_dav.asking import NOBODY, SPACES, C, D, Program, booked_scene, learner, program_of
from tests.feeds.test_dav.test_reading import HOSTILE
from training.base.database import execute, watch_statements
from training.base.work import Works

SYNC = (
    f"<d:sync-collection {SPACES}><d:sync-token>{{}}</d:sync-token><d:sync-level>1</d:sync-level>"
    "<d:prop><d:getetag/></d:prop></d:sync-collection>"
)


@pytest.fixture
async def program(client: httpx.AsyncClient, works: Works) -> Program:
    """A learner's program; they have a place in a session of three meetings, a day apart, the first in 14 days."""
    return await program_of(client, works, learner(await booked_scene(works, meetings=3)))


async def paths_of(program: Program) -> list[str]:
    found = await program.propfind(program.home("mine", ""), "d:getetag", depth="1")
    return [one.href for one in found.told[1:]]


def span(clock: FrozenClock, first: float, last: float) -> str:
    start, end = (clock.now + timedelta(days=days) for days in (first, last))
    return f'<c:time-range start="{start:%Y%m%dT%H%M%SZ}" end="{end:%Y%m%dT%H%M%SZ}"/>'


async def test_a_span_of_time(program: Program, clock: FrozenClock) -> None:
    mine = program.home("mine", "")
    everything = await program.query(mine)
    assert [one.data.count("BEGIN:VEVENT") for one in everything.told] == [1, 1, 1]
    assert len((await program.query(mine, span(clock, 0, 14))).told) == 0
    assert len((await program.query(mine, span(clock, 0, 14.01))).told) == 1
    assert len((await program.query(mine, span(clock, 14.5, 30))).told) == 2
    uid = everything.told[1].href.rsplit("/", 1)[1].removesuffix(".ics")
    one = await program.query(
        mine, f'<c:prop-filter name="UID"><c:text-match collation="i;octet">{uid}</c:text-match></c:prop-filter>'
    )
    assert one.hrefs == [everything.told[1].href]
    assert one.told[0].text(f"{D}getetag") == everything.told[1].text(f"{D}getetag")
    alone = await program.query(one.told[0].href)
    assert alone.hrefs == one.hrefs


async def test_expanded_times_are_utc(client: httpx.AsyncClient, works: Works) -> None:
    scene = await booked_scene(works)
    local = datetime(2026, 5, 18, 10)
    await execute(
        "UPDATE meeting SET zone = 'Europe/Dublin', local_start = {}, local_end = {}", local, local + timedelta(hours=2)
    )
    program = await program_of(client, works, learner(scene))
    told = await program.query(
        program.home("mine", ""),
        data='<c:calendar-data><c:expand start="20200101T000000Z" end="20300101T000000Z"/></c:calendar-data>',
    )
    assert "DTSTART:20260518T090000Z" in told.told[0].data
    assert "DTSTART;TZID=Europe/Dublin:20260518T100000" in (await program.ask("GET", told.told[0].href)).text


async def test_entries_by_their_addresses(program: Program) -> None:
    paths = await paths_of(program)
    asked = [
        paths[0],
        f"http://testserver.example{paths[1]}",
        paths[0],
        program.home("mine", f"{NOBODY}.ics"),
        f"/dav/calendars/{NOBODY}/mine/{paths[0].rsplit('/', 1)[1]}",
        "/etc/passwd",
        "http://[",
        "&lt;&amp;>",
    ]
    hrefs = "".join(f"<d:href>{path}</d:href>" for path in asked)
    told = await program.report(
        program.home("mine", ""),
        f"<c:calendar-multiget {{spaces}}><d:prop><d:getetag/><c:calendar-data/><d:nothing/></d:prop>{hrefs}"
        "</c:calendar-multiget>",
    )
    assert [one.status for one in told.told] == ["", ""] + ["HTTP/1.1 404 Not Found"] * 5
    assert [one.href for one in told.told[:2]] == paths[:2]
    assert told.told[0].missing == {f"{D}nothing"}
    got = await program.ask("GET", paths[0])
    assert told.told[0].data == got.text


async def test_an_entry_is_told_once_however_its_address_is_spelled(program: Program) -> None:
    path = (await paths_of(program))[0]
    hrefs = "".join(f"<d:href>http://h{number}.example{path}</d:href>" for number in range(1_000))
    told = await program.report(
        program.home("mine", ""),
        f"<c:calendar-multiget {{spaces}}><d:prop><c:calendar-data/></d:prop>{hrefs}</c:calendar-multiget>",
    )
    assert told.hrefs == [path]


async def test_only_what_changed_is_told(program: Program, clock: FrozenClock) -> None:
    mine = program.home("mine", "")
    first = await program.sync(mine)
    assert (len(first.told), first.token.startswith("http://testserver.example/dav/sync/")) == (3, True)
    nothing = await program.sync(mine, first.token)
    assert (nothing.told, nothing.token) == ([], first.token)
    uids = [href.rsplit("/", 1)[1].removesuffix(".ics") for href in first.hrefs]
    await execute("UPDATE meeting SET title = 'Renamed', sequence = sequence + 1 WHERE id = {}", uids[0])
    renamed = await program.sync(mine, first.token)
    assert renamed.hrefs == first.hrefs[:1]
    await execute("UPDATE meeting SET cancelled_at = {} WHERE id = {}", clock.now, uids[1])
    second = await program.sync(mine, renamed.token)
    assert first.hrefs[1] in second.hrefs
    assert "STATUS:CANCELLED" in (await program.ask("GET", first.hrefs[1])).text
    await execute("UPDATE enrollment SET state = 'cancelled', state_at = {}", clock.now)
    third = await program.sync(mine, second.token)
    assert {one.status for one in third.told} == {"HTTP/1.1 404 Not Found"}
    assert sorted(third.hrefs) == sorted(first.hrefs)
    stale = await program.sync(mine, first.token)
    assert sorted(stale.hrefs) == sorted(first.hrefs), "who was away for long is told the same in the end"
    props = await program.propfind(mine, "d:sync-token", "cs:getctag")
    assert props.told[0].text(f"{D}sync-token") == third.token


async def test_in_pieces(program: Program) -> None:
    mine, seen, token = program.home("mine", ""), list[str](), ""
    limit = "<d:limit><d:nresults>2</d:nresults></d:limit>"
    piece = await program.sync(mine, token, limit)
    assert piece.told[-1].status == "HTTP/1.1 507 Insufficient Storage"
    assert piece.told[-1].href == mine
    seen += piece.hrefs[:-1]
    rest = await program.sync(mine, piece.token, limit)
    assert len(seen + rest.hrefs) == len(set(seen + rest.hrefs)) == 3
    for wrong in ("0", "-1", "x", "", "9" * 50):
        body = SYNC.format("").replace(
            "</d:sync-level>", f"</d:sync-level><d:limit><d:nresults>{wrong}</d:nresults></d:limit>"
        )
        assert (await program.ask("REPORT", mine, body)).status_code == 400


async def test_a_token_that_is_forgotten_or_foreign_is_refused(
    client: httpx.AsyncClient, works: Works, program: Program, clock: FrozenClock
) -> None:
    mine = program.home("mine", "")
    token = (await program.sync(mine)).token
    other = await program_of(client, works, learner(await booked_scene(works, tag=" two"), tag=" two"))
    for path, asker, wrong in (
        (mine, program, "x"),
        (mine, program, "http://testserver.example/dav/sync/x"),
        (mine, program, f"http://testserver.example/dav/sync/{NOBODY}"),
        (other.home("mine", ""), other, token),
    ):
        refused = await asker.ask("REPORT", path, SYNC.format(wrong))
        assert (refused.status_code, b"valid-sync-token" in refused.content) == (403, True), wrong
    clock.move(days=30)
    assert (await program.ask("REPORT", mine, SYNC.format(token))).status_code == 403
    assert len((await program.sync(mine)).told) == 3


async def test_the_statements_stay_the_same(client: httpx.AsyncClient, works: Works) -> None:
    """Who asks, which calendars, two for what is in one, two for a sync: however much there is."""
    counted = []
    for meetings in (1, 40):
        scene = await booked_scene(works, meetings=meetings, tag=f" {meetings}")
        program = await program_of(client, works, learner(scene, tag=f" {meetings}"))
        mine = program.home("mine", "")
        token = (await program.sync(mine)).token
        counts = []
        for ask in (program.sync(mine, token), program.query(mine), program.propfind(mine, "d:getetag", depth="1")):
            with watch_statements() as seen:
                await ask
            counts.append(len(seen))
        counted.append(counts)
    assert counted[0] == counted[1]
    assert max(counted[0]) <= 6


async def test_properties_lead_on(program: Program) -> None:
    told = await program.report(
        "/dav/",
        '<d:expand-property {spaces}><d:property name="current-user-principal"><d:property name="calendar-home-set"'
        ' namespace="urn:ietf:params:xml:ns:caldav"/><d:property name="displayname"/></d:property>'
        '<d:property name="nothing" namespace="urn:x"/></d:expand-property>',
    )
    inner = told.told[0].found[f"{D}current-user-principal"]
    assert inner.findtext(f".//{C}calendar-home-set/{D}href") == program.home()
    assert told.told[0].missing == {"{urn:x}nothing"}
    for path in (f"/dav/principals/{program.viewer.person_id}/", program.home(), program.home("mine", "")):
        answer = await program.report(
            path, '<d:expand-property {spaces}><d:property name="owner"/></d:expand-property>'
        )
        assert len(answer.told) == 1


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.parametrize("method", ["PROPFIND", "REPORT"])
async def test_hostile_bodies_are_refused(program: Program, method: str, name: str) -> None:
    # What it costs, however many other programs there are.
    began = time.process_time()
    answer = await program.ask(method, program.home("mine", ""), HOSTILE[name][0], depth="0")
    if name == "nothing" and method == "PROPFIND":
        assert answer.status_code == 207
    else:
        assert answer.status_code in (400, 413), answer.status_code
    assert time.process_time() - began < 2


REFUSED = {
    "a hundred thousand hrefs": (
        f"<c:calendar-multiget {SPACES}>{'<d:href/>' * 100_000}</c:calendar-multiget>".encode(),
        413,
    ),
    "thousands of hrefs": (
        f"<c:calendar-multiget {SPACES}>{''.join(f'<d:href>{n}</d:href>' for n in range(6000))}"
        "</c:calendar-multiget>".encode(),
        403,
    ),
    "thousands of properties": (
        f"<c:calendar-multiget {SPACES}><d:prop>{''.join(f'<d:a{n}/>' for n in range(6000))}</d:prop>"
        "</c:calendar-multiget>".encode(),
        403,
    ),
    "thousands to expand": (
        ("<d:expand-property " + SPACES + ">" + "<d:property name='owner'/>" * 6000 + "</d:expand-property>").encode(),
        403,
    ),
    "a name that is none": (
        f'<d:expand-property {SPACES}><d:property name="a b&gt;&lt;x"/></d:expand-property>'.encode(),
        400,
    ),
    "no name": (f"<d:expand-property {SPACES}><d:property/></d:expand-property>".encode(), 400),
    "another report": (f"<c:free-busy-request {SPACES}/>".encode(), 403),
    "no report": (b"<x/>", 403),
    "a query without a filter": (f"<c:calendar-query {SPACES}/>".encode(), 403),
    "another kind of data": (
        f'<c:calendar-multiget {SPACES}><d:prop><c:calendar-data content-type="text/html"/></d:prop>'
        "</c:calendar-multiget>".encode(),
        403,
    ),
    "busy times without a span": (f"<c:free-busy-query {SPACES}/>".encode(), 403),
    "busy times without an end": (
        f'<c:free-busy-query {SPACES}><c:time-range start="20260101T000000Z"/></c:free-busy-query>'.encode(),
        403,
    ),
    "nothing": (b"", 400),
}


@pytest.mark.parametrize("name", REFUSED)
async def test_reports_that_cannot_be_are_refused(program: Program, name: str) -> None:
    body, status = REFUSED[name]
    answer = await program.ask("REPORT", program.home("mine", ""), body)
    assert answer.status_code == status, answer.text


async def test_wrong_kinds_of_content(program: Program) -> None:
    for kind in ("application/json", "text/calendar", "multipart/form-data; boundary=x"):
        answer = await program.ask("PROPFIND", "/dav/", b"<x/>", depth="0", content_type=kind)
        assert answer.status_code == 415
    packed = await program.ask("PROPFIND", "/dav/", b"<x/>", depth="0", content_encoding="gzip")
    assert packed.status_code == 415


async def test_a_report_in_the_wrong_place(program: Program) -> None:
    for path in ("/dav/", program.home(), f"/dav/principals/{program.viewer.person_id}/"):
        answer = await program.ask("REPORT", path, SYNC.format(""))
        assert (answer.status_code, b"supported-report" in answer.content) == (403, True)
    entry = (await paths_of(program))[0]
    assert (await program.ask("REPORT", entry, SYNC.format(""))).status_code == 403


NAMES = st.sampled_from(
    "d:prop d:propfind d:allprop d:propname d:href d:getetag d:sync-collection d:sync-token d:limit d:nresults d:owner"
    " d:expand-property d:property c:calendar-query c:calendar-multiget c:filter c:comp-filter"
    " c:prop-filter c:expand c:free-busy-query"
    " c:time-range c:text-match c:is-not-defined c:calendar-data x".split()
)
ATTRIBUTES = st.dictionaries(
    st.sampled_from(["name", "start", "end", "namespace", "collation", "content-type"]),
    st.sampled_from(["VCALENDAR", "VEVENT", "UID", "20260101T000000Z", "x", "", "DAV:", "i;octet", "owner"]),
    max_size=2,
)


def _element(name: str, attributes: dict[str, str], inside: list[str]) -> str:
    given = "".join(f' {key}="{value}"' for key, value in attributes.items())
    return f"<{name}{given}>{''.join(inside)}</{name}>"


BODIES = st.recursive(
    st.builds(_element, NAMES, ATTRIBUTES, st.just([])),
    lambda inner: st.builds(_element, NAMES, ATTRIBUTES, st.lists(inner, max_size=3)),
    max_leaves=12,
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    body=BODIES, method=st.sampled_from(["PROPFIND", "REPORT"]), depth=st.sampled_from(["0", "1", "infinity", "", "x"])
)
async def test_no_body_is_our_fault(program: Program, body: str, method: str, depth: str) -> None:
    text = body.replace(">", f" {SPACES}>", 1)
    for path in ("/dav/", program.home("mine", "")):
        answer = await program.ask(method, path, text, depth=depth)
        assert answer.status_code < 500, (answer.status_code, text)
