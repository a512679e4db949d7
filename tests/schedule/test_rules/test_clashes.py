"""Two things at one time, as a table."""

from datetime import UTC, datetime
from uuid import UUID

import pytest

from training.schedule.rules.clashes import ClashesFound, OwnTime, Taking, clashes

ROOM, TARA = UUID(int=100), UUID(int=200)
HERE, THERE = UUID(int=1000), UUID(int=2000)


def taking(meeting: int, hours: tuple[int, int], subject: UUID = ROOM, program: UUID = HERE) -> Taking:
    """A meeting of its own session has a room or trainer between two hours of one day."""
    return Taking(
        kind="room" if subject == ROOM else "trainer",
        subject_id=subject,
        subject_name="Blue room" if subject == ROOM else "Tara",
        program_id=program,
        session_id=UUID(int=meeting + 10),
        session_title=f"Session {meeting}",
        meeting_id=UUID(int=meeting),
        starts_at=datetime(2026, 5, 4, hours[0], tzinfo=UTC),
        ends_at=datetime(2026, 5, 4, hours[1], tzinfo=UTC),
    )


@pytest.mark.parametrize(
    ("wanted", "taken", "pairs"),
    [
        ([taking(1, (9, 11))], [], []),
        ([taking(1, (9, 11))], [taking(2, (11, 12))], []),
        ([taking(1, (9, 11))], [taking(2, (8, 9))], []),
        ([taking(1, (9, 11))], [taking(2, (10, 12))], [(1, 2, 10, 11)]),
        ([taking(1, (9, 11))], [taking(2, (8, 12))], [(1, 2, 9, 11)]),
        ([taking(1, (9, 11))], [taking(2, (9, 11), TARA)], []),
        ([taking(1, (9, 11)), taking(1, (9, 11), TARA)], [taking(2, (9, 10), TARA)], [(1, 2, 9, 10)]),
        ([taking(1, (9, 11)), taking(2, (10, 12))], [], [(1, 2, 10, 11), (2, 1, 10, 11)]),
        ([taking(1, (9, 12))], [taking(3, (10, 11)), taking(2, (9, 10))], [(1, 2, 9, 10), (1, 3, 10, 11)]),
    ],
)
def test_what_clashes(wanted: list[Taking], taken: list[Taking], pairs: list[tuple[int, int, int, int]]) -> None:
    found = clashes(wanted, taken, None)
    assert [
        (
            clash.meeting_id.int,
            clash.other_meeting_id and clash.other_meeting_id.int,
            clash.starts_at.hour,
            clash.ends_at.hour,
        )
        for clash in found
    ] == pairs


def test_what_a_manager_does_not_manage_is_not_named() -> None:
    others = [taking(2, (9, 10)), taking(3, (10, 11), program=THERE)]
    known, foreign = clashes([taking(1, (9, 11))], others, frozenset({HERE}))
    assert (known.other_title, known.sentence) == ("Session 2", "Blue room is taken in “Session 2” at the same time.")
    assert (foreign.other_title, foreign.other_session_id, foreign.other_meeting_id) == ("", None, None)
    assert foreign.sentence == "Blue room is taken in another session at the same time."


def test_the_error_carries_them() -> None:
    found = clashes([taking(1, (9, 11))], [taking(2, (10, 12))], None)
    error = ClashesFound(found)
    assert (error.code, error.clashes, error.data) == ("clashes-found", found, {"clashes": found})


def own(hours: tuple[int, int], person: UUID = TARA) -> OwnTime:
    """Somebody is busy between two hours of one day by their own calendar."""
    start, end = (datetime(2026, 5, 4, hour, tzinfo=UTC) for hour in hours)
    return OwnTime(person_id=person, starts_at=start, ends_at=end)


@pytest.mark.parametrize(
    ("wanted", "busy", "hours"),
    [
        ([taking(1, (9, 11), TARA)], [own((8, 10))], [(9, 10)]),
        ([taking(1, (9, 11), TARA)], [own((8, 9)), own((11, 12))], []),
        ([taking(1, (9, 11), TARA)], [own((8, 12), ROOM)], []),
        ([taking(1, (9, 11))], [own((8, 12), ROOM)], []),
        ([taking(1, (9, 12), TARA)], [own((9, 10)), own((10, 11))], [(9, 11)]),
        ([taking(1, (9, 12), TARA)], [own((9, 10)), own((11, 12))], [(9, 10), (11, 12)]),
        ([taking(1, (9, 10), TARA), taking(2, (11, 12), TARA)], [own((8, 13))], [(9, 10), (11, 12)]),
    ],
)
def test_a_trainer_who_is_busy_in_their_own_calendar(
    wanted: list[Taking], busy: list[OwnTime], hours: list[tuple[int, int]]
) -> None:
    found = clashes(wanted, [], None, busy)
    assert [(clash.starts_at.hour, clash.ends_at.hour) for clash in found] == hours
    for clash in found:
        assert clash.own_calendar
        assert (clash.other_title, clash.other_session_id, clash.other_meeting_id) == ("", None, None)
        assert clash.sentence == "Tara is busy in their own calendar at the same time."
