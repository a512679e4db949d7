"""The sentence beside who and when, in every case that somebody can choose."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from training.materials.rules.sentences import Counted, Reached, left_out, people, told
from training.materials.rules.showing import NO_MEETING, Audience, Opens, Showing, Why

NOW = datetime(2026, 5, 10, 9, tzinfo=UTC)
LATER, PAST, EARLY = NOW + timedelta(days=2), NOW - timedelta(days=2), NOW - timedelta(days=9)


def sentence(counted: dict[str, Any], **showing: Any) -> Reached:
    usual: dict[str, Any] = {"people": 14, "now": 2, "trainers": 2, "enrolled": 12, "why": Why.LATER, "from_at": LATER}
    return told(Showing(**showing), Counted(**(usual | counted)), NOW, lambda at: f"{at:%d %b %H:%M} Dublin time")


CASES = [
    ({}, {"opens": Opens.BEFORE}, "Visible to 14 people from 12 May 09:00 Dublin time."),
    (
        {"from_at": PAST, "why": Why.SEEN, "published_at": EARLY},
        {"opens": Opens.START},
        "Visible to 14 people since 08 May 09:00 Dublin time.",
    ),
    (
        {"from_at": PAST, "why": Why.SEEN},
        {"opens": Opens.START},
        "Visible to 14 people as soon as it is published.",
    ),
    ({"from_at": None, "why": Why.SEEN, "published_at": EARLY}, {}, "Visible to 14 people now."),
    # Nobody saw it before it was published.
    (
        {"from_at": EARLY, "why": Why.SEEN, "published_at": PAST},
        {"opens": Opens.START},
        "Visible to 14 people since 08 May 09:00 Dublin time.",
    ),
    (
        {"sessions": 2, "now": 14, "why": Why.SEEN, "published_at": EARLY},
        {},
        "Visible to 14 people in 2 sessions, now.",
    ),
    (
        {"sessions": 3, "now": 14, "hidden": 1, "why": Why.SEEN, "published_at": EARLY},
        {},
        "Visible to 14 people in 2 of 3 sessions (1 leaves it out), now.",
    ),
    (
        {"sessions": 5, "hidden": 2, "lacking": 1, "from_at": None, "why": Why.NO_DATE},
        {"opens": Opens.START, "meeting_number": 7},
        "Visible to 14 people in 3 of 5 sessions (2 leave it out, 1 without a meeting 7), in each, from its start.",
    ),
    (
        {"sessions": 2, "hidden": 1, "differing": 1, "why": Why.SEEN, "published_at": EARLY},
        {},
        "Visible to 14 people in 1 of 2 sessions (1 leaves it out), as each of them says.",
    ),
    (
        {"sessions": 2, "differing": 1, "now": 9, "why": Why.SEEN, "published_at": EARLY},
        {},
        "Visible to 9 people in 2 sessions, now.",
    ),
    (
        {"sessions": 2, "hidden": 2, "now": 14, "anybody": True, "why": Why.SEEN, "published_at": EARLY},
        {"audience": Audience.EVERYONE},
        "Visible to everyone, signed in or not, now. We know of 14 people on the page of the course (every session"
        " leaves it out).",
    ),
    (
        {"sessions": 2, "people": 2, "enrolled": 0, "from_at": None},
        {"opens": Opens.START},
        "Nobody it is for is there yet in 2 sessions. Whoever comes sees it in each, from its start.",
    ),
    (
        {"sessions": 2, "differing": 1},
        {"audience": Audience.TRAINERS},
        "Visible to 2 people in 2 sessions, as soon as it is published.",
    ),
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
        {"sessions": 1, "now": 14, "from_at": None, "why": Why.SEEN, "anybody": True},
        {"audience": Audience.EVERYONE},
        "Visible to everyone, signed in or not, as soon as it is published. We know of 14 people in 1 session.",
    ),
    (
        {"sessions": 0, "people": 0, "enrolled": 0, "trainers": 0, "from_at": None},
        {},
        "Nobody it is for sees it yet: no session of this course is held. It is there when one is.",
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
            {"why": Why.NOT_HELD, "from_at": None},
            {"opens": Opens.START, "meeting_number": NO_MEETING},
            "will ever see it: the meeting that it waits for is not there any more.",
        ),
        ({"why": Why.NOT_HELD, "from_at": None}, {"opens": Opens.START, "meeting_number": 3}, "meeting 3 is not there"),
        ({"why": Why.NOT_HELD}, {"opens": Opens.START, "meeting_number": 2}, "They do once the session is published"),
        (
            {"sessions": 2, "people": 2, "lacking": 2, "from_at": None, "why": Why.NO_DATE},
            {"opens": Opens.START, "meeting_number": 7},
            "no session of this course has a meeting 7",
        ),
        ({"sessions": 2, "people": 2, "hidden": 2, "why": Why.SEEN}, {}, "every session of this course leaves it out"),
        (
            {"sessions": 2, "people": 2, "differing": 2, "why": Why.SEEN},
            {},
            "Nobody it is for sees it in 2 sessions. 2 sessions say something else, and are counted as they say.",
        ),
        (
            {"from_at": PAST, "people": 2, "absent": 3, "published_at": EARLY},
            {"opens": Opens.ATTENDED},
            "Nobody it is for sees it: by what the rosters say, 3 people were not there.",
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
    after = sentence(
        {"from_at": PAST, "people": 12, "now": 3, "absent": 2, "published_at": EARLY}, opens=Opens.ATTENDED
    )
    assert [line.text for line in after.lines] == [
        "Visible to 3 people since 08 May 09:00 Dublin time.",
        "By what the rosters say until now, 1 person was there. 2 people were not, and will not see it."
        " Of 9 people it is not recorded yet.",
    ]
    assert after.counts == ("2 who teach",)


def test_who_teaches_was_not_there_as_one_of_them() -> None:
    """What is seen by nobody but a trainer is not said to be seen by one person, nor that nobody came."""
    nobody = sentence({"from_at": PAST, "now": 2, "published_at": EARLY}, opens=Opens.ATTENDED)
    assert [line.text for line in nobody.lines] == [
        "Nobody is recorded yet: whoever of 12 people is marked as there sees it then.",
        "Those who teach (2 people) and managers of the program see it at any time.",
    ]
    some = sentence({"from_at": PAST, "now": 0, "people": 1, "trainers": 0, "absent": 1}, opens=Opens.ATTENDED)
    assert some.lines[0].text == (
        "Nobody it is for sees it yet: 1 person was not there. Of 1 person it is not recorded yet:"
        " whoever is marked as there sees it then."
    )


def test_what_is_withdrawn_is_seen_by_nobody() -> None:
    found = sentence({"withdrawn": True, "published_at": EARLY})
    assert [line.text for line in found.lines] == ["Withdrawn: nobody sees it until it is put back."]
    assert (found.counts, found.never) == ((), True)


@pytest.mark.parametrize(
    ("showing", "elsewhere"),
    [
        (Showing(), []),
        (Showing(audience=Audience.EVERYONE, opens=Opens.START), []),
        (Showing(audience=Audience.EVERYONE), ["On the page of the course, everyone sees it all the same."]),
        (
            Showing(audience=Audience.PARTNERS),
            ["On the page of the course, people of partner organizations see it all the same."],
        ),
    ],
)
def test_what_a_session_leaves_out_may_be_seen_elsewhere(showing: Showing, elsewhere: list[str]) -> None:
    found = left_out(showing)
    assert [line.text for line in found.lines] == ["Left out of this session: nobody sees it here.", *elsewhere]


def test_a_course_says_how_many_see_it_at_the_moment() -> None:
    counted = {"sessions": 2, "from_at": None, "why": Why.NO_DATE, "published_at": EARLY}
    lines = [line.text for line in sentence(counted, opens=Opens.ATTENDED).lines]
    assert lines[:2] == [
        "Visible to 14 people in 2 sessions, in each, after its end, if they were there.",
        "At the moment, 2 people see it.",
    ]
    differing = sentence({**counted, "differing": 1}, opens=Opens.START)
    assert differing.lines[1].text == "1 session says something else, and is counted as it says."


def test_people() -> None:
    assert [people(count) for count in (0, 1, 1200)] == ["0 people", "1 person", "1,200 people"]
