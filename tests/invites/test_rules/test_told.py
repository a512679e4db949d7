"""What an entry tells, and what a reader sees differently."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import msgspec
import pytest
from msgspec.structs import replace

from tests.invites.facts_made import LOUDER, START, TOLD
from training.base.structs import as_data
from training.invites.rules.told import CLOCKS, Memory, changes, link_mark, place_of, title_of
from training.schedule.rules.sessions import Meeting

LATER = (START + timedelta(hours=3)).replace(tzinfo=None)


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({}, ()),
        ({"title": "Louder"}, ("title",)),
        ({"ends_at": START + timedelta(hours=3), "local_end": LATER}, ("times",)),
        ({"starts_at": START + timedelta(hours=1), "start_fold": 1}, ("times",)),
        # Nobody moved it: the same clock shows the same time at another moment.
        ({"starts_at": START + timedelta(hours=1)}, (CLOCKS,)),
        ({"zone": "Etc/UTC"}, ("time zone",)),
        ({"place": "Blue room"}, ("place",)),
        ({"link": "abc"}, ("link",)),
        ({"trainers": ("Tara",)}, ("trainers",)),
        ({"parts": 2}, ("parts",)),
        ({"title": "Louder", "mode": "online", "part": 2}, ("title", "place", "parts")),
    ],
)
def test_changes_in_words(more: dict[str, Any], words: tuple[str, ...]) -> None:
    assert changes(TOLD, replace(TOLD, **more)) == words


@pytest.mark.parametrize(
    ("own", "title"), [("", "Safe"), ("Safe", "Safe"), ("Day one", "Safe: Day one"), ("  ", "Safe")]
)
def test_titles(own: str, title: str) -> None:
    assert title_of("Safe", own) == title


def test_places() -> None:
    meeting = Meeting(
        id=UUID(int=1),
        session_id=UUID(int=2),
        number=1,
        title="",
        local_start=TOLD.local_start,
        local_end=TOLD.local_end,
        zone="UTC",
        start_fold=0,
        end_fold=0,
        starts_at=START,
        ends_at=START,
        room_id=None,
        link="",
        sequence=0,
        changed_at=START,
        cancelled_at=None,
    )
    assert place_of(meeting) == ""
    there = replace(meeting, room_name="Blue room", venue_name="Harbour House", venue_address="3 Quay Street\n Dublin")
    assert place_of(there) == "Blue room, Harbour House, 3 Quay Street Dublin"


def test_a_mark_changes_with_the_link_and_does_not_tell_it() -> None:
    first, second = link_mark("https://meet.example/a"), link_mark("https://meet.example/b")
    assert first != second
    assert "meet" not in first
    assert link_mark("") == ""


def test_what_is_kept_is_read_again() -> None:
    memory = Memory(told=replace(TOLD, trainers=("Tara",)), was=LOUDER, ever=True)
    assert msgspec.json.decode(msgspec.json.encode(as_data(memory)), type=Memory) == memory
