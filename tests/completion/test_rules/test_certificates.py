"""How certificates stand, when one is due, and codes as people type them."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from msgspec.structs import replace

from training.completion.rules.certificates import (
    RESTS,
    Earned,
    Issued,
    Said,
    Standing,
    follows_rule,
    hours_words,
    is_due,
    read_code,
    rests_until,
    span_words,
    standing_of,
)

NOW = datetime(2026, 5, 4, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)
SAID = Said(title="Safe messaging", course="Course", program="Program", issuer="training", minutes=60)
KEY = UUID(int=1)
EARNED = Earned(
    enrollment_id=KEY,
    session_id=KEY,
    course_id=KEY,
    program_id=KEY,
    person_id=KEY,
    partner_id=None,
    holder="Ada",
    said=SAID,
    valid_until=None,
    completed=True,
    wanted=True,
    state_at=NOW,
)
ISSUED = Issued(
    id=KEY,
    code="QX4M-7TRP-HA",
    enrollment_id=KEY,
    holder="Ada",
    said=SAID,
    edition=1,
    issued_at=NOW,
    valid_until=None,
    revoked_at=None,
    revoked_by_hand=False,
    again_at=None,
    version=1,
)


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("QX4M-7TRP-HA", "QX4M-7TRP-HA"),
        (" qx4m 7trp-ha ", "QX4M-7TRP-HA"),
        ("qx4m7trpha", "QX4M-7TRP-HA"),
        ("QX4M–7TRP–HA", "QX4M-7TRP-HA"),
        ("0x4m-ztrp-ha", "QX4M-7TRP-HA"),
        ("OX4M-2TRP-HA", "QX4M-7TRP-HA"),
        ("QX4M", ""),
        ("QX4M-7TRP-HAA", ""),
        ("QX4M-7TRP-HÄ", ""),
        ("QX4M-7TRP-H١", ""),
        ("", ""),
        ("ß" * 5, ""),
    ],
)
def test_a_code_as_somebody_typed_it(typed: str, code: str) -> None:
    assert read_code(typed) == code


@pytest.mark.parametrize(
    ("how", "standing"),
    [
        ({}, Standing.VALID),
        ({"valid_until": NOW + HOUR}, Standing.VALID),
        ({"valid_until": NOW}, Standing.EXPIRED),
        ({"valid_until": NOW - HOUR, "revoked_at": NOW}, Standing.REVOKED),
        ({"replaced_by": KEY}, Standing.REPLACED),
        ({"replaced_by": KEY, "revoked_at": NOW}, Standing.REPLACED),
    ],
)
def test_how_it_stands(how: dict[str, datetime], standing: Standing) -> None:
    known = {"valid_until": None, "revoked_at": None, "replaced_by": None} | how
    assert standing_of(NOW, **known) is standing  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("earned", "latest", "again", "due"),
    [
        ({}, None, False, True),
        ({"completed": False}, None, True, False),
        ({"wanted": False}, None, True, False),
        ({"holder": ""}, None, True, False),
        ({}, {}, False, False),
        ({}, {}, True, False),
        ({"holder": "Ada B."}, {}, False, True),
        ({"valid_until": NOW}, {}, False, True),
        ({"said": replace(SAID, minutes=90)}, {}, False, True),
        ({"said": replace(SAID, issuer="renamed")}, {}, False, False),
        ({}, {"revoked_at": NOW + HOUR}, False, False),
        ({}, {"revoked_at": NOW + HOUR}, True, True),
        ({}, {"revoked_at": NOW - HOUR}, False, True),
        ({}, {"revoked_at": NOW - HOUR, "revoked_by_hand": True}, False, False),
        ({}, {"revoked_at": NOW - HOUR, "revoked_by_hand": True}, True, True),
        ({"completed": False}, {"revoked_at": NOW - HOUR, "revoked_by_hand": True}, True, False),
    ],
)
def test_when_one_is_due(earned: dict[str, object], latest: dict[str, object] | None, again: bool, due: bool) -> None:
    known = None if latest is None else replace(ISSUED, **latest)
    assert is_due(replace(EARNED, **earned), known, again=again) is due


@pytest.mark.parametrize(
    ("earned", "latest", "due"),
    [
        ({}, None, True),
        ({"wanted": False}, None, False),
        ({}, {}, False),
        ({"holder": "Ada B."}, {}, False),
        ({"said": replace(SAID, program="Another", trainers=("Lea",))}, {}, False),
        ({"valid_until": NOW}, {}, True),
        ({"said": replace(SAID, minutes=90)}, {}, True),
        ({"said": replace(SAID, completed_at=NOW)}, {}, True),
        ({"said": replace(SAID, minutes=90), "completed": False}, {}, False),
        ({}, {"revoked_at": NOW - HOUR}, True),
    ],
)
def test_what_a_rule_makes_due(earned: dict[str, object], latest: dict[str, object] | None, due: bool) -> None:
    known = None if latest is None else replace(ISSUED, **latest)
    assert follows_rule(replace(EARNED, **earned), known) is due


def test_corrections_rest_before_another_edition() -> None:
    assert rests_until(None, NOW) is None
    assert rests_until(ISSUED, NOW) == NOW + RESTS
    assert rests_until(ISSUED, NOW + RESTS - timedelta(seconds=1)) == NOW + RESTS
    assert rests_until(ISSUED, NOW + RESTS) is None


def test_days_in_words() -> None:
    late = datetime(2026, 5, 18, 23, 30, tzinfo=UTC)
    assert span_words(late, late, "UTC") == "18 May 2026"
    assert span_words(late, late, "Europe/Dublin") == "19 May 2026"
    assert span_words(late, late + timedelta(days=1), "UTC") == "18 to 19 May 2026"
    assert span_words(late, late + timedelta(days=20), "UTC") == "18 May to 7 Jun 2026"
    assert span_words(late, late + timedelta(days=300), "UTC") == "18 May 2026 to 14 Mar 2027"


@pytest.mark.parametrize(
    ("minutes", "words"),
    [(0, ""), (-5, ""), (1, "1 min"), (60, "1 h"), (70, "1 h 10 min"), (78, "1 h 18 min"), (600, "10 h")],
)
def test_hours_in_words(minutes: int, words: str) -> None:
    assert hours_words(minutes) == words
