"""What a program, moment, course and venue may be."""

from datetime import date
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from tests.catalogue.made import LIBRARY, LISTENING, MONTH, WORLD_DAY
from training.base.errors import Invalid
from training.catalogue.rules import (
    INHERITED,
    SLUG_LENGTH,
    Audience,
    Mode,
    VenueDetails,
    checked_course,
    checked_moment,
    checked_program,
    checked_venue,
    closes_circle,
    free_slug,
    language_name,
    language_tag,
    slug_from,
    wrong_capacity,
)
from training.catalogue.tables import Course
from training.schedule.tables import Session


@pytest.mark.parametrize(
    ("mode", "in_person", "online", "wrong"),
    [
        (Mode.IN_PERSON, 12, 0, set()),
        (Mode.IN_PERSON, 0, 0, {"capacity_in_person"}),
        (Mode.IN_PERSON, 12, 5, {"capacity_online"}),
        (Mode.IN_PERSON, 0, 5, {"capacity_in_person", "capacity_online"}),
        (Mode.ONLINE, 0, 40, set()),
        (Mode.ONLINE, 0, 0, {"capacity_online"}),
        (Mode.ONLINE, 1, 40, {"capacity_in_person"}),
        (Mode.HYBRID, 12, 40, set()),
        (Mode.HYBRID, 12, 0, {"capacity_online"}),
        (Mode.HYBRID, 0, 40, {"capacity_in_person"}),
        (Mode.HYBRID, -1, 40, {"capacity_in_person"}),
        (Mode.HYBRID, 12, 100_001, {"capacity_online"}),
    ],
)
def test_capacities_match_the_mode(mode: Mode, in_person: int, online: int, wrong: set[str]) -> None:
    assert set(wrong_capacity(mode, in_person, online)) == wrong


@pytest.mark.parametrize(
    ("changes", "wrong"),
    [
        ({}, set()),
        ({"title": " "}, {"title"}),
        ({"title": "x" * 201}, {"title"}),
        ({"language": "klingon"}, {"language"}),
        ({"cancellation_hours": -1}, {"cancellation_hours"}),
        ({"waitlist_cutoff_hours": 8761}, {"waitlist_cutoff_hours"}),
        ({"minimum_participants": -1}, {"minimum_participants"}),
        ({"minimum_participants": 13}, {"minimum_participants"}),
        ({"minimum_participants": 12}, set()),
        ({"audience": Audience.INVITED, "self_enrollment": True}, {"self_enrollment"}),
        ({"audience": Audience.PUBLIC, "self_enrollment": True}, set()),
        (
            {"title": "", "mode": Mode.ONLINE, "language": ""},
            {"title", "language", "capacity_in_person", "capacity_online"},
        ),
    ],
)
def test_a_course_names_every_field_that_is_wrong(changes: dict[str, object], wrong: set[str]) -> None:
    values = replace(LISTENING, **changes)
    if not wrong:
        assert checked_course(values) == values
        return
    with pytest.raises(Invalid) as caught:
        checked_course(values)
    assert set(caught.value.fields) == wrong


def test_what_is_inherited_are_columns_of_course_and_session() -> None:
    for table in (Course, Session):
        assert set(INHERITED) <= {column._meta.name for column in table._meta.columns}


@pytest.mark.parametrize(
    ("typed", "tag", "name"),
    [
        ("en", "en", "English"),
        ("EN_gb", "en-GB", "English (United Kingdom)"),
        ("zh-hant-tw", "zh-Hant-TW", "Chinese (Traditional, Taiwan)"),
        ("es-419", "es-419", "Spanish (Latin America)"),
        ("bfi", "bfi", "British Sign Language"),
        ("ase", "ase", "American Sign Language"),
        (" de ", "de", "German"),
    ],
)
def test_languages_are_written_in_one_way_and_have_names(typed: str, tag: str, name: str) -> None:
    assert language_tag(typed) == tag
    assert language_name(tag) == name


@pytest.mark.parametrize(
    "typed", ["", "e", "english", "qq", "en-", "en-XXXX", "en-QQ", "en-GB-x-y", "12", "en GB", "../en"]
)
def test_what_is_no_language_is_refused(typed: str) -> None:
    with pytest.raises(ValueError, match="language code"):
        language_tag(typed)


def test_a_language_has_a_name_in_other_languages_too() -> None:
    assert language_name("de", "fr") == "allemand"
    assert language_name("nonsense!") == "nonsense!"


@given(st.text(max_size=40))
def test_no_text_breaks_the_language_rule(text: str) -> None:
    try:
        tag = language_tag(text)
    except ValueError:
        return
    assert language_tag(tag) == tag
    assert len(tag) <= 20
    assert language_name(tag)


