"""The sentence beside who and when, in every case that somebody can choose."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from training.materials.rules.sentences import Counted, Reached, people, told
from training.materials.rules.showing import Audience, Opens, Showing, Why

NOW = datetime(2026, 5, 10, 9, tzinfo=UTC)
LATER, PAST = NOW + timedelta(days=2), NOW - timedelta(days=2)


def sentence(counted: dict[str, Any], **showing: Any) -> Reached:
    usual: dict[str, Any] = {"people": 14, "now": 2, "trainers": 2, "enrolled": 12, "why": Why.LATER, "from_at": LATER}
    return told(Showing(**showing), Counted(**(usual | counted)), NOW, lambda at: f"{at:%d %b %H:%M} Dublin time")


CASES = [
    ({}, {"opens": Opens.BEFORE}, "Visible to 14 people from 12 May 09:00 Dublin time."),
    (
        {"from_at": PAST, "why": Why.SEEN, "published": True},
        {"opens": Opens.START},
        "Visible to 14 people since 08 May 09:00 Dublin time.",
    ),
    (
        {"from_at": PAST, "why": Why.SEEN},
        {"opens": Opens.START},
        "Visible to 14 people as soon as it is published.",
    ),
    ({"from_at": None, "why": Why.SEEN, "published": True}, {}, "Visible to 14 people now."),
    ({"sessions": 2, "why": Why.SEEN, "published": True}, {}, "Visible to 14 people in 2 sessions, now."),
    (
        {"sessions": 3, "lacking": 1, "from_at": None, "why": Why.NO_DATE},
        {"opens": Opens.START, "meeting_number": 7},
        "Visible to 14 people in 3 sessions (1 without a meeting 7), in each, from its start.",
    ),
    ({"from_at": None, "why": Why.SEEN}, {}, "Visible to 14 people as soon as it is published."),
    (
        {"anybody": True, "from_at": None, "why": Why.SEEN},
        {"audience": Audience.EVERYONE},
        "Visible to everyone, signed in or not (we know of 14 people) as soon as it is published.",
    ),
    (
        {},
        {"audience": Audience.TRAINERS},
        "Only for those who teach (2 people) and managers of the program, at any time.",
    ),
    ({"trainers": 0}, {"audience": Audience.TRAINERS}, "Nobody teaches here yet: only managers of the program see it."),
    (
        {"people": 2, "enrolled": 0},
        {"opens": Opens.START},
        "Nobody is enrolled yet. Whoever comes sees it from 12 May 09:00 Dublin time.",
    ),
    (
        {"people": 0, "enrolled": 0, "trainers": 0},
        {"opens": Opens.START, "audience": Audience.PARTNERS},
        "Nobody it is for is there yet. Whoever comes sees it from 12 May 09:00 Dublin time.",
    ),
    (
        {"sessions": 3, "from_at": None, "why": Why.NO_DATE},
        {"opens": Opens.BEFORE, "offset_minutes": 1440},
        "Visible to 14 people in 3 sessions, in each, from 1 day before it starts.",
    ),
    (
        {"sessions": 3, "from_at": None, "why": Why.NO_DATE},
        {"opens": Opens.BEFORE, "offset_minutes": 90},
        "Visible to 14 people in 3 sessions, in each, from 90 minutes before it starts.",
    ),
    (
        {"sessions": 1, "from_at": None, "why": Why.SEEN, "anybody": True},
        {"audience": Audience.EVERYONE},
        "Visible to everyone, signed in or not, as soon as it is published. We know of 14 people in 1 session.",
    ),
    (
        {"sessions": 0, "people": 0, "enrolled": 0, "trainers": 0, "from_at": None},
        {},
        "Nobody sees it yet: no session of this course is held. It is there when one is.",
    ),
]


@pytest.mark.parametrize(("counted", "showing", "words"), CASES)
def test_who_sees_it_and_when(counted: dict[str, Any], showing: dict[str, Any], words: str) -> None:
    found = sentence(counted, **showing)
    assert (found.lines[0].text, found.never) == (words, False)


@pytest.mark.parametrize(
    ("counted", "showing", "words"),
    [
        ({"why": Why.NOT_HELD}, {"opens": Opens.START}, "sees it yet: the session is a draft."),
        ({"why": Why.NOT_HELD, "cancelled": True}, {"opens": Opens.START}, "sees it: the session was cancelled."),
        (
            {"sessions": 2, "lacking": 2, "from_at": None, "why": Why.NO_DATE},
            {"opens": Opens.START, "meeting_number": 7},
            "no session of this course has a meeting 7",
        ),
        ({"why": Why.NO_DATE, "from_at": None}, {"opens": Opens.START}, "the session has no date yet"),
        ({"why": Why.NO_DATE, "from_at": None}, {"opens": Opens.START, "meeting_number": 3}, "meeting 3 is not there"),
        (
            {"people": 2, "enrolled": 0, "over": True},
            {"opens": Opens.AFTER},
            "the session is over, and nobody took part",
        ),
    ],
)
def test_what_nobody_will_see_says_so(counted: dict[str, Any], showing: dict[str, Any], words: str) -> None:
    found = sentence(counted, **showing)
    assert (words in found.lines[0].text, found.never, found.lines[0].icon) == (True, True, "warning")


def test_the_counts_say_of_which_kind() -> None:
    assert sentence({"people": 20, "partners": 6}, opens=Opens.START).counts == (
        "12 enrolled",
        "6 more of partner organizations",
        "2 who teach",
    )
    assert sentence({"people": 13, "trainers": 1}).counts == ("12 enrolled", "1 who teaches")
    assert sentence({}, opens=Opens.START).lines[1].text.startswith("Those who teach (2 people)")


def test_after_the_end_it_says_how_many_were_there() -> None:
    before = sentence({}, opens=Opens.ATTENDED)
    assert before.lines[1].text == "Of those who have a place, only who was there, wholly or in part."
    after = sentence({"from_at": PAST, "now": 3, "absent": 2, "published": True}, opens=Opens.ATTENDED)
    assert [line.text for line in after.lines] == [
        "Visible to 3 people since 08 May 09:00 Dublin time.",
        "By what the rosters say until now, 1 person was there. 2 people were not, and will not see it."
        " Of 9 people it is not recorded yet.",
    ]
    assert after.counts == ("2 who teach",)
    nobody = sentence({"from_at": PAST, "now": 0, "trainers": 0, "absent": 12}, opens=Opens.ATTENDED)
    assert nobody.lines[0].text == "Nobody sees it until it is recorded who came."


def test_people() -> None:
    assert [people(count) for count in (0, 1, 1200)] == ["0 people", "1 person", "1,200 people"]
