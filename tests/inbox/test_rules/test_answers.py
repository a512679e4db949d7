"""Answers as calendar programs write them, and what nobody can take, each with the words for whoever looks at it."""

from datetime import UTC, datetime

import pytest

from tests.inbox.answered import ANSWERED, calendar_part
from training.ics.replies import Reply
from training.inbox.rules.answers import read_answer

UID = "0192f0c1-2345-7abc-8def-0123456789ab"
AT = datetime(2026, 5, 4, 9, 30, tzinfo=UTC)


def part(program: str, **more: object) -> bytes:
    return calendar_part(program, uid=UID, attendee="ada@lighthouse.example", partstat="DECLINED", at=AT, **more)


@pytest.mark.parametrize("program", ANSWERED)
def test_every_program_is_understood(program: str) -> None:
    read = read_answer("reply", [part(program, sequence=3)])
    assert read == Reply(uid=UID, attendee="ada@lighthouse.example", partstat="declined", sequence=3, stamp=AT)


def test_the_same_answer_twice_is_one() -> None:
    assert isinstance(read_answer("reply", [part("gmail"), part("gmail")]), Reply)


@pytest.mark.parametrize(
    ("method", "calendars", "words"),
    [
        ("reply", [], "malformed"),
        ("reply", [b"BEGIN:VCALENDAR"], "malformed"),
        ("reply", [b"\xff\x00" * 1000], "malformed"),
        ("reply", [b"X" * 300_000], "longer"),
        ("reply", [part("gmail"), part("gmail", sequence=9)], "several"),
        ("reply", [part("gmail", sequence=-1)], "malformed"),
        ("reply", [part("gmail", sequence="next")], "malformed"),
        ("reply", [part("gmail").replace(b":VEVENT", b":VTODO")], "several"),
        ("reply", [part("apple").replace(b"PARTSTAT=DECLINED", b"PARTSTAT=DELEGATED")], "somebody else"),
        ("reply", [part("apple").replace(b"PARTSTAT=DECLINED", b"PARTSTAT=IN-PROCESS")], "neither"),
        ("reply", [part("apple").replace(b"METHOD:REPLY", b"METHOD:REQUEST")], "no answer"),
        ("reply", [part("apple").replace(b"DTSTAMP", b"X-DTSTAMP")], "when"),
        ("reply", [part("apple").replace(b"UID:", b"X-UID:")], "which entry"),
        ("reply", [part("apple").replace(b"SEQUENCE", b"RECURRENCE-ID:20260504T090000Z\r\nSEQUENCE")], "series"),
        ("reply", [part("apple").replace(b"ATTENDEE", b"X-ATTENDEE")], "who answers"),
        ("counter", [part("gmail")], "another time"),
        ("refresh", [part("gmail")], "once more"),
    ],
)  # fmt: skip
def test_what_nobody_can_take_is_told_in_words(method: str, calendars: list[bytes], words: str) -> None:
    read = read_answer(method, calendars)
    assert isinstance(read, str)
    assert words in read
