"""What a meeting looks like in a calendar: one entry, from frozen values alone.

The same meeting is the same entry for everybody who reads the same kind of calendar: whom a calendar is for decides
how much it says, never what it is called or when it is.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from training.base.structs import Frozen
from training.catalogue.rules import Mode
from training.ics.entries import Entry
from training.schedule.rules.places import place_words, room_words

_LONGEST_TEXT = 20_000


class Face(StrEnum):
    """For whom an entry is written, and so what it tells."""

    LEARNER = "learner"
    TRAINER = "trainer"
    COORDINATOR = "coordinator"
    ROOM = "room"
    PUBLIC = "public"


class Shown(Frozen, frozen=True, kw_only=True):
    """A meeting with what is needed around it.

    `every` counts the meetings of its session and `held` those that are not cancelled; `every_upto` and `held_upto`
    count only as far as this one. `mode` is how the session is held, and `taken_as` how this reader takes part.
    `newest_at` is when the people last changed of whom the entry tells. `hidden`: the reader may know only that the
    room is taken.
    """

    meeting_id: UUID
    session_id: UUID
    every: int
    every_upto: int
    held: int
    held_upto: int
    title: str
    session_title: str
    summary: str
    mode: Mode
    local_start: datetime
    local_end: datetime
    zone: str
    start_fold: int
    end_fold: int
    starts_at: datetime
    ends_at: datetime
    sequence: int
    changed_at: datetime
    cancelled_at: datetime | None
    cancel_reason: str
    room_name: str | None
    venue_name: str | None
    venue_address: str | None
    face: Face
    taken_as: str = ""
    newest_at: datetime | None = None
    nameless: int = 0
    hidden: bool = False

    @property
    def part(self) -> tuple[int, int]:
        """Which part of how many it is. What was cancelled does not count, unless all was (`placing.parts_of`)."""
        if not self.held:
            return self.every_upto, self.every
        return (self.held_upto, self.held) if self.cancelled_at is None else (1, 1)


class Named(Frozen, frozen=True, kw_only=True):
    """Somebody whom an entry names: a trainer of one meeting, or a person (without a meeting) who takes part."""

    session_id: UUID
    meeting_id: UUID | None
    name: str
    role: str


class Style(Frozen, frozen=True, kw_only=True):
    """How the entries of one calendar are written. `base_url` has no trailing slash."""

    base_url: str
    names: bool = True
    alarm_minutes: int = 0


class Around(Frozen, frozen=True, kw_only=True):
    """What stands around the meetings of one calendar: who teaches (by meeting), who comes (by session), siblings."""

    trainers: Mapping[UUID, Sequence[Named]]
    people: Mapping[UUID, Sequence[Named]]
    siblings: Mapping[UUID, Sequence[str]]


def around(rows: Iterable[Shown], named: Iterable[Named]) -> Around:
    """Sort what was read into what each entry needs."""
    trainers: dict[UUID, list[Named]] = {}
    people: dict[UUID, list[Named]] = {}
    siblings: dict[UUID, list[str]] = {}
    for one in named:
        if one.meeting_id is None:
            people.setdefault(one.session_id, []).append(one)
        else:
            trainers.setdefault(one.meeting_id, []).append(one)
    for row in rows:
        siblings.setdefault(row.session_id, []).append(str(row.meeting_id))
    return Around(trainers=trainers, people=people, siblings=siblings)


def entry_of(row: Shown, near: Around, style: Style) -> Entry:
    """The calendar entry of a meeting. Raises ValueError for values that no entry can be made of."""
    if row.hidden:
        return _entry(row, style, title="Taken by another program", description="", place="")
    uid = str(row.meeting_id)
    online = row.mode is not Mode.IN_PERSON and row.taken_as != Mode.IN_PERSON
    joins = row.face in (Face.LEARNER, Face.TRAINER) and online and row.cancelled_at is None
    return _entry(
        row,
        style,
        title=_title(row),
        description=_description(row, near, style, joins=joins),
        place=_place(row),
        conference=f"{style.base_url}/join/{uid}" if joins else "",
        related=tuple(other for other in near.siblings.get(row.session_id, ()) if other != uid),
    )


def _entry(row: Shown, style: Style, *, title: str, description: str, place: str, **more: object) -> Entry:
    personal = row.face in (Face.LEARNER, Face.TRAINER)
    part, parts = (1, 1) if row.hidden else row.part
    return Entry(
        uid=str(row.meeting_id),
        local_start=row.local_start,
        local_end=row.local_end,
        start_fold=row.start_fold,
        end_fold=row.end_fold,
        zone=row.zone,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        title=title,
        description=description[:_LONGEST_TEXT],
        place=place,
        url="" if row.hidden else f"{style.base_url}/sessions/{row.session_id}",
        sequence=row.sequence,
        stamp=max(row.changed_at, row.newest_at) if row.newest_at else row.changed_at,
        cancelled=row.cancelled_at is not None,
        blocks_time=personal,
        part=part,
        parts=parts,
        alarm_minutes=style.alarm_minutes if personal else 0,
        **more,  # type: ignore[arg-type]
    )


def _title(row: Shown) -> str:
    own = row.title and row.title != row.session_title
    return f"{row.session_title}: {row.title}" if own else row.session_title


def _place(row: Shown) -> str:
    return place_words(row.taken_as or row.mode, room_words(row.room_name, row.venue_name, row.venue_address))


def _description(row: Shown, near: Around, style: Style, *, joins: bool) -> str:
    lines = []
    if row.cancelled_at is not None:
        lines += [f"Cancelled. {row.cancel_reason}".strip(), ""]
    if row.summary:
        lines += [row.summary, ""]
    lines += _facts(row, near, style)
    if joins:
        lines.append(f"Join online: {style.base_url}/join/{row.meeting_id}")
    if row.face is Face.TRAINER and row.cancelled_at is None:
        lines.append(f"Your briefing: {style.base_url}/sessions/{row.session_id}/briefing")
    lines.append(f"Details and changes: {style.base_url}/sessions/{row.session_id}")
    return "\n".join(lines)


def _facts(row: Shown, near: Around, style: Style) -> list[str]:
    lines = [f"When: {times_in_words(row)}"]
    part, parts = row.part
    if parts > 1:
        lines[0] = f"Part {part} of {parts}. {lines[0]}"
    trainers = [one.name for one in near.trainers.get(row.meeting_id, ()) if one.name]
    if trainers:
        lines.append(f"With {', '.join(trainers)}")
    if row.face is Face.COORDINATOR:
        lines += _who_comes(row, near.people.get(row.session_id, ()), names=style.names)
    return lines


def _who_comes(row: Shown, people: Sequence[Named], *, names: bool) -> list[str]:
    lines = [f"People of yours: {len(people)}"]
    if names and people:
        lines += [f"- {one.name}{_how(one, row)}" for one in people]
    if row.nameless:
        lines.append(f"Places without a name: {row.nameless}")
    return lines


def _how(one: Named, row: Shown) -> str:
    return " (online)" if row.mode is Mode.HYBRID and one.role == Mode.ONLINE else ""


def times_in_words(row: Shown) -> str:
    """The promise as people say it: "Mon 4 May 2026, 10:00 to 12:00 (Europe/Berlin)"."""
    start, end = row.local_start, row.local_end
    until = f"{end:%H:%M}" if end.date() == start.date() else f"{end:%a} {end.day} {end:%b %Y, %H:%M}"
    return f"{start:%a} {start.day} {start:%b %Y, %H:%M} to {until} ({row.zone})"


def farewell(feed_id: UUID, what: str, ended_at: datetime, base_url: str) -> Entry:
    """The one last entry of a calendar whose reader may not read it any more: a day's note on the day it ended."""
    day = ended_at.replace(hour=0, minute=0, second=0, microsecond=0)
    start = day.replace(tzinfo=None)
    end = start.fromordinal(start.toordinal() + 1)
    return Entry(
        uid=f"farewell-{feed_id}",
        local_start=start,
        local_end=end,
        zone="UTC",
        starts_at=day,
        ends_at=end.replace(tzinfo=day.tzinfo),
        title="This calendar has ended",
        description=(
            f"You no longer have access to {what}, so its entries are gone from this calendar.\n"
            "You can remove the subscription. In 30 days this address stops working.\n"
            f"Your other calendars: {base_url}/account/calendars"
        ),
        url=f"{base_url}/account/calendars",
        stamp=ended_at.replace(microsecond=0),
        all_day=True,
        blocks_time=False,
    )
