"""Which messages about a place still say what is so."""

import pytest

from training.booking.rules import State
from training.booking.rules.states import ACTIVE
from training.booking.rules.wanted import (
    OF_NOTHING_LEFT,
    OF_OPEN_PLACE,
    OF_OPEN_PLACES,
    OVER_WITH_SESSION,
    SPEAKS_OF,
    why_unwanted,
)
from training.outbox.rules.kinds import KINDS

ENDED = set(State) - ACTIVE


@pytest.mark.parametrize(
    ("kind", "wanted"),
    [
        ("booking-enrolled", {State.ENROLLED, State.COMPLETED, State.NOT_COMPLETED}),
        ("booking-waitlisted", {State.WAITLISTED}),
        ("booking-offered", {State.OFFERED}),
        ("booking-confirm", {State.REQUESTED}),
        ("booking-cancelled", ENDED),
        ("booking-moved", set(ACTIVE)),
        ("booking-something-new", set(ACTIVE)),
        ("booking-already", set(State)),
    ],
)
def test_what_a_message_speaks_of(kind: str, wanted: set[State]) -> None:
    assert {state for state in State if not why_unwanted(kind, state)} == wanted
    assert bool(why_unwanted(kind, None)) is not (wanted >= ENDED)


def test_the_reason_says_how_it_stands() -> None:
    assert why_unwanted("booking-enrolled", State.CANCELLED) == "The enrollment is cancelled now."
    assert why_unwanted("booking-enrolled", None) == "The enrollment is gone."


def test_what_says_that_somebody_waits_is_worth_nothing_once_they_have_a_place() -> None:
    assert why_unwanted("booking-moved", State.WAITLISTED, waits=True) == ""
    assert why_unwanted("booking-moved", State.ENROLLED, waits=True) == "The enrollment is enrolled now."
    assert why_unwanted("booking-restored", State.OFFERED, waits=True) == "The enrollment is offered now."
    assert why_unwanted("booking-already", State.ENROLLED, waits=True) == ""


def test_what_tells_of_a_place_is_worth_nothing_after_its_session() -> None:
    assert why_unwanted("booking-enrolled", State.ENROLLED, over=True) == "The session is over."
    assert why_unwanted("booking-cancelled", State.CANCELLED, over=True) == ""


def test_only_kinds_that_are_known_are_judged() -> None:
    assert set(SPEAKS_OF) | OVER_WITH_SESSION | OF_NOTHING_LEFT | OF_OPEN_PLACE | OF_OPEN_PLACES <= set(KINDS)
