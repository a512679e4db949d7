"""A file of people, enrolled by the rules of booking."""

from datetime import timedelta

import pytest

from tests.booking.asked import counters, one, order
from tests.booking.made import Scene, make_scene
from training.base.database import execute
from training.base.errors import NotFound
from training.base.work import Works
from training.booking.actions import book_places
from training.booking.importer import enroll_file, preview_file
from training.booking.rules.files import EnrollmentFileTooLarge, FileOutcome, FileRead, read_file
from training.schedule.actions import cancel_session


def a_file(scene: Scene, *rows: str) -> FileRead:
    lines = [row.replace("HERE", str(scene.session_id)) for row in rows]
    return read_file("\n".join(["email,session,name,mode,note", *lines]).encode())


def told(found: FileOutcome) -> list[tuple[str, str]]:
    return [(row.fate.value, row.code) for row in found.outcomes]


async def test_each_row_has_a_verdict_and_the_second_time_nothing_changes(works: Works) -> None:
    scene = await make_scene(works)
    await works.run(scene.coordinator, book_places, order(scene, 0))
    read = a_file(
        scene,
        "northern-line-0@example.org,HERE,,,",
        "northern-line-1@example.org,HERE,,,first",
        "New@x.example,https://t.example/sessions/HERE,Nell New,,second",
        "new@x.example,HERE,,,",
        "northern-line-2@example.org,Safe Messaging 2026-05-18,,,",
        "northern-line-3@example.org,HERE,,online,",
        "nobody,HERE,,,",
        "northern-line-4@example.org,Unheard of,,,",
        f"northern-line-4@example.org,{scene.course_id},,,",
    )
    before = await counters(scene)
    seen = await preview_file(scene.coordinator, scene.partner_id, read, works.clock())
    assert await counters(scene) == before
    wanted = [
        ("unchanged", "already-enrolled"),
        ("enrolled", ""),
        ("enrolled", ""),
        ("unchanged", "repeated"),
        ("waitlisted", ""),
        ("refused", "mode-not-offered"),
        ("refused", "address-unusable"),
        ("refused", "session-unknown"),
        ("refused", "session-unknown"),
    ]
    assert told(seen) == wanted
    done = await works.run(scene.coordinator, enroll_file, scene.partner_id, read)
    assert done == seen
    assert done.outcomes[4].position == 1
    assert await counters(scene) == (3, 0, 1)
    assert await one("SELECT count(*) AS n FROM booking") == 2
    assert await one("SELECT count(*) AS n FROM booking WHERE note LIKE '%first%' AND note LIKE 'north%'") == 1
    rows = await one("SELECT count(*) AS n FROM enrollment")
    mails, members = await one("SELECT count(*) AS n FROM message"), await one("SELECT count(*) AS n FROM membership")
    again = await works.run(scene.coordinator, enroll_file, scene.partner_id, read)
    assert told(again)[:5] == [
        ("unchanged", "already-enrolled"),
        ("unchanged", "already-enrolled"),
        ("unchanged", "already-enrolled"),
        ("unchanged", "repeated"),
        ("unchanged", "already-waitlisted"),
    ]
    assert await one("SELECT count(*) AS n FROM enrollment") == rows
    assert await one("SELECT count(*) AS n FROM message") == mails
    assert await one("SELECT count(*) AS n FROM membership") == members


async def test_who_has_a_place_is_unchanged_even_when_booking_is_closed(works: Works) -> None:
    scene = await make_scene(works)
    await works.run(scene.coordinator, book_places, order(scene, 0))
    await execute("UPDATE session SET booking_closes_at = {}", works.clock() - timedelta(hours=1))
    read = a_file(scene, "northern-line-0@example.org,HERE,,,", "northern-line-1@example.org,HERE,,,")
    done = await works.run(scene.coordinator, enroll_file, scene.partner_id, read)
    assert told(done) == [("unchanged", "already-enrolled"), ("refused", "booking-not-open")]
    assert "closed" in done.outcomes[1].reason.lower()


