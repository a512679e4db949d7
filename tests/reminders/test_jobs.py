"""What the worker does for reminders, as it asks: each goes out once, and one that fails holds up no other."""

from collections.abc import Sequence
from uuid import UUID

import pytest
from structlog.testing import capture_logs

from tests.booking.asked import order
from tests.booking.questions_made import ask, of_session, person
from tests.conftest import FrozenClock
from tests.reminders.made import ask_about_waiting, coordinate, enrolled_scene, keys, letters, reminders, teach, tick
from training.base.database import execute, watch_statements
from training.base.work import Work, Works
from training.booking.actions import book_places
from training.booking.actions.asking import answer_questions
from training.booking.queries import list_enrollments
from training.outbox.queries import StoredMessage, get_message
from training.reminders.actions import sending
from training.reminders.actions.plans import add_plan
from training.reminders.jobs import deliver, look_back, plan_ahead, unwanted_reminders
from training.reminders.mails import Letter, write_reminder
from training.reminders.queries.facts import list_facts
from training.reminders.rules.expecting import Facts
from training.reminders.rules.facts import Why
from training.reminders.rules.plans import Anchor, Audience, PlanValues, Scope


async def test_each_of_the_built_in_ones_goes_out_once(works: Works, clock: FrozenClock) -> None:
    await enrolled_scene(works)
    sent = []
    for _ in range(15 * 24):
        if count := await tick(works):
            sent.append((clock.now, count))
        clock.move(hours=1)
    assert [(at.isoformat(), count) for at, count in sent] == [
        ("2026-05-11T09:00:00+00:00", 1),
        ("2026-05-17T09:00:00+00:00", 1),
        ("2026-05-18T08:00:00+00:00", 1),
    ]
    assert await keys("sent") == ["week-before", "day-before", "hour-before"]
    assert [letter.kind for letter in await letters()] == ["reminder-upcoming"] * 3


async def test_nothing_to_do(works: Works) -> None:
    assert [await plan_ahead(works), await deliver(works), await look_back(works)] == [0, 0, 0]


async def test_after_a_long_standstill_everything_has_its_reason(works: Works, clock: FrozenClock) -> None:
    """Nothing ran from long before the session until days after it."""
    await enrolled_scene(works, 0, 1)
    clock.move(days=17)
    assert await tick(works) == 0
    assert await look_back(works) == 4
    assert [(row.plan_key, row.state, row.reason) for row in await reminders()] == [
        (key, "skipped", Why.TOO_LATE) for key in ("day-before", "day-before", "hour-before", "hour-before")
    ]
    assert await look_back(works) == 0


async def test_more_than_one_batch(works: Works, clock: FrozenClock, monkeypatch: pytest.MonkeyPatch) -> None:
    await enrolled_scene(works, 0, 1, 2, 3, 4)
    clock.move(days=13)
    await plan_ahead(works)
    monkeypatch.setattr("training.reminders.jobs.MOST_AT_ONCE", 2)
    assert await deliver(works) == 5


