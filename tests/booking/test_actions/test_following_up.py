"""What people who have a place are told later: the session takes place, something new is asked."""

from datetime import timedelta

from tests.booking.asked import order
from tests.booking.made import make_scene
from tests.booking.questions_made import agree, ask, of_session, taking_part
from tests.booking.test_mails import letters, plain
from tests.conftest import FrozenClock
from training.base.database import execute
from training.base.work import Works
from training.booking.actions import book_places
from training.booking.jobs import AUDIENCES, ask_what_is_new
from training.schedule.actions import confirm_session


async def test_whoever_has_a_place_is_told_that_it_takes_place(works: Works, clock: FrozenClock) -> None:
    scene = await make_scene(works, capacity_in_person=1)
    await works.run(scene.coordinator, book_places, order(scene, 0, 1))
    await works.run(scene.manager, confirm_session, scene.session_id)
    (letter,) = await letters("booking-session-confirmed")
    assert letter.subject == "It takes place: Safe messaging"
    assert "It is certain now" in plain(letter)
    args = {"session_id": str(scene.session_id), "at": clock(), "zone": "Europe/Dublin"}
    some = await AUDIENCES["booking-session-confirmed"](args, "", 10)
    assert [bool(each.email) for each in some] == [True, False]
    assert some[0].values["reader_zone"] == "Europe/Dublin"


async def test_who_was_there_before_a_question_is_asked_once(works: Works, clock: FrozenClock) -> None:
    scene, _ = await taking_part(works, 0, 1)
    clock.move(minutes=1)
    await ask(works, await of_session(scene), scene.manager, required=True)
    await agree(works, scene)
    assert await ask_what_is_new(works) == 0
    clock.move(minutes=16)
    await works.run(scene.coordinator, book_places, order(scene, 2))
    assert await ask_what_is_new(works) == 2
    first, second = await letters("booking-still-needed")
    assert first.subject == "Please answer: Safe messaging"
    assert "2 things are still needed from you. Your place stays yours." in " ".join(plain(first).split())
    assert second.text != first.text
    clock.move(minutes=5)
    assert await ask_what_is_new(works) == 0


async def test_what_need_not_be_answered_or_is_old_asks_nobody(works: Works, clock: FrozenClock) -> None:
    scene, _ = await taking_part(works, 0)
    clock.move(minutes=1)
    await ask(works, await of_session(scene), scene.manager, required=False)
    clock.move(minutes=16)
    assert await ask_what_is_new(works) == 0
    await ask(works, await of_session(scene), scene.manager, required=True, label="And this?")
    clock.move(days=3)
    assert await ask_what_is_new(works) == 0


async def test_nobody_is_asked_for_a_session_that_is_over_or_left(works: Works, clock: FrozenClock) -> None:
    scene, (taken,) = await taking_part(works, 0)
    clock.move(minutes=1)
    await ask(works, await of_session(scene), scene.manager, required=True)
    clock.move(minutes=16)
    await execute("UPDATE enrollment SET state = 'cancelled', mode = '' WHERE id = {}", taken.id)
    assert await ask_what_is_new(works) == 0
    await execute("UPDATE enrollment SET state = 'enrolled', mode = 'in_person' WHERE id = {}", taken.id)
    await execute("UPDATE session SET starts_at = {} WHERE id = {}", clock() - timedelta(hours=1), scene.session_id)
    assert await ask_what_is_new(works) == 0
