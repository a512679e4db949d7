"""Checked in by staff, by the code on the screen, by the word: marks, refusals, and what somebody has to look at."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from tests.attendance.made import Day, make_day, mark
from tests.booking.asked import one
from tests.conftest import FrozenClock
from training.attendance.actions.check_in import check_in_at_kiosk, check_in_self, count_wrong, scan
from training.attendance.actions.marking import close_roster, reopen_roster, save_all_but, save_marks
from training.attendance.actions.self_check_in import switch_self_check_in
from training.attendance.queries.check_in import find_code_holder, list_doubtful
from training.attendance.rules.check_in import (
    AFTER_THE_END,
    SAME_DEVICE,
    CheckedInNow,
    CodeOfOtherSession,
    CodeReplaced,
    CodeUnknown,
    KioskRests,
    NothingToCheckIn,
    PlaceGone,
    TooManyWrongCodes,
    WrongCheckInCode,
)
from training.attendance.rules.rosters import RosterNotOpen
from training.attendance.rules.rotating import code_at
from training.attendance.rules.statuses import Status, Way
from training.base.database import execute
from training.base.errors import NotFound
from training.base.structs import Viewer
from training.base.work import Works
from training.booking.actions import cancel_enrollment
from training.booking.rules.check_in import check_in_token, check_in_words
from training.schedule.actions import cancel_session


def token(works: Works, enrollment_id: UUID, generation: int = 1) -> str:
    return check_in_token(works.site.secret_key, enrollment_id, generation)


def words(works: Works, enrollment_id: UUID) -> str:
    return check_in_words(works.site.secret_key, enrollment_id, 1)


async def learner(enrollment_id: UUID) -> Viewer:
    holder = await find_code_holder(enrollment_id)
    assert holder is not None
    return Viewer(person_id=holder.person_id, name=holder.name)


async def stands(enrollment_id: UUID) -> list[tuple[str, int, str]]:
    rows = await execute("SELECT status, minutes_late, way FROM mark WHERE enrollment_id = {}", enrollment_id)
    return [(row["status"], row["minutes_late"], row["way"]) for row in rows]


async def opened(works: Works, clock: FrozenClock, **more: Any) -> tuple[Day, str]:
    """A day on which people check in themselves, and the word."""
    day = await make_day(works, clock, **more)
    switched = await works.run(day.lead, switch_self_check_in, day.meeting_id, on=True)
    return day, switched.word


def shown(works: Works, day: Day, at: FrozenClock, generation: int = 1) -> str:
    return code_at(works.site.secret_key, day.meeting_id, generation, at())


async def test_the_address_the_token_and_the_letters_check_in(works: Works, clock: FrozenClock) -> None:
    day = await make_day(works, clock)
    a, b, c = day.enrollments
    for code in (f"{works.site.base_url}/check-in/{token(works, a)}", token(works, b), words(works, c).lower()):
        found = await works.run(day.lead, scan, day.meeting_id, code)
        assert (found.status, found.already, found.way) == (Status.PRESENT, False, Way.QR)
    assert [await stands(key) for key in day.enrollments] == [[("present", 0, "qr")]] * 3
    assert await one("SELECT count(*) AS n FROM check_in WHERE way = 'qr' AND doubtful = ''") == 3
    assert await one("SELECT count(*) AS n FROM journal_entry WHERE event = 'CheckedIn'") == 3


async def test_scanned_twice_changes_nothing_and_says_since_when(works: Works, clock: FrozenClock) -> None:
    day = await make_day(works, clock)
    first = await works.run(day.lead, scan, day.meeting_id, token(works, day.enrollments[0]))
    clock.move(minutes=20)
    again = await works.run(day.assistant, scan, day.meeting_id, token(works, day.enrollments[0]))
    assert (again.already, again.at, again.status) == (True, first.at, Status.PRESENT)
    assert await one("SELECT count(*) AS n FROM check_in") == 1
    assert await one("SELECT version AS n FROM mark") == 1


async def test_a_code_says_more_than_everybody_is_present(works: Works, clock: FrozenClock) -> None:
    day, word = await opened(works, clock, people=4)
    a, b, c, d = day.enrollments
    await works.run(day.lead, save_all_but, day.meeting_id, ())
    assert (await works.run(day.lead, scan, day.meeting_id, token(works, a))).already is False
    clock.move(minutes=30)
    scanned = await works.run(day.lead, scan, day.meeting_id, token(works, b))
    own = await works.run(await learner(c), check_in_self, word, device="one")
    assert [(each.status, each.minutes_late, each.already) for each in (scanned, own)] == [(Status.LATE, 40, False)] * 2
    assert (await works.run(day.lead, scan, day.meeting_id, token(works, b))).already
    # What would have to be looked at tells nothing new of who is present, and a closed roster takes no code.
    doubtful = await works.run(await learner(d), check_in_self, word, device="one")
    await works.run(day.lead, close_roster, day.meeting_id)
    closed = await works.run(day.lead, scan, day.meeting_id, token(works, d))
    assert (doubtful.already, closed.already) == (True, True)
    expected = [("present", 0, "qr"), ("late", 40, "qr"), ("late", 40, "word"), ("present", 0, "all")]
    assert [(await stands(key))[0] for key in day.enrollments] == expected
    # Taking back what was filled in takes back nothing that was seen since, whatever the page knew.
    await works.run(day.lead, reopen_roster, day.meeting_id, "Once more")
    back = [mark(key, Status.NOT_RECORDED, base_version=1) for key in day.enrollments]
    saved = await works.run(day.lead, save_marks, day.meeting_id, back, way=Way.ALL)
    assert [each.code for each in saved.marks] == ["person-said"] * 3 + [""]


async def test_whoever_comes_late_is_late_by_minutes(works: Works, clock: FrozenClock) -> None:
    day = await make_day(works, clock)
    clock.move(minutes=13)
    found = await works.run(day.lead, scan, day.meeting_id, token(works, day.enrollments[0]))
    assert (found.status, found.minutes_late) == (Status.LATE, 23)
    again = await works.run(day.lead, scan, day.meeting_id, token(works, day.enrollments[0]))
    assert (again.already, again.status, again.minutes_late) == (True, Status.LATE, 23)
    assert await stands(day.enrollments[0]) == [("late", 23, "qr")]


async def test_who_may_scan_and_when(works: Works, clock: FrozenClock) -> None:
    day = await make_day(works, clock)
    code = token(works, day.enrollments[0])
    for viewer in (day.shadow, day.stranger, day.scene.coordinator, await learner(day.enrollments[0]), Viewer()):
        with pytest.raises(NotFound):
            await works.run(viewer, scan, day.meeting_id, code)
    clock.move(minutes=-71)
    with pytest.raises(RosterNotOpen):
        await works.run(day.lead, scan, day.meeting_id, code)
    assert (await works.run(day.manager, scan, day.meeting_id, code)).status is Status.PRESENT


async def test_codes_that_check_nobody_in(works: Works, clock: FrozenClock) -> None:
    day = await make_day(works, clock)
    a, b, c = day.enrollments
    other = await make_day(works, clock, tag=" two")
    clock.now -= timedelta(days=14, minutes=10)
    await execute("UPDATE enrollment SET link_generation = 3 WHERE id = {}", a)
    await works.run(day.manager, cancel_enrollment, b)
    for code, refusal in (
        (token(works, other.enrollments[0]), CodeOfOtherSession),
        (words(works, other.enrollments[0]), CodeUnknown),
        (token(works, a, 1), CodeReplaced),
        (token(works, a, 4), CodeUnknown),
        (token(works, b), PlaceGone),
        (token(works, UUID(int=7)), CodeUnknown),
        (token(works, c).swapcase(), CodeUnknown),
        ("https://elsewhere.example/check-in/", CodeUnknown),
        ("", CodeUnknown),
    ):
        with pytest.raises(refusal):
            await works.run(day.lead, scan, day.meeting_id, code)
    assert await one("SELECT count(*) AS n FROM check_in") == 0


async def test_somebodys_word_stays_and_the_scan_says_so(works: Works, clock: FrozenClock) -> None:
    day = await make_day(works, clock)
    await works.run(day.lead, save_marks, day.meeting_id, [mark(day.enrollments[0], Status.NO_SHOW)])
    found = await works.run(day.lead, scan, day.meeting_id, token(works, day.enrollments[0]))
    assert (found.kept, found.status) == ("Somebody looked and said otherwise.", Status.NO_SHOW)
    assert await stands(day.enrollments[0]) == [("no-show", 0, "roster")]
    assert await one("SELECT count(*) AS n FROM check_in") == 0


async def test_a_closed_roster_takes_nobody_in_by_a_code(works: Works, clock: FrozenClock) -> None:
    day, word = await opened(works, clock)
    await works.run(day.lead, close_roster, day.meeting_id, rest="no-show")
    found = await works.run(day.lead, scan, day.meeting_id, token(works, day.enrollments[0]))
    assert found.kept
    with pytest.raises(NothingToCheckIn):
        await works.run(await learner(day.enrollments[0]), check_in_self, word)
    assert await one("SELECT count(*) AS n FROM check_in") == 0


async def test_the_code_and_the_word_check_in(works: Works, clock: FrozenClock) -> None:
    day, word = await opened(works, clock)
    a, b, _ = day.enrollments
    found = await works.run(await learner(a), check_in_self, shown(works, day, clock), device="one")
    assert (found.way, found.doubtful, found.status) == (Way.CODE, "", Status.PRESENT)
    clock.move(minutes=10)
    found = await works.run(await learner(b), check_in_self, word.upper(), device="two", enrollment_id=b)
    assert (found.way, found.minutes_late) == (Way.WORD, 20)
    again = await works.run(await learner(a), check_in_self, shown(works, day, clock), device="one")
    assert again.already
    assert [await stands(key) for key in day.enrollments] == [[("present", 0, "code")], [("late", 20, "word")], []]


async def test_nobody_checks_in_before_it_is_switched_on_or_outside_its_hours(works: Works, clock: FrozenClock) -> None:
    day = await make_day(works, clock)
    who = await learner(day.enrollments[0])
    with pytest.raises(NothingToCheckIn):
        await works.run(who, check_in_self, shown(works, day, clock))
    switched = await works.run(day.lead, switch_self_check_in, day.meeting_id, on=True)
    clock.move(minutes=-41)
    with pytest.raises(NothingToCheckIn):
        await works.run(who, check_in_self, shown(works, day, clock))
    clock.move(minutes=41 + 126)
    with pytest.raises(WrongCheckInCode):
        await works.run(who, check_in_self, shown(works, day, clock))
    found = await works.run(who, check_in_self, switched.word)
    assert (found.doubtful, await stands(day.enrollments[0])) == (AFTER_THE_END, [])
    clock.move(hours=24)
    with pytest.raises(NothingToCheckIn):
        await works.run(who, check_in_self, switched.word)
    for viewer in (day.stranger, day.lead, Viewer()):
        with pytest.raises(NothingToCheckIn):
            await works.run(viewer, check_in_self, switched.word)


async def test_one_device_for_two_people_is_shown_and_marks_nobody(works: Works, clock: FrozenClock) -> None:
    day, _ = await opened(works, clock)
    a, b, _ = day.enrollments
    code = shown(works, day, clock)
    await works.run(await learner(a), check_in_self, code, device="one")
    second = await works.run(await learner(b), check_in_self, code, device="one")
    again = await works.run(await learner(b), check_in_self, code, device="another")
    assert (second.doubtful, again.doubtful, again.already) == (SAME_DEVICE, SAME_DEVICE, True)
    assert second.status is again.status is Status.NOT_RECORDED
    assert await stands(b) == []
    assert [one.enrollment_id for one in await list_doubtful(day.meeting_id)] == [b]


@pytest.mark.parametrize("status", [Status.PRESENT, Status.NO_SHOW])
async def test_the_device_of_whoever_was_recorded_before_is_known(
    works: Works, clock: FrozenClock, status: Status
) -> None:
    day, word = await opened(works, clock)
    a, b, c = day.enrollments
    await works.run(day.lead, save_marks, day.meeting_id, [mark(a, status)])
    for _ in range(2):
        found = await works.run(await learner(a), check_in_self, word, device="one")
        assert (found.already, bool(found.kept)) == (status is Status.PRESENT, status is Status.NO_SHOW)
    assert await one("SELECT count(*) AS n FROM check_in") == 1
    assert await stands(a) == [(status, 0, "roster")]
    second = await works.run(await learner(b), check_in_self, word, device="one")
    # Whoever waits is known by their devices, too.
    assert (await works.run(await learner(b), check_in_self, word, device="two")).already
    third = await works.run(await learner(c), check_in_self, word, device="two")
    assert (second.doubtful, third.doubtful) == (SAME_DEVICE, SAME_DEVICE)


async def test_whoever_was_looked_at_meanwhile_does_not_wait(works: Works, clock: FrozenClock) -> None:
    day, word = await opened(works, clock)
    a, b, c = day.enrollments
    for key in (a, b, c):
        await works.run(await learner(key), check_in_self, word, device="one")
    await works.run(day.lead, save_marks, day.meeting_id, [mark(b), mark(c, Status.NO_SHOW)])
    seen, missed = [await works.run(await learner(key), check_in_self, word, device="one") for key in (b, c)]
    assert (seen.already, seen.doubtful, seen.status) == (True, "", Status.PRESENT)
    assert (bool(missed.kept), missed.doubtful, missed.status) == (True, "", Status.NO_SHOW)


async def test_of_two_at_the_same_moment_on_one_device_the_second_is_seen(works: Works, clock: FrozenClock) -> None:
    day, word = await opened(works, clock, people=4)
    viewers = [await learner(key) for key in day.enrollments]
    found = await asyncio.gather(*(works.run(who, check_in_self, word, device="one") for who in viewers))
    assert sorted(bool(each.doubtful) for each in found) == [False, True, True, True]


async def test_after_five_wrong_tries_only_staff_can(works: Works, clock: FrozenClock) -> None:
    day, word = await opened(works, clock)
    who, other = [await learner(key) for key in day.enrollments[:2]]
    for _ in range(5):
        with pytest.raises(WrongCheckInCode):
            await works.run(who, check_in_self, "000000")
        assert who.person_id is not None
        await works.run(who, count_wrong, who.person_id)
    with pytest.raises(TooManyWrongCodes):
        await works.run(who, check_in_self, word)
    clock.move(hours=1)
    with pytest.raises(TooManyWrongCodes):
        await works.run(who, check_in_self, word)
    assert (await works.run(other, check_in_self, word)).status is Status.LATE
    assert (await works.run(day.lead, scan, day.meeting_id, token(works, day.enrollments[0]))).status is Status.LATE


async def test_a_kiosk_takes_the_word_for_everybody(works: Works, clock: FrozenClock) -> None:
    day, word = await opened(works, clock)
    other = await make_day(works, clock, tag=" two")
    clock.now -= timedelta(days=14, minutes=10)
    for key in day.enrollments:
        found = await at_kiosk(works, day, key, word)
        assert found is not None
        assert (found.doubtful, found.way) == ("", Way.WORD)
    assert [await stands(key) for key in day.enrollments] == [[("present", 0, "word")]] * 3
    for wrong in (other.enrollments[0], UUID(int=7)):
        with pytest.raises(NothingToCheckIn):
            await at_kiosk(works, day, wrong, word)


async def at_kiosk(works: Works, day: Day, key: UUID, typed: str, client: str = "192.0.2.7") -> CheckedInNow | None:
    kiosk = Viewer(name="A device at the door")
    return await works.run(kiosk, check_in_at_kiosk, day.meeting_id, key, typed, client=client)


async def test_wrong_words_at_a_kiosk_count_for_the_device_alone(works: Works, clock: FrozenClock) -> None:
    day, word = await opened(works, clock)
    a, b, c = day.enrollments
    for number in range(10):
        assert await at_kiosk(works, day, day.enrollments[number % 3], "no such word") is None
    for key in day.enrollments:
        with pytest.raises(KioskRests):
            await at_kiosk(works, day, key, word)
    # Who was chosen there ten times checks in with the phone, and another device is not this one.
    assert (await works.run(await learner(a), check_in_self, shown(works, day, clock))).status is Status.PRESENT
    assert await at_kiosk(works, day, b, word, "198.51.100.7") is not None
    clock.move(minutes=11)
    assert await at_kiosk(works, day, c, word) is not None
    assert [len(await stands(key)) for key in day.enrollments] == [1, 1, 1]


async def test_another_word_ends_the_rest_of_a_kiosk(works: Works, clock: FrozenClock) -> None:
    day, _ = await opened(works, clock)
    for _ in range(10):
        await at_kiosk(works, day, day.enrollments[0], "no such word")
    anew = await works.run(day.lead, switch_self_check_in, day.meeting_id, on=True, anew=True)
    assert await at_kiosk(works, day, day.enrollments[0], anew.word) is not None


async def test_many_words_at_once_are_counted_one_by_one(works: Works, clock: FrozenClock) -> None:
    day, _ = await opened(works, clock)
    guesses = [at_kiosk(works, day, day.enrollments[0], f"guess {number}") for number in range(25)]
    found = await asyncio.gather(*guesses, return_exceptions=True)
    assert (found.count(None), sum(isinstance(each, KioskRests) for each in found)) == (10, 15)


async def test_what_was_held_before_the_rest_was_cancelled_takes_those_who_had_a_place(
    works: Works, clock: FrozenClock
) -> None:
    day, word = await opened(works, clock, people=4, meetings=2)
    a, b, c, gone = day.enrollments
    await works.run(day.manager, cancel_enrollment, gone)
    clock.move(minutes=115)
    await works.run(day.manager, cancel_session, day.session_id, "Storm")
    assert (await works.run(day.lead, scan, day.meeting_id, token(works, a))).status is Status.PRESENT
    assert (await works.run(await learner(b), check_in_self, shown(works, day, clock))).doubtful == AFTER_THE_END
    here = await works.run(Viewer(), check_in_at_kiosk, day.meeting_id, c, word, client="192.0.2.1")
    assert here is not None
    assert here.doubtful == AFTER_THE_END
    with pytest.raises(PlaceGone, match="before the session was cancelled"):
        await works.run(day.lead, scan, day.meeting_id, token(works, gone))


async def test_a_session_of_which_nothing_was_held_takes_nobody_once_it_is_cancelled(
    works: Works, clock: FrozenClock
) -> None:
    day, word = await opened(works, clock, meetings=2)
    await works.run(day.manager, cancel_session, day.session_id, "Storm")
    holder = await find_code_holder(day.enrollments[0])
    assert holder is not None
    assert not holder.on_roster
    with pytest.raises(NothingToCheckIn):
        await works.run(await learner(day.enrollments[0]), check_in_self, word)
