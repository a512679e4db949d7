"""What becomes of an accepted row: the values of its session, the sentence it is recognised by, and its outcome."""

import re
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

import msgspec

from training.base.structs import Frozen
from training.schedule.rules.sessions import Audience, Meeting, Mode, State
from training.schedule.rules.spellings import partner_key
from training.schedule.rules.verdicts import Accepted

ROOM_NAME = "Room not named"
"""A venue of a file has one room of this name: the file names no rooms, and a meeting takes place in a room."""

_LONGEST_TITLE = 200
_NAMED = re.compile(r'(\w+) ("(?:[^"\\]|\\.)*")')
_ADDED_HERE = frozenset({State.DRAFT, State.CLOSED})


class Fate(StrEnum):
    """What became of a row, or would."""

    NEW = "new"
    THERE = "there"
    DIFFERS = "differs"
    UPDATED = "updated"
    REFUSED = "refused"


class ImportOptions(Frozen, frozen=True, kw_only=True):
    """How an import is to act. Without `publish`, sessions to come stay drafts."""

    publish: bool = False
    update: bool = False
    dry_run: bool = False


class Outcome(Frozen, frozen=True, kw_only=True):
    """What became of one row, and why. `code` says it shortly; "" where there is nothing to say."""

    line: int
    slug: str
    fate: Fate
    code: str = ""
    sentence: str = ""
    notes: tuple[str, ...] = ()
    """What was assumed and noticed."""
    session_id: UUID | None = None
    """The session, once there is one."""


class Known(Frozen, frozen=True, kw_only=True):
    """A session that an earlier import made, as it stands now. `touched`: something happened to it here since."""

    id: UUID
    external_key: str
    notes_json: str
    state: State
    version: int
    people: int
    touched: bool

    @property
    def source(self) -> str:
        """The sentence it is recognised by; "" when it was made in another way."""
        notes = msgspec.json.decode(self.notes_json, type=list[str])
        return notes[0] if notes and notes[0].startswith(_SOURCE_START) else ""


_SOURCE_START = "Imported from a row that says "


def source_of(row: Accepted) -> str:
    """One sentence with everything the row says and how it was read: another sentence is another content.

    Values are quoted as JSON strings, so no cell can imitate another one.
    """
    first = row.meetings[0]
    read = {
        "meetings": str(len(row.meetings)),
        "hours": f"{first.start.local:%H:%M} to {first.end.local:%H:%M}",
        "zone": row.zone,
        "places": str(row.capacity),
    }
    return f"{_SOURCE_START}{_quoted(row.cells)}; read as {_quoted(read)}."


def _quoted(values: dict[str, str]) -> str:
    return ", ".join(f"{name} {msgspec.json.encode(value).decode()}" for name, value in values.items())


def differences(before: str, after: str) -> tuple[str, ...]:
    """What differs between two sentences of `source_of`, one phrase each, in the order of the second."""
    old, new = dict(_NAMED.findall(before)), dict(_NAMED.findall(after))
    return tuple(
        f"{name} was {old.get(name, 'missing')}, is {value} now"
        for name, value in new.items()
        if old.get(name) != value
    )


def judge_known(row: Accepted, known: Known, options: ImportOptions) -> Outcome:
    """Whether a session that is there already agrees with the row, and whether the row may be taken over.

    Only a session that nobody relies on is changed by an import: a draft, or one that was over when it came, with
    nobody in it and nothing done to it here.
    """
    source = source_of(row)
    fate, sentence, code = Fate.THERE, "", ""
    if known.source != source:
        what = "; ".join(differences(known.source, source)) if known.source else "how it was made is not known"
        fate, code = Fate.DIFFERS, "content-differs"
        if not options.update:
            sentence = f"It was left as it is: {what}. --update takes this over."
        elif reason := _kept_because(known):
            sentence, code = f"It was left as it is, although {what}: {reason}", "changed-here"
        else:
            fate, sentence = Fate.UPDATED, f"Taken over: {what}."
    return _outcome(row, fate, code, sentence, known.id)


def as_new(row: Accepted, session_id: UUID | None) -> Outcome:
    """The outcome of a row that becomes a session."""
    return _outcome(row, Fate.NEW, "", "", session_id)


def as_refused(row: Accepted, code: str, sentence: str) -> Outcome:
    """The outcome of a row that was accepted and could not be brought in after all."""
    return _outcome(row, Fate.REFUSED, code, sentence, None)


