"""Whoever has not done what is to be done before is reminded of it: once, and only while it is true."""

from datetime import timedelta
from uuid import UUID

import pytest

from tests.booking.asked import order
from tests.booking.made import Scene
from tests.conftest import SITE, FrozenClock
from tests.materials.prepared import enrollment_of, prepare, publish, went_through
from tests.reminders.made import ask_about_waiting, enrolled_scene, letters, reminders, tick
from training.base.database import execute, watch_statements
from training.base.work import Works
from training.booking.actions import book_places, cancel_enrollment
from training.outbox.mails import render_message
from training.outbox.queries import get_message
from training.reminders.actions.plans import add_plan, switch_plan
from training.reminders.actions.stopping import stop_reminders
from training.reminders.queries.facts import list_facts
from training.reminders.queries.previews import preview_session
from training.reminders.queries.reasons import list_reasons
from training.reminders.rules.facts import Why
from training.reminders.rules.plans import Anchor, Audience, PlanValues, Scope

DUE = timedelta(days=11)


async def states() -> list[tuple[UUID, str, str]]:
    return [(row.person_id, row.state, row.reason) for row in await reminders() if row.plan_key == "prework"]


async def chased() -> list[str]:
    return sorted(letter.recipient for letter in await letters() if letter.kind == "reminder-prework")


async def previewed(scene: Scene, clock: FrozenClock) -> list[tuple[str, str, str]]:
    lines = await preview_session(scene.manager, scene.session_id, clock.now)
    return [(line.name, line.outcome, line.reason) for line in lines if line.key == "prework"]


async def test_only_who_has_not_done_it(works: Works, clock: FrozenClock) -> None:
    scene = await enrolled_scene(works, 0, 1)
    first, second = await prepare(works, scene, "Safe words"), await prepare(works, scene, "A film", of_course=True)
    for material_id in (first, second):
        await went_through(works, scene, material_id)
    await went_through(works, scene, first, 1)
    said = await previewed(scene, clock)
    assert sorted(said) == [("Northern Line 0", "skipped", Why.DONE), ("Northern Line 1", "planned", "")]
    for _ in range(14 * 24):
        await tick(works)
        clock.move(hours=1)
    assert await chased() == ["northern-line-1@example.org"]
    assert sorted(await states()) == sorted([(scene.people[0], "skipped", Why.DONE), (scene.people[1], "sent", "")])
    (message_id,) = [letter.id for letter in await letters() if letter.kind == "reminder-prework"]
    words = render_message(await get_message(message_id), SITE)
    assert words.subject == "Before the session: Safe messaging"
    assert "One thing is to be done before it\nstarts:\n\n- A film\n\n" in words.text
    assert ("Safe words" in words.text, ">A film</li>" in words.html) == (False, True)
    reason = await list_reasons([message_id])
    assert reason[message_id] == (
        "A planned reminder for who has not done what is to be done before, 3 days before the session starts."
    )


async def test_a_session_without_any_plans_nothing(works: Works, clock: FrozenClock) -> None:
    scene = await enrolled_scene(works)
    await prepare(works, scene, "For trainers", audience="trainers")
    await prepare(works, scene, "Nothing to do", prework=False)
    clock.move(seconds=DUE.total_seconds())
    await tick(works)
    assert (await states(), await previewed(scene, clock)) == ([], [])


@pytest.mark.parametrize("waits", [False, True])
async def test_going_through_it_stops_what_is_planned_or_waits(works: Works, clock: FrozenClock, waits: bool) -> None:
    scene = await enrolled_scene(works)
    material_id = await prepare(works, scene)
    clock.move(seconds=DUE.total_seconds() - 3600)
    await tick(works)
    assert await states() == [(scene.people[0], "planned", "")]
    clock.move(hours=1 if waits else 0)
    await tick(works)
    await went_through(works, scene, material_id)
    clock.move(hours=0 if waits else 1)
    await ask_about_waiting()
    await tick(works)
    assert [letter.state for letter in await letters() if letter.kind == "reminder-prework"] == (
        ["withdrawn"] if waits else []
    )
    assert await states() == [(scene.people[0], "skipped", Why.DONE)]


async def test_half_of_it_done_while_the_mail_waits_is_written_anew(works: Works, clock: FrozenClock) -> None:
    scene = await enrolled_scene(works)
    first = await prepare(works, scene, "Safe words")
    await prepare(works, scene, "A film")
    clock.move(seconds=DUE.total_seconds())
    await tick(works)
    await went_through(works, scene, first)
    await ask_about_waiting()
    await tick(works)
    found = {letter.state: letter for letter in await letters() if letter.kind == "reminder-prework"}
    assert sorted(found) == ["waiting", "withdrawn"]
    words = render_message(await get_message(found["waiting"].id), SITE)
    assert "starts:\n\n- A film\n\n" in words.text


async def test_what_is_added_later_is_picked_up_and_nobody_is_asked_twice(works: Works, clock: FrozenClock) -> None:
    scene = await enrolled_scene(works, 0, 1)
    first = await prepare(works, scene, "Safe words")
    await went_through(works, scene, first)
    clock.move(seconds=DUE.total_seconds())
    await tick(works)
    assert await chased() == ["northern-line-1@example.org"]
    await prepare(works, scene, "A film")
    await tick(works)
    assert await chased() == ["northern-line-0@example.org", "northern-line-1@example.org"]
    await prepare(works, scene, "One more")
    for _ in range(3 * 24):
        await tick(works)
        clock.move(hours=1)
    assert len(await chased()) == 2


async def test_a_new_version_asks_nobody_again(works: Works, clock: FrozenClock) -> None:
    scene = await enrolled_scene(works)
    material_id = await prepare(works, scene)
    await went_through(works, scene, material_id)
    await publish(works, scene, material_id)
    clock.move(seconds=DUE.total_seconds())
    await tick(works)
    assert await chased() == []


