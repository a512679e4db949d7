"""What a calendar should say against what it was told, as a table."""

from uuid import UUID

import pytest
from msgspec.structs import replace

from tests.invites.facts_made import LOUDER, WANTED, issued
from training.invites.rules.comparing import (
    Carrier,
    Change,
    Issue,
    Issued,
    Update,
    Wanted,
    Withdraw,
    compare,
    only_follows,
)
from training.invites.rules.told import Role

AGAIN = replace(WANTED, told=LOUDER)
DROPPED, FAILED, WAITS = (issued(carrier=c) for c in (Carrier.DROPPED, Carrier.FAILED, Carrier.UNDERWAY))
GONE = issued(withdrawn=True)
DEAD = issued(dead=True)
MOVED = replace(WANTED, address="new@example.org")
OTHER = UUID(int=44)
TEACHES = replace(WANTED, role=Role.TRAINER, subject_id=UUID(int=3))
TABLE: dict[str, tuple[Wanted | None, Issued | None, bool, Change | None]] = {
    "nothing at all": (None, None, False, None),
    "new": (WANTED, None, False, Issue(wanted=WANTED, sequence=3)),
    "told": (WANTED, issued(), False, None),
    "on its way": (WANTED, WAITS, True, None),
    "changed": (AGAIN, issued(), False, Update(wanted=AGAIN, before=issued(), sequence=4)),
    "behind the meeting": (
        replace(AGAIN, sequence=9),
        issued(),
        False,
        Update(wanted=replace(AGAIN, sequence=9), before=issued(), sequence=9),
    ),
    "another enrollment": (
        replace(WANTED, subject_id=OTHER),
        issued(),
        False,
        Update(wanted=replace(WANTED, subject_id=OTHER), before=issued(), sequence=4),
    ),
    "teaches now": (TEACHES, issued(), False, Update(wanted=TEACHES, before=issued(), sequence=4)),
    "gone and back": (WANTED, GONE, False, Issue(wanted=WANTED, before=GONE, sequence=4)),
    "gone": (None, GONE, True, None),
    "leaves": (None, issued(), False, Withdraw(before=issued(), sequence=4, silent=False)),
    "leaves before it left": (None, WAITS, False, Withdraw(before=WAITS, sequence=4, silent=False)),
    "leaves and never knew": (None, DROPPED, False, Withdraw(before=DROPPED, sequence=4, silent=True)),
    "leaves and knew before": (
        None,
        issued(carrier=Carrier.DROPPED, ever=True),
        False,
        Withdraw(before=issued(carrier=Carrier.DROPPED, ever=True), sequence=4, silent=False),
    ),
    "replaced on its way": (WANTED, DROPPED, False, Update(wanted=WANTED, before=DROPPED, sequence=4)),
    "failed": (WANTED, FAILED, False, None),
    "failed, and another mail goes there": (WANTED, FAILED, True, Update(wanted=WANTED, before=FAILED, sequence=4)),
    "another address": (MOVED, issued(), False, None),
    "a dead address": (WANTED, DEAD, False, None),
    "a repaired address": (MOVED, DEAD, False, Issue(wanted=MOVED, before=DEAD, sequence=4)),
    "leaves a dead address": (None, DEAD, False, Withdraw(before=DEAD, sequence=4, silent=True)),
}


@pytest.mark.parametrize("name", TABLE)
def test_table(name: str) -> None:
    wanted, known, along, expected = TABLE[name]
    assert compare(wanted, known, along=along) == expected


def test_a_withdrawal_is_not_below_the_meeting() -> None:
    change = compare(None, issued(), meeting_sequence=8)
    assert isinstance(change, Withdraw)
    assert change.sequence == 8


def test_what_was_told_is_told_once() -> None:
    """Whatever is told, comparing again after it has left finds nothing."""
    for wanted, known, along, expected in TABLE.values():
        if isinstance(expected, Issue | Update):
            assert wanted is not None
            after = issued(wanted.told, role=wanted.role, subject_id=wanted.subject_id, sequence=expected.sequence)
            assert compare(wanted, after, along=along) is None
        if known is not None and isinstance(expected, Withdraw):
            assert compare(None, replace(known, withdrawn=True)) is None


def test_another_enrollment_alone_changes_nothing_that_an_entry_says() -> None:
    other = replace(WANTED, subject_id=OTHER)
    assert only_follows(Update(wanted=other, before=issued(), sequence=4))
    for wanted, known in (
        (WANTED, issued()),
        (replace(other, told=LOUDER), issued()),
        (TEACHES, issued()),
        *((other, known) for known in (DROPPED, FAILED, WAITS)),
    ):
        assert not only_follows(Update(wanted=wanted, before=known, sequence=4))
    assert not only_follows(Issue(wanted=other, before=GONE, sequence=4))
