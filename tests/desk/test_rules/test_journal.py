"""The journal as sentences, event by event."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import msgspec
import pytest

from training.attendance import events as attendance
from training.base.structs import Event
from training.booking import events as booking
from training.completion import events as completion
from training.desk.pages.session import in_words
from training.desk.rules.announced import ANNOUNCED, ANNOUNCED_BY_CLOCK
from training.desk.rules.journal import _TELLERS, UNTOLD, Entry, named_ids, told
from training.desk.rules.mailed import RETURNED
from training.desk.rules.reminded import REMINDED
from training.invites import events as invites
from training.materials import events as materials
from training.outbox import events as outbox
from training.schedule import events as schedule
from training.surveys import events as surveys

ADA, PARTNER, ENROLLMENT = str(UUID(int=1)), str(UUID(int=2)), str(UUID(int=3))
NAMES = {ADA: "Ada", PARTNER: "Lanternline", ENROLLMENT: "Ben"}
FACTS = {
    "title": "",
    "starts_at": "2026-05-11T08:00:00Z",
    "ends_at": "2026-05-11T10:00:00Z",
    "zone": "Europe/Berlin",
    "room_name": "Hall",
    "venue_name": "House",
    "has_link": False,
}
LATER = {**FACTS, "starts_at": "2026-05-12T08:00:00Z", "room_name": "", "venue_name": ""}
NOW_WORDS, LATER_WORDS = (
    "Mon 11 May 2026, 10:00 Berlin time (UTC+2), Hall · House",
    "Tue 12 May 2026, 10:00 Berlin time (UTC+2)",
)


def entry(event: str, data: Any = None, before: Any = None, after: Any = None, *, actor: str = "Mona") -> Entry:
    return Entry(
        id=UUID(int=9),
        at=datetime(2026, 5, 4, 9, 0, tzinfo=UTC),
        event=event,
        subject_id=UUID(int=4),
        actor_id=UUID(int=5) if actor == "Mona" else None,
        actor_name=actor,
        data_json=msgspec.json.encode(data or {}).decode(),
        before_json=msgspec.json.encode(before).decode() if before is not None else None,
        after_json=msgspec.json.encode(after).decode() if after is not None else None,
    )


@pytest.mark.parametrize(
    ("row", "who", "what", "changes"),
    [
        (entry("SessionPublished"), "Mona", "published it.", ()),
        (entry("SessionPublished", actor="cli"), "An operator", "published it.", ()),
        (entry("SessionPublished", actor=""), "The system", "published it.", ()),
        (entry("SessionStarted", actor="worker"), "", "The first meeting began.", ()),
        (entry("SessionCancelled", {"reason": "Ill"}), "Mona", "cancelled it.", (("Reason", "", "Ill"),)),
        (
            entry("SessionEdited", {"changed": ["title", "access_code"]}, {"title": "A"}, {"title": "B"}),
            "Mona",
            "changed it: the access code.",
            (("Title", "A", "B"),),
        ),
        (
            entry(
                "SessionEdited",
                {"changed": ["overtaking"], "inherited": True},
                {"overtaking": True, "booking_opens_at": None, "mode": "in_person"},
                {"overtaking": False, "booking_opens_at": "2026-05-11T08:00:00Z", "mode": "hybrid"},
            ),
            "Mona",
            "changed the course, and this session followed.",
            (
                ("Smaller parties may overtake", "yes", "no"),
                ("Booking opens", "", "Mon 11 May 2026, 08:00 UTC"),
                ("Mode", "in person", "hybrid"),
            ),
        ),
        (entry("MeetingAdded", {"facts": FACTS}), "Mona", f"added a meeting: {NOW_WORDS}.", ()),
        (
            entry("MeetingsMoved", {"moves": [{"number": 2, "changed": ["time"], "before": FACTS, "after": LATER}]}),
            "Mona",
            "moved one meeting.",
            (("Meeting 2", NOW_WORDS, LATER_WORDS),),
        ),
        (
            entry("MeetingsMoved", {"moves": [{"number": 2, "changed": ["link"], "before": FACTS, "after": FACTS}]}),
            "Mona",
            "moved one meeting.",
            (("Meeting 2", "", "new link"),),
        ),
        (
            entry(
                "ClashesAccepted",
                {"clashes": [{"subject_name": "Ada", "other_title": "", "starts_at": "2026-05-11T08:00:00Z"}]},
            ),
            "Mona",
            "planned it although somebody or something is taken twice.",
            (("Ada", "", "also in another session, Mon 11 May 2026, 08:00 UTC"),),
        ),
        (
            entry("TrainerAssigned", {"person_id": ADA, "role": "lead", "meeting_ids": ["a", "b"]}),
            "Mona",
            "made Ada lead trainer of 2 meetings.",
            (),
        ),
        (
            entry("TrainerWithdrawn", {"person_id": "gone", "meeting_ids": ["a"]}),
            "Mona",
            "took somebody off one meeting.",
            (),
        ),
        (
            entry("PlacesBooked", {"partner_id": PARTNER, "enrolled": [1, 2], "waitlisted": [3]}),
            "Mona",
            "booked for 3 people of Lanternline: 2 enrolled, 1 waiting.",
            (),
        ),
        (
            entry("PlacesBooked", {"partner_id": PARTNER, "enrolled": [], "waitlisted": [], "open_places": [1, 2]}),
            "Mona",
            "booked 2 open places for Lanternline.",
            (),
        ),
        (
            entry("EnrollmentCancelled", {"enrollment_id": ENROLLMENT, "state": "removed", "reason": "No-show"}),
            "Mona",
            "removed Ben.",
            (("Reason", "", "No-show"),),
        ),
        (
            entry("EnrollmentCancelled", {"enrollment_id": ENROLLMENT, "state": "cancelled"}, {"state": "enrolled"}),
            "Mona",
            "gave back the place of Ben.",
            (),
        ),
        (
            entry("EnrollmentCancelled", {"enrollment_id": ENROLLMENT, "state": "removed"}, {"state": "waitlisted"}),
            "Mona",
            "took Ben off the waitlist.",
            (),
        ),
        (entry("PlaceGiven", {"enrollment_id": ENROLLMENT}), "Mona", "gave Ben a place by hand.", ()),
        (
            entry("PlaceGiven", {"enrollment_id": ENROLLMENT, "above_capacity": True, "reason": "A chair more"}),
            "Mona",
            "gave Ben a place by hand, above the capacity.",
            (("Reason", "", "A chair more"),),
        ),
        (
            entry("EnrollmentPromoted", {"enrollment_id": ENROLLMENT}),
            "",
            "Ben moved up from the waitlist and has a place.",
            (),
        ),
        (entry("SessionEmptied", {"enrollments": 1}), "", "With that, the enrollment of one person ended.", ()),
        (
            entry("QuestionsAnswered", {"enrollment_id": ENROLLMENT, "answered": 2, "cleared": 1, "consents": 1}),
            "Mona",
            "answered 2 questions, took one answer away, agreed to one text, for Ben.",
            (),
        ),
        (
            entry("ConsentWithdrawn", {"enrollment_id": ENROLLMENT, "required": True}),
            "Mona",
            "took back an agreement to required terms, for Ben.",
            (),
        ),
        (
            entry("RemindersStopped", {"person_id": ADA, "key": "", "reminders": 2}),
            "Mona",
            "stopped 2 reminders to Ada.",
            (),
        ),
        (entry("SomethingNewHappened"), "", "Something new happened.", ()),
    ],
)
def test_sentences(row: Entry, who: str, what: str, changes: tuple[tuple[str, str, str], ...]) -> None:
    line = told(row, NAMES, "UTC", in_words)
    assert (line.who, line.what, line.changes) == (who, what, changes)


def test_every_event_about_a_session_has_a_sentence() -> None:
    of_rooms = {"RoomAdded", "RoomEdited"}
    known = {
        value.__name__
        for module in (schedule, booking, outbox, invites, attendance, completion, surveys, materials)
        for value in vars(module).values()
        if isinstance(value, type) and issubclass(value, Event) and value is not Event
    }
    assert (
        known - of_rooms - set(UNTOLD)
    ) | ANNOUNCED.keys() | ANNOUNCED_BY_CLOCK.keys() | REMINDED.keys() | RETURNED.keys() == set(_TELLERS)


def test_long_texts_are_cut_and_odd_ones_survive() -> None:
    row = entry("SessionEdited", {"changed": ["summary"]}, {"summary": "x" * 500}, {"summary": "2026-99-99T99:99:99Z"})
    assert told(row, {}, "UTC", in_words).changes == (("Summary", "x" * 160 + "…", "2026-99-99T99:99:99Z"),)


def test_whose_names_are_needed() -> None:
    assert named_ids([entry("TrainerAssigned", {"person_id": ADA}), entry("SessionPublished")]) == {UUID(ADA)}