async def test_what_cannot_be_seen_yet_is_not_asked_for_until_it_can(works: Works, clock: FrozenClock) -> None:
    scene = await enrolled_scene(works)
    await prepare(works, scene, opens="before", offset_minutes=60 * 60)
    assert [line[1:] for line in await previewed(scene, clock)] == [("skipped", Why.NOTHING_YET)]
    clock.move(seconds=DUE.total_seconds())
    await tick(works)
    assert await chased() == []
    clock.move(hours=12)
    await tick(works)
    assert await chased() == ["northern-line-0@example.org"]


async def test_whoever_enrolls_late_is_asked_while_there_is_time(works: Works, clock: FrozenClock) -> None:
    scene = await enrolled_scene(works)
    await prepare(works, scene)
    clock.move(seconds=(DUE + timedelta(hours=20)).total_seconds())
    await works.run(scene.coordinator, book_places, order(scene, 1))
    await tick(works)
    assert await chased() == ["northern-line-0@example.org", "northern-line-1@example.org"]
    clock.move(hours=20)
    await works.run(scene.coordinator, book_places, order(scene, 2))
    await tick(works)
    assert len(await chased()) == 2
    assert any(line[1:] == ("skipped", Why.TOO_LATE) for line in await previewed(scene, clock))


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ("UPDATE material SET withdrawn_at = created_at", Why.NO_PREWORK),
        ("UPDATE material SET prework = FALSE", Why.NO_PREWORK),
        ("UPDATE session SET state = 'cancelled'", Why.CANCELLED),
        ("UPDATE enrollment SET state = 'cancelled'", Why.LEFT),
    ],
)
async def test_what_is_not_meant_any_more_is_dropped(works: Works, clock: FrozenClock, change: str, why: Why) -> None:
    scene = await enrolled_scene(works)
    await prepare(works, scene)
    clock.move(seconds=DUE.total_seconds() - 3600)
    await tick(works)
    await execute(change)
    clock.move(hours=1)
    await tick(works)
    assert await states() == [(scene.people[0], "dropped", why)]


async def test_it_is_stopped_and_switched_off_as_any_other(works: Works, clock: FrozenClock) -> None:
    scene = await enrolled_scene(works, 0, 1)
    await prepare(works, scene)
    assert await works.run(scene.manager, stop_reminders, scene.session_id, scene.people[0], key="prework") == 1
    clock.move(seconds=DUE.total_seconds())
    await works.run(scene.manager, switch_plan, Scope.COURSE, scene.course_id, "prework", active=False)
    await tick(works)
    assert await chased() == []
    await works.run(scene.manager, switch_plan, Scope.COURSE, scene.course_id, "prework", active=True)
    await tick(works)
    assert await chased() == ["northern-line-1@example.org"]


async def test_whoever_left_and_came_back_did_not_do_it_there(works: Works, clock: FrozenClock) -> None:
    scene = await enrolled_scene(works)
    material_id = await prepare(works, scene)
    await went_through(works, scene, material_id)
    await works.run(scene.coordinator, cancel_enrollment, await enrollment_of(scene))
    await works.run(scene.coordinator, book_places, order(scene, 0))
    clock.move(seconds=DUE.total_seconds())
    await tick(works)
    assert await chased() == ["northern-line-0@example.org"]


async def test_other_reminders_say_what_is_left(works: Works, clock: FrozenClock) -> None:
    scene = await enrolled_scene(works, 0, 1)
    for number in range(12):
        await prepare(works, scene, f"Part {number}", position=number)
    clock.move(days=13)
    await tick(works)
    found = [await get_message(letter.id) for letter in await letters() if letter.kind == "reminder-upcoming"]
    for text in [render_message(message, SITE).text for message in found]:
        assert "Still to be done before it starts:\n\n- Part 0\n" in text
        assert "- Part 9\n- and 2 more\n" in text
        assert "\n\n\n" not in text
    await prepare(works, scene, "One more")
    await ask_about_waiting()
    assert {letter.state for letter in await letters()} == {"withdrawn"}


async def test_the_number_of_statements_is_fixed(works: Works) -> None:
    scene = await enrolled_scene(works, 0, 1, 2)
    counted = []
    for number in range(2):
        await prepare(works, scene, f"Number {number}")
        with watch_statements() as seen:
            await list_facts([scene.session_id])
        counted.append(len(seen))
    assert counted == [11, 11]


async def test_what_is_for_a_later_meeting_is_asked_for_before_that(works: Works, clock: FrozenClock) -> None:
    scene = await enrolled_scene(works, meetings=2)
    await prepare(works, scene, "Workbook of day two", opens="before", offset_minutes=720, meeting_number=2)
    own = PlanValues(key="mine", audience=Audience.UNPREPARED, anchor=Anchor.MEETING_START, offset_minutes=-600)
    await works.run(scene.manager, add_plan, Scope.SESSION, scene.session_id, own)
    for _ in range(16 * 24):
        await tick(works)
        clock.move(hours=1)
    texts = {letter: render_message(await get_message(letter.id), SITE).text for letter in await letters()}
    naming = [letter.kind for letter, text in texts.items() if "Workbook of day two" in text]
    assert sorted(naming) == ["reminder-prework", "reminder-upcoming"]
    rows = {row.due_at: row.state for row in await reminders() if row.plan_key == "mine"}
    assert list(rows.values()) == ["skipped", "sent"], "before the first meeting there is nothing to ask for"
    assert [(row.state, row.reason) for row in await reminders() if row.plan_key == "prework"] == [
        ("skipped", Why.NOTHING_YET)
    ]