async def test_what_another_partner_booked_is_not_told_before_and_makes_nobody_a_member(works: Works) -> None:
    scene = await make_scene(works)
    await works.run(scene.other_coordinator, book_places, order(scene, 0, other=True))
    read = a_file(scene, "harbour-0@example.org,HERE,,,", "northern-line-0@example.org,HERE,,,")
    seen = await preview_file(scene.coordinator, scene.partner_id, read, works.clock())
    assert told(seen) == [("enrolled", ""), ("enrolled", "")]
    done = await works.run(scene.coordinator, enroll_file, scene.partner_id, read)
    assert told(done) == [("refused", "cannot-be-booked"), ("enrolled", "")]
    assert "organization" in done.outcomes[0].reason


async def test_one_booking_for_each_way_of_taking_part(works: Works) -> None:
    scene = await make_scene(works, mode="hybrid", capacity_in_person=1, capacity_online=1)
    rows = [f"northern-line-{n}@example.org,HERE,,{mode}," for n, mode in enumerate(("online", "online", "room", ""))]
    rows.append("northern-line-0@example.org,HERE,,room,")
    done = await works.run(scene.coordinator, enroll_file, scene.partner_id, a_file(scene, *rows))
    fates = sorted(row.fate.value for row in done.outcomes)
    assert fates == ["enrolled", "enrolled", "unchanged", "waitlisted", "waitlisted"]
    assert await one("SELECT count(*) AS n FROM booking") == 3
    assert (await counters(scene))[2] == 2


async def test_others_enroll_nobody(works: Works) -> None:
    scene = await make_scene(works)
    read = a_file(scene, "northern-line-0@example.org,HERE,,,")
    for viewer in (scene.other_coordinator, scene.manager):
        with pytest.raises(NotFound):
            await works.run(viewer, enroll_file, scene.partner_id, read)
        with pytest.raises(NotFound):
            await preview_file(viewer, scene.partner_id, read, works.clock())
    assert await one("SELECT count(*) AS n FROM enrollment") == 0


async def test_three_hundred_people_take_two_bookings(works: Works) -> None:
    scene = await make_scene(works, capacity_in_person=250)
    rows = [f"p{number}@many.example,HERE,Person {number},," for number in range(300)]
    done = await works.run(scene.coordinator, enroll_file, scene.partner_id, a_file(scene, *rows))
    assert (sum(row.fate.value == "enrolled" for row in done.outcomes), len(done.outcomes)) == (250, 300)
    assert await one("SELECT count(*) AS n FROM booking") == 2
    assert await counters(scene) == (250, 0, 50)


async def test_a_file_names_so_many_sessions_and_no_more(works: Works) -> None:
    scene = await make_scene(works)
    rows = [f"a@x.example,{number:08x}-0000-7000-8000-000000000000,,," for number in range(51)]
    with pytest.raises(EnrollmentFileTooLarge):
        await preview_file(scene.coordinator, scene.partner_id, a_file(scene, *rows), works.clock())


async def test_looking_at_a_file_does_not_confirm_a_private_address(works: Works) -> None:
    scene = await make_scene(works)
    await works.run(scene.coordinator, book_places, order(scene, 0))
    await execute("UPDATE person SET email = 'private@example.net' WHERE id = {}", scene.people[0])
    read = a_file(scene, "private@example.net,HERE,,,", "other@example.net,HERE,,,")
    seen = await preview_file(scene.coordinator, scene.partner_id, read, works.clock())
    assert told(seen) == [("enrolled", "")] * 2
    done = await works.run(scene.coordinator, enroll_file, scene.partner_id, read)
    assert told(done) == [("unchanged", "already-enrolled"), ("enrolled", "")]


async def test_a_cancelled_session_is_refused_as_a_booking_would_be(works: Works) -> None:
    scene = await make_scene(works)
    await works.run(scene.manager, cancel_session, scene.session_id, "The trainer is ill.")
    read = a_file(
        scene, "northern-line-0@example.org,Safe messaging 2026-05-18,,,", "northern-line-1@example.org,HERE,,,"
    )
    seen = await preview_file(scene.coordinator, scene.partner_id, read, works.clock())
    by_title, by_id = [(row.code, row.reason) for row in seen.outcomes]
    assert by_title == by_id
    assert "cancelled" in by_title[1]
    again = await make_scene(works, tag=" Two")
    await execute("UPDATE session SET audience = 'public'")
    named = a_file(again, "new@x.example,Safe messaging,,,")
    seen = await preview_file(again.coordinator, again.partner_id, named, works.clock())
    assert told(seen) == [("enrolled", "")], "one that takes place is meant"
