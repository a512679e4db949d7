"""The code of an enrollment: its own, of one generation, and no link to the place."""

from datetime import timedelta
from uuid import UUID

import pytest
from msgspec.structs import replace

from tests.schedule.test_rules.test_sessions import meeting
from training.booking.rules.check_in import at_door, check_in_token, check_in_words, near, opens_check_in
from training.booking.rules.guests import opens_place, place_token

KEY = "a key for tests only"
ONE, OTHER = UUID(int=7 << 64 | 1), UUID(int=7 << 64 | 2)
TOKEN = check_in_token(KEY, ONE, 1)


@pytest.mark.parametrize(
    ("token", "enrollment_id", "generation", "opens"),
    [
        (TOKEN, ONE, 1, True),
        (TOKEN, ONE, 2, False),
        (TOKEN, OTHER, 1, False),
        (TOKEN.swapcase(), ONE, 1, False),
        ("", ONE, 1, False),
        ("\udc80", ONE, 1, False),
        (place_token(KEY, ONE, 1), ONE, 1, False),
    ],
)
def test_only_the_present_token_opens(token: str, enrollment_id: UUID, generation: int, opens: bool) -> None:
    assert opens_check_in(KEY, token, enrollment_id, generation) is opens


def test_a_code_shown_at_the_door_does_not_open_the_place() -> None:
    assert not opens_place(KEY, TOKEN, ONE, 1)


def test_a_new_generation_has_new_words() -> None:
    assert check_in_words(KEY, ONE, 1) != check_in_words(KEY, ONE, 2)


@pytest.mark.parametrize(
    ("minutes", "is_near"), [(-31, False), (-30, True), (60, True), (135, True), (136, False), (24 * 60 - 30, True)]
)
def test_around_which_times_people_check_in_themselves(minutes: int, is_near: bool) -> None:
    meetings = [meeting(day, f"2026-05-0{day}T09:00Z", f"2026-05-0{day}T11:00Z") for day in (4, 5)]
    now = meetings[0].starts_at + timedelta(minutes=minutes)
    assert near(meetings, now) is is_near
    assert not near([], now)


@pytest.mark.parametrize(
    ("gap", "minutes", "came", "told", "offers", "code"),
    [
        pytest.param(0, -40, (), 0, False, True, id="before everything"),
        pytest.param(0, 10, (), 0, True, True, id="nobody came"),
        pytest.param(0, 10, (1,), 1, False, True, id="the next is not near, and the code is good for it"),
        pytest.param(0, 100, (1,), 1, True, True, id="the first runs, the second is near"),
        pytest.param(0, 125, (1,), 0, True, True, id="the second runs"),
        pytest.param(0, 125, (2,), 2, True, True, id="only to the second"),
        pytest.param(0, 125, (1, 2), 2, False, False, id="to both"),
        pytest.param(-60, 90, (1,), 1, True, True, id="both run"),
        pytest.param(30, 130, (1,), 0, True, True, id="lunch, both are near"),
        pytest.param(60, 130, (1,), 1, False, True, id="lunch, the second is not near"),
        pytest.param(60, 160, (1,), 0, True, True, id="lunch, only the second is near"),
        pytest.param(60, 310, (2,), 2, False, False, id="just over"),
        pytest.param(60, 320, (1, 2), 0, False, True, id="long over"),
    ],
)
def test_how_somebody_stands_at_the_door(
    gap: int, minutes: int, came: tuple[int, ...], told: int, offers: bool, code: bool
) -> None:
    first = meeting(1, "2026-05-04T09:00Z", "2026-05-04T11:00Z")
    starts_at = first.ends_at + timedelta(minutes=gap)
    second = replace(first, id=UUID(int=2), number=2, starts_at=starts_at, ends_at=starts_at + timedelta(hours=2))
    both = (first, second)
    late = {one.id: 5 * one.number for one in both if one.number in came}
    found = at_door(both, late, first.starts_at + timedelta(minutes=minutes))
    assert (found.number, found.offers, found.code) == (told, offers, code)
    assert found.came_to is (both[told - 1] if told else None)
    assert found.minutes_late == (5 * told)
