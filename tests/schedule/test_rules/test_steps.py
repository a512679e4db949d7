"""The life of a session as tables: every step from every state, what is missing, what is warned of."""

from typing import Any
from uuid import UUID

import pytest

from tests.schedule.test_rules.test_sessions import AFTER, BEFORE, NOW, meeting, session
from training.catalogue.rules import Audience, Mode
from training.schedule.rules.sessions import State, Trainer, TrainerRole
from training.schedule.rules.steps import STEPS, WrongState, check_step, missing, other_clocks, readiness, warnings

D, P, C, R = State.DRAFT, State.PUBLISHED, State.CONFIRMED, State.RUNNING
ALLOWED = {
    "publish": ({D}, P),
    "confirm": ({P}, C),
    "start": ({P, C}, R),
    "close": ({R}, State.CLOSED),
    "cancel": ({D, P, C, R}, State.CANCELLED),
}


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("name", ALLOWED)
def test_every_step_from_every_state(name: str, state: State) -> None:
    starts, ends = ALLOWED[name]
    if state in starts:
        assert check_step(name, session(state=state)).ends is ends
    else:
        with pytest.raises(WrongState) as caught:
            check_step(name, session(state=state))
        assert caught.value.data == {"state": state, "step": name}


def test_the_table_above_is_the_whole_table() -> None:
    assert ALLOWED.keys() == STEPS.keys()


@pytest.mark.parametrize(
    ("values", "meetings", "words"),
    [
        ({}, [meeting(1)], []),
        ({}, [], ["meeting"]),
        ({}, [meeting(1, cancelled_at=BEFORE)], ["meeting"]),
        ({"capacity_in_person": 0}, [meeting(1)], ["room"]),
        ({"mode": Mode.ONLINE, "capacity_online": 5, "capacity_in_person": 0}, [meeting(1)], []),
        ({"mode": Mode.HYBRID, "capacity_in_person": 0}, [], ["meeting", "room", "online"]),
    ],
)
def test_what_is_missing(values: dict[str, Any], meetings: list[Any], words: list[str]) -> None:
    found = missing(session(**values), meetings)
    assert len(found) == len(words)
    assert all(word in sentence for word, sentence in zip(words, found, strict=True))


def _trainer(meeting_number: int) -> Trainer:
    key = UUID(int=meeting_number)
    return Trainer(id=key, session_id=key, meeting_id=key, person_id=key, name="Tara", email="", role=TrainerRole.LEAD)


@pytest.mark.parametrize(
    ("values", "meetings", "trainers", "expected"),
    [
        ({}, [meeting(1, room_id=UUID(int=9))], [1], []),
        ({}, [meeting(1)], [1], ["The meeting has no room yet: it is shown as to be announced."]),
        (
            {},
            [meeting(1, room_id=UUID(int=9)), meeting(2, room_id=UUID(int=9))],
            [1],
            ["Meeting 2 has no trainer yet."],
        ),
        (
            {"mode": Mode.ONLINE},
            [meeting(1, link="")],
            [1],
            ["The meeting has no link yet: it is shown as to be announced."],
        ),
        ({}, [meeting(1, "2026-05-03T09:00Z", "2026-05-03T10:00Z")], [], []),
        (
            {"starts_at": NOW},
            [meeting(1, room_id=UUID(int=9))],
            [1],
            ["The first meeting has started already, so nobody can book."],
        ),
        (
            {"booking_closes_at": NOW},
            [meeting(1, room_id=UUID(int=9))],
            [1],
            ["The booking window has closed already, so nobody can book."],
        ),
        (
            {"audience": Audience.INVITED},
            [meeting(1, room_id=UUID(int=9))],
            [1],
            ["Only invited partners can see this session; there is no access code."],
        ),
    ],
)
def test_what_deserves_a_second_look(
    values: dict[str, Any], meetings: list[Any], trainers: list[int], expected: list[str]
) -> None:
    found = warnings(session(**values), meetings, [_trainer(number) for number in trainers], NOW)
    assert list(found) == expected


def test_a_step_says_who_is_told() -> None:
    assert readiness("cancel", session(starts_at=AFTER), [], [], NOW).told == ("learners", "waiting", "trainers")
    assert readiness("cancel", session(state=D), [], [], NOW).told == ()
    ready = readiness("publish", session(state=D), [meeting(1)], [], NOW)
    assert (ready.told, ready.missing, len(ready.warnings)) == (("audience", "trainers"), (), 2)
    with pytest.raises(WrongState):
        readiness("publish", session(), [], [], NOW)


@pytest.mark.parametrize(
    ("room", "said", "warned"),
    [
        ("America/New_York", "Asia/Kolkata", True),
        ("Europe/Berlin", "Europe/Berlin", False),
        # The same clocks under another name are no reason to look again.
        ("Europe/Paris", "Europe/Berlin", False),
        (None, "Asia/Kolkata", False),
    ],
)
def test_a_room_where_clocks_show_something_else_is_worth_a_look(room: str | None, said: str, warned: bool) -> None:
    planned = meeting(1, "2027-05-04T09:00Z", "2027-05-04T11:00Z", zone=said, venue_zone=room, venue_name="Hall")
    found = [text for text in warnings(session(), [planned], [], NOW) if "clocks" in text]
    assert [text.startswith("The meeting takes place in Hall") for text in found] == [True] * warned
    assert not any("/" in text for text in found), "clocks are called as everywhere else"


def test_a_room_where_it_is_another_day_already_says_the_day() -> None:
    planned = meeting(1, "2027-05-04T20:00Z", "2027-05-04T21:00Z", zone="UTC", venue_zone="Asia/Tokyo", venue_name="")
    assert other_clocks(planned, "Meeting 1") == (
        "Meeting 1 takes place in a room, where clocks show Tokyo time, but its times were said in UTC:"
        " there it begins at 05:00 on 2027-05-05."
    )
