"""What people read: each of the six mails as text and HTML, on the reader's own clocks."""

import re
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from msgspec.structs import replace

from tests.booking.asked import order
from tests.booking.made import Scene, make_scene
from tests.booking.questions_made import agree, of_session
from tests.booking.questions_made import ask as put_question
from tests.booking.test_actions.test_follow import in_two_days, one_day_later
from tests.booking.test_actions.test_request import OPEN, ask
from tests.conftest import SITE, FrozenClock
from tests.schedule.made import a_room
from training.base.database import execute, fetch_one
from training.base.structs import Frozen
from training.base.work import Work, Works
from training.booking.actions import (
    Substitute,
    Wanted,
    book_places,
    cancel_enrollment,
    give_place,
    replace_person,
)
from training.booking.actions.guest import renew_link
from training.booking.actions.undo import undo_booking
from training.booking.jobs import expire
from training.booking.queries import list_enrollments
from training.booking.rules.check_in import check_in_token, check_in_words
from training.booking.rules.guests import place_token
from training.catalogue.rules import Mode
from training.outbox.mails import render_message
from training.outbox.queries import get_message
from training.outbox.rules import Rendered
from training.schedule.actions import add_meeting, cancel_session, drop_meeting, edit_meeting, move_meetings
from training.schedule.rules.values import MeetingChange, MeetingValues
from training.schedule.tables import Occupancy
from training.web.codes import make_png


async def letters(kind: str, state: str = "waiting") -> list[Rendered]:
    rows = await execute("SELECT id FROM message WHERE kind = {} AND state = {} ORDER BY id", kind, state)
    return [render_message(await get_message(row["id"]), SITE) for row in rows]


async def booked_scene(works: Works, zone: str = "America/New_York", **values: object) -> Scene:
    """One place; the first of two people has it. Both read in another zone."""
    scene = await make_scene(works, **{"meetings": 2, "capacity_in_person": 1, **values})  # type: ignore[arg-type]
    await execute("UPDATE person SET zone = {} WHERE email LIKE 'northern-line-%'", zone)
    await works.run(scene.coordinator, book_places, order(scene, 0, 1))
    return scene


def plain(letter: Rendered) -> str:
    """The text, after what holds for every mail was checked."""
    assert "\n\n\n" not in letter.text
    assert not re.search(r"\([^)]*\(", letter.text)
    assert re.search(r"\n\n[A-Z]", letter.text)
    assert re.match(r"Hello [^\n]+,\n\n[A-Z]", letter.text), letter.text
    assert "&lt;" not in letter.html
    assert "(UTC" not in letter.text + letter.html
    return letter.text


def flat(text: str) -> str:
    """The words without their lines."""
    return " ".join(text.split())


async def test_times_are_the_readers_first(works: Works) -> None:
    await booked_scene(works)
    (letter,) = await letters("booking-enrolled")
    text = plain(letter)
    assert (
        "1. Mon 18 May 2026, 05:00 to 07:00, New York time, UTC-4\n   Session's own time: Mon 18 May 2026, 09:00"
        in text
    )
    assert "2. Tue 19 May 2026, 05:00 to 07:00, New York time, UTC-4" in text
    assert "give the place back until Sat 16 May 2026, 05:00, New York time, UTC-4" in flat(text)
    assert re.search(r"/places/[-_0-9A-Za-z]{64}\n", text)
    assert "Session's own time" in letter.html


@pytest.mark.parametrize("zone", ["UTC", "Europe/Dublin"])
async def test_one_time_where_the_zones_agree_or_nobody_chose(works: Works, zone: str) -> None:
    scene = await booked_scene(works, zone, meetings=1)
    await execute("UPDATE meeting SET zone = 'Europe/Dublin' WHERE session_id = {}", scene.session_id)
    (letter,) = await letters("booking-enrolled")
    text = plain(letter)
    assert "until Sat 16 May 2026, 10:00, Dublin time, UTC+1" in flat(text)


