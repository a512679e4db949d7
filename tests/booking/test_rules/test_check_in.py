"""The code of an enrollment: its own, of one generation, and no link to the place."""

from datetime import timedelta
from uuid import UUID

import pytest

from tests.schedule.test_rules.test_sessions import meeting
from training.booking.rules.check_in import check_in_token, check_in_words, near, opens_check_in
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
