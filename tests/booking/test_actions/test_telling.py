"""What people read about places without a name, as text and HTML, on their own clocks."""

import re
from uuid import UUID

import pytest

from tests.booking.asked import order
from tests.booking.nameless import mailed, member, take_open, with_open
from tests.booking.test_actions.test_follow import in_two_days, one_day_later
from tests.booking.test_mails import flat, letters, plain
from tests.conftest import SITE, FrozenClock
from training.base.database import execute
from training.base.work import Work, Works
from training.booking.actions import Order, book_places, undo_booking
from training.booking.actions.giving_up import release_place, remind_of_names
from training.booking.actions.naming import name_place
from training.booking.actions.naming_links import find_behind_link, make_naming_link
from training.booking.jobs import ask_for_names
from training.booking.queries.open_places import get_open_place
from training.catalogue.actions import edit_course
from training.catalogue.rules import Inheritable
from training.outbox.rules import Rendered
from training.schedule.actions import add_meeting, cancel_session, edit_session, move_meetings
from training.schedule.queries import get_session
from training.schedule.rules.promises import DeadlinePromised
from training.schedule.rules.values import SessionValues


async def only(kind: str) -> Rendered:
    found = await letters(f"booking-{kind}")
    assert len(found) == 1
    return found[0]


async def test_the_link_goes_to_whoever_is_asked(works: Works) -> None:
    scene, (first,) = await with_open(works, 1)
    made = await works.run(scene.coordinator, make_naming_link, first, send_to="ana@example.org")
    letter = await only("naming")
    assert letter.subject == "A place is kept for you: Safe messaging"
    text = letter.text
    assert "Cora of Northern Line keeps a place in this session for you." in text
    assert "Take the place until Fri 15 May 2026, 10:00, Dublin time, UTC+1" in text
    assert made.url in text
    assert made.url in letter.html
    assert re.match(r"Hello,\n\n[A-Z]", text)


async def test_who_has_an_account_reads_their_own_clocks(works: Works) -> None:
    scene, (first,) = await with_open(works, 1)
    await execute("UPDATE person SET zone = 'America/New_York' WHERE email = 'harbour-1@example.org'")
    await works.run(scene.coordinator, make_naming_link, first, send_to="harbour-1@example.org")
    text = (await only("naming")).text
    assert "until Fri 15 May 2026, 05:00, New York time" in text
    assert "Session's own time" in text


async def test_reminders_tell_what_is_missing_and_until_when(works: Works, clock: FrozenClock) -> None:
    scene, (first, _) = await with_open(works, 2)
    await works.run(scene.coordinator, make_naming_link, first, send_to="ana@example.org")
    await execute("UPDATE message SET state = 'sent', sent_at = created_at")
    clock.move(days=4)
    await ask_for_names(works)
    letter = await only("open-due")
    text = plain(letter)
    assert letter.subject == "2 places need names: Safe messaging"
    assert re.search(r"In booking [-A-Z0-9]+ of Northern Line, 2 places have no name yet\.", text)
    assert "Put names on them until Fri 15 May 2026, 10:00, Dublin time, UTC+1." in text
    assert "- ana@example.org" in text
    assert f"/partners/{scene.partner_id}/open-places" in text
    again = await only("naming")
    assert again.subject == "Reminder: a place is kept for you: Safe messaging"
    assert "/naming/" in again.text


async def test_going_back_is_told_with_the_reason(works: Works, clock: FrozenClock) -> None:
    scene, (first, _) = await with_open(works, 2)
    await works.run(scene.manager, release_place, first, reason="The room is smaller")
    text = plain(await only("open-released"))
    assert re.search(r"\(booking [-A-Z0-9]+\)\.\n\nThe reason given: The room is smaller\n\nSafe messaging\n", text)
    assert "The program manager took back 1 place without a name of Northern Line" in text
    await execute("UPDATE message SET state = 'sent', sent_at = created_at")
    clock.move(days=11)
    await ask_for_names(works)
    letter = await only("open-released")
    assert letter.subject == "1 place without a name went back: Safe messaging"
    assert "had no name by Fri 15 May 2026, 10:00, Dublin time, UTC+1 and went back" in flat(plain(letter))


