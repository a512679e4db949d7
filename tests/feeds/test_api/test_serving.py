"""Addresses of calendars over HTTP: conditional requests, HEAD, compression, rights, and what tells nothing."""

from datetime import timedelta
from uuid import uuid4

import httpx
import pytest
import structlog

from tests.booking.made import Scene
from tests.conftest import FrozenClock
from tests.feeds.made import book, feed, in_room, learner, make_feed_scene, more_sessions
from training.base.database import execute, watch_statements
from training.base.structs import Viewer
from training.base.work import Works
from training.feeds.actions.feeds import NewFeed, renew_feed, revoke_feed
from training.feeds.queries.feeds import list_own_feeds
from training.people.actions import disable_person
from training.people.actions.roles import grant_role, revoke_role
from training.people.rules import Role

OPERATOR = Viewer.machine("test")


@pytest.fixture
async def scene(works: Works) -> Scene:
    return await make_feed_scene(works)


@pytest.fixture
async def mine(works: Works, scene: Scene, clock: FrozenClock) -> NewFeed:
    """The feed of somebody who takes part, old enough to be kept."""
    await book(works, scene, 0)
    made = await feed(works, learner(scene))
    clock.move(minutes=2)
    return made


async def test_a_feed_is_a_calendar_and_nothing_shared_may_keep_it(client: httpx.AsyncClient, mine: NewFeed) -> None:
    answer = await client.get(mine.path)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
    assert answer.content.startswith(b"BEGIN:VCALENDAR\r\n")
    assert b"SUMMARY:Safe messaging\r\n" in answer.content
    assert b"METHOD" not in answer.content
    told = {name: answer.headers[name] for name in ("cache-control", "referrer-policy", "x-robots-tag", "vary")}
    assert told == {
        "cache-control": "private, no-cache",
        "referrer-policy": "no-referrer",
        "x-robots-tag": "noindex",
        "vary": "accept-encoding",
    }
    assert "set-cookie" not in answer.headers
    assert mine.path.removeprefix("/calendars/").removesuffix(".ics").encode() not in answer.content


@pytest.mark.parametrize("accept", [{}, {"accept": "application/json"}, {"accept": "text/calendar;q=0"}])
async def test_whatever_a_client_accepts_it_gets_the_calendar(
    client: httpx.AsyncClient, mine: NewFeed, accept: dict[str, str]
) -> None:
    request = client.build_request("GET", mine.path, headers=accept)
    if not accept:
        del request.headers["accept"]
    assert (await client.send(request)).status_code == 200


async def test_the_same_content_is_the_same_bytes_and_one_statement(
    client: httpx.AsyncClient, mine: NewFeed, clock: FrozenClock
) -> None:
    with watch_statements() as first_seen:
        first = await client.get(mine.path)
    clock.move(minutes=1)
    with watch_statements() as again_seen:
        again = await client.get(mine.path)
    assert (first.content, first.headers["etag"]) == (again.content, again.headers["etag"])
    # The first one is noted: one change in a transaction of its own, after the answer.
    reads = ("SELECT", "WITH w AS")
    assert [sum(text.startswith(reads) for text in seen) for seen in (first_seen, again_seen)] == [3, 1]
    assert len(again_seen) == 1


@pytest.mark.parametrize("count", [10, 1_000])
async def test_a_thousand_meetings_take_no_more_statements_than_ten(
    works: Works, client: httpx.AsyncClient, clock: FrozenClock, scene: Scene, count: int
) -> None:
    for session_id, _ in await more_sessions(works, scene, count):
        await execute(
            "INSERT INTO trainer_assignment (id, session_id, meeting_id, person_id, role)"
            " SELECT {}, m.session_id, m.id, {}, 'lead' FROM meeting m WHERE m.session_id = {}",
            uuid4(),
            scene.people[0],
            session_id,
        )
    made = await feed(works, learner(scene), "teaching")
    clock.move(minutes=2)
    await client.get(made.path)
    await execute("UPDATE calendar_mark SET changed = changed + 1")
    with watch_statements() as anew:
        first = await client.get(made.path)
    with watch_statements() as unchanged:
        again = await client.get(made.path)
    assert first.content == again.content
    assert first.content.count(b"BEGIN:VEVENT") == count
    assert (len(anew), len(unchanged)) == (3, 1)


async def test_it_says_304_for_its_tag_and_its_date(client: httpx.AsyncClient, mine: NewFeed) -> None:
    first = await client.get(mine.path)
    tag, date = first.headers["etag"], first.headers["last-modified"]
    for headers in (
        {"if-none-match": tag},
        {"if-none-match": f'"other", W/{tag}'},
        {"if-none-match": "*"},
        {"if-modified-since": date},
        {"if-none-match": tag, "if-modified-since": "Mon, 01 Jan 2001 00:00:00 GMT"},
    ):
        for method in ("GET", "HEAD"):
            answer = await client.request(method, mine.path, headers=headers)
            assert (answer.status_code, answer.content, answer.headers["etag"]) == (304, b"", tag), headers
            assert "content-type" not in answer.headers
            size = sum(len(name) + len(value) + 4 for name, value in answer.headers.raw)
            assert size <= 300, "goal P9"