async def test_one_that_cannot_be_written_holds_up_no_other(
    works: Works, clock: FrozenClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    await enrolled_scene(works, 0, 1, 2)
    clock.move(days=13)
    await plan_ahead(works)

    async def failing(work: Work, letter: Letter) -> UUID:
        if letter.wanted.reader.email.startswith("northern-line-1@"):
            raise RuntimeError(letter.wanted.reader.email)
        return await write_reminder(work, letter)

    monkeypatch.setattr(sending, "write_reminder", failing)
    with capture_logs() as logged:
        assert await deliver(works) == 2
        assert await deliver(works) == 0
    assert {entry["event"] for entry in logged} == {"not sent"}
    assert "northern-line" not in str(logged), "nobody is named in the log"
    monkeypatch.undo()
    assert await deliver(works) == 1
    assert await keys("sent") == ["day-before"] * 3


async def test_one_session_that_cannot_be_planned_holds_up_no_other(
    works: Works, clock: FrozenClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    bad = await enrolled_scene(works, 0, tag="-bad")
    good = await enrolled_scene(works, 0, tag="-good")
    clock.move(days=12, hours=12)

    async def failing(session_ids: Sequence[UUID]) -> list[Facts]:
        if bad.session_id in session_ids:
            raise RuntimeError("odd")
        return await list_facts(session_ids)

    monkeypatch.setattr("training.reminders.jobs.list_facts", failing)
    with capture_logs() as logged:
        assert await plan_ahead(works) == 3
    assert [(entry["event"], entry["session"]) for entry in logged] == [("not planned", str(bad.session_id))]
    assert {row.person_id for row in await reminders("planned")} == {good.people[0]}


async def waiting() -> list[StoredMessage]:
    return [await get_message(letter.id) for letter in await letters() if letter.state == "waiting"]


async def test_what_is_true_still_leaves_however_long_it_waited(works: Works, clock: FrozenClock) -> None:
    """Every audience and template; and asking about many costs as many statements as about one."""
    scene = await enrolled_scene(works, 0, 1, meetings=2, capacity_in_person=4)
    await coordinate(works, scene)
    await teach(works, scene, scene.people[6])
    await works.run(scene.coordinator, book_places, order(scene, open_places=2))
    await works.run(scene.coordinator, book_places, order(scene, 2))
    for number, audience in enumerate(Audience):
        values = PlanValues(
            key=f"own-{number}", audience=audience, offset_minutes=-1_500 - number, words="Bring a pen."
        )
        await works.run(scene.manager, add_plan, Scope.SESSION, scene.session_id, values)
    deadline = PlanValues(key="give-back", anchor=Anchor.CANCELLATION_DEADLINE, offset_minutes=-1_440)
    await works.run(scene.manager, add_plan, Scope.SESSION, scene.session_id, deadline)
    for _ in range(14):
        await tick(works)
        clock.move(days=1)
    kinds = {letter.kind for letter in await letters()}
    assert kinds == {"briefing"} | {
        f"reminder-{k}" for k in ("upcoming", "deadline", "waiting", "open-places", "coordinating")
    }
    messages = await waiting()
    clock.move(days=9)
    with watch_statements() as seen:
        assert await unwanted_reminders(messages) == {}
    with watch_statements() as one:
        assert await unwanted_reminders(messages[:1]) == {}
    assert len(one) <= len(seen) <= 16
    assert await unwanted_reminders([]) == {}


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE session SET title = 'Safer messaging'",
        "UPDATE session SET cancellation_hours = 12",
        "UPDATE enrollment SET mode = 'online'",
        "UPDATE enrollment SET link_generation = 2",
        "UPDATE person SET zone = 'Asia/Tokyo'",
        "UPDATE membership SET name = 'Ada New'",
        "UPDATE membership SET contact_email = 'ada.new@example.org'",
    ],
)
async def test_what_is_not_true_any_more_is_written_anew_and_sent_once(
    works: Works, clock: FrozenClock, sql: str
) -> None:
    await enrolled_scene(works)
    clock.move(days=13)
    await tick(works)
    (before,) = await waiting()
    await execute(sql)
    assert await unwanted_reminders([before]) == {before.id: Why.CHANGED}
    await ask_about_waiting()
    for _ in range(5):
        clock.move(minutes=5)
        await tick(works)
        await ask_about_waiting()
    (anew,) = await waiting()
    assert (anew.id != before.id, [letter.state for letter in await letters()]) == (True, ["withdrawn", "waiting"])
    assert (anew.values, anew.recipient) != (before.values, before.recipient)
    assert await keys("sent") == ["day-before"]


async def test_what_was_answered_while_it_waited_is_not_asked_for(works: Works, clock: FrozenClock) -> None:
    scene = await enrolled_scene(works)
    must = await ask(works, await of_session(scene), scene.manager, required=True)
    clock.move(days=13)
    await tick(works)
    (before,) = await waiting()
    (place,) = await list_enrollments(scene.manager, scene.session_id)
    await works.run(person(scene, 0), answer_questions, place.id, {f"q-{must.id}": "tea"})
    await ask_about_waiting()
    await tick(works)
    (anew,) = await waiting()
    assert (before.values["needed"], anew.values["needed"]) == (1, 0)


async def test_a_briefing_that_waited_says_how_many_come_now(works: Works, clock: FrozenClock) -> None:
    scene = await enrolled_scene(works)
    await teach(works, scene, scene.people[6])
    await execute("UPDATE meeting SET link = 'https://meet.example/old'")
    clock.move(days=13)
    await tick(works)
    await works.run(scene.coordinator, book_places, order(scene, 1))
    (briefing,) = [message for message in await waiting() if message.kind == "briefing"]
    assert await unwanted_reminders([briefing]) == {briefing.id: Why.CHANGED}
    await ask_about_waiting()
    await tick(works)
    (anew,) = [message for message in await waiting() if message.kind == "briefing"]
    assert (briefing.values["in_room"], anew.values["in_room"]) == (1, 2)
    await execute("UPDATE meeting SET link = 'https://meet.example/new'")
    assert await unwanted_reminders([anew]) == {anew.id: Why.CHANGED}


async def test_what_somebody_sent_again_keeps_its_words(works: Works, clock: FrozenClock) -> None:
    await enrolled_scene(works, 0, 1)
    clock.move(days=13)
    await tick(works)
    first, second = await waiting()
    await execute("UPDATE message SET again_of = {} WHERE id = {}", first.id, second.id)
    await execute("UPDATE session SET title = 'Safer messaging'")
    assert await unwanted_reminders([second]) == {}
    assert await unwanted_reminders([first, second]) == {first.id: Why.CHANGED}