async def test_a_move_tells_the_new_deadline_to_both(works: Works) -> None:
    scene, (first,) = await with_open(works, 1)
    await works.run(scene.coordinator, make_naming_link, first, send_to="ana@example.org")
    await works.run(scene.manager, move_meetings, scene.session_id, [one_day_later(scene)])
    assert await mailed("naming", "superseded") == ["ana@example.org"]
    assert "They need names until Sat 16 May 2026, 11:00, Dublin time, UTC+1 now" in plain(await only("open-moved"))
    found = await get_open_place(scene.coordinator, first)
    assert found.link_expires_at == found.until
    letter = await only("naming")
    assert letter.subject == "New time, your place is still kept: Safe messaging"
    assert "until Sat 16 May 2026, 10:00" in letter.text


async def test_a_meeting_more_leaves_a_day_to_name_them(works: Works, clock: FrozenClock) -> None:
    scene, (first,) = await with_open(works, 1)
    made = await works.run(scene.coordinator, make_naming_link, first, send_to="ana@example.org")
    await works.run(scene.manager, add_meeting, scene.session_id, in_two_days())
    assert "They need names until Tue 5 May 2026, 10:00, Dublin time, UTC+1 now" in plain(await only("open-moved"))
    assert "until Tue 5 May 2026, 10:00" in (await only("naming")).text
    await ask_for_names(works)
    clock.move(hours=23)
    await ask_for_names(works)
    token = made.url.rpartition("/")[2]
    assert (await find_behind_link(token, SITE.secret_key, works.clock())).state == "open"
    clock.move(hours=1)
    assert await ask_for_names(works) == 1


async def test_names_needed_later_keep_the_link_alive(works: Works, clock: FrozenClock) -> None:
    scene, (first,) = await with_open(works, 1)
    made = await works.run(scene.coordinator, make_naming_link, first, send_to="ana@example.org")
    await works.run(scene.manager, edit_session, scene.session_id, SessionValues(open_place_hours=24))
    clock.move(days=12)
    await ask_for_names(works)
    token = made.url.rpartition("/")[2]
    assert (await find_behind_link(token, SITE.secret_key, works.clock())).state == "open"
    with pytest.raises(DeadlinePromised):
        await works.run(scene.manager, edit_session, scene.session_id, SessionValues(open_place_hours=360))


async def test_a_course_does_not_take_back_a_deadline(works: Works) -> None:
    scene, (first,) = await with_open(works, 1)
    longer = Inheritable(title="Course", capacity_in_person=10, open_place_hours=360, cancellation_hours=24)
    await works.run(scene.manager, edit_course, scene.course_id, longer)
    await ask_for_names(works)
    found = await get_open_place(scene.coordinator, first)
    assert (found.state, found.open_place_hours) == ("open", 72)
    session = await get_session(scene.manager, scene.session_id)
    assert (session.cancellation_hours, "open_place_hours" in session.own_fields) == (24, True)


async def test_somebody_else_was_named_and_the_invited_one_is_told(works: Works) -> None:
    scene, (first,) = await with_open(works, 1)
    await works.run(scene.coordinator, make_naming_link, first, send_to="ana@example.org")
    await execute("UPDATE message SET state = 'sent', sent_at = created_at")
    await works.run(scene.coordinator, name_place, first, member(scene, 0))
    letter = await only("naming-over")
    assert "the link that you got leads nowhere any more" in flat(letter.text)
    assert "Northern Line 0" not in letter.text


async def test_a_booking_that_is_taken_back_tells_who_was_asked(works: Works) -> None:
    scene, (first,) = await with_open(works, 1)
    await works.run(scene.coordinator, make_naming_link, first, send_to="ana@example.org")
    await execute("UPDATE message SET state = 'sent', sent_at = created_at")
    booking_id = (await get_open_place(scene.coordinator, first)).booking_id
    await works.run(scene.coordinator, undo_booking, booking_id)
    assert await mailed("naming-over") == ["ana@example.org"]