async def test_conditions_that_do_not_hold_get_the_whole(client: httpx.AsyncClient, mine: NewFeed) -> None:
    first = await client.get(mine.path)
    for headers in (
        {"if-none-match": '"other"'},
        {"if-none-match": '"other"', "if-modified-since": first.headers["last-modified"]},
        {"if-modified-since": "Mon, 01 Jan 2001 00:00:00 GMT"},
        {"if-modified-since": "yesterday"},
        {"if-modified-since": first.headers["last-modified"].replace("GMT", "CET")},
        {"if-match": first.headers["etag"]},
        {"range": "bytes=0-10"},
    ):
        answer = await client.get(mine.path, headers=headers)
        assert (answer.status_code, answer.content) == (200, first.content), headers
    assert (await client.get(mine.path, headers={"if-match": '"other"'})).status_code == 412
    old = {"if-unmodified-since": "Mon, 01 Jan 2001 00:00:00 GMT"}
    assert (await client.get(mine.path, headers=old)).status_code == 412


async def test_head_is_get_without_its_body(client: httpx.AsyncClient, mine: NewFeed) -> None:
    client.headers["accept-encoding"] = "identity"
    whole, head = await client.get(mine.path), await client.head(mine.path)
    assert (head.status_code, head.content, head.headers) == (200, b"", whole.headers)
    assert int(head.headers["content-length"]) == len(whole.content)


async def test_only_who_asks_gets_it_compressed_and_with_a_tag_of_its_own(
    client: httpx.AsyncClient, mine: NewFeed
) -> None:
    plain = await client.get(mine.path, headers={"accept-encoding": "identity"})
    for asked in ("*", "br", "gzip;q=0", "deflate"):
        assert "content-encoding" not in (await client.get(mine.path, headers={"accept-encoding": asked})).headers
    zipped = await client.get(mine.path, headers={"accept-encoding": "deflate, gzip;q=0.5"})
    assert zipped.headers["content-encoding"] == "gzip"
    assert zipped.content == plain.content
    assert zipped.headers["etag"] != plain.headers["etag"]
    assert int(zipped.headers["content-length"]) < len(plain.content)
    known = {"accept-encoding": "gzip", "if-none-match": zipped.headers["etag"]}
    assert (await client.get(mine.path, headers=known)).status_code == 304


async def test_unknown_revoked_mangled_and_over_look_alike_and_cost_alike(
    works: Works, client: httpx.AsyncClient, scene: Scene, mine: NewFeed
) -> None:
    gone = await feed(works, learner(scene))
    await works.run(learner(scene), revoke_feed, gone.id)
    renewed = await feed(works, learner(scene))
    await works.run(learner(scene), renew_feed, renewed.id)
    secret = mine.path.removeprefix("/calendars/").removesuffix(".ics")
    paths = [
        f"/calendars/{'A' * 43}.ics",
        gone.path,
        renewed.path,
        f"/calendars/{secret}",
        f"/calendars/{secret.swapcase()}.ics",
        f"/calendars/{secret[:-1]}.ics",
        f"/calendars/{secret}.ics/",
        f"/calendars/{secret}.ics.ics",
        "/calendars/",
        "/calendars/.ics",
        "/calendars/%00.ics",
        "/calendars/%F0%9F%98%80.ics",
        "/calendars/%ED%A0%80.ics",
        "/calendars/..%2F..%2Fetc%2Fpasswd.ics",
        f"/calendars/{'x' * 5000}.ics",
        "/calendars/programs/nothing.ics",
        f"/calendars/programs/{uuid4()}.ics",
        f"/calendars/courses/{uuid4()}.ics",
        f"/calendars/rooms/{uuid4()}.ics",
    ]
    told = set()
    for path in paths:
        for method in ("GET", "HEAD"):
            with watch_statements() as seen:
                answer = await client.request(method, path)
            assert len(seen) == 1, path
            told.add((method, answer.status_code, answer.content, tuple(sorted(answer.headers.items()))))
    assert len(told) == 2
    assert {status for _, status, _, _ in told} == {404}


async def test_a_calendar_can_only_be_read_and_that_is_told_of_every_address(
    client: httpx.AsyncClient, mine: NewFeed
) -> None:
    for method in ("POST", "PUT", "DELETE", "PROPFIND"):
        answers = [await client.request(method, path) for path in (mine.path, "/calendars/unknown.ics")]
        assert [answer.status_code for answer in answers] == [405, 405]
        assert {answer.headers["allow"] for answer in answers} == {"GET, HEAD, OPTIONS"}
    assert (await client.options(mine.path)).status_code == 204


