"""Why somebody cannot be booked: one neutral sentence for whatever is not the partner's own."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest

from training.booking.rules import Allowed, Candidate, refusal
from training.booking.rules.candidates import UNTOLD, told_of_newcomer

OWN, OTHER = UUID(int=7), UUID(int=8)


def candidate(**against: Any) -> Candidate:
    return Candidate(person_id=UUID(int=1), membership_id=UUID(int=2), name="A", email="a@example.org", **against)


@pytest.mark.parametrize(
    ("against", "code"),
    [
        ({}, None),
        ({"enrolled_state": "enrolled", "enrolled_by_partner": OWN}, "already-enrolled"),
        ({"enrolled_state": "waitlisted", "enrolled_by_partner": OWN}, "already-waitlisted"),
        ({"enrolled_state": "offered", "enrolled_by_partner": OWN}, "already-asked"),
        ({"enrolled_state": "requested", "enrolled_by_partner": OWN}, "already-asked"),
        ({"clash_title": "Elsewhere"}, "clash"),
        ({"lacks": "Basics"}, "course-missing"),
        ({"lacks": "Basics", "clash_title": "Elsewhere"}, "course-missing"),
    ],
)
def test_what_the_partner_knows_is_said(against: dict[str, Any], code: str | None) -> None:
    found = refusal(candidate(**against), OWN)
    assert (found[0] if found else None) == code


def test_what_others_did_is_one_neutral_sentence() -> None:
    """Whoever booked it, for whatever state, here or elsewhere, with or without own reasons beside it."""
    foreign: list[dict[str, Any]] = [
        {"enrolled_state": "enrolled", "enrolled_by_partner": OTHER},
        {"enrolled_state": "waitlisted", "enrolled_by_partner": OTHER},
        {"enrolled_state": "requested", "enrolled_by_partner": None},
        {"clash_elsewhere": True},
        {"disabled": True},
        {"disabled": True, "lacks": "Basics", "clash_title": "Elsewhere"},
        {"clash_elsewhere": True, "lacks": "Basics", "clash_title": "Elsewhere"},
    ]
    said = {refusal(candidate(**against), OWN, Allowed(clashes=True, lacking=True)) for against in foreign}
    assert len(said) == 1
    assert next(iter(said)) == refusal(candidate(clash_elsewhere=True), OWN)


def test_what_was_accepted_is_no_reason_any_more() -> None:
    assert refusal(candidate(clash_title="Elsewhere"), OWN, Allowed(clashes=True)) is None
    assert refusal(candidate(lacks="Basics"), OWN, Allowed(lacking=True)) is None
    both = candidate(lacks="Basics", clash_title="Elsewhere")
    assert refusal(both, OWN, Allowed(lacking=True)) is not None
    assert refusal(both, OWN, Allowed(lacking=True, clashes=True)) is None


def test_a_missing_course_of_a_newcomer_reads_like_everything_untold() -> None:
    assert told_of_newcomer(("course-missing", "Has not taken part in X."), None) == UNTOLD
    assert told_of_newcomer(("already-enrolled", "Already."), "X") == ("already-enrolled", "Already.")


def test_the_course_that_comes_first_is_named_whatever_the_reason_is() -> None:
    lacks = told_of_newcomer(("course-missing", "Has not taken part in X."), "X")
    assert lacks == told_of_newcomer(UNTOLD, "X")
    assert lacks == (UNTOLD[0], f"{UNTOLD[1]} It may be that “X”, which comes first, is missing.")


def test_a_course_that_is_not_valid_any_more_is_said_with_its_day() -> None:
    at = datetime(2026, 5, 4, 22, 59, 59, tzinfo=UTC)
    lapsed = candidate(lacks="Basics", lapsed="Basics", lapsed_at=at, lapsed_zone="Europe/Dublin")
    assert refusal(lapsed, OWN) == (
        "course-missing",
        "Completed “Basics”, which comes first, but that is valid only until 4 May 2026: it has to be renewed.",
    )
    other = candidate(lacks="Advanced", lapsed="Basics", lapsed_at=at, lapsed_zone="Europe/Dublin")
    assert refusal(other, OWN) == ("course-missing", "Has not taken part in “Advanced”, which comes first.")
