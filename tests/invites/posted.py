"""The mails of a test as they leave, and what the calendar program of whoever gets them shows then."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

import vobject  # type: ignore[import-untyped]

from training.base.database import fetch
from training.base.structs import Frozen
from training.base.work import Work, Works
from training.invites.jobs import COMPANIONS, KEEPER, compare_due
from training.outbox.actions.delivery import look_at
from training.worker import WANTED


class Mail(Frozen, frozen=True, kw_only=True):
    """A mail that arrived."""

    id: UUID
    kind: str
    recipient: str
    calendar: str
    calendar_method: str


class Shown(Frozen, frozen=True, kw_only=True):
    """An entry as somebody sees it."""

    start: datetime
    end: datetime
    title: str
    place: str
    cancelled: bool


class _Id(Frozen, frozen=True, kw_only=True):
    id: UUID


async def post(works: Works) -> list[Mail]:
    """What the worker does now: due mails go with what goes along, and due checks are done; returns what left."""
    sent: list[Mail] = []
    while True:
        await compare_due(works)
        rows = await fetch(
            _Id,
            "SELECT id FROM message WHERE state = 'waiting' AND not_before <= {} AND recipient <> ''"
            " ORDER BY not_before, id",
            works.clock(),
        )
        if not rows:
            return sent
        for row in rows:
            (due,) = await look_at([row.id])
            ask = WANTED.get(due.kind) or WANTED.get(due.kind.partition("-")[0])
            unwanted = (await ask([due])) if ask else {}
            if due.kind in COMPANIONS and not due.calendar and due.id not in unwanted:
                await COMPANIONS[due.kind](works, [due])
            await works.run(KEEPER, _left, row.id, state="withdrawn" if due.id in unwanted else "sent")
            found = await fetch(
                Mail, "SELECT id, kind, recipient, calendar, calendar_method FROM message WHERE id = {}", row.id
            )
            sent += [] if due.id in unwanted else found


async def _left(work: Work, message_id: UUID, state: str) -> None:
    await work.execute(
        "UPDATE message SET state = {}, sent_at = {}, begun_at = {} WHERE id = {}",
        state,
        work.now,
        work.now,
        message_id,
    )


class Program:
    """A calendar program: it keeps the newest of what it was sent about each entry (RFC 5546, 2.1.4 and 2.1.5)."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[tuple[int, str], Any, bool]] = {}

    def take(self, mails: Iterable[Mail]) -> "Program":
        """Read mails in whatever order they come."""
        for mail in mails:
            if mail.calendar:
                self._apply(mail)
        return self

    def _apply(self, mail: Mail) -> None:
        calendar = vobject.readOne(mail.calendar)
        assert calendar.method.value == mail.calendar_method
        (event,) = calendar.vevent_list
        assert event.attendee.value == f"mailto:{mail.recipient}"
        age = (int(event.sequence.value), event.dtstamp.value.isoformat())
        known = self._known.get(event.uid.value)
        if known is None or age > known[0]:
            self._known[event.uid.value] = age, event, mail.calendar_method == "CANCEL"

    @property
    def entries(self) -> dict[UUID, Shown]:
        """What it shows: nothing of what was withdrawn."""
        return {UUID(uid): as_shown(event) for uid, (_, event, gone) in self._known.items() if not gone}

    @property
    def gone(self) -> set[UUID]:
        """What it was told to take out."""
        return {UUID(uid) for uid, (_, _, gone) in self._known.items() if gone}

    def sequence(self, uid: UUID) -> int:
        """The sequence of an entry."""
        return self._known[str(uid)][0][0]


def as_shown(event: Any) -> Shown:
    """An event as somebody sees it."""
    return Shown(
        start=event.dtstart.value,
        end=event.dtend.value,
        title=event.summary.value,
        place=event.location.value if hasattr(event, "location") else "",
        cancelled=event.status.value == "CANCELLED",
    )