async def test_no_secret_is_kept_or_logged(
    client: httpx.AsyncClient, mine: NewFeed, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret = mine.path.removeprefix("/calendars/").removesuffix(".ics")
    for table in ("feed", "journal_entry", "message", "calendar_mark"):
        assert secret not in str(await execute(f"SELECT * FROM {table}"))

    async def broken(*_: object) -> None:
        raise RuntimeError("the disk is gone")

    monkeypatch.setattr("training.feeds.api.serving.find_fetched", broken)
    with structlog.testing.capture_logs() as logs:
        answer = await client.get(mine.path)
    assert answer.status_code == 500
    assert secret not in answer.text + str(answer.headers) + str(logs)


async def test_the_right_is_judged_at_each_fetch_and_says_farewell_for_thirty_days(
    works: Works, client: httpx.AsyncClient, scene: Scene, clock: FrozenClock
) -> None:
    await book(works, scene, 0)
    who = scene.coordinator
    assert who.person_id is not None
    made = await feed(works, who, "coordinating", scene.partner_id)
    clock.move(minutes=2)
    assert "Northern Line 0" in (await client.get(made.path)).text
    await works.run(OPERATOR, revoke_role, who.person_id, Role.COORDINATOR, scene.partner_id)
    last = await client.get(made.path)
    assert last.text.count("BEGIN:VEVENT") == 1
    assert "SUMMARY:This calendar has ended" in last.text
    assert "Northern Line 0" not in last.text
    clock.move(days=29)
    assert (await client.get(made.path)).content == last.content
    await works.run(OPERATOR, grant_role, who.person_id, Role.COORDINATOR, scene.partner_id)
    assert "Safe messaging" in (await client.get(made.path)).text, "who may read again reads on"
    await works.run(OPERATOR, revoke_role, who.person_id, Role.COORDINATOR, scene.partner_id)
    clock.move(days=30)
    assert (await client.get(made.path)).content == (await client.get("/calendars/unknown.ics")).content


async def test_a_right_that_vanished_without_a_word_ends_the_feed_all_the_same(
    works: Works, client: httpx.AsyncClient, scene: Scene, clock: FrozenClock
) -> None:
    made = await feed(works, scene.coordinator, "coordinating", scene.partner_id)
    await execute("DELETE FROM role_grant WHERE person_id = {}", scene.coordinator.person_id)
    first = await client.get(made.path)
    assert "This calendar has ended" in first.text
    clock.move(days=3)
    assert (await client.get(made.path)).content == first.content
    clock.move(days=27)
    assert (await client.get(made.path)).status_code == 404


async def test_a_disabled_account_has_no_calendar(
    works: Works, client: httpx.AsyncClient, scene: Scene, mine: NewFeed
) -> None:
    assert (await client.get(mine.path)).status_code == 200
    await works.run(OPERATOR, disable_person, scene.people[0])
    assert (await client.get(mine.path)).status_code == 404


async def test_what_fetched_it_is_noted_at_most_every_quarter_of_an_hour(
    client: httpx.AsyncClient, scene: Scene, mine: NewFeed, clock: FrozenClock
) -> None:
    start = clock()
    for minutes, agent, noted in (
        (0, "Google-Calendar-Importer", ("Google Calendar", start)),
        (14, "Thunderbird/140", ("Google Calendar", start)),
        (1, "Thunderbird/140", ("Thunderbird", start + timedelta(minutes=15))),
        (15, "\x1b[31m<b>" + "x" * 200, ("[31m<b>" + "x" * 73, start + timedelta(minutes=30))),
    ):
        clock.move(minutes=minutes)
        await client.get(mine.path, headers={"user-agent": agent})
        (record,) = await list_own_feeds(scene.people[0])
        assert (record.fetched_by, record.fetched_at) == noted


async def test_the_public_calendars_may_be_kept_by_anybody_for_a_while(
    works: Works, client: httpx.AsyncClient, clock: FrozenClock
) -> None:
    scene = await make_feed_scene(works, audience="public", title="Open evening")
    paths = [
        "/calendars/public.ics",
        f"/calendars/programs/{scene.program_id}.ics",
        f"/calendars/courses/{scene.course_id}.ics",
    ]
    first = [await client.get(path) for path in paths]
    clock.move(minutes=2)
    for path, before in zip(paths, first, strict=True):
        with watch_statements() as anew:
            answer = await client.get(path)
        with watch_statements() as unchanged:
            again = await client.get(path)
        assert (len(anew), len(unchanged)) == (3, 1), path
        assert before.content == answer.content == again.content
        assert answer.headers["cache-control"] == "public, max-age=300"
        assert b"SUMMARY:Open evening" in answer.content


async def test_a_feed_just_made_is_not_kept_because_a_change_may_be_under_way(
    works: Works, client: httpx.AsyncClient, scene: Scene
) -> None:
    made = await feed(works, learner(scene))
    await client.get(made.path)
    with watch_statements() as seen:
        await client.get(made.path)
    assert len(seen) > 1


async def test_a_room_feed_is_for_those_who_plan(works: Works, client: httpx.AsyncClient, scene: Scene) -> None:
    room_id = await in_room(works, scene)
    made = await feed(works, scene.manager, "room", room_id)
    answer = await client.get(made.path)
    assert "X-WR-CALNAME:Room Red room (training)" in answer.text
    assert "SUMMARY:Safe messaging" in answer.text