async def test_at_most_ten_meetings_are_listed(works: Works) -> None:
    await booked_scene(works, meetings=12)
    text = plain((await letters("booking-enrolled"))[0])
    assert "\n10. " in text
    assert "\n11. " not in text
    assert "and 2 more" in text


async def test_the_waitlist_says_until_when_it_moves(works: Works) -> None:
    await booked_scene(works)
    text = plain((await letters("booking-waitlisted"))[0])
    assert "You are number 1 on the waitlist" in text
    assert "moves by itself until Sun 17 May 2026, 17:00, New York time, UTC-4" in flat(text)
    assert "leave the waitlist" in text
    assert "gets it" not in text


async def test_a_move_replaces_what_was_not_sent(works: Works) -> None:
    scene = await booked_scene(works)
    await works.run(scene.manager, move_meetings, scene.session_id, [one_day_later(scene)])
    assert await letters("booking-enrolled") == []
    assert len(await letters("booking-enrolled", "superseded")) == 1
    placed, waits = await letters("booking-moved")
    assert "before: Mon 18 May 2026, 05:00 to 07:00" in plain(placed)
    assert "All meetings as they are now:" in plain(placed)
    assert "gets it" in plain(placed)
    assert "gets it" not in plain(waits) + waits.html
    await works.run(scene.manager, cancel_session, scene.session_id, "The trainer is ill.")
    assert await letters("booking-moved") == []
    over = await letters("booking-session-cancelled")
    assert len(over) == 2
    assert "Find another session:\nhttp://testserver.example/sessions\n" in plain(over[0])


async def test_whoever_moves_up_or_leaves_is_told(works: Works) -> None:
    scene = await booked_scene(works)
    first, second = await list_enrollments(scene.manager, scene.session_id)
    await works.run(scene.coordinator, cancel_enrollment, first.id, reason="Ill")
    text = plain((await letters("booking-cancelled"))[0])
    assert "It was ended by Cora.\n\nThe reason given: Ill\n\n" in text
    (letter,) = await letters("booking-promoted")
    assert "A place became free, and it was your turn" in plain(letter)
    assert place_token(SITE.secret_key, second.id, 1) in letter.html


async def test_a_place_that_who_waited_has_is_not_offered_back(works: Works) -> None:
    scene = await make_scene(works, capacity_in_person=1)
    await works.run(scene.coordinator, book_places, order(scene, 0))
    await works.run(scene.coordinator, book_places, order(scene, 1))
    first, second = await list_enrollments(scene.manager, scene.session_id)
    await works.run(scene.coordinator, cancel_enrollment, first.id)
    await works.run(scene.coordinator, cancel_enrollment, second.id)
    gone, free = sorted(await letters("booking-cancelled"), key=lambda one: one.text)
    assert "Northern Line 0" in gone.text
    assert "taken back" not in gone.text + gone.html
    until = "A mistake? It can be taken back until Mon 4 May 2026, 10:30, Dublin time, UTC+1, as long as the place is"
    assert until in flat(plain(free))


async def test_who_only_waited_is_not_told_to_have_been_in(works: Works) -> None:
    scene = await make_scene(works, capacity_in_person=1)
    await works.run(scene.coordinator, book_places, order(scene, 0))
    waiting = await works.run(scene.coordinator, book_places, order(scene, 1))
    assert waiting.booking_id
    await works.run(scene.coordinator, undo_booking, waiting.booking_id)
    (letter,) = await letters("booking-cancelled")
    assert letter.subject == "You no longer wait for: Safe messaging"
    assert "You are no longer on the waitlist of this session.\n\nSafe messaging" in plain(letter)
    assert "enrollment" not in letter.text
    await works.run(scene.coordinator, book_places, order(scene, 2))
    third = (await list_enrollments(scene.manager, scene.session_id))[1]
    await works.run(scene.coordinator, cancel_enrollment, third.id)
    (left,) = [one for one in await letters("booking-cancelled") if one.text.startswith("Hello Northern Line 2")]
    assert "with the same number: http" in flat(plain(left))


