"""Calendars as bytes: strict in octets, whatever is in them, and saying what the entry says."""

from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.ics import checker
from tests.ics.made import ATTENDEE, CALENDAR, HOSTILE, ORGANIZER, STAMP, entry, full, invitation
from training.base.structs import without_directions
from training.ics.entries import Attendee, CalendarName, Entry, Organizer, summary_of
from training.ics.texts import Unwritable
from training.ics.writing import write_calendar, write_download, write_entry, write_invite

GOLDEN_INVITE = """\
BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//training//training//EN
CALSCALE:GREGORIAN
METHOD:REQUEST
BEGIN:VTIMEZONE
TZID:Europe/Berlin
BEGIN:STANDARD
DTSTART:19961027T030000
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
TZNAME:CET
RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU
END:STANDARD
BEGIN:DAYLIGHT
DTSTART:19960331T020000
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
TZNAME:CEST
RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU
END:DAYLIGHT
END:VTIMEZONE
BEGIN:VEVENT
UID:01920000-0000-7000-8000-000000000001
DTSTAMP:20261101T123000Z
LAST-MODIFIED:20261101T123000Z
DTSTART;TZID=Europe/Berlin:20270503T090000
DTEND;TZID=Europe/Berlin:20270503T110000
SEQUENCE:4
SUMMARY:Deploying\\, with care (part 1 of 2)
DESCRIPTION:Part 1 of 2.\\nTo change it: https://training.example/sessions/1
LOCATION:Saal 3\\; Straße 5
URL:https://training.example/sessions/1
RELATED-TO;RELTYPE=SIBLING:01920000-0000-7000-8000-000000000002
STATUS:CONFIRMED
TRANSP:OPAQUE
ORGANIZER;CN="Training program":mailto:training+0192.abc@mail.example
ATTENDEE;CN="Zoë Müller";CUTYPE=INDIVIDUAL;ROLE=REQ-PARTICIPANT;PARTSTAT=
 NEEDS-ACTION;RSVP=TRUE:mailto:zoe@learners.example
X-MICROSOFT-DISALLOW-COUNTER:TRUE
END:VEVENT
END:VCALENDAR
"""


def told(**changes: Any) -> Entry:
    """The entry of the golden invitation."""
    values: dict[str, Any] = {
        "title": "Deploying, with care",
        "description": "Part 1 of 2.\nTo change it: https://training.example/sessions/1",
        "place": "Saal 3; Straße 5",
        "url": "https://training.example/sessions/1",
        "related": ("01920000-0000-7000-8000-000000000002",),
        "sequence": 4,
        "parts": 2,
    }
    return invitation(**(values | changes))


def test_an_invitation_is_these_bytes() -> None:
    assert write_invite(told(), "REQUEST").decode() == GOLDEN_INVITE.replace("\n", "\r\n")


def test_a_withdrawal_is_the_same_event_cancelled() -> None:
    asked = checker.read(write_invite(told(), "REQUEST")).all("VEVENT")[0]
    calendar = checker.read(write_invite(told(sequence=5), "CANCEL"))
    event = calendar.all("VEVENT")[0]
    assert calendar.text("METHOD") == "CANCEL"
    assert event.text("UID") == asked.text("UID")
    assert (event.text("STATUS"), event.text("SEQUENCE"), event.text("TRANSP")) == ("CANCELLED", "5", "TRANSPARENT")
    assert event.text("SUMMARY") == asked.text("SUMMARY"), "one person's place is gone, the session is not cancelled"
    off = checker.read(write_invite(told(cancelled=True), "CANCEL")).all("VEVENT")[0]
    assert off.text("SUMMARY") == "Cancelled: Deploying, with care (part 1 of 2)"


def test_an_invitation_needs_two_people_and_something_that_happens() -> None:
    for broken in (entry(), invitation(attendee=None), invitation(organizer=None), invitation(cancelled=True)):
        with pytest.raises(Unwritable):
            write_invite(broken, "REQUEST")


@pytest.mark.parametrize("answer", ["accepted", "tentative", "declined", ""])
def test_an_answer_that_is_known_is_told(answer: Any) -> None:
    attendee = Attendee(name="Z", address="z@x.example", answer=answer)
    event = checker.read(write_invite(invitation(attendee=attendee), "REQUEST")).all("VEVENT")[0]
    assert event.one("ATTENDEE").parameters["PARTSTAT"] == (answer.upper() or "NEEDS-ACTION")


@pytest.mark.parametrize(
    "address", ["", "x", "x@", "@x", "a b@x.example", "a\r\nB:1@x.example", "a@b@c", "a@b\x00", "<a@b>"]
)
def test_an_address_that_is_none_makes_no_invitation(address: str) -> None:
    with pytest.raises(Unwritable):
        write_invite(invitation(attendee=Attendee(name="Z", address=address)), "REQUEST")


