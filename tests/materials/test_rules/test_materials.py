"""What a material may be, and how a session may differ in it."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest

from training.base.errors import Invalid
from training.materials.rules.materials import (
    Material,
    MaterialDetails,
    PlacementDetails,
    WithdrawnAlready,
    check_not_withdrawn,
    checked_material,
    checked_placement,
)
from training.materials.rules.showing import Audience, Opens, Showing

PLAIN = MaterialDetails(title="Safe words")


def test_what_does_not_count_is_not_kept() -> None:
    said = MaterialDetails(title="  Safe \n words ", offset_minutes=5, meeting_number=2)
    assert checked_material(said) == PLAIN
    said = MaterialDetails(title="Safe words", opens=Opens.BEFORE, offset_minutes=5, meeting_number=2, prework=True)
    assert checked_material(said) == said


REFUSED: list[tuple[dict[str, Any], str]] = [
    ({"title": "  "}, "title"),
    ({"title": "x" * 201}, "title"),
    ({"summary": "x" * 5_001}, "summary"),
    ({"opens": Opens.BEFORE}, "offset_minutes"),
    ({"opens": Opens.START, "prework": True}, "prework"),
    ({"opens": Opens.AFTER, "prework": True}, "prework"),
    ({"opens": Opens.ATTENDED, "prework": True}, "prework"),
    ({"audience": Audience.TRAINERS, "prework": True}, "prework"),
]


@pytest.mark.parametrize(("said", "field"), REFUSED)
def test_what_cannot_be_is_refused(said: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        checked_material(MaterialDetails(**{"title": "Safe words", **said}))
    assert list(refused.value.fields) == [field]


def test_a_session_says_instead_only_what_it_says() -> None:
    of = Showing(audience=Audience.ENROLLED, opens=Opens.BEFORE, offset_minutes=60, meeting_number=1)
    assert PlacementDetails().showing(of) == of
    assert PlacementDetails(audience=Audience.EVERYONE).showing(of) == Showing(
        audience=Audience.EVERYONE, opens=Opens.BEFORE, offset_minutes=60, meeting_number=1
    )
    assert PlacementDetails(opens=Opens.AFTER).showing(of) == Showing(audience=Audience.ENROLLED, opens=Opens.AFTER)


def test_a_placement_is_checked_with_what_it_is_of() -> None:
    prework = MaterialDetails(title="Safe words", prework=True)
    assert checked_placement(PlacementDetails(offset_minutes=9), prework) == PlacementDetails()
    with pytest.raises(Invalid):
        checked_placement(PlacementDetails(opens=Opens.AFTER), prework)
    late = PlacementDetails(opens=Opens.AFTER, prework=False)
    assert checked_placement(late, prework) == late
    with pytest.raises(Invalid):
        checked_placement(PlacementDetails(prework=True, audience=Audience.TRAINERS), PLAIN)
    with pytest.raises(Invalid):
        checked_placement(PlacementDetails(opens=Opens.BEFORE), PLAIN)


def _kept(title: str, *, withdrawn: bool) -> Material:
    at, key = datetime(2026, 5, 18, 9, tzinfo=UTC), UUID(int=1)
    return Material(
        title=title,
        id=key,
        program_id=key,
        course_id=key,
        session_id=None,
        position=1,
        withdrawn_at=at if withdrawn else None,
        source_id=None,
        created_at=at,
        created_by=None,
        version=1,
    )


def test_what_is_withdrawn_is_named() -> None:
    check_not_withdrawn([_kept("Words", withdrawn=False)])
    with pytest.raises(WithdrawnAlready) as refused:
        check_not_withdrawn([_kept("Words", withdrawn=True), _kept("Numbers", withdrawn=False)])
    assert refused.value.detail == ("“Words” is withdrawn, so nothing was copied. Put it back first, or leave it out.")
    with pytest.raises(WithdrawnAlready) as refused:
        check_not_withdrawn([_kept(title, withdrawn=True) for title in "ABCDE"])
    assert refused.value.detail == (
        "“A”, “B”, “C” and 2 more are withdrawn, so nothing was copied. Put them back first, or leave them out."
    )