async def test_a_place_given_by_hand_after_the_deadline(works: Works, clock: FrozenClock) -> None:
    scene = await booked_scene(works, overbooking=1)
    clock.move(days=13)
    second = (await list_enrollments(scene.manager, scene.session_id))[1]
    await works.run(scene.manager, give_place, second.id, reason="A chair more")
    (letter,) = await letters("booking-promoted")
    assert letter.subject == "You have a place: Safe messaging"
    assert "Mona gave you a place" in plain(letter)
    assert "time to give the place back without asking is over" in plain(letter)
    assert "tell the program manager, who is named on the page of your place" in flat(letter.text)
    assert "tell the program manager, who is named on the page of your place" in letter.html


SPAM = "You won 500 EUR, see http://evil.example/x"


@pytest.mark.parametrize("number", range(5))
async def test_nothing_that_a_stranger_typed_goes_out(works: Works, clock: FrozenClock, number: int) -> None:
    scene = await make_scene(works, capacity_in_person=9, **OPEN)
    await ask(works, scene, "victim@example.org", name=SPAM)
    (asked,) = await list_enrollments(scene.manager, scene.session_id)
    if number == 0:
        await works.run(scene.manager, cancel_enrollment, asked.id)
    elif number == 1:
        await works.run(scene.manager, cancel_session, scene.session_id, "Ill.")
    elif number == 2:
        await works.run(scene.manager, move_meetings, scene.session_id, [one_day_later(scene)])
    elif number == 3:
        await works.run(scene.manager, renew_link, asked.id)
    else:
        clock.move(hours=1)
        await expire(works)
    kind = ("cancelled", "session-cancelled", "moved", "new-link", "expired")[number]
    rows = await execute("SELECT id FROM message WHERE kind = {}", f"booking-{kind}")
    (letter,) = [render_message(await get_message(row["id"]), SITE) for row in rows]
    assert letter.text.startswith("Hello,\n")
    said = await execute("SELECT * FROM message")
    assert "evil" not in str(said) + letter.subject + letter.text + letter.html


class About(Frozen, frozen=True, kw_only=True):
    subject_id: UUID
    program_id: UUID
    partner_id: UUID
    person_id: UUID
    expires_at: datetime


async def about(kind: str) -> About | None:
    sql = "SELECT subject_id, program_id, partner_id, person_id, expires_at FROM message WHERE kind = {}"
    return await fetch_one(About, sql, kind)


async def test_a_message_says_what_it_is_about_and_until_when(works: Works, clock: FrozenClock) -> None:
    scene = await booked_scene(works)
    first = (await list_enrollments(scene.manager, scene.session_id))[0]
    assert first.partner_id
    assert first.ends_at
    whose = About(
        subject_id=first.id,
        program_id=first.program_id,
        partner_id=first.partner_id,
        person_id=first.person_id,
        expires_at=clock() + timedelta(days=7),
    )
    assert await about("booking-enrolled") == whose
    clock.move(days=10)
    await works.run(scene.manager, renew_link, first.id)
    assert await about("booking-new-link") == replace(whose, expires_at=first.ends_at)


async def test_dates_as_the_reader_writes_them(works: Works) -> None:
    scene = await make_scene(works, capacity_in_person=1)
    await execute("UPDATE person SET zone = 'America/New_York', locale = 'en-US' WHERE email LIKE 'northern-line-%'")
    await works.run(scene.coordinator, book_places, order(scene, 0))
    text = plain((await letters("booking-enrolled"))[0])
    assert "Mon, May 18, 2026, 5:00 AM to 7:00 AM, New York time, UTC-4" in text
    assert "Session's own time: Mon, May 18, 2026, 9:00 AM" in text


