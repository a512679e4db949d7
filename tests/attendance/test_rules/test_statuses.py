"""The words of attendance: every status is on one side or on none, and machines are told from people."""

from training.attendance.rules.statuses import ABSENT, ATTENDED, BY_MACHINE, Status, Way


def test_every_status_is_attended_absent_or_unknown() -> None:
    assert ATTENDED | ABSENT | {Status.NOT_RECORDED} == frozenset(Status)
    assert not ATTENDED & ABSENT


def test_what_a_machine_concluded_is_no_word_of_a_person() -> None:
    assert frozenset(Way) - BY_MACHINE == {Way.ROSTER, Way.ALL, Way.OFFLINE, Way.MAIL, Way.WALK_IN, Way.CONTEST}
