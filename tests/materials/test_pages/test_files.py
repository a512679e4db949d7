"""Addresses of files: who gets what when, what is written down, and where it leads."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from tests.attendance.made import Day, make_day
from tests.booking.test_pages.made import enter
from tests.conftest import SITE, FrozenClock
from tests.materials.handed import CONTENT, SRT, VTT, Handed, handed, led
from tests.materials.kept import hash_of
from tests.materials.made import grant, learner
from training.base.database import execute
from training.base.structs import Grant, Viewer
from training.base.work import Work, Works
from training.booking.rules.guests import place_token
from training.materials.rules.storages import file_key
from training.materials.storage.keeping import Storage
from training.people.tables import Person

pytestmark = pytest.mark.parametrize("storage", ["local"], indirect=True)

SHOWINGS: dict[str, dict[str, Any]] = {
    "everyone always": {"audience": "everyone", "opens": "always"},
    "partners always": {"audience": "partners", "opens": "always"},
    "enrolled always": {"audience": "enrolled", "opens": "always"},
    "enrolled from the start": {"audience": "enrolled", "opens": "start"},
    "enrolled after": {"audience": "enrolled", "opens": "after"},
    "attended": {"audience": "enrolled", "opens": "attended"},
    "trainers": {"audience": "trainers", "opens": "always"},
}
# Who gets the file before, during and after the session (b, d, a); - for nobody. The session is for partners that take
# part in the program, so nobody else sees it at all.
NEVER, ALWAYS = "---", "bda"
EXPECTED: dict[str, dict[str, str]] = {
    "signed out": dict.fromkeys(SHOWINGS, NEVER),
    "stranger": dict.fromkeys(SHOWINGS, NEVER),
    "manager of another program": dict.fromkeys(SHOWINGS, NEVER),
    "learner of another session": dict.fromkeys(SHOWINGS, NEVER)
    | {"everyone always": ALWAYS, "partners always": ALWAYS},
    "coordinator": dict.fromkeys(SHOWINGS, NEVER) | {"everyone always": ALWAYS, "partners always": ALWAYS},
    "waitlisted": dict.fromkeys(SHOWINGS, NEVER) | {"everyone always": ALWAYS, "partners always": ALWAYS},
    "cancelled": dict.fromkeys(SHOWINGS, NEVER) | {"everyone always": ALWAYS, "partners always": ALWAYS},
    "learner": {
        "everyone always": ALWAYS,
        "partners always": ALWAYS,
        "enrolled always": ALWAYS,
        "enrolled from the start": "-da",
        "enrolled after": "--a",
        "attended": NEVER,
        "trainers": NEVER,
    },
    "learner who was there": {
        "everyone always": ALWAYS,
        "partners always": ALWAYS,
        "enrolled always": ALWAYS,
        "enrolled from the start": "-da",
        "enrolled after": "--a",
        "attended": "--a",
        "trainers": NEVER,
    },
    **{who: dict.fromkeys(SHOWINGS, ALWAYS) for who in ("lead", "assistant", "shadow", "manager", "staff")},
}
TIMES = {"b": timedelta(days=-1), "d": timedelta(), "a": timedelta(days=1)}


@pytest.fixture
async def day(works: Works, clock: FrozenClock) -> Day:
    return await make_day(works, clock, people=3)


async def somebody(works: Works, name: str, *, role: str = "", scope_id: UUID | None = None) -> Viewer:
    """A new person, with a role."""

    async def add(work: Work) -> UUID:
        key = work.new_id()
        work.add(Person, id=key, email=f"{name}@example.org", name=name, created_at=work.now)
        return key

    key = await works.run(Viewer.machine("test"), add)
    return Viewer(person_id=key, grants=frozenset({Grant(role=role, scope_id=scope_id)} if role else ()))


async def people_of(works: Works, day: Day) -> dict[str, Viewer | None]:
    """Everybody in EXPECTED; those who are of a partner are its members."""
    for number in range(5):
        await grant(works, day.scene.people[number], "member", day.scene.partner_id)
    await execute("UPDATE enrollment SET state = 'cancelled' WHERE id = {}", day.enrollments[2])
    await execute(
        "INSERT INTO overall (id, enrollment_id, session_id, status, changed_at) VALUES ({}, {}, {}, 'present', {})",
        day.enrollments[1],
        day.enrollments[1],
        day.session_id,
        works.clock(),
    )
    await execute(
        "INSERT INTO enrollment (id, session_id, booking_id, person_id, partner_id, state, mode, state_at, created_at)"
        " SELECT {}, session_id, booking_id, {}, partner_id, 'waitlisted', mode, state_at, created_at"
        " FROM enrollment WHERE id = {}",
        uuid4(),
        day.scene.people[3],
        day.enrollments[0],
    )
    return {
        "signed out": None,
        "stranger": day.stranger,
        "manager of another program": await somebody(works, "moe", role="program_manager", scope_id=uuid4()),
        "learner of another session": Viewer(person_id=day.scene.people[4]),
        "coordinator": day.scene.coordinator,
        "waitlisted": Viewer(person_id=day.scene.people[3]),
        "cancelled": Viewer(person_id=day.scene.people[2]),
        "learner": learner(day),
        "learner who was there": learner(day, 1),
        "lead": day.lead,
        "assistant": day.assistant,
        "shadow": day.shadow,
        "manager": day.manager,
        "staff": await somebody(works, "stan", role="staff"),
    }


def ticked(answers: dict[str, bool]) -> str:
    return "".join(letter if answers[letter] else "-" for letter in TIMES)


@pytest.mark.parametrize("who", sorted(EXPECTED))
async def test_who_gets_a_file_when(
    works: Works, clock: FrozenClock, client: httpx.AsyncClient, storage: Storage, day: Day, who: str
) -> None:
    """By every address of a file: to save it, to look at it, and at the ticket that these lead to."""
    viewer = (await people_of(works, day))[who]
    if viewer is not None:
        await enter(works, client, viewer)
    now, found = clock.now, {}
    for name, showing in SHOWINGS.items():
        file = await handed(works, day, storage, variant={"name": f"{name}.pdf"}, **showing)
        answers = {}
        for letter, moved in TIMES.items():
            clock.now = now + moved
            answers[letter] = await gets(client, file)
        found[name] = ticked(answers)
        clock.now = now
    assert found == EXPECTED[who]


async def gets(client: httpx.AsyncClient, file: Handed) -> bool:
    """Whether the file is handed out; the two addresses agree, and whoever gets nothing is told the usual."""
    saved, shown = await client.get(file.path), await client.get(f"{file.path}/view")
    assert saved.status_code == shown.status_code
    if saved.status_code == 303:
        for answer in (saved, shown):
            got = await client.get(answer.headers["location"])
            assert (got.status_code, got.content) == (200, CONTENT)
        return True
    assert saved.status_code in (403, 404)
    return False


async def test_what_is_missing_and_what_is_foreign_look_the_same(
    works: Works, client: httpx.AsyncClient, storage: Storage, day: Day
) -> None:
    file = await handed(works, day, storage, audience="trainers")
    await enter(works, client, learner(day))
    missing = file.path.replace(str(file.variant_id), str(uuid4()))
    foreign = file.path.replace(str(file.material_id), str(uuid4()))
    for path in (file.path, missing, foreign, f"{file.path}/captions.vtt"):
        answer = await client.get(path)
        assert (answer.status_code, "There is no such page" in answer.text) == (404, True)
    client.cookies.clear()
    for path in (file.path, missing, foreign):
        assert f'href="/sign-in?next={path}"' in (await client.get(path)).text


async def test_a_file_belongs_to_its_material_and_session(
    works: Works, client: httpx.AsyncClient, storage: Storage, day: Day
) -> None:
    file = await handed(works, day, storage)
    other = await handed(works, day, storage, content=b"other")
    await enter(works, client, learner(day))
    assert (await client.get(file.path)).status_code == 303
    assert (await client.get(file.path.replace(str(file.material_id), str(other.material_id)))).status_code == 404
    assert (await client.get(file.path.replace(str(day.session_id), str(uuid4())))).status_code == 404
    assert (await client.get(f"/courses/{day.scene.course_id}{file.tail}")).status_code == 404


async def test_later_is_told_to_those_it_is_for(
    works: Works, client: httpx.AsyncClient, storage: Storage, day: Day
) -> None:
    file = await handed(works, day, storage, opens="after")
    await enter(works, client, learner(day))
    assert (await client.get(file.path)).status_code == 403


@pytest.mark.parametrize(("state", "status"), [("waiting", 409), ("refused", 410)])
async def test_what_the_scanner_holds(
    works: Works, client: httpx.AsyncClient, storage: Storage, day: Day, state: str, status: int
) -> None:
    file = await handed(works, day, storage, file={"state": state})
    await enter(works, client, learner(day))
    assert (await client.get(file.path)).status_code == status
    await enter(works, client, day.manager)
    assert (await client.get(file.path)).status_code == status


async def test_of_a_course_without_a_session(
    works: Works, client: httpx.AsyncClient, storage: Storage, day: Day
) -> None:
    open_to_all = await handed(works, day, storage, of_course=True, audience="everyone")
    inside = await handed(works, day, storage, of_course=True, audience="enrolled")
    course = f"/courses/{day.scene.course_id}"
    path = await led(client, f"{course}{open_to_all.tail}")
    assert (await client.get(path)).headers["cache-control"] == "public, max-age=300"
    shown = await led(client, f"{course}{open_to_all.tail}/view")
    assert (await client.get(shown)).headers["content-disposition"].startswith("inline")
    assert (await client.get(f"{course}{inside.tail}")).status_code == 404
    await enter(works, client, learner(day))
    assert (await client.get(f"{course}{inside.tail}")).status_code == 404
    assert (await client.get(inside.path)).status_code == 303
    await enter(works, client, day.lead)
    assert (await client.get(await led(client, f"{course}{inside.tail}"))).content == CONTENT


async def test_by_the_link_to_a_place(
    works: Works, client: httpx.AsyncClient, storage: Storage, clock: FrozenClock, day: Day
) -> None:
    file = await handed(works, day, storage)
    here = f"/places/{place_token(SITE.secret_key, day.enrollments[0], 1)}{file.tail}"
    answer = await client.get(here)
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert "set-cookie" not in answer.headers
    path = await led(client, here)
    assert place_token(SITE.secret_key, day.enrollments[0], 1) not in path
    assert (await client.get(path)).content == CONTENT
    assert (await client.get(await led(client, f"{here}/view"))).headers["content-disposition"].startswith("inline")
    for wrong in (
        f"/places/{'A' * 64}{file.tail}",
        f"/places/{place_token(SITE.secret_key, day.enrollments[0], 2)}{file.tail}",
        f"/places/{place_token('another key for tests', day.enrollments[0], 1)}{file.tail}",
    ):
        assert (await client.get(wrong)).status_code == 404
    await execute("UPDATE enrollment SET state = 'cancelled' WHERE id = {}", day.enrollments[0])
    assert (await client.get(here)).status_code == 404
    assert (await client.get(path)).status_code == 404
    clock.move(days=40)
    assert (await client.get(here)).status_code == 410


async def test_the_link_opens_what_its_place_opens_and_no_more(
    works: Works, client: httpx.AsyncClient, storage: Storage, day: Day
) -> None:
    """Also for somebody who manages the program, when they come by the link."""
    await grant(works, day.scene.people[0], "program_manager", day.scene.program_id)
    file = await handed(works, day, storage, audience="trainers")
    here = f"/places/{place_token(SITE.secret_key, day.enrollments[0], 1)}{file.tail}"
    assert (await client.get(here)).status_code == 404
    await enter(works, client, learner(day))
    assert (await client.get(file.path)).status_code == 303


async def test_what_is_opened_is_written_down(
    works: Works, client: httpx.AsyncClient, storage: Storage, day: Day
) -> None:
    file = await handed(works, day, storage)
    await enter(works, client, learner(day))
    for _ in range(2):
        await client.get(await led(client, file.path))
        await client.get(await led(client, f"{file.path}/view"))
    client.cookies.clear()
    await led(client, f"/places/{place_token(SITE.secret_key, day.enrollments[1], 1)}{file.tail}")
    rows = await execute("SELECT way, person_id, enrollment_id, variant_id, session_id FROM material_opening")
    told = sorted((row["way"], str(row["person_id"]), str(row["enrollment_id"])) for row in rows)
    people, places = [str(one) for one in day.scene.people], [str(one) for one in day.enrollments]
    assert told == sorted(
        [("download", people[0], places[0]), ("preview", people[0], places[0]), ("download", people[1], places[1])]
    )
    assert {(str(row["variant_id"]), str(row["session_id"])) for row in rows} == {
        (str(file.variant_id), str(day.session_id))
    }


async def test_a_link_is_followed_and_written_down(
    works: Works, client: httpx.AsyncClient, storage: Storage, day: Day
) -> None:
    told = {"kind": "link", "file_id": None, "link": "https://example.org/ü?a=b#c"}
    file = await handed(works, day, storage, variant=told)
    await enter(works, client, learner(day))
    answer = await client.get(file.path)
    assert answer.headers["location"] == "https://example.org/%C3%BC?a=b#c"
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert [row["way"] for row in await execute("SELECT way FROM material_opening")] == ["link"]


async def test_a_note_is_no_file(works: Works, client: httpx.AsyncClient, storage: Storage, day: Day) -> None:
    file = await handed(works, day, storage, variant={"kind": "note", "file_id": None, "body": "Hello"})
    await enter(works, client, learner(day))
    assert (await client.get(file.path)).status_code == 404


@pytest.mark.parametrize("kind", [VTT, SRT])
async def test_captions_come_from_our_own_host(
    works: Works, client: httpx.AsyncClient, storage: Storage, day: Day, kind: dict[str, str]
) -> None:
    text = "WEBVTT\n\n" if kind is VTT else ""
    content = f"{text}1\n00:00:01,000 --> 00:00:02,000\nHola\n".replace(",", "." if kind is VTT else ",").encode()
    file = await handed(works, day, storage, content=content, file=kind, variant={"form": "captions"})
    await enter(works, client, learner(day))
    answer = await client.get(f"{file.path}/captions.vtt")
    assert answer.text == "WEBVTT\n\n1\n00:00:01.000 --> 00:00:02.000\nHola\n"
    assert answer.headers["content-type"] == "text/vtt; charset=utf-8"
    assert answer.headers["content-security-policy"].startswith("sandbox; default-src 'none'; ")
    assert answer.headers["cache-control"] == "private, no-store"
    client.cookies.clear()
    token = place_token(SITE.secret_key, day.enrollments[0], 1)
    assert (await client.get(f"/places/{token}{file.tail}/captions.vtt")).text == answer.text
    assert (await client.get(f"{file.path}/captions.vtt")).status_code == 404
    assert await execute("SELECT id FROM material_opening") == []


async def test_captions_of_a_course(works: Works, client: httpx.AsyncClient, storage: Storage, day: Day) -> None:
    more: dict[str, Any] = {"of_course": True, "audience": "everyone", "variant": {"form": "captions"}}
    file = await handed(works, day, storage, content=b"WEBVTT\n", file=VTT, **more)
    answer = await client.get(f"/courses/{day.scene.course_id}{file.tail}/captions.vtt")
    assert answer.content == b"WEBVTT\n"


async def test_captions_that_are_missing_in_the_storage_are_told_as_that(
    works: Works, client: httpx.AsyncClient, storage: Storage, day: Day
) -> None:
    file = await handed(works, day, storage, content=b"WEBVTT\n", file=VTT, variant={"form": "captions"})
    await storage.delete([file_key(hash_of(b"WEBVTT\n"))])
    await enter(works, client, learner(day))
    answer = await client.get(f"{file.path}/captions.vtt")
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "60")
    assert "Files cannot be reached at the moment." in answer.text


async def test_only_captions_are_captions(works: Works, client: httpx.AsyncClient, storage: Storage, day: Day) -> None:
    file = await handed(works, day, storage)
    await enter(works, client, learner(day))
    assert (await client.get(f"{file.path}/captions.vtt")).status_code == 404


async def test_who_asks_for_headers_only_has_opened_nothing(
    works: Works, client: httpx.AsyncClient, storage: Storage, day: Day
) -> None:
    file = await handed(works, day, storage, audience="everyone")
    of_course = await handed(works, day, storage, of_course=True, audience="everyone")
    token = place_token(SITE.secret_key, day.enrollments[0], 1)
    paths = [file.path, f"{file.path}/view", f"/courses/{day.scene.course_id}{of_course.tail}"]
    paths += [f"/places/{token}{file.tail}", f"/places/{token}{file.tail}/view", f"/api/v1{file.path}"]
    pages = [path.partition("/files/")[0] for path in (file.path, paths[3])]
    await enter(works, client, learner(day))
    for path in (*paths, *pages):
        head = await client.head(path)
        assert (head.status_code, head.content) == (200 if path in pages or "/api/" in path else 303, b""), path
    assert await execute("SELECT way FROM material_opening") == []
    for path in (*paths, *pages):
        await client.get(path)
    ways = sorted(row["way"] for row in await execute("SELECT way FROM material_opening"))
    assert ways == ["download", "download", "page", "preview"]
