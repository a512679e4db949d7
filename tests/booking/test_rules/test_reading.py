"""Who reads which answer."""

from typing import Any

import pytest

from tests.booking.questions_made import AT, BOTH, COORDINATOR, TRAINER, asked, key, known, question, terms
from training.booking.rules.asking import Asked
from training.booking.rules.questions import Kind
from training.booking.rules.reading import Reading, Sheet, Taker, sheet_for
from training.booking.rules.states import State

A, B = key(50), key(51)
MANAGER, TRAINS = Reading(manages=True), Reading(trains=True)
OF_A, OF_B = Reading(partner_ids=frozenset({A})), Reading(partner_ids=frozenset({B}))


def taker(number: int, partner: Any = A, state: State = State.ENROLLED) -> Taker:
    ids: dict[str, Any] = {"enrollment_id": key(100 + number), "person_id": key(number), "partner_id": partner}
    return Taker(**ids, partner_name="P", name=f"N{number}", state=state)


def told(**more: Any) -> Asked:
    said = known("said", partner_id=A, **more)
    return asked(
        question(1, known=said),
        question(2, known=said, readers=COORDINATOR),
        question(3, known=said, readers=TRAINER),
        question(4, known=said, readers=BOTH),
        terms=(terms(9, agreed_at=AT),),
    )


def sheet(reading: Reading, who: Taker, what: Asked) -> Sheet:
    return sheet_for("S", reading, [(who, what)], {(key(1), who.person_id): what})


@pytest.mark.parametrize(
    ("reading", "who", "questions", "rows"),
    [
        (MANAGER, taker(1), [1, 2, 3, 4], 1),
        (TRAINS, taker(1), [3, 4], 1),
        (TRAINS, taker(1, state=State.WAITLISTED), [3, 4], 0),
        (TRAINS, taker(1, None, State.REQUESTED), [3, 4], 0),
        (TRAINS, taker(1, state=State.OFFERED), [3, 4], 1),
        (MANAGER, taker(1, None, State.REQUESTED), [1, 2, 3, 4], 1),
        (OF_A, taker(1, state=State.WAITLISTED), [2, 4], 1),
        (OF_A, taker(1, state=State.REQUESTED), [2, 4], 0),
        (OF_A, taker(1), [2, 4], 1),
        (OF_B, taker(1), [2, 4], 0),
        (OF_A, taker(1, None), [2, 4], 0),
    ],
)
def test_questions_and_people(reading: Reading, who: Taker, questions: list[int], rows: int) -> None:
    found = sheet(reading, who, told())
    assert [one.id.int for one in found.questions] == questions
    assert len(found.rows) == rows
    assert all(cell.value == "said" for row in found.rows for cell in row.cells)
    assert found.terms == (("Rules",) if reading.manages else ())
    assert [row.agreed for row in found.rows] == ([(AT,)] if reading.manages else [()] * rows)


def test_a_coordinator_never_reads_what_was_said_with_another_partner() -> None:
    what, who = told(own=False, reuse=True), taker(1, B)
    assert [cell.value for cell in sheet(OF_B, who, what).rows[0].cells] == ["", ""]
    assert [cell.value for cell in sheet(TRAINS, who, what).rows[0].cells] == ["said", "said"]


def test_only_managers_see_what_was_said_to_older_words() -> None:
    what = asked(question(1, outdated=known("old", partner_id=A), readers=BOTH))
    assert sheet(MANAGER, taker(1), what).rows[0].cells[0].outdated
    for reading in (TRAINS, OF_A):
        assert sheet(reading, taker(1), what).rows[0].cells[0].value == ""
    assert sheet(MANAGER, taker(1), what).summaries[0].answered == 0


def test_sums() -> None:
    options = ("tea", "milk", "water")
    people = []
    for number, value in enumerate((("tea", "milk"), ("tea",), None)):
        what = asked(question(1, Kind.CHOICES, options=options, known=known(value) if value else None), question(2))
        people.append((taker(number), what))
    found = sheet_for("S", MANAGER, people, {(key(1), None): people[0][1]})
    assert found.summaries[0].counts == (("tea", 2), ("milk", 1), ("water", 0))
    assert [one.answered for one in found.summaries] == [2, 0]
    assert found.summaries[1].counts == ()


def test_nobody_and_nothing() -> None:
    assert not Reading().anything
    assert sheet_for("S", MANAGER, [], {}).questions == ()
