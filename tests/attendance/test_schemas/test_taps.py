"""The roster's form, read: only what was chosen anew, and nothing that no page sends."""

from uuid import UUID

import pytest

from training.attendance.rules.marks import MarkInput
from training.attendance.rules.statuses import Status
from training.attendance.schemas.taps import MOST, MOST_NAMED, CloseForm, PersonForm, chosen
from training.base.errors import Invalid
from training.web.forms import fill

ANA, BEN = UUID(int=1), UUID(int=2)


def test_only_what_differs_from_what_was_shown_is_a_wish() -> None:
    sent = [
        (f"status-{ANA}", "present"),
        (f"was-{ANA}", "3 no-show"),
        (f"status-{BEN}", "present"),
        (f"was-{BEN}", "1 present"),
        ("save", "yes"),
    ]
    assert chosen(sent) == [MarkInput(enrollment_id=ANA, status=Status.PRESENT, base_version=3)]


@pytest.mark.parametrize("shown", ["", "present", "-1 present", "9999999999999 present", "² present", "x"])
def test_what_was_shown_may_be_unknown(shown: str) -> None:
    sent = [(f"status-{ANA}", "no-show"), (f"was-{ANA}", shown)]
    assert chosen(sent) == [MarkInput(enrollment_id=ANA, status=Status.NO_SHOW)]


@pytest.mark.parametrize(
    ("name", "value"), [("status-me", "present"), (f"status-{ANA}", "excused"), ("status-", "present")]
)
def test_what_no_page_sends_is_refused(name: str, value: str) -> None:
    with pytest.raises(Invalid):
        chosen([(name, value)])


def test_whoever_the_page_says_nothing_about_was_not_marked_yet() -> None:
    assert chosen([(f"status-{ANA}", "present")]) == [
        MarkInput(enrollment_id=ANA, status=Status.PRESENT, base_version=0)
    ]


def test_a_roster_has_an_end() -> None:
    with pytest.raises(Invalid):
        chosen([(f"status-{UUID(int=number)}", "present") for number in range(MOST + 1)])


def test_a_file_is_no_choice() -> None:
    assert chosen([(f"status-{ANA}", object())]) == []


def test_minutes_belong_to_their_status() -> None:
    form = PersonForm(status=Status.PRESENT, minutes_late=5, minutes_early=6, minutes=7, version=2)
    assert form.mark(ANA) == MarkInput(enrollment_id=ANA, status=Status.PRESENT, base_version=2)
    assert form.faults() == {}
    assert list(PersonForm(status=Status.LATE).faults()) == ["minutes_late"]


def test_many_who_are_left_can_be_named() -> None:
    many = [UUID(int=number) for number in range(MOST_NAMED)]
    form = fill(CloseForm, [("rest", "no-show"), ("named", " ".join(map(str, many)))])
    assert form.value is not None
    assert form.value.names() == frozenset(many)


def test_whom_the_page_named() -> None:
    assert CloseForm(named=f"{ANA} {BEN}").names() == {ANA, BEN}
    assert CloseForm().names() == frozenset()
    with pytest.raises(Invalid):
        CloseForm(named="me").names()
