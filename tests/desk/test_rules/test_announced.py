"""Every event of announcements has its sentence."""

from training.base.structs import Event
from training.desk.rules.announced import ANNOUNCED, ANNOUNCED_BY_CLOCK, called
from training.reminders import events


def test_every_event_of_announcements_has_a_sentence() -> None:
    kinds = [kind for kind in vars(events).values() if isinstance(kind, type) and issubclass(kind, Event)]
    names = {kind.__name__ for kind in kinds if kind.__name__.startswith("Announcement")}
    assert names == ANNOUNCED.keys() | ANNOUNCED_BY_CLOCK.keys()
    assert all(sentence.endswith(".") for sentence in (ANNOUNCED | ANNOUNCED_BY_CLOCK).values())


def test_the_subject_line_says_which() -> None:
    by_clock = ANNOUNCED_BY_CLOCK["AnnouncementSent"]
    assert called(by_clock, {"subject": "New room"}) == "The announcement “New room” went out."
    assert called(ANNOUNCED["AnnouncementStopped"], {"subject": "New room"}) == "stopped the announcement “New room”."
    assert called(by_clock, {}) == by_clock
