"""Asking for a place by address alone: what is kept, for how long, and that the answer tells nothing about anybody."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from tests.booking.asked import booked_one, counters, one, order
from tests.booking.made import Scene, make_scene
from tests.conftest import SITE, FrozenClock
from training.base.database import execute, watch_statements
from training.base.errors import Invalid, NotFound
from training.base.structs import ANONYMOUS, Viewer
from training.base.work import Work, Works
from training.booking.actions import book_places, cancel_enrollment, undo_cancellation
from training.booking.actions.request import Asking, Requested, request_place
from training.booking.jobs import expire
from training.booking.queries import list_enrollments
from training.booking.rules import BookingNotOpen, NothingToUndo
from training.booking.rules.requests import NOBODYS_DOMAIN, SelfEnrollmentOff, TooManyRequests
from training.catalogue.tables import Course, CoursePrerequisite
from training.outbox.queries import get_message
from training.people.actions import disable_person
from training.people.rules import AddressUnusable

NEW, KNOWN = "new@mail.example", "northern-line-0@example.org"
OPEN: dict[str, Any] = {"audience": "public", "self_enrollment": True}


async def ask(works: Works, scene: Scene, email: str = NEW, **more: Any) -> Requested:
    values = {"name": "Nia New", "zone": "Europe/Dublin", "client": f"198.51.100.{len(email)}", **more}
    return await works.run(ANONYMOUS, request_place, Asking(session_id=scene.session_id, email=email, **values))


async def rows(scene: Scene) -> list[tuple[str, str]]:
    found = await list_enrollments(scene.manager, scene.session_id)
    return [(e.email if "@nobody" not in e.email else "stand-in", e.state.value) for e in found]


async def mails() -> list[tuple[str, str]]:
    """What waits to be sent: key and address."""
    found = await execute("SELECT template, recipient FROM message WHERE state = 'waiting' ORDER BY id")
    return [(row["template"].removeprefix("booking/"), row["recipient"]) for row in found]


async def require_course(works: Works, scene: Scene) -> UUID:
    async def add(work: Work) -> UUID:
        key = work.new_id()
        ids = {"id": key, "program_id": scene.program_id}
        work.add(Course, **ids, slug="first", title="First steps", capacity_in_person=1, created_at=work.now)
        work.add(
            CoursePrerequisite,
            id=work.new_id(),
            course_id=scene.course_id,
            required_course_id=key,
        )
        return key

    return await works.run(Viewer.machine("test"), add)


async def test_a_place_is_kept_for_an_hour(works: Works, clock: FrozenClock) -> None:
    scene = await make_scene(works, **OPEN)
    asked = await ask(works, scene)
    assert asked == Requested(session_id=scene.session_id, kept=True, keeps_until=clock.now + timedelta(minutes=60))
    assert await rows(scene) == [(NEW, "requested")]
    assert await counters(scene) == (1, 0, 0)
    assert await mails() == [("confirm", NEW)]
    clock.move(minutes=59)
    assert await expire(works) == 0
    clock.move(minutes=1)
    assert await expire(works) == 1
    assert await counters(scene) == (0, 0, 0)


async def test_never_longer_than_until_the_start(works: Works, clock: FrozenClock) -> None:
    scene = await make_scene(works, starts_in=timedelta(minutes=20), **OPEN)
    assert (await ask(works, scene)).keeps_until == clock.now + timedelta(minutes=20)


async def test_when_the_time_is_over_the_next_moves_up(works: Works, clock: FrozenClock) -> None:
    scene = await make_scene(works, capacity_in_person=1, **OPEN)
    await ask(works, scene)
    await works.run(scene.coordinator, book_places, order(scene, 1))
    assert await counters(scene) == (1, 0, 1)
    clock.move(minutes=60)
    await expire(works)
    assert await rows(scene) == [("northern-line-1@example.org", "enrolled")]


async def case_unknown(works: Works, scene: Scene) -> str:  # noqa: ARG001 - all cases are made alike
    return NEW


async def case_known(works: Works, scene: Scene) -> str:  # noqa: ARG001
    return KNOWN


async def case_enrolled(works: Works, scene: Scene) -> str:
    await works.run(scene.coordinator, book_places, order(scene, 0))
    return KNOWN


async def case_waits(works: Works, scene: Scene) -> str:
    await works.run(scene.coordinator, book_places, order(scene, 0))
    moved = "UPDATE session SET taken_in_person = 0, waiting = 1, waiting_in_person = 1 WHERE id = {}"
    await execute(moved, scene.session_id)
    await execute("UPDATE enrollment SET state = 'waitlisted', mode = '' WHERE session_id = {}", scene.session_id)
    return KNOWN


async def case_disabled(works: Works, scene: Scene) -> str:
    await works.run(Viewer.machine("test"), disable_person, scene.people[0])
    return KNOWN


CASES = [case_unknown, case_known, case_enrolled, case_waits, case_disabled]


def kind(sql: str) -> str:
    """A statement without its tables and columns; a batch is one round trip of so many inserts."""
    inserts = sql.count("INSERT INTO")
    return f"{inserts} inserts, {sql.count('UPDATE ')} updates" if inserts else " ".join(sql.split()[:6])


async def test_the_same_answer_and_the_same_statements_for_every_address(works: Works) -> None:
    told, seen, taken = [], [], []
    for number, case in enumerate(CASES):
        scene = await make_scene(works, capacity_in_person=9, tag=f" {number}", **OPEN)
        email = (await case(works, scene)).replace("line-0", f"line-{number}-0")
        before = await one("SELECT taken_in_person AS n FROM session WHERE id = {}", scene.session_id)
        with watch_statements() as statements:
            told.append((await ask(works, scene, email if number else NEW)).kept)
        seen.append([kind(sql) for sql in statements])
        after = await one("SELECT taken_in_person AS n FROM session WHERE id = {}", scene.session_id)
        taken.append(after - before)
    assert told == [True] * len(CASES)
    assert taken == [1] * len(CASES), "nor does the number of free places tell"
    assert all(statements == seen[0] for statements in seen)


async def test_only_the_mail_tells(works: Works) -> None:
    scene = await make_scene(works, capacity_in_person=9, **OPEN)
    await works.run(scene.coordinator, book_places, order(scene, 0))
    await execute("UPDATE message SET state = 'sent', sent_at = created_at")
    await ask(works, scene, KNOWN)
    assert await mails() == [("already", KNOWN)]
    assert await rows(scene) == [(KNOWN, "enrolled"), ("stand-in", "requested")]
    found = await execute("SELECT name, disabled_at FROM person WHERE email LIKE {}", f"%{NOBODYS_DOMAIN}")
    assert [row["name"] for row in found] == ["Somebody who has not confirmed yet"]
    assert found[0]["disabled_at"] is not None


async def test_nobody_writes_to_a_stand_in(works: Works, clock: FrozenClock) -> None:
    scene = await make_scene(works, capacity_in_person=9, **OPEN)
    await works.run(scene.coordinator, book_places, order(scene, 0))
    await ask(works, scene, KNOWN)
    stand_in = (await list_enrollments(scene.manager, scene.session_id))[1]
    await works.run(scene.manager, cancel_enrollment, stand_in.id)
    with pytest.raises(NothingToUndo):
        await works.run(scene.manager, undo_cancellation, stand_in.id)
    await ask(works, scene, KNOWN)
    clock.move(hours=1)
    await expire(works)
    assert all(NOBODYS_DOMAIN not in row["recipient"] for row in await execute("SELECT recipient FROM message"))
    assert await counters(scene) == (1, 0, 0)


async def test_without_the_course_that_comes_first_the_mail_says_so(works: Works) -> None:
    scene = await make_scene(works, **OPEN)
    await require_course(works, scene)
    for email in (NEW, KNOWN):
        await ask(works, scene, email)
    assert sorted(await mails()) == [("course-missing", NEW), ("course-missing", KNOWN)]
    assert await one("SELECT count(*) AS n FROM person WHERE email = {}", NEW) == 0


async def test_asking_again_mails_again_and_takes_no_second_place(works: Works, clock: FrozenClock) -> None:
    scene = await make_scene(works, **OPEN)
    await ask(works, scene)
    clock.move(minutes=20)
    again = await ask(works, scene)
    assert again.keeps_until == clock.now + timedelta(minutes=60)
    assert await counters(scene) == (1, 0, 0)
    assert await mails() == [("confirm", NEW)] * 2
    assert await one("SELECT count(*) AS n FROM one_time_link WHERE used_at IS NULL") == 2, (
        "both are good in their hour"
    )


async def test_nobody_keeps_a_place_for_long_by_asking(works: Works, clock: FrozenClock) -> None:
    scene = await make_scene(works, capacity_in_person=1, **OPEN)
    await ask(works, scene)
    await works.run(scene.coordinator, book_places, order(scene, 1))
    clock.move(minutes=40)
    await ask(works, scene)
    assert await kept_by_mail() == [True, True]
    clock.move(minutes=40)
    await ask(works, scene)
    assert await kept_by_mail() == [False], "whoever waited has it now"
    assert await rows(scene) == [("northern-line-1@example.org", "enrolled"), (NEW, "requested")]


async def kept_by_mail() -> list[bool]:
    """Whether a place is kept, as the mails say it that wait to be sent: those that say no come first."""
    rows = await execute("SELECT id FROM message WHERE kind = 'booking-confirm' AND state = 'waiting'")
    return sorted([bool((await get_message(row["id"])).values["kept"]) for row in rows])


async def test_nobody_learns_that_somebody_asked_for_the_same_address_before(works: Works, clock: FrozenClock) -> None:
    scene = await make_scene(works, capacity_in_person=1, **OPEN)
    assert (await ask(works, scene)).kept, "the last place"
    told = [await ask(works, scene, email, client="192.0.2.7") for email in ("other@mail.example", NEW)]
    assert told[0] == told[1]
    assert not told[0].kept
    assert await kept_by_mail() == [False, True, True], "the mail says the truth"
    clock.move(minutes=59)
    await ask(works, scene)
    clock.move(minutes=2)
    told = [await ask(works, scene, email, client="192.0.2.8") for email in ("third@mail.example", NEW)]
    assert told[0] == told[1], "nor when the older request is ended and judged anew"


async def test_a_request_without_a_place_gets_one_when_a_newcomer_would(works: Works) -> None:
    scene = await make_scene(works, capacity_in_person=1, **OPEN)
    enrollment_id = await booked_one(works, scene)
    assert not (await ask(works, scene)).kept
    await works.run(scene.coordinator, cancel_enrollment, enrollment_id)
    assert await counters(scene) == (0, 0, 0)
    assert (await ask(works, scene)).kept
    assert await kept_by_mail() == [False, True]
    assert await counters(scene) == (1, 0, 0)


async def test_a_third_of_the_places_is_kept_at_most(works: Works) -> None:
    scene = await make_scene(works, capacity_in_person=7, **OPEN)
    kept = [(await ask(works, scene, f"n{n}@mail.example", client=f"192.0.2.{n}")).kept for n in range(4)]
    assert kept == [True, True, False, False]
    assert await counters(scene) == (2, 0, 0)


async def test_nobody_who_waits_is_overtaken(works: Works) -> None:
    scene = await make_scene(works, capacity_in_person=2, waitlist_cutoff_hours=24 * 15, **OPEN)
    await works.run(scene.coordinator, book_places, order(scene, 0, 1, 2))
    first = (await list_enrollments(scene.manager, scene.session_id))[0]
    await works.run(scene.coordinator, cancel_enrollment, first.id)
    assert not (await ask(works, scene)).kept
    assert await counters(scene) == (1, 0, 1)


async def test_three_open_requests_per_address(works: Works, clock: FrozenClock) -> None:
    scenes = [await make_scene(works, tag=f" {n}", **OPEN) for n in range(5)]
    for scene in scenes[:3]:
        await ask(works, scene)
    with pytest.raises(TooManyRequests) as refused:
        await ask(works, scenes[3])
    assert "3 requests" in refused.value.detail
    clock.move(minutes=60)
    await ask(works, scenes[4])


@pytest.mark.parametrize("known", [True, False])
async def test_five_times_per_address_and_twenty_per_client(works: Works, known: bool) -> None:
    scene = await make_scene(works, **OPEN)
    for number in range(5):
        await ask(works, scene, KNOWN if known else NEW, client=f"203.0.113.{number}")
    with pytest.raises(TooManyRequests):
        await ask(works, scene, KNOWN if known else NEW, client="203.0.113.9")
    for number in range(20):
        await ask(works, scene, f"p{number}@mail.example", client="2001:db8::1")
    with pytest.raises(TooManyRequests):
        await ask(works, scene, "p20@mail.example", client="2001:db8::2")


@pytest.mark.parametrize(
    ("values", "refused"),
    [
        ({"self_enrollment": False}, SelfEnrollmentOff),
        ({"state": "cancelled"}, BookingNotOpen),
        ({"state": "closed"}, BookingNotOpen),
        ({"state": "draft"}, NotFound),
        ({"audience": "participating"}, NotFound),
        ({"starts_in": timedelta(minutes=-5)}, BookingNotOpen),
    ],
)
async def test_when_it_is_not_open(works: Works, values: dict[str, Any], refused: type[Exception]) -> None:
    scene = await make_scene(works, **{**OPEN, **values})
    with pytest.raises(refused):
        await ask(works, scene)
    assert await execute("SELECT id FROM person WHERE email = {}", NEW) == []


async def test_an_access_code_opens_it(works: Works) -> None:
    scene = await make_scene(works, **OPEN | {"audience": "invited"}, access_code="ABCD-2345")
    with pytest.raises(NotFound):
        await ask(works, scene, access_code="ABCD-9999")
    assert (await ask(works, scene, access_code="ABCD-2345")).kept


@pytest.mark.parametrize(
    ("values", "refused"),
    [
        ({"email": "x@y.example\r\nBcc: eve@e.example"}, AddressUnusable),
        ({"email": "nobody"}, AddressUnusable),
        ({"email": "evil@nobody.invalid"}, AddressUnusable),
        ({"zone": "Mars/Base"}, Invalid),
        ({"name": " \u2028 "}, Invalid),
    ],
)
async def test_what_cannot_be_used_is_refused(works: Works, values: dict[str, str], refused: type[Exception]) -> None:
    scene = await make_scene(works, **OPEN)
    with pytest.raises(refused):
        await ask(works, scene, **values)


async def test_a_stranger_changes_nothing_of_a_known_person(works: Works) -> None:
    scene = await make_scene(works, **OPEN)
    await ask(works, scene, KNOWN, name="Evil", zone="Asia/Tokyo")
    found = await execute("SELECT name, zone FROM person WHERE email = {}", KNOWN)
    assert [(row["name"], row["zone"]) for row in found] == [("Northern Line 0", "UTC")]


async def test_no_row_holds_a_token_and_no_mail_what_a_stranger_typed(works: Works) -> None:
    scene = await make_scene(works, **OPEN)
    await ask(works, scene, name="Buy now http://spam.example")
    said = str(await execute("SELECT * FROM message")) + str(await execute("SELECT * FROM one_time_link"))
    assert "spam" not in said
    assert SITE.secret_key not in said
