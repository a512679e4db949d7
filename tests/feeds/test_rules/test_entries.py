"""What a meeting looks like in a calendar."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from msgspec.structs import replace

from training.catalogue.rules import Mode
from training.feeds.rules.entries import Around, Face, Named, Shown, Style, around, entry_of, farewell, times_in_words

AT = datetime(2026, 5, 4, 9, 0, tzinfo=UTC)
KEY, OTHER, SESSION = UUID(int=1), UUID(int=2), UUID(int=3)
STYLE = Style(base_url="https://t.example", alarm_minutes=30)
NOBODY = Around(trainers={}, people={}, siblings={})
SHOWN = Shown(
    meeting_id=KEY,
    session_id=SESSION,
    every=3,
    every_upto=2,
    held=3,
    held_upto=2,
    title="",
    session_title="Safe messaging",
    summary="What it is about.",
    mode=Mode.HYBRID,
    local_start=datetime(2026, 5, 4, 11, 0),
    local_end=datetime(2026, 5, 4, 12, 30),
    zone="Europe/Berlin",
    start_fold=0,
    end_fold=0,
    starts_at=AT,
    ends_at=AT + timedelta(minutes=90),
    sequence=4,
    changed_at=AT - timedelta(days=1),
    cancelled_at=None,
    cancel_reason="",
    room_name="Red room",
    venue_name="Quay House",
    venue_address="1 Quay Street\nDublin",
    face=Face.LEARNER,
    taken_as="online",
)


def test_a_learner_reads_everything_that_helps_them_come() -> None:
    near = around(
        [SHOWN, replace(SHOWN, meeting_id=OTHER)], [Named(session_id=SESSION, meeting_id=KEY, name="Ann", role="lead")]
    )
    entry = entry_of(SHOWN, near, STYLE)
    assert (entry.uid, entry.sequence, entry.stamp) == (str(KEY), 4, SHOWN.changed_at)
    assert (entry.part, entry.parts, entry.related) == (2, 3, (str(OTHER),))
    assert entry.place == "Online"
    assert entry.conference == f"https://t.example/join/{KEY}"
    assert entry.alarm_minutes == 30
    assert entry.description.split("\n") == [
        "What it is about.",
        "",
        "Part 2 of 3. When: Mon 4 May 2026, 11:00 to 12:30 (Europe/Berlin)",
        "With Ann",
        f"Join online: https://t.example/join/{KEY}",
        f"Details and changes: https://t.example/sessions/{SESSION}",
    ]


@pytest.mark.parametrize(
    ("changes", "joins"),
    [
        ({}, True),
        ({"taken_as": "in_person"}, False),
        ({"mode": Mode.IN_PERSON}, False),
        ({"mode": Mode.ONLINE}, True),
        ({"face": Face.TRAINER, "taken_as": ""}, True),
        ({"face": Face.COORDINATOR}, False),
        ({"face": Face.PUBLIC}, False),
        ({"face": Face.ROOM}, False),
        ({"cancelled_at": AT}, False),
    ],
)
def test_only_who_may_join_is_told_where(changes: dict[str, object], joins: bool) -> None:
    entry = entry_of(replace(SHOWN, **changes), NOBODY, STYLE)
    assert (bool(entry.conference), "/join/" in entry.description) == (joins, joins)
    personal = entry.blocks_time
    assert personal is (changes.get("face", Face.LEARNER) in (Face.LEARNER, Face.TRAINER))
    assert entry.alarm_minutes == (30 if personal else 0)


@pytest.mark.parametrize(
    ("changes", "part"),
    [
        ({}, (2, 3)),
        ({"held": 2, "held_upto": 1}, (1, 2)),
        ({"held": 2, "held_upto": 1, "cancelled_at": AT}, (1, 1)),
        ({"held": 0, "held_upto": 0, "cancelled_at": AT}, (2, 3)),
    ],
)
def test_parts_are_counted_as_in_mails(changes: dict[str, object], part: tuple[int, int]) -> None:
    assert replace(SHOWN, **changes).part == part


def test_what_is_cancelled_says_why_first() -> None:
    entry = entry_of(replace(SHOWN, cancelled_at=AT, cancel_reason="The trainer is ill."), NOBODY, STYLE)
    assert entry.cancelled
    assert entry.description.startswith("Cancelled. The trainer is ill.\n")


def test_times_over_midnight_name_both_days() -> None:
    long = replace(SHOWN, local_end=datetime(2026, 5, 5, 1, 0))
    assert times_in_words(long) == "Mon 4 May 2026, 11:00 to Tue 5 May 2026, 01:00 (Europe/Berlin)"


def test_places() -> None:
    assert entry_of(replace(SHOWN, mode=Mode.ONLINE), NOBODY, STYLE).place == "Online"
    for taken_as in ("in_person", ""):
        there = entry_of(replace(SHOWN, taken_as=taken_as), NOBODY, STYLE)
        assert there.place == "Red room, Quay House, 1 Quay Street Dublin"
    nowhere = replace(SHOWN, taken_as="in_person", room_name=None, venue_name=None, venue_address=None)
    assert entry_of(nowhere, NOBODY, STYLE).place == "The room will be announced"


def test_a_meeting_of_its_own_name_is_called_by_both() -> None:
    assert entry_of(replace(SHOWN, title="Practice"), NOBODY, STYLE).title == "Safe messaging: Practice"


def test_a_farewell_is_one_day_and_the_same_at_any_time_of_it() -> None:
    late = AT + timedelta(hours=5)
    entry = farewell(KEY, "these sessions", late, "https://t.example")
    assert entry.all_day
    assert (entry.local_start, entry.local_end) == (datetime(2026, 5, 4), datetime(2026, 5, 5))
    assert entry.stamp == late