@pytest.mark.parametrize(
    ("address", "written"),
    [
        ("o'brien+x@x.example", "mailto:o'brien+x@x.example"),
        ("a;b=c&d%e?f#g/h@x.example", "mailto:a%3Bb%3Dc%26d%25e%3Ff%23g%2Fh@x.example"),
        ("zoë@bücher.example", "mailto:zo%C3%AB@b%C3%BCcher.example"),
        ('"quoted"@x.example', "mailto:%22quoted%22@x.example"),
    ],
)
def test_addresses_are_encoded_as_uris(address: str, written: str) -> None:
    data = write_invite(invitation(attendee=Attendee(name="Z", address=address)), "REQUEST")
    assert checker.read(data).all("VEVENT")[0].one("ATTENDEE").value == written


PLAIN = checker.read(write_download([full("plain")]).data).names()


def test_there_are_71_hostile_texts() -> None:
    assert len(set(HOSTILE)) == 71


@pytest.mark.parametrize("text", HOSTILE)
def test_no_text_breaks_or_adds_to_a_calendar(text: str) -> None:
    for data in (
        write_download([full(text)]).data,
        write_calendar([full(text)], name=CalendarName(name="x", description="x")).data,
        write_invite(full(text), "REQUEST"),
        write_invite(full(text, cancelled=True), "CANCEL"),
    ):
        checker.read(data)
    names = checker.read(write_download([full(text)]).data).names()
    assert not names - PLAIN, "something was added"
    assert set(PLAIN - names) <= {"LOCATION", "DESCRIPTION"}, "only what has nothing left in it is left away"
    named = checker.read(write_calendar([full("plain")], name=CalendarName(name=text, description=text or "x")).data)
    assert named.all("VEVENT")[0].names() == checker.read(write_download([full("plain")]).data).all("VEVENT")[0].names()


@pytest.mark.parametrize("text", HOSTILE)
def test_no_uid_address_or_zone_breaks_a_calendar(text: str) -> None:
    for broken in (
        {"uid": text},
        {"url": text, "conference": text},
        {"url": "https://x.example/" + text},
        {"related": (text,)},
        {"zone": text},
        {"organizer": Organizer(name="x", address=text)},
        {"attendee": Attendee(name="x", address=f"{text}@x.example")},
    ):
        made = msgspec.structs.replace(entry(), **broken)
        written = write_calendar([entry(uid="before"), made, entry(uid="after")], name=CALENDAR)
        calendar = checker.read(written.data)
        uids = [event.text("UID") for event in calendar.all("VEVENT")]
        assert {"before", "after"} <= set(uids)
        assert len(uids) + len(written.left_out) == 3
        allowed = set(PLAIN) - {"VALARM", "TRIGGER", "ACTION"} | {"X-WR-CALNAME", "NAME", "X-WR-CALDESC"}
        assert set(calendar.names()) <= allowed | {"REFRESH-INTERVAL", "X-PUBLISHED-TTL"}


@settings(deadline=None, max_examples=300)
@given(st.text(), st.text(max_size=300), st.text(max_size=100))
def test_any_text_comes_back_as_it_was_but_for_what_has_no_place(title: str, description: str, place: str) -> None:
    made = entry(title=title, description=description, place=place)
    event = checker.read(write_download([made]).data).all("VEVENT")[0]
    assert event.text("DESCRIPTION") == (cleaned(description) if cleaned(description).strip(" ") else "")
    assert solid(event.text("SUMMARY")) == solid(cleaned(without_directions(title))) or "Session"
    assert solid(event.text("LOCATION")) == solid(cleaned(without_directions(place)))


def solid(text: str) -> str:
    """The text without its spaces."""
    return "".join(text.split())


def cleaned(text: str) -> str:
    """What of a text can be in a calendar, said another way than the writer says it."""
    kept = []
    for char in text.replace("\r\n", "\n"):
        if char in "\n\r\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029":
            kept.append("\n")
        elif char == "\t":
            kept.append(" ")
        elif char >= " " and not "\x7f" <= char <= "\x9f" and char not in "\ufeff\ufffe\uffff":
            kept.append(char)
    return "".join(kept)


@settings(deadline=None)
@given(st.text(st.sampled_from("aé漢😀 ,;\\\n"), min_size=60, max_size=400))
def test_long_lines_are_folded_between_characters(text: str) -> None:
    event = checker.read(write_download([entry(description=text)]).data).all("VEVENT")[0]
    assert event.text("DESCRIPTION") == text


def test_a_feed_names_itself_says_how_often_and_has_no_method() -> None:
    named = CalendarName(
        name="Mine; all, of it", description="a\nb", refresh_minutes=90, source_url="https://x.example/a.ics"
    )
    calendar = checker.read(write_calendar([entry()], name=named).data)
    assert calendar.text("NAME") == calendar.text("X-WR-CALNAME") == "Mine; all, of it"
    assert calendar.text("X-WR-CALDESC") == calendar.text("DESCRIPTION") == "a\nb"
    assert calendar.one("REFRESH-INTERVAL").value == calendar.one("X-PUBLISHED-TTL").value == "PT90M"
    assert calendar.one("SOURCE").value == "https://x.example/a.ics"
    assert not calendar.has("METHOD")
    assert "VALARM" not in calendar.names()