async def test_whoever_looks_after_several_bookings_reads_one_message(works: Works, clock: FrozenClock) -> None:
    """Of what needs names, of a move, and of what had none in time."""
    scene, _ = await with_open(works, 1, capacity_in_person=4)
    for count in (2, 1):
        await take_open(works, scene, count)
    codes = [str(row["code"]) for row in await execute("SELECT code FROM booking ORDER BY created_at, id")]
    clock.move(days=4)
    assert await ask_for_names(works) == 4
    letter = await only("open-due")
    assert letter.subject == "4 places need names: Safe messaging"
    assert f"In booking {' and '.join(codes)} of Northern Line, 4 places have no name yet." in flat(plain(letter))
    assert "<" not in re.sub(r"<[^>]+>", "", letter.html)
    reminded = await execute("SELECT data FROM journal_entry WHERE event = 'OpenPlacesReminded'")
    assert len(reminded) == 3, "the journal keeps each booking's"
    await execute("UPDATE message SET state = 'sent', sent_at = created_at")
    await works.run(scene.manager, move_meetings, scene.session_id, [one_day_later(scene)])
    assert "4 places of Northern Line" in flat(plain(await only("open-moved")))
    await execute("DELETE FROM message")
    clock.move(days=8, hours=2)
    assert await ask_for_names(works) == 4
    assert (await only("open-released")).subject == "4 places without a name went back: Safe messaging"


async def test_a_cancelled_session_is_one_message_for_all_bookings(works: Works) -> None:
    scene, _ = await with_open(works, 1)
    await take_open(works, scene, 2)
    await works.run(scene.manager, cancel_session, scene.session_id, "The trainer is ill.")
    assert "with it 3 places without a name of Northern Line" in flat(plain(await only("open-released")))


async def test_what_a_manager_takes_back_one_after_the_other_is_one_message(works: Works, clock: FrozenClock) -> None:
    scene, places = await with_open(works, 4, capacity_in_person=4)
    reasons = ("The room is smaller", "The room is smaller", "", "A mistake")
    for number, reason in enumerate(reasons):
        await works.run(scene.manager, release_place, places[number], reason=reason)
        clock.move(seconds=20)
    text = flat(plain(await only("open-released")))
    assert "The program manager took back 4 places without a name of Northern Line" in text
    assert "The reason given: The room is smaller; A mistake" in text
    rows = await execute(
        "SELECT not_before, state FROM message WHERE kind = 'booking-open-released' ORDER BY created_at"
    )
    assert [row["state"] for row in rows] == [*["superseded"] * 3, "waiting"]
    assert len({row["not_before"] for row in rows}) == 1, "nobody waits longer because more is taken back"


async def test_one_booking_that_fails_holds_up_no_other(
    works: Works, clock: FrozenClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    scene, (first,) = await with_open(works, 1)
    await take_open(works, scene, 1)
    bad = (await get_open_place(scene.coordinator, first)).booking_id

    async def failing(work: Work, session_id: UUID, *booking_ids: UUID) -> int:
        if bad in booking_ids:
            raise RuntimeError("odd")
        return await remind_of_names(work, session_id, *booking_ids)

    monkeypatch.setattr("training.booking.jobs.remind_of_names", failing)
    clock.move(days=4)
    assert await ask_for_names(works) == 1
    monkeypatch.undo()
    assert await ask_for_names(works) == 1


async def test_two_bookings_are_told_apart(works: Works, clock: FrozenClock) -> None:
    scene, _ = await with_open(works, 1)
    empty = order(scene, other=True)
    theirs = Order(session_id=empty.session_id, partner_id=empty.partner_id, people=(), open_places=1)
    await works.run(scene.other_coordinator, book_places, theirs)
    clock.move(days=4)
    await ask_for_names(works)
    assert sorted(await mailed("open-due")) == ["cora@example.org", "otto@example.org"]
    assert not any("Northern" in each.text and "Harbour" in each.text for each in await letters("booking-open-due"))