async def test_a_meeting_more_is_told_with_the_new_deadline(works: Works) -> None:
    scene = await booked_scene(works)
    await works.run(scene.manager, add_meeting, scene.session_id, in_two_days())
    placed, waits = await letters("booking-moved")
    assert "Meeting 1\n  new: Wed 6 May 2026, 06:00 to 08:00" in plain(placed)
    assert "All meetings as they are now:" in flat(placed.text)
    assert "give the place back until Tue 5 May 2026, 05:00, New York time, UTC-4" in flat(placed.text)
    assert "not there" in placed.html
    assert "on the waitlist" in plain(waits)


async def test_whoever_is_in_two_places_now_is_told(works: Works) -> None:
    """But not in which other session: the mailbox is one that a partner wrote down."""
    scene = await make_scene(works)
    there = await make_scene(works, starts_in=timedelta(days=15), tag=" B", title="Elsewhere")
    await works.run(scene.coordinator, book_places, order(scene, 0, 1))

    async def busy(work: Work) -> None:
        start = work.now + timedelta(days=15)
        ids = {"session_id": there.session_id, "meeting_id": there.meeting_ids[0], "source_id": work.new_id()}
        who = {"kind": "learner", "subject_id": scene.people[0]}
        work.add(Occupancy, id=work.new_id(), **who, **ids, starts_at=start, ends_at=start + timedelta(hours=2))

    await works.run(scene.manager, busy)
    start = (FrozenClock().now + timedelta(days=15)).replace(tzinfo=None)
    more = MeetingValues(local_start=start, local_end=start + timedelta(hours=1), zone="UTC")
    for change in (one_day_later(scene), more):
        if isinstance(change, MeetingValues):
            await works.run(scene.manager, add_meeting, scene.session_id, change)
        else:
            await works.run(scene.manager, move_meetings, scene.session_id, [change])
        first, second = await letters("booking-moved")
        assert "You take part in another session at that time." in flat(first.text)
        assert "You take part in another session at that time." in first.html
        assert "Elsewhere" not in first.text + first.html
        assert "another session" not in flat(second.text) + second.html


async def test_whoever_has_a_place_is_told_what_is_still_needed(works: Works) -> None:
    scene = await make_scene(works, capacity_in_person=1)
    await agree(works, scene)
    for required in (True, True, False):
        await put_question(works, await of_session(scene), scene.manager, required=required)
    await works.run(scene.coordinator, book_places, order(scene, 0, 1))
    first, second = await list_enrollments(scene.manager, scene.session_id)
    (letter,) = await letters("booking-enrolled")
    said = "3 things are still needed from you. Please answer them here:"
    assert f"{said} http://testserver.example/places/" in flat(plain(letter))
    assert "3 things are still needed from you.</strong>" in letter.html
    assert "needed from you" not in plain((await letters("booking-waitlisted"))[0])
    await works.run(scene.coordinator, cancel_enrollment, first.id)
    assert said in flat(plain((await letters("booking-promoted"))[0]))
    instead = Substitute(person=Wanted(membership_id=scene.members[2]))
    await works.run(scene.coordinator, replace_person, second.id, instead)
    assert said in flat(plain((await letters("booking-enrolled"))[-1]))


async def test_where_nothing_is_asked_nothing_is_needed(works: Works) -> None:
    await booked_scene(works)
    (letter,) = await letters("booking-enrolled")
    assert "needed from you" not in letter.text + letter.html


async def test_one_meeting_that_is_called_off_reads_as_cancelled(works: Works, clock: FrozenClock) -> None:
    scene = await booked_scene(works)
    await works.run(scene.manager, drop_meeting, scene.meeting_ids[0])
    placed, waits = await letters("booking-moved")
    assert "cancelled: Mon 18 May 2026, 05:00 to 07:00" in plain(placed)
    assert "<s>" in placed.html
    assert "cancelled:" in plain(waits)
    rows = await execute("SELECT not_before FROM message WHERE kind = 'booking-moved'")
    assert {str(row["not_before"])[:19] for row in rows} == {str(clock.now + timedelta(seconds=60))[:19]}


