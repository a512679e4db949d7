"""Answers to invites as the programs of several makers write them, made by hand after what they are known to do.

Gmail keeps the organizer and attaches the entry once more as a file. Exchange and outlook.com leave the organizer out,
write local times with a zone of Windows' names, and their own properties. Apple sends text and calendar only.
Thunderbird encodes the part in base64 and names the zone it knows.
"""

import base64
from datetime import datetime
from typing import Any

_HEAD = "BEGIN:VCALENDAR\r\nPRODID:{product}\r\nVERSION:2.0\r\n{scale}METHOD:REPLY\r\n"
_TAIL = "END:VEVENT\r\nEND:VCALENDAR\r\n"
ANSWERED: dict[str, dict[str, str]] = {
    "gmail": {
        "product": "-//Google Inc//Google Calendar 70.9054//EN",
        "scale": "CALSCALE:GREGORIAN\r\n",
        "event": "BEGIN:VEVENT\r\nDTSTART:20260518T080000Z\r\nDTEND:20260518T100000Z\r\nDTSTAMP:{stamp}\r\n"
        "ORGANIZER;CN=training:mailto:{to}\r\nUID:{uid}\r\nATTENDEE;CUTYPE=INDIVIDUAL;ROLE=REQ-PARTICIPANT;"
        "PARTSTAT={partstat};CN=\r\n Ada Brown;X-NUM-GUESTS=0:mailto:{attendee}\r\nX-GOOGLE-CONFERENCE:https://meet.example/a"
        "\r\nCREATED:20260501T080000Z\r\nDESCRIPTION:\r\nLAST-MODIFIED:{stamp}\r\nLOCATION:\r\nSEQUENCE:{sequence}\r\n"
        "STATUS:CONFIRMED\r\nSUMMARY:Listening\r\nTRANSP:OPAQUE\r\n",
    },
    "exchange": {
        "product": "Microsoft Exchange Server 2010",
        "scale": "",
        "event": "BEGIN:VTIMEZONE\r\nTZID:W. Europe Standard Time\r\nBEGIN:STANDARD\r\nDTSTART:16010101T030000\r\n"
        "TZOFFSETFROM:+0200\r\nTZOFFSETTO:+0100\r\nRRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=10\r\nEND:STANDARD\r\n"
        "BEGIN:DAYLIGHT\r\nDTSTART:16010101T020000\r\nTZOFFSETFROM:+0100\r\nTZOFFSETTO:+0200\r\n"
        "RRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=3\r\nEND:DAYLIGHT\r\nEND:VTIMEZONE\r\n"
        'BEGIN:VEVENT\r\nATTENDEE;PARTSTAT={partstat};CN="Brown, Ada":MAILTO:{attendee}\r\n'
        "COMMENT;LANGUAGE=en-US:\\n\r\nUID:{uid}\r\nSUMMARY;LANGUAGE=en-US:Declined: Listening\r\n"
        "DTSTART;TZID=W. Europe Standard Time:20260518T100000\r\nDTEND;TZID=W. Europe Standard Time:20260518T120000\r\n"
        "CLASS:PUBLIC\r\nPRIORITY:5\r\nDTSTAMP:{stamp}\r\nTRANSP:OPAQUE\r\nSTATUS:CONFIRMED\r\nSEQUENCE:{sequence}\r\n"
        "LOCATION;LANGUAGE=en-US:Blue room\r\nX-MICROSOFT-CDO-APPT-SEQUENCE:{sequence}\r\n"
        "X-MICROSOFT-CDO-BUSYSTATUS:BUSY\r\n",
    },
    "apple": {
        "product": "-//Apple Inc.//macOS 15.1//EN",
        "scale": "CALSCALE:GREGORIAN\r\n",
        "event": "BEGIN:VEVENT\r\nCREATED:20260501T080000Z\r\nUID:{uid}\r\nDTEND:20260518T100000Z\r\nATTENDEE;CN="
        'Ada Brown;CUTYPE=INDIVIDUAL;EMAIL="{attendee}";PARTSTAT={partstat}:mailto:{attendee}\r\nSUMMARY:Listening\r\n'
        "DTSTART:20260518T080000Z\r\nDTSTAMP:{stamp}\r\nORGANIZER;CN=training:mailto:{to}\r\nSEQUENCE:{sequence}\r\n",
    },
    "thunderbird": {
        "product": "-//Mozilla.org/NONSGML Mozilla Calendar V1.1//EN",
        "scale": "",
        "event": "BEGIN:VEVENT\r\nCREATED:20260501T080000Z\r\nLAST-MODIFIED:{stamp}\r\nDTSTAMP:{stamp}\r\nUID:{uid}\r\n"
        "SUMMARY:Listening\r\nORGANIZER;CN=training:mailto:{to}\r\nATTENDEE;PARTSTAT={partstat};RSVP=TRUE:mailto:{attendee}"
        "\r\nDTSTART;TZID=Europe/Dublin:20260518T090000\r\nDTEND;TZID=Europe/Dublin:20260518T110000\r\n"
        "SEQUENCE:{sequence}\r\n",
    },
}
"""By program: its name for itself, and the entry it answers with."""


def calendar_part(program: str, *, uid: str, attendee: str, partstat: str, at: datetime, **more: Any) -> bytes:
    """The calendar of an answer as `program` writes it."""
    made = ANSWERED[program]
    said = {"to": "invites@example.org", "sequence": 0, **more, "uid": uid, "attendee": attendee}
    said |= {"partstat": partstat, "stamp": f"{at:%Y%m%dT%H%M%SZ}"}
    text = _HEAD + made["event"] + _TAIL
    return text.format(**said, product=made["product"], scale=made["scale"]).encode()


def answer_mail(program: str, calendar: bytes, *, to: str, sender: str, headers: str = "") -> bytes:
    """The whole mail around it, as `program` builds it."""
    method = "REPLY" if b"METHOD:REPLY" in calendar else "COUNTER"
    plain = ("text/plain; charset=utf-8", "Ada Brown has answered this invitation.", "")
    encoded = base64.encodebytes(calendar).decode()
    body = calendar.decode("utf-8", "replace")
    entry = (f'text/calendar; charset="UTF-8"; method={method}', body, "")
    parts = {
        "gmail": [plain, ("text/html; charset=utf-8", "<p>Ada Brown has answered.</p>", ""), entry],
        "exchange": [plain, (f'text/calendar; charset="utf-8"; method={method}', encoded, "base64")],
        "apple": [plain, (f"text/calendar; method={method}; charset=UTF-8", body, "")],
        "thunderbird": [plain, (f"text/calendar; method={method}; charset=UTF-8", encoded, "base64")],
    }[program]
    lines = [
        f"Return-Path: <{sender}>",
        f"From: Ada Brown <{sender}>",
        f"To: training <{to}>",
        "Subject: Answer: Listening",
        *headers.splitlines(),
        "MIME-Version: 1.0",
        'Content-Type: multipart/mixed; boundary="out"',
        "",
        "--out",
        'Content-Type: multipart/alternative; boundary="in"',
        "",
    ]
    for kind, text, encoding in parts:
        lines += ["--in", f"Content-Type: {kind}"]
        lines += [f"Content-Transfer-Encoding: {encoding}"] if encoding else []
        lines += ["", text]
    lines += ["--in--"]
    if program == "gmail":
        lines += ["--out", 'Content-Type: application/ics; name="invite.ics"']
        lines += ["Content-Transfer-Encoding: base64", "", encoded]
    lines += ["--out--", ""]
    return "\n".join(lines).replace("\r\n", "\n").replace("\n", "\r\n").encode()
