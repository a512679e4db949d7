"""Somebody's calendar program, as far as it answers invitations: it reads a mail of ours and writes one back."""

from datetime import datetime
from typing import Any

import vobject  # type: ignore[import-untyped]
from msgspec.structs import replace

from tests.conftest import SITE, FrozenClock
from tests.inbox.answered import answer_mail, calendar_part
from tests.invites.posted import Mail
from training.base.database import execute
from training.base.structs import Viewer
from training.base.work import Works
from training.inbox.actions import received_mail, take_in
from training.reactions import REACTIONS

BOX = "invites@testserver.example"
READER = Viewer.machine("mailbox")


def answered_works(clock: FrozenClock) -> Works:
    """Units of work of an installation that reads answers."""
    return Works(clock=clock, site=replace(SITE, reply_address=BOX), reactions=REACTIONS, origin="test")


def answer(mail: Mail, partstat: str, at: datetime, program: str = "gmail", **other: Any) -> bytes:
    """The mail with which `program` answers an invitation; `other` is what somebody hostile would write instead."""
    event = vobject.readOne(mail.calendar).vevent
    to = str(event.organizer.value).removeprefix("mailto:")
    said: dict[str, Any] = {
        "uid": event.uid.value,
        "attendee": mail.recipient,
        "sequence": int(event.sequence.value),
        "partstat": partstat,
        "at": at,
        "to": to,
    }
    said |= {name: value for name, value in other.items() if name in said}
    calendar: bytes = calendar_part(program, **said)
    for old, new in other.get("swap", ()):
        assert old in calendar, old
        calendar = calendar.replace(old, new)
    sender = str(other.get("sender", mail.recipient))
    return answer_mail(program, calendar, to=said["to"], sender=sender, headers=str(other.get("headers", "")))


async def hand_in(works: Works, raw: bytes) -> tuple[str, str]:
    """What becomes of a mail that comes in: its state, and the reason given."""
    received = received_mail(raw, "imap", works.site.base_url, works.site.secret_key)
    taken = await works.run(READER, take_in, received)
    (row,) = await execute("SELECT state, reason FROM incoming_mail WHERE id = {}", taken.id)
    return str(row["state"]), str(row["reason"])