async def test_two_moves_within_a_minute_are_one_letter_with_the_oldest_times(works: Works) -> None:
    scene = await booked_scene(works)
    await works.run(scene.manager, move_meetings, scene.session_id, [one_day_later(scene)])
    await works.run(scene.manager, drop_meeting, scene.meeting_ids[1])
    await works.run(scene.manager, edit_meeting, MeetingChange(meeting_id=scene.meeting_ids[0], title="Day one"))
    placed, _ = await letters("booking-moved")
    assert len(await letters("booking-moved", "superseded")) == 4
    text = plain(placed)
    assert "before: Mon 18 May 2026, 05:00 to 07:00" in text
    assert "cancelled: Tue 19 May 2026" in text
    (row,) = await execute(
        "SELECT CAST(\"values\" AS TEXT) AS kept FROM message WHERE kind = 'booking-moved'"
        " AND state = 'waiting' ORDER BY id LIMIT 1"
    )
    assert '"title"' in row["kept"]


async def test_the_code_for_the_door_is_in_words_and_as_a_picture(works: Works) -> None:
    scene = await booked_scene(works)
    learner = next(one for one in await list_enrollments(scene.manager, scene.session_id) if one.mode)
    token = check_in_token(SITE.secret_key, learner.id, learner.link_generation)
    letters_six = check_in_words(SITE.secret_key, learner.id, learner.link_generation)
    (letter,) = await letters("booking-enrolled")
    assert f"say these six letters: {letters_six}" in plain(letter).replace("\n", " ")
    assert f"\n{SITE.base_url}/check-in/{token}\n" in letter.text
    (picture,) = letter.pictures
    assert f'src="cid:{picture.name}"' in letter.html
    assert f'alt="QR code for check-in. The same in letters: {letters_six}"' in letter.html
    assert picture.content == make_png(f"{SITE.base_url}/check-in/{token}")
    (waiting,) = await letters("booking-waitlisted")
    assert (waiting.pictures, "/check-in/" in waiting.text) == ((), False)


async def test_who_comes_online_needs_no_code_for_the_door(works: Works) -> None:
    scene = await make_scene(works, mode="online", capacity_in_person=0, capacity_online=3)
    await works.run(scene.coordinator, book_places, order(scene, 0, accepts=(Mode.ONLINE,)))
    (letter,) = await letters("booking-enrolled")
    assert (letter.pictures, "/check-in/" in letter.text + letter.html) == ((), False)


async def test_who_waits_in_a_group_reads_why_though_places_are_free(works: Works) -> None:
    scene = await make_scene(works, capacity_in_person=2)
    await works.run(scene.coordinator, book_places, order(scene, 2))
    await works.run(scene.coordinator, book_places, replace(order(scene, 0, 1), together=True))
    assert len(await letters("booking-waitlisted")) == 2
    for letter in await letters("booking-waitlisted"):
        said = "You wait in a group of 2 that stays together: its places come when there are enough for all of it"
        assert said in flat(plain(letter))
        assert "asked for this place for you." in letter.text
        assert "You wait in a group of 2" in letter.html


async def test_a_place_in_a_room_that_nobody_named_yet_says_so(works: Works) -> None:
    scene = await booked_scene(works, capacity_in_person=2)
    letter = (await letters("booking-enrolled"))[0]
    assert plain(letter).count("The room will be announced.") == letter.html.count("The room will be announced.") == 2
    assert "You take part in a room, which will be announced." in letter.text
    assert "You take part in the room." not in letter.text + letter.html
    room_id = await a_room(works, zone="UTC")
    change = MeetingChange(meeting_id=scene.meeting_ids[0], room_id=room_id)
    await works.run(scene.manager, move_meetings, scene.session_id, [change])
    moved = (await letters("booking-moved"))[0]
    text = flat(plain(moved))
    assert "The room changes; the time stays: Mon 18 May 2026, 05:00 to 07:00, New York time" in text
    assert "before: no room yet now: Blue room · " in text
    assert "no room yet" in moved.html
    assert "You take part in the room." in text