@pytest.mark.parametrize(
    ("text", "slug"),
    [
        ("Mental Health Awareness Month", "mental-health-awareness-month"),
        ("Santé  mentale – 2026!", "sante-mentale-2026"),
        ("心の健康", ""),
        ("--a__b--", "a-b"),
        ("x" * 100, "x" * 80),
    ],
)
def test_a_slug_is_made_from_a_name(text: str, slug: str) -> None:
    assert slug_from(text) == slug


@pytest.mark.parametrize(
    ("wanted", "taken", "slug"),
    [
        ("a", [], "a"),
        ("a", ["a"], "a-2"),
        ("a", ["a", "a-2", "a-4"], "a-3"),
        ("", [], "program"),
        ("", ["program"], "program-2"),
        ("x" * 80, ["x" * 80], "x" * 78 + "-2"),
    ],
)
def test_the_first_free_number_is_added(wanted: str, taken: list[str], slug: str) -> None:
    assert free_slug(wanted, taken, "program") == slug
    assert len(slug) <= SLUG_LENGTH


@pytest.mark.parametrize(
    ("changes", "wrong"),
    [
        ({}, set()),
        ({"name": ""}, {"name"}),
        ({"slug": "Not A Slug"}, {"slug"}),
        ({"slug": "a-slug"}, set()),
        ({"zone": "Europe/Atlantis"}, {"zone"}),
        ({"zone": ""}, {"zone"}),
        ({"ends_on": date(2026, 4, 30)}, {"ends_on"}),
        ({"ends_on": date(2096, 4, 30)}, {"ends_on"}),
        ({"starts_on": None}, set()),
    ],
)
def test_a_program_names_every_field_that_is_wrong(changes: dict[str, object], wrong: set[str]) -> None:
    details = replace(MONTH, **changes)
    if not wrong:
        assert checked_program(details) == details
        return
    with pytest.raises(Invalid) as caught:
        checked_program(details)
    assert set(caught.value.fields) == wrong


def test_a_moment_may_last_one_day_but_not_less() -> None:
    assert checked_moment(WORLD_DAY) == WORLD_DAY
    with pytest.raises(Invalid) as caught:
        checked_moment(replace(WORLD_DAY, name="", ends_on=date(2026, 10, 9)))
    assert set(caught.value.fields) == {"name", "ends_on"}


@pytest.mark.parametrize(
    ("changes", "wrong"),
    [
        ({"name": ""}, {"name"}),
        ({"zone": "Berlin"}, {"zone"}),
        ({"country": "ZZ"}, {"country"}),
        ({"latitude": 91.0}, {"latitude"}),
        ({"longitude": -180.1}, {"longitude"}),
        ({"latitude": float("nan")}, {"latitude"}),
        ({"longitude": None}, {"longitude"}),
        ({"latitude": None}, {"latitude"}),
    ],
)
def test_a_venue_names_every_field_that_is_wrong(changes: dict[str, object], wrong: set[str]) -> None:
    with pytest.raises(Invalid) as caught:
        checked_venue(replace(LIBRARY, **changes))
    assert set(caught.value.fields) == wrong


def test_a_venue_is_kept_with_four_decimals_and_a_country_in_capitals() -> None:
    wanted = VenueDetails(name="City Library", zone="Europe/Berlin", country="DE", latitude=52.52, longitude=13.405)
    assert checked_venue(replace(LIBRARY, country="de")) == wanted


@pytest.mark.parametrize(
    ("course", "required", "circle"),
    [
        (1, 1, True),
        (1, 2, False),
        (2, 1, True),
        (4, 1, True),
        (5, 1, False),
        (1, 5, False),
        (3, 5, False),
        (6, 7, False),
    ],
)
def test_a_course_never_comes_before_itself(course: int, required: int, circle: bool) -> None:
    before = {UUID(int=1): [UUID(int=2), UUID(int=3)], UUID(int=2): [UUID(int=4)], UUID(int=3): [UUID(int=4)]}
    # Even where the rows run in a circle already, the question has an answer.
    before |= {UUID(int=7): [UUID(int=8)], UUID(int=8): [UUID(int=7)]}
    assert closes_circle(UUID(int=course), UUID(int=required), before) is circle


@pytest.mark.parametrize(("hours", "wrong"), [(0, False), (2160, False), (-1, True), (2161, True)])
def test_a_place_without_a_name_needs_one_at_most_ninety_days_before(hours: int, wrong: bool) -> None:
    values = replace(LISTENING, open_place_hours=hours)
    if not wrong:
        assert checked_course(values).open_place_hours == hours
        return
    with pytest.raises(Invalid) as caught:
        checked_course(values)
    assert set(caught.value.fields) == {"open_place_hours"}
