"""PROPFIND: depths, all properties or their names, what is not there, and nothing that was not asked for."""

import httpx
import pytest

from tests.feeds.test_dav.asking import Answer, C, D, Program, booked_scene, learner, program_of
from training.base.database import execute, watch_statements
from training.base.work import Works


@pytest.fixture
async def program(client: httpx.AsyncClient, works: Works) -> Program:
    """A learner's program."""
    return await program_of(client, works, learner(await booked_scene(works, meetings=2)))


async def test_without_a_body_or_with_allprop_the_plain_ones_are_told(program: Program) -> None:
    for body in (b"", b'<propfind xmlns="DAV:"><allprop/></propfind>'):
        told = Answer(await program.ask("PROPFIND", program.home("mine", ""), body, depth="1"))
        assert set(told.told[0].found) == {f"{D}resourcetype", f"{D}displayname"}
        assert {f"{D}getetag", f"{D}getcontentlength", f"{D}getlastmodified"} <= set(told.told[1].found)
        assert all(not one.missing for one in told.told)


async def test_names_alone(program: Program) -> None:
    body = b'<propfind xmlns="DAV:"><propname/></propfind>'
    told = Answer(await program.ask("PROPFIND", program.home("mine", ""), body, depth="0"))
    assert {f"{C}calendar-description", f"{D}supported-report-set"} <= set(told.told[0].found)
    assert all(not one.text and not len(one) for one in told.told[0].found.values())


@pytest.mark.parametrize("depth", ["infinity", ""])
async def test_nobody_asks_for_everything_at_once(program: Program, depth: str) -> None:
    answer = await program.ask("PROPFIND", "/dav/", **({"depth": depth} if depth else {}))
    assert (answer.status_code, b"propfind-finite-depth" in answer.content) == (403, True)
    assert (await program.ask("PROPFIND", "/dav/", depth="2")).status_code == 400
    assert (await program.ask("PROPFIND", "/dav/", b"<other/>", depth="0")).status_code == 400


async def test_what_is_missing_is_told_unless_that_is_not_wanted(program: Program) -> None:
    names = ("d:displayname", "d:quota-used-bytes", "c:calendar-timezone")
    told = await program.propfind(program.home("mine", ""), *names)
    assert told.told[0].missing == {f"{D}quota-used-bytes", f"{C}calendar-timezone"}
    for headers in ({"prefer": "return=minimal"}, {"brief": "t"}):
        told = await program.propfind(program.home("mine", ""), *names, **headers)
        assert told.told[0].missing == set()
        assert set(told.told[0].found) == {f"{D}displayname"}
        told = await program.propfind(program.home("mine", ""), "d:nothing", **headers)
        assert told.told[0].found == {}


async def test_what_a_calendar_tells_of_itself(client: httpx.AsyncClient, works: Works) -> None:
    scene = await booked_scene(works)
    program = await program_of(client, works, scene.coordinator)
    names = (
        "d:displayname c:supported-calendar-component-set c:supported-calendar-data ic:calendar-color"
        " d:supported-report-set d:owner d:current-user-principal c:supported-collation-set d:getetag"
    ).split()
    listed = await program.propfind(program.home(), *names, depth="1")
    calendar = listed[f"partner-{scene.partner_id}/"]
    assert calendar.text(f"{D}displayname") == "Sessions of Northern Line (training)"
    reports = {one.tag for one in calendar.found[f"{D}supported-report-set"].iter()}
    assert {f"{C}calendar-query", f"{C}calendar-multiget", f"{D}sync-collection", f"{D}expand-property"} <= reports
    components = [one.get("name") for one in calendar.found[f"{C}supported-calendar-component-set"]]
    assert components == ["VEVENT"]
    assert calendar.missing == {f"{D}getetag"}


async def test_a_tag_changes_with_what_is_in_it(program: Program) -> None:
    async def tags() -> tuple[str, str]:
        told = (await program.propfind(program.home(), "cs:getctag", "d:sync-token", depth="1"))["/mine/"]
        return told.text("{http://calendarserver.org/ns/}getctag"), told.text(f"{D}sync-token")

    first = await tags()
    assert await tags() == first
    await execute("UPDATE session SET title = 'Another'")
    second = await tags()
    assert first[0] != second[0]
    assert first[1] != second[1]
    assert len(await execute("SELECT id FROM dav_state")) == 2


