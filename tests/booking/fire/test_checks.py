"""Each check finds what it is there for in a history that was falsified, and nothing in the true one."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from tests.booking.fire.checks import find, overdue
from tests.booking.fire.history import HUNG_UP, UNANSWERED, Effort, History, Notes, Said, Told
from tests.booking.fire.rows import Enrollment, OpenPlace, Rows, Session, Step

SESSION = Session(
    id="s", capacity_in_person=1, capacity_online=0, taken_in_person=1, taken_online=0, waiting=1, overtaking=True
)
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
NOBODY = History(notes=())


def person(number: int, state: str, **more: Any) -> Enrollment:
    values: dict[str, Any] = {
        "id": f"e{number}",
        "booking_id": f"b{number}",
        "session_id": "s",
        "person_id": f"p{number}",
        "membership_id": f"m{number}",
        "email": f"p{number}@example.org",
        "reason": "",
        "keeps_until": None,
        "state": state,
        "mode": "in_person" if state == "enrolled" else "",
        "accepts": "in_person",
        "arrival": number,
        "together": False,
        "inherits": False,
    }
    return Enrollment(**values | more)


def booked(number: int, outcome: str, at: float, **more: Any) -> Told:
    """Asked at an instant and answered a tenth later."""
    said = Said(outcome=outcome, enrollment_id=f"e{number}", mode="in_person" if outcome == "enrolled" else None)
    values: dict[str, Any] = {
        "verb": "book",
        "session_id": "s",
        "asked": at,
        "answered": at + 0.1,
        "status": 201,
        "members": (f"m{number}",),
        "booking_id": f"b{number}",
        "verdicts": (said,),
    }
    return Told(**values | more)


def left(number: int, at: float, *promoted: str, **more: Any) -> Told:
    values: dict[str, Any] = {
        "verb": "cancel",
        "session_id": "s",
        "asked": at,
        "answered": at + 0.1,
        "status": 200,
        "target": f"e{number}",
        "promoted": promoted,
    }
    return Told(**values | more)


def step(number: int, holder: str | None, state: str, at: str, capacity: int = 0) -> Step:
    return Step(
        number=number,
        session_id="s",
        holder_id=holder,
        state=state,
        mode="in_person" if state == "enrolled" else "",
        accepts="in_person",
        at=at,
        capacity_in_person=capacity,
        capacity_online=0,
    )


# The first has a place, the second and third wait; the first leaves and the second moves up.
ROWS = Rows(
    sessions=(SESSION,),
    enrollments=(person(1, "cancelled"), person(2, "enrolled"), person(3, "waitlisted")),
    steps=(
        step(1, None, "", "", capacity=1),
        step(2, "e1", "enrolled", "1"),
        step(3, "e2", "waitlisted", "2"),
        step(4, "e3", "waitlisted", "3"),
        step(5, "e1", "cancelled", "4"),
        step(6, "e2", "enrolled", "4"),
    ),
)
TOLD = (booked(1, "enrolled", 1), booked(2, "waitlisted", 2), booked(3, "waitlisted", 3), left(1, 4, "e2"))


def findings(rows: Rows = ROWS, told: tuple[Told, ...] = TOLD) -> list[str]:
    return find(rows, History(notes=(Notes(told=told, effort=Effort(requests=len(told), processor_seconds=0)),)))


def changed(*numbered: tuple[int, dict[str, Any]]) -> Rows:
    """The true rows with some values changed."""
    entries = list(ROWS.enrollments)
    for number, values in numbered:
        entries[number - 1] = replace(entries[number - 1], **values)
    return replace(ROWS, enrollments=tuple(entries))


GONE: dict[str, Any] = {"state": "cancelled", "mode": ""}
EXPIRED: dict[str, Any] = {"state": "declined", "mode": "", "reason": "Not answered in time."}
CONFIRMED = left(0, 5, verb="confirm", target="e3", status=303)
REQUESTED = left(0, 3, verb="request", target="", email="somebody@example.org", status=201)
PLACE: dict[str, Any] = {"state": "enrolled", "mode": "in_person"}
WAITS: dict[str, Any] = {"state": "waitlisted", "mode": ""}
NAMED = OpenPlace(
    id="o", booking_id="b2", session_id="s", state="named", mode="in_person", keep_until=NOW, enrollment_id="e2"
)
# The second booking came with a place without a name.
WITH_OPEN = (TOLD[0], replace(TOLD[1], open_places=1), *TOLD[2:])
FOLLOWED = left(0, 5, verb="follow", target="o", email="p2@example.org")
STAND_IN: dict[str, Any] = {"state": "requested", "mode": "", "membership_id": "", "email": "x-s@nobody.invalid"}
CANCELLED = replace(SESSION, state="cancelled", taken_in_person=0, waiting=0)
CALLED_OFF = left(0, 9, verb="call off", target="")
OPEN = OpenPlace(id="o", booking_id="b2", session_id="s", state="open", mode="in_person", keep_until=NOW)
SWAPPED = tuple(
    replace(each, holder_id="e3") if each.number == 6 else each for each in ROWS.steps
)  # fmt: skip


def test_the_true_history_is_in_order() -> None:
    assert findings() == []


@pytest.mark.parametrize(
    ("kind", "rows", "told"),
    [
        ("oversold", changed((3, PLACE)), TOLD),
        ("oversold", replace(ROWS, open_places=(OPEN,)), TOLD),
        ("oversold", replace(ROWS, steps=(*ROWS.steps, step(7, "e3", "enrolled", "5"))), TOLD),
        ("undersold", changed((2, {"state": "cancelled", "mode": ""})), (*TOLD, left(2, 5))),
        ("undersold", replace(ROWS, sessions=(replace(SESSION, capacity_in_person=2),)), TOLD),
        ("lost", replace(ROWS, enrollments=ROWS.enrollments[:2]), TOLD),
        ("lost", changed((2, WAITS)), TOLD),
        ("lost", changed((1, PLACE), (2, WAITS)), TOLD),
        ("lost", changed((3, {"state": "cancelled"})), TOLD),
        ("doubled", changed((3, {"person_id": "p2"})), TOLD),
        ("doubled", changed((3, {"booking_id": "b9"})), TOLD[:2] + TOLD[3:]),
        ("doubled", ROWS, (*TOLD, booked(3, "waitlisted", 5, key="k"), booked(2, "waitlisted", 6, key="k"))),
        ("order", changed((2, {"arrival": 3}), (3, {"arrival": 2})), TOLD),
        ("order", changed((3, {"arrival": 2})), TOLD),
        ("order", replace(changed((2, WAITS), (3, PLACE)), steps=()), (*TOLD[:3], left(1, 4, "e3"))),
        ("order", replace(changed((2, WAITS), (3, PLACE)), steps=()), (*TOLD[:2], booked(3, "enrolled", 3), TOLD[3])),
        ("order", replace(ROWS, steps=SWAPPED), TOLD),
        ("lost", ROWS, (replace(TOLD[0], open_places=1), *TOLD[1:])),
        ("doubled", replace(ROWS, open_places=(replace(OPEN, booking_id="b9", state="released", mode=""),)), TOLD),
        ("order", replace(ROWS, steps=(*ROWS.steps[:5], step(6, "o", "enrolled", "4"))), TOLD),
        # Somebody took an offer, or was enrolled by themselves, or confirmed, and it is as if they had not.
        ("lost", changed((3, EXPIRED)), (*TOLD, left(0, 5, verb="take offer", target="e3", successor="e3"))),
        ("lost", changed((3, {"state": "cancelled", "reason": "Not confirmed in time."})), (*TOLD, CONFIRMED)),
        ("lost", ROWS, (*TOLD[:2], booked(3, "enrolled", 3, verb="enroll", booking_id=""), TOLD[3])),
        ("lost", ROWS, (*TOLD, left(0, 5, verb="undo booking", target="b2"))),
        ("lost", replace(changed((2, GONE)), open_places=(OPEN,)),
         (*WITH_OPEN, left(2, 5), left(0, 6, verb="undo booking", target="b2"))),
        ("lost", replace(ROWS, open_places=(replace(OPEN, state="released", mode=""),)), (*WITH_OPEN, FOLLOWED)),
        ("lost", replace(ROWS, open_places=(NAMED,)), (*WITH_OPEN, replace(FOLLOWED, email="p9@example.org"))),
        ("lost", replace(ROWS, steps=(*ROWS.steps, step(7, "e2", "waitlisted", "5"))), TOLD),
        ("doubled", replace(ROWS, open_places=(NAMED,)), (*WITH_OPEN, FOLLOWED, replace(FOLLOWED, asked=6))),
        ("doubled", ROWS, (*TOLD, booked(3, "waitlisted", 5, key="k"),
                           booked(3, "", 6, key="k", status=409, code="nobody-booked", booking_id="", verdicts=()))),
        # A stand-in for nobody; one that got a place; somebody without an account who never asked.
        ("doubled", changed((3, STAND_IN)), TOLD[:2] + TOLD[3:]),
        ("doubled", changed((3, STAND_IN | {"state": "waitlisted"})), (*TOLD[:2], TOLD[3], REQUESTED)),
        ("doubled", changed((3, {"membership_id": ""})), (*TOLD[:2], TOLD[3], REQUESTED)),
        ("order", changed((2, {"arrival": 3}), (3, {"arrival": 2})),
         (*TOLD[:2], booked(3, "waitlisted", 3, verb="enroll", booking_id=""), TOLD[3])),
        ("immortal", replace(ROWS, sessions=(CANCELLED,)), (*TOLD, CALLED_OFF)),
        ("immortal", replace(changed((2, GONE), (3, GONE)), sessions=(replace(CANCELLED, waiting=1),)),
         (*TOLD, CALLED_OFF)),
        ("unexpected", ROWS, (*TOLD, left(3, 5, status=409, code="booking-not-open"), CALLED_OFF)),
        ("unexpected", ROWS, (*TOLD, left(3, 5, status=500, promoted=()))),
        ("unexpected", ROWS, (*TOLD, left(3, 5, status=409, code="conflict"))),
        ("unanswered", ROWS, (*TOLD, left(3, 5, status=UNANSWERED))),
    ],
)  # fmt: skip
def test_what_was_falsified_is_found(kind: str, rows: Rows, told: tuple[Told, ...]) -> None:
    assert kind in {finding.partition(":")[0] for finding in findings(rows, told)}


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        # Whoever hung up without a key may be booked without having heard of it; with a key it would be a finding.
        (ROWS, (*TOLD[:2], TOLD[3], booked(3, "", 3, status=HUNG_UP, booking_id="", verdicts=()))),
        # A party that must stay together may be overtaken where the session says so.
        (replace(changed((2, WAITS | {"together": True}), (3, PLACE)), steps=()), (*TOLD[:3], left(1, 4, "e3"))),
        # A manager may give a place by hand to whomever.
        (changed((2, WAITS), (3, PLACE)), (*TOLD[:3], left(1, 4), left(3, 5, verb="give place"))),
        # A place that passes from one to another was never free.
        (changed((2, WAITS), (3, PLACE | {"inherits": True})), (*TOLD[:2], left(1, 4), booked(3, "enrolled", 5))),
        # Who moved up was asked, because they are busy then, and did not answer in time.
        (changed((2, EXPIRED), (3, PLACE)), TOLD),
        # What was refused at first, and had no effect, may be done when it is asked again.
        (ROWS, (*TOLD[:2], booked(3, "", 2.5, key="k", status=409, code="nobody-booked", booking_id="", verdicts=()),
                booked(3, "waitlisted", 3, key="k"), TOLD[3])),
        # A stand-in for somebody who asked with an address that is in already; a visitor whom nobody told anything.
        (changed((3, STAND_IN)), (*TOLD[:2], TOLD[3], REQUESTED)),
        (changed((3, {"membership_id": ""})), (*TOLD[:2], TOLD[3], replace(REQUESTED, email="p3@example.org"))),
        # A place taken by its link; a booking that was taken back; a session that was cancelled, and a late answer.
        (replace(ROWS, open_places=(NAMED,)), (*WITH_OPEN, FOLLOWED)),
        (changed((3, GONE)), (*TOLD, left(0, 5, verb="undo booking", target="b3"))),
        (replace(changed((2, GONE), (3, GONE)), sessions=(CANCELLED,)),
         (*TOLD, CALLED_OFF, left(3, 9, status=409, code="booking-not-open"))),
        # Who asked while the other was still unanswered may have come first.
        (changed((2, {"arrival": 3}), (3, {"arrival": 2})), (TOLD[0], booked(2, "waitlisted", 2.95), *TOLD[2:])),
    ],
)  # fmt: skip
def test_what_is_right_is_not_found(rows: Rows, told: tuple[Told, ...]) -> None:
    assert findings(replace(rows, steps=()), told) == []


def test_what_is_kept_for_a_time_ends() -> None:
    later, earlier = NOW + timedelta(seconds=1), NOW - timedelta(seconds=1)
    kept = replace(changed((3, {"state": "offered", "keeps_until": NOW})), open_places=(OPEN,))
    assert len(list(overdue(kept, later))) == 2
    assert list(overdue(kept, earlier)) == []
    assert list(overdue(replace(ROWS, open_places=(NAMED,)), later)) == []


def test_a_reader_who_was_refused_is_found() -> None:
    note = Notes(failed=("GET /health/ready was answered 503",), effort=Effort(requests=0, processor_seconds=0))
    assert find(ROWS, History(notes=(note,)))[0] == "GET /health/ready was answered 503"