def test_a_download_has_no_name_because_that_would_make_a_calendar() -> None:
    calendar = checker.read(write_download([entry(), entry(uid="b")]).data)
    assert {line.name for line in calendar.lines} == {"VERSION", "PRODID", "CALSCALE"}


def test_an_empty_feed_is_a_valid_calendar() -> None:
    assert checker.read(write_calendar([], name=CALENDAR).data).all("VEVENT") == []


def test_an_alarm_is_there_only_when_asked_for_and_never_for_what_is_off() -> None:
    event = checker.read(write_download([entry(alarm_minutes=30)]).data).all("VEVENT")[0]
    assert event.all("VALARM")[0].one("TRIGGER").value == "-PT30M"
    for quiet in (entry(), entry(alarm_minutes=30, cancelled=True)):
        assert checker.read(write_download([quiet]).data).all("VEVENT")[0].all("VALARM") == []


def test_what_is_cancelled_says_so_and_blocks_no_time() -> None:
    event = checker.read(write_download([entry(cancelled=True)]).data).all("VEVENT")[0]
    assert event.text("SUMMARY") == "Cancelled: Deploying with care"
    assert (event.text("STATUS"), event.text("TRANSP")) == ("CANCELLED", "TRANSPARENT")
    free = checker.read(write_download([entry(blocks_time=False)]).data).all("VEVENT")[0]
    assert (free.text("STATUS"), free.text("TRANSP")) == ("CONFIRMED", "TRANSPARENT")


def test_a_whole_day_is_a_date() -> None:
    day = entry(all_day=True, local_start=datetime(2027, 5, 3), local_end=datetime(2027, 5, 4))
    event = checker.read(write_download([day]).data).all("VEVENT")[0]
    assert (event.one("DTSTART").value, event.one("DTEND").value) == ("20270503", "20270504")


def test_no_length_is_no_end() -> None:
    for zone in ("Europe/Berlin", "UTC"):
        moment = entry(zone=zone, local_end=datetime(2027, 5, 3, 9))
        assert not checker.read(write_download([moment]).data).all("VEVENT")[0].has("DTEND")


@pytest.mark.parametrize(
    "broken",
    [
        {"uid": ""},
        {"uid": "x" * 256},
        {"ends_at": datetime(2027, 5, 2, tzinfo=UTC), "zone": "UTC"},
        {"local_end": datetime(2027, 5, 2)},
        {"stamp": datetime(2026, 11, 1)},
        {"created": datetime(2026, 11, 1)},
        {"starts_at": datetime(2027, 5, 3), "zone": "UTC"},
        {"local_start": datetime(2027, 5, 3, tzinfo=UTC)},
        {"all_day": True, "local_end": datetime(2027, 5, 3, 20)},
        {"stamp": None},
        {"title": None},
        {"related": [1]},
        {"stamp": "2026"},
    ],
)
def test_one_bad_entry_is_left_out_and_named(broken: dict[str, Any]) -> None:
    bad = msgspec.structs.replace(entry(uid="bad"), **broken)
    written = write_calendar([entry(uid="a"), bad, entry(uid="b")], name=CALENDAR)
    assert [event.text("UID") for event in checker.read(written.data).all("VEVENT")] == ["a", "b"]
    assert written.left_out == (bad.uid,)
    with pytest.raises(Unwritable):
        write_entry(bad)


def test_of_two_with_one_uid_the_first_counts() -> None:
    written = write_calendar([entry(title="first"), entry(title="second")], name=CALENDAR)
    assert [event.text("SUMMARY") for event in checker.read(written.data).all("VEVENT")] == ["first"]
    assert written.left_out == (entry().uid,)


def test_the_same_entries_are_the_same_bytes_and_an_entry_is_part_of_them() -> None:
    entries = [entry(uid=f"e{i}", sequence=i) for i in range(20)]
    data = write_calendar(entries, name=CALENDAR).data
    assert data == write_calendar([msgspec.structs.replace(one) for one in entries], name=CALENDAR).data
    assert all(write_entry(one) in data for one in entries)


@pytest.mark.parametrize(
    "change",
    [
        {"title": "Other"}, {"description": "x"}, {"place": "x"}, {"sequence": 1}, {"stamp": STAMP + timedelta(days=1)},
        {"cancelled": True}, {"blocks_time": False}, {"zone": "Europe/Paris"}, {"parts": 2}, {"alarm_minutes": 5},
        {"url": "https://x.example/"}, {"conference": "https://x.example/"}, {"categories": ("x",)}, {"created": STAMP},
        {"related": ("x",)}, {"organizer": ORGANIZER}, {"attendee": ATTENDEE}, {"local_end": datetime(2027, 5, 3, 10)},
    ],
)  # fmt: skip
def test_every_change_shows_in_the_bytes(change: dict[str, Any]) -> None:
    assert write_entry(entry(**change)) != write_entry(entry())


def test_a_title_says_which_part_it_is() -> None:
    assert summary_of(entry(title=" A  b\n", part=2, parts=3)) == "A b (part 2 of 3)"
    assert summary_of(entry(title="A", part=1, parts=1)) == "A"