async def test_what_was_not_asked_for_is_not_read(program: Program) -> None:
    await program.propfind("/dav/", "d:displayname")
    with watch_statements() as seen:
        await program.propfind(program.home(), "d:displayname", depth="1")
    assert len(seen) == 2, "who asks, and which calendars there are"
    assert await execute("SELECT id FROM dav_state") == []


APPLE_HOME = """<?xml version="1.0" encoding="UTF-8"?>
<A:propfind xmlns:A="DAV:"><A:prop>
<A:add-member/><C:allowed-sharing-modes xmlns:C="http://calendarserver.org/ns/"/>
<D:autoprovisioned xmlns:D="http://apple.com/ns/ical/"/><E:bulk-requests xmlns:E="http://me.com/_namespace/"/>
<B:calendar-alarm xmlns:B="urn:ietf:params:xml:ns:caldav"/><D:calendar-color xmlns:D="http://apple.com/ns/ical/"/>
<B:calendar-description xmlns:B="urn:ietf:params:xml:ns:caldav"/><B:calendar-free-busy-set
xmlns:B="urn:ietf:params:xml:ns:caldav"/><D:calendar-order xmlns:D="http://apple.com/ns/ical/"/>
<B:calendar-timezone xmlns:B="urn:ietf:params:xml:ns:caldav"/><A:current-user-privilege-set/><A:displayname/>
<C:getctag xmlns:C="http://calendarserver.org/ns/"/><A:owner/><C:pre-publish-url xmlns:C="http://calendarserver.org/ns/"/>
<C:publish-url xmlns:C="http://calendarserver.org/ns/"/><C:push-transports xmlns:C="http://calendarserver.org/ns/"/>
<A:quota-available-bytes/><A:quota-used-bytes/><A:resource-id/><A:resourcetype/>
<B:schedule-calendar-transp xmlns:B="urn:ietf:params:xml:ns:caldav"/><C:source xmlns:C="http://calendarserver.org/ns/"/>
<B:supported-calendar-component-set xmlns:B="urn:ietf:params:xml:ns:caldav"/><A:supported-report-set/><A:sync-token/>
</A:prop></A:propfind>"""
DAVX5_HOME = (
    "<?xml version='1.0' encoding='UTF-8' ?><propfind xmlns=\"DAV:\" xmlns:CAL=\"urn:ietf:params:xml:ns:caldav\""
    ' xmlns:CARD="urn:ietf:params:xml:ns:carddav"><prop><resourcetype /><displayname />'
    "<current-user-privilege-set /><CARD:addressbook-description /><CAL:calendar-description />"
    '<n0:calendar-color xmlns:n0="http://apple.com/ns/ical/" /><CAL:calendar-timezone />'
    '<CAL:supported-calendar-component-set /><n1:source xmlns:n1="http://calendarserver.org/ns/" /></prop></propfind>'
)
THUNDERBIRD_CALENDAR = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<D:propfind xmlns:D="DAV:" xmlns:CS="http://calendarserver.org/ns/"'
    ' xmlns:C="urn:ietf:params:xml:ns:caldav"><D:prop><D:resourcetype/><D:owner/><D:current-user-principal/>'
    "<D:current-user-privilege-set/><D:supported-report-set/><C:supported-calendar-component-set/><CS:getctag/>"
    "</D:prop></D:propfind>"
)


@pytest.mark.parametrize("body", [APPLE_HOME, DAVX5_HOME, THUNDERBIRD_CALENDAR])
async def test_as_common_programs_ask(program: Program, body: str) -> None:
    """Written after what these programs send; they themselves were not here (docs/proof/caldav-clients.md)."""
    listed = Answer(await program.ask("PROPFIND", program.home(), body, depth="1", content_type="text/xml"))
    mine = listed["/mine/"]
    assert mine.found[f"{D}resourcetype"].find(f"{C}calendar") is not None
    assert mine.found[f"{D}current-user-privilege-set"].find(f".//{D}write") is None
    assert [one.get("name") for one in mine.found[f"{C}supported-calendar-component-set"]] == ["VEVENT"]
