"""What a session takes from its course, keeps for itself, and cannot follow."""

from typing import Any

import pytest
from msgspec.structs import replace

from tests.schedule.test_rules.test_sessions import session
from training.base.errors import Invalid
from training.catalogue.rules import Audience, Inheritable, Mode
from training.schedule.rules.inheritance import (
    Inherited,
    Kept,
    check_capacity,
    differing,
    edited,
    followed,
    given,
    merged,
)
from training.schedule.rules.sessions import CapacityBelowTaken
from training.schedule.rules.values import SessionValues

COURSE = Inheritable(title="Listening first", capacity_in_person=12)
HYBRID = replace(COURSE, mode=Mode.HYBRID, capacity_online=50)


def test_only_what_was_said_is_the_sessions_own() -> None:
    said = given(SessionValues(mode=Mode.ONLINE, capacity_online=5, overbooking=3))
    assert said == {"mode": Mode.ONLINE, "capacity_online": 5}
    assert merged(COURSE, said) == Inherited(
        values=replace(COURSE, mode=Mode.ONLINE, capacity_in_person=0, capacity_online=5),
        own=frozenset({"mode", "capacity_online"}),
    )


@pytest.mark.parametrize(
    ("course", "own", "field"),
    [
        (COURSE, {"mode": Mode.ONLINE}, "capacity_online"),
        (COURSE, {"capacity_online": 5}, "capacity_online"),
        (COURSE, {"title": " "}, "title"),
        (HYBRID, {"mode": Mode.IN_PERSON, "capacity_online": 5}, "capacity_online"),
    ],
)
def test_what_cannot_go_together_is_refused(course: Inheritable, own: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as caught:
        merged(course, own)
    assert list(caught.value.fields) == [field]


def test_differs_from_course_means_own_and_different() -> None:
    values = replace(COURSE, title="Evening", summary="Other")
    assert differing({"title", "language"}, values, COURSE) == ("title",)
    assert differing(["summary", "title"], values, COURSE) == ("title", "summary")
    assert differing([], values, COURSE) == ()


def test_a_value_cannot_be_given_and_taken_back_at_once() -> None:
    with pytest.raises(Invalid) as caught:
        edited(session(), COURSE, SessionValues(title="Mine", inherit=("title",)))
    assert list(caught.value.fields) == ["title"]


@pytest.mark.parametrize(
    ("before", "values", "mode", "places", "own"),
    [
        ({}, SessionValues(), Mode.HYBRID, (12, 50), set()),
        ({}, SessionValues(mode=Mode.ONLINE), Mode.ONLINE, (0, 50), {"mode"}),
        (
            {"capacity_in_person": 8, "own_json": '["capacity_in_person"]'},
            SessionValues(mode=Mode.ONLINE),
            Mode.ONLINE,
            (0, 50),
            {"mode"},
        ),
        (
            {"mode": Mode.ONLINE, "capacity_in_person": 0, "capacity_online": 50, "own_json": '["mode"]'},
            SessionValues(inherit=("mode",)),
            Mode.HYBRID,
            (12, 50),
            set(),
        ),
    ],
)
def test_a_mode_brings_its_capacities(
    before: dict[str, Any], values: SessionValues, mode: Mode, places: tuple[int, int], own: set[str]
) -> None:
    hybrid = {"mode": Mode.HYBRID, "capacity_online": 50}
    found = edited(session(**{**hybrid, **before}), HYBRID, values)
    assert (found.values.mode, found.values.capacity_in_person, found.values.capacity_online) == (mode, *places)
    assert found.own == own


@pytest.mark.parametrize(
    ("taken", "places", "overbooking", "told"),
    [
        ((0, 0), (0, 0), 0, None),
        ((5, 5), (5, 5), 0, None),
        ((5, 0), (4, 9), 0, ("capacity_in_person", 5, 4)),
        ((0, 5), (9, 4), 0, ("capacity_online", 5, 4)),
        ((5, 5), (4, 5), 1, None),
        ((5, 5), (4, 4), 1, ("overbooking", 10, 9)),
    ],
)
def test_there_are_never_fewer_places_than_taken(
    taken: tuple[int, int], places: tuple[int, int], overbooking: int, told: tuple[str, int, int] | None
) -> None:
    full = session(taken_in_person=taken[0], taken_online=taken[1])
    values = replace(HYBRID, capacity_in_person=places[0], capacity_online=places[1])
    if told is None:
        check_capacity(full, values, overbooking)
        return
    with pytest.raises(CapacityBelowTaken) as caught:
        check_capacity(full, values, overbooking)
    assert caught.value.data == dict(zip(("field", "taken", "wanted"), told, strict=True))


def test_a_session_follows_all_it_can() -> None:
    mine = session(own_json='["language"]', language="de")
    fresh = replace(COURSE, title="New", language="fr", capacity_in_person=20)
    assert followed(mine, fresh) == (
        Inherited(values=replace(fresh, language="de"), own=frozenset({"language"})),
        (),
    )


@pytest.mark.parametrize(
    ("before", "course", "kept"),
    [
        ({"taken_in_person": 10}, replace(COURSE, title="New", capacity_in_person=8), ["capacity_in_person"]),
        (
            {"taken_in_person": 10},
            replace(COURSE, title="New", mode=Mode.ONLINE, capacity_in_person=0, capacity_online=9),
            ["mode", "capacity_in_person", "capacity_online"],
        ),
        (
            {"own_json": '["minimum_participants"]', "minimum_participants": 10},
            replace(COURSE, title="New", capacity_in_person=8),
            ["capacity_in_person"],
        ),
        (
            {"own_json": '["self_enrollment"]', "self_enrollment": True},
            replace(COURSE, title="New", audience=Audience.INVITED),
            ["audience"],
        ),
        ({"taken_in_person": 1}, replace(COURSE, title="New", open_place_hours=96), ["open_place_hours"]),
        (
            {"taken_in_person": 10},
            replace(COURSE, title="New", capacity_in_person=8, cancellation_hours=49, open_place_hours=24),
            ["cancellation_hours", "capacity_in_person"],
        ),
    ],
)
def test_what_cannot_be_followed_becomes_its_own_and_nothing_else(
    before: dict[str, Any], course: Inheritable, kept: list[str]
) -> None:
    mine = session(**before)
    found, remarks = followed(mine, course)
    assert found.own == mine.own_fields | set(kept)
    assert found.values.title == "New"
    assert [(remark.field, remark.kept_value) for remark in remarks] == [(name, getattr(mine, name)) for name in kept]
    assert all(remark.reason for remark in remarks)


def test_a_course_stays_editable_whatever_its_sessions_are() -> None:
    odd = session(language="not a language", own_json='["language"]')
    found, remarks = followed(odd, replace(COURSE, title="New"))
    assert found.values == odd.values
    assert remarks == (
        Kept(
            field="title",
            course_value="New",
            kept_value="Listening first",
            reason="Please look at the marked fields.",
        ),
    )
