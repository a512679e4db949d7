"""Answers of calendar programs: honest ones are understood, and nothing anybody sends does more than be refused."""

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from training.ics.replies import LARGEST_REPLY, Refused, Reply, read_reply


def reply(*lines: str, method: str = "REPLY", attendee: str = "") -> bytes:
    """A reply as Gmail writes it, with other lines where a test says so."""
    attendee = attendee or "ATTENDEE;CUTYPE=INDIVIDUAL;PARTSTAT=ACCEPTED;CN=Zoë:mailto:Zoe%2Bx@Learners.example"
    given = lines or ("UID:0192-abc", "DTSTAMP:20270301T101500Z", "SEQUENCE:3", attendee)
    event = "\r\n".join(["BEGIN:VEVENT", *given, "END:VEVENT"])
    return f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nMETHOD:{method}\r\n{event}\r\nEND:VCALENDAR\r\n".encode()


def test_a_reply_says_who_answers_what_to_which_version() -> None:
    assert read_reply(reply()) == Reply(
        uid="0192-abc",
        attendee="zoe+x@learners.example",
        partstat="accepted",
        sequence=3,
        stamp=datetime(2027, 3, 1, 10, 15, tzinfo=UTC),
    )


@pytest.mark.parametrize(
    ("line", "partstat"),
    [
        ("ATTENDEE;PARTSTAT=DECLINED:MAILTO:a@b.example", "declined"),
        ('attendee;CN="B, A: x";partstat="tentative":mailto:a@b.example', "tentative"),
        ("ATTENDEE;EMAIL=a@b.example;PARTSTAT=ACCEPTED:invalid:nomail", "accepted"),
        ("ATTENDEE;PARTSTAT=ACC\r\n EPTED:mailto:a@b\r\n\t.example", "accepted"),
        ("ATTENDEE;PARTSTAT=ACCEPTED;X-NUM-GUESTS=0:mailto:a@b.example\r\nCOMMENT:I\\, too", "accepted"),
    ],
)
def test_replies_of_many_programs_are_understood(line: str, partstat: str) -> None:
    answer = read_reply(reply("UID:0192-abc", "DTSTAMP:20270301T101500Z", line))
    assert isinstance(answer, Reply)
    assert (answer.partstat, answer.attendee, answer.sequence) == (partstat, "a@b.example", 0)


WHO = "ATTENDEE;PARTSTAT=ACCEPTED:mailto:a@b.example"
STAMP = "DTSTAMP:20270301T101500Z"


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "not-a-calendar"),
        (b"Thank you for your mail. I am away.", "not-a-calendar"),
        (b"\x00\xff\xfe" * 1000, "not-a-calendar"),
        (reply() + b"BEGIN:VCALENDAR", "not-a-calendar"),
        (reply().replace(b"END:VEVENT\r\n", b""), "not-a-calendar"),
        (b"BEGIN:VCALENDAR\r\n" * 5000, "not-a-calendar"),
        (b"BEGIN:VEVENT\r\n" * 4000 + b"END:VEVENT\r\n" * 4000, "not-a-calendar"),
        (b"X" * (LARGEST_REPLY + 1), "too-large"),
        (reply(method="REQUEST"), "not-a-reply"),
        (reply(method="COUNTER"), "not-a-reply"),
        (reply(method="REPLY\r\nMETHOD:REPLY"), "not-a-reply"),
        (reply() + reply(), "not-a-reply"),
        (reply("UID:a", STAMP, WHO, "END:VEVENT", "BEGIN:VEVENT", "UID:b", STAMP, WHO), "not-one-event"),
        (reply().replace(b"VEVENT", b"VTODO"), "not-one-event"),
        (reply("UID:a", STAMP, WHO, "RECURRENCE-ID:20270301T101500Z"), "one-of-a-series"),
        (reply("UID:a", STAMP, WHO, "RRULE:FREQ=SECONDLY"), "one-of-a-series"),
        (reply("UID:a", STAMP, WHO, WHO), "not-one-attendee"),
        (reply("UID:a", STAMP), "not-one-attendee"),
        (reply("UID:a", STAMP, "ATTENDEE;PARTSTAT=ACCEPTED:mailto:"), "not-one-attendee"),
        (reply("UID:a", STAMP, "ATTENDEE;PARTSTAT=ACCEPTED:mailto:a%0D%0AX%3A1@b.example"), "not-one-attendee"),
        (reply("UID:a", STAMP, "ATTENDEE;PARTSTAT=ACCEPTED:mailto:a@b@c.example"), "not-one-attendee"),
        (
            reply(attendee='ATTENDEE;PARTSTAT=DELEGATED;DELEGATED-TO="mailto:c@d.example":mailto:a@b.example'),
            "delegated",
        ),
        (reply(attendee='ATTENDEE;PARTSTAT=ACCEPTED;DELEGATED-FROM="mailto:c@d":mailto:a@b.example'), "delegated"),
        (reply(attendee='ATTENDEE;PARTSTAT=ACCEPTED;SENT-BY="mailto:c@d.example":mailto:a@b.example'), "delegated"),
        (reply(attendee="ATTENDEE;PARTSTAT=NEEDS-ACTION:mailto:a@b.example"), "no-answer"),
        (reply(attendee="ATTENDEE:mailto:a@b.example"), "no-answer"),
        (reply(attendee="ATTENDEE;PARTSTAT=ACCEPTED;PARTSTAT=X:mailto:a@b.example"), "no-answer"),
        (reply(STAMP, WHO), "no-uid"),
        (reply("UID:a", "UID:b", STAMP, WHO), "no-uid"),
        (reply("UID:" + "a" * 300, STAMP, WHO), "no-uid"),
        (reply("UID:a\x00", STAMP, WHO), "no-uid"),
        (reply("UID:a", WHO), "no-stamp"),
        (reply("UID:a", "DTSTAMP:20271301T101500Z", WHO), "no-stamp"),
        (reply("UID:a", "DTSTAMP:２０２７0301T101500Z", WHO), "no-stamp"),
        *((reply("UID:a", STAMP, WHO, f"SEQUENCE:{text}"), "no-sequence") for text in ("-1", "x", "٣", "", "1.5")),
        (reply("UID:a", STAMP, WHO, "SEQUENCE:" + "9" * 5000), "no-sequence"),
        (reply("UID:a", STAMP, WHO, "SEQUENCE:1", "SEQUENCE:2"), "no-sequence"),
    ],
)
def test_what_is_no_answer_of_one_person_is_refused_with_a_reason(data: bytes, reason: str) -> None:
    assert isinstance(answer := read_reply(data), Refused), answer
    assert answer.reason == reason


def test_a_sequence_is_a_number_and_never_larger_than_we_keep() -> None:
    for text, number in (("0", 0), ("7", 7), ("+7", 7), ("9999999999", 2**31 - 1)):
        answer = read_reply(reply("UID:a", STAMP, WHO, f"SEQUENCE:{text}"))
        assert isinstance(answer, Reply)
        assert answer.sequence == number


@settings(deadline=None)
@given(st.binary(max_size=2000))
def test_no_octets_make_reading_fail(data: bytes) -> None:
    assert isinstance(read_reply(data), Refused)
    assert isinstance(read_reply(reply().replace(b"ACCEPTED", data)), Reply | Refused)


@settings(deadline=None)
@given(st.integers(0, 400), st.integers(0, 400), st.binary(max_size=20))
def test_a_damaged_reply_never_makes_reading_fail(start: int, length: int, data: bytes) -> None:
    whole = reply()
    damaged = whole[:start] + data + whole[start + length :]
    assert isinstance(read_reply(damaged), Reply | Refused)