def _outcome(row: Accepted, fate: Fate, code: str, sentence: str, session_id: UUID | None) -> Outcome:
    return Outcome(
        line=row.line,
        slug=row.slug,
        fate=fate,
        code=code,
        sentence=sentence,
        notes=_found(row),
        session_id=session_id,
    )


def _kept_because(known: Known) -> str:
    if not known.source:
        return "it was not made by an import of such a file."
    if known.people:
        return "people are in it. Change it by hand, so that they are told."
    if known.state not in _ADDED_HERE:
        return f"it is {known.state}. Change it by hand, so that those who rely on it are told."
    return "somebody worked on it here since. Change it by hand." if known.touched else ""


def _found(row: Accepted) -> tuple[str, ...]:
    return (*(each.sentence for each in row.assumptions), *(each.sentence for each in row.remarks))


def is_over(row: Accepted, now: datetime) -> bool:
    """Whether the last meeting of a row has ended."""
    return max(meeting.end.at for meeting in row.meetings) <= now


def state_for(row: Accepted, options: ImportOptions, now: datetime) -> State:
    """Closed when it is over; otherwise a draft unless it is to be published."""
    if is_over(row, now):
        return State.CLOSED
    return State.PUBLISHED if options.publish else State.DRAFT


def own_values(row: Accepted, now: datetime) -> dict[str, Any]:
    """What a row's session does not take from its course. What is over may be seen by everybody."""
    title = f"{row.course}: {row.host}"
    if len(title) > _LONGEST_TITLE:
        title = f"{title[: _LONGEST_TITLE - 1].rstrip()}…"
    capacity = "capacity_online" if row.online else "capacity_in_person"
    values = {
        "title": title,
        "summary": f"Hosted by {row.host}.",
        "mode": Mode.ONLINE if row.online else Mode.IN_PERSON,
        capacity: row.capacity,
    }
    return values | ({"audience": Audience.PUBLIC} if is_over(row, now) else {})


def notes_for(row: Accepted, language: str, now: datetime, more: Iterable[str] = ()) -> list[str]:
    """What stands in `session.import_notes`: where it comes from, what was assumed and noticed, what follows."""
    notes = [source_of(row), *_found(row), f"No language is given: the course's is taken ({language})."]
    if not row.online and row.venue:
        notes.append(f'No room is given: "{ROOM_NAME}" stands for it, and clashes in it were not looked for.')
    if is_over(row, now):
        notes.append("It was over when it was imported: it is closed, and everybody may see it.")
    return [*notes, *more]


def venue_key(row: Accepted) -> str:
    """The `external_key` of the venue of a row; "" where the session has none.

    The same words in one country name many places ("University of Michigan" is in two time zones), so zone and
    coordinates to one decimal (about 10 km) belong to it.
    """
    if row.online or not row.venue:
        return ""
    where = f"{row.point[0]:.1f},{row.point[1]:.1f}" if row.point else "-"
    return f"{row.country or '-'}:{row.zone}:{where}:{partner_key(row.venue)}"


def meetings_of(
    row: Accepted, session_id: UUID, ids: Sequence[UUID], room_id: UUID | None, now: datetime
) -> list[Meeting]:
    """The meetings of a row, counted from 1, with these ids."""
    return [
        Meeting(
            id=key,
            session_id=session_id,
            number=number,
            title="",
            local_start=meeting.start.local,
            local_end=meeting.end.local,
            zone=meeting.start.zone,
            start_fold=meeting.start.fold,
            end_fold=meeting.end.fold,
            starts_at=meeting.start.at,
            ends_at=meeting.end.at,
            room_id=room_id,
            link="",
            sequence=0,
            changed_at=now,
            cancelled_at=None,
            room_name=ROOM_NAME if room_id else None,
            venue_name=row.venue if room_id else None,
        )
        for number, (key, meeting) in enumerate(zip(ids, row.meetings, strict=True), 1)
    ]


def fate_lines(outcomes: Collection[Outcome], *, dry_run: bool) -> list[tuple[str, str]]:
    """How many rows had which fate, with the words for it, in the order of `Fate`; only those that there are."""
    counts = Counter(outcome.fate for outcome in outcomes)
    words = {
        Fate.NEW: "would be imported" if dry_run else "imported",
        Fate.THERE: "there already, unchanged",
        Fate.DIFFERS: "there already with other content, left as they are",
        Fate.UPDATED: "would be taken over" if dry_run else "taken over",
        Fate.REFUSED: "refused",
    }
    return [(f"{counts[fate]:,}", words[fate]) for fate in Fate if counts[fate]]
