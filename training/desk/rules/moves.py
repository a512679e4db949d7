"""What somebody typed about meetings, read as changes; and which clashes they agreed to."""

import hashlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from training.base.errors import Invalid, TrainingError
from training.base.structs import Frozen
from training.schedule.rules.clashes import Clash
from training.schedule.rules.placing import Placed, changed, seen_changes
from training.schedule.rules.sessions import Meeting, State, Trainer
from training.schedule.rules.times import Instant, TimeIsAmbiguous
from training.schedule.rules.values import MeetingChange

# Which field of the form shows what is wrong with which value of a meeting.
_SHOWN_AT = {"local_start": "start", "local_end": "end"}
_SENTENCES = {"link": "Please enter a web address that begins with https:// or http://, without blanks."}
_FOLDS = ("start_fold", "end_fold")


class Question(Frozen, frozen=True, kw_only=True):
    """A wall time that clocks show twice: which of the two is meant? `field` is start_fold or end_fold."""

    field: str
    first: Instant
    second: Instant


class Draft(Frozen, frozen=True, kw_only=True):
    """A meeting and what was typed about it: a change that can be made, or what stands against it."""

    meeting: Meeting
    typed: Mapping[str, str]
    change: MeetingChange | None = None
    placed: Placed | None = None
    errors: Mapping[str, str] = {}
    question: Question | None = None

    @property
    def differs(self) -> bool:
        """Whether an attendee would see a change."""
        return self.placed is not None and bool(seen_changes(self.meeting, self.placed))


def movable(state: State, meeting: Meeting, now: datetime) -> bool:
    """Whether a meeting can still be changed: once people rely on it, only until it is over."""
    return meeting.cancelled_at is None and (state is State.DRAFT or meeting.ends_at > now)


def prefilled(meeting: Meeting) -> dict[str, str]:
    """The form of a meeting as it is now."""
    same_day = meeting.local_start.date() == meeting.local_end.date()
    return {
        "date": meeting.local_start.date().isoformat(),
        "start": f"{meeting.local_start:%H:%M}",
        "end": f"{meeting.local_end:%H:%M}",
        "end_date": "" if same_day else meeting.local_end.date().isoformat(),
        "zone": meeting.zone,
        "room_id": str(meeting.room_id or ""),
        "link": meeting.link,
        "start_fold": "",
        "end_fold": "",
    }


def untouched(meeting: Meeting) -> Draft:
    """A meeting about which nothing was typed yet."""
    return Draft(meeting=meeting, typed=prefilled(meeting))


def read_draft(meeting: Meeting, typed: Mapping[str, str], rest: Mapping[str, Any], errors: Mapping[str, str]) -> Draft:
    """What was typed about a meeting. `rest` are the values that were read already (zone, room, link, folds), `errors`
    what is wrong with the others.

    A skipped time is an error that says the next possible one; a time that clocks show twice is a question.
    """
    if errors:
        told = {name: _SENTENCES.get(name, text) for name, text in errors.items()}
        return Draft(meeting=meeting, typed=typed, errors=told)
    try:
        change = _change(meeting, typed, rest)
        return Draft(meeting=meeting, typed=typed, change=change, placed=changed(meeting, change))
    except TimeIsAmbiguous as error:
        field = "start_fold" if error.data.get("field") == "local_start" else "end_fold"
        question = Question(field=field, first=error.first, second=error.second)
        return Draft(meeting=meeting, typed=typed, errors={field: error.detail}, question=question)
    except Invalid as error:
        found = {_SHOWN_AT.get(name, name): text for name, text in error.fields.items()}
        return Draft(meeting=meeting, typed=typed, errors=found or {"": error.detail})


def _change(meeting: Meeting, typed: Mapping[str, str], rest: Mapping[str, Any]) -> MeetingChange:
    begins_on = _day(typed["date"], "date")
    ends_on = _day(typed["end_date"], "end_date") if typed["end_date"].strip() else begins_on
    start = datetime.combine(begins_on, _clock(typed["start"], "start"))
    end = datetime.combine(ends_on, _clock(typed["end"], "end"))
    if end <= start and ends_on == begins_on:
        raise Invalid(fields={"end": "This is not after the start. If it ends another day, fill in that day too."})
    values = {name: value for name, value in rest.items() if value is not None or name not in _FOLDS}
    return MeetingChange(meeting_id=meeting.id, local_start=start, local_end=end, **values)


def _day(text: str, field: str) -> date:
    try:
        return date.fromisoformat(text.strip())
    except ValueError as error:
        raise Invalid(fields={field: "Please enter a date, for example 2026-05-04."}) from error


def _clock(text: str, field: str) -> time:
    try:
        found = time.fromisoformat(text.strip())
    except ValueError as error:
        raise Invalid(fields={field: "Please enter a time of day, for example 14:30."}) from error
    if found.tzinfo is not None:
        raise Invalid(fields={field: "Please enter a time of day without a zone, for example 14:30."})
    return found.replace(microsecond=0)


def clash_mark(found: Iterable[Clash]) -> str:
    """A short name for exactly these clashes, so that agreeing to them is not agreeing to others that came since."""
    lines = sorted(f"{c.kind} {c.subject_id} {c.other_meeting_id} {c.starts_at} {c.ends_at}" for c in found)
    return hashlib.blake2s("\n".join(lines).encode(), digest_size=8).hexdigest()


def by_meeting(found: Iterable[Clash]) -> dict[UUID, list[Clash]]:
    """Clashes by the meeting that would have them."""
    sorted_out: dict[UUID, list[Clash]] = {}
    for clash in found:
        sorted_out.setdefault(clash.meeting_id, []).append(clash)
    return sorted_out


def unagreed(found: Iterable[Clash], agreed: Mapping[UUID, str]) -> list[UUID]:
    """The meetings with clashes that nobody agreed to, by the marks that were ticked."""
    return [meeting_id for meeting_id, own in by_meeting(found).items() if agreed.get(meeting_id) != clash_mark(own)]


def trainers_told(trainers: Iterable[Trainer], told: Collection[UUID]) -> list[tuple[str, bool]]:
    """Who teaches, by name, and whether they are written to (`told` are the persons who are)."""
    return sorted({(trainer.name or trainer.email, trainer.person_id in told) for trainer in trainers})


def with_refusal(drafts: Sequence[Draft], error: TrainingError) -> tuple[list[Draft], str]:
    """The drafts with what the action said against them, and what belongs to none of them."""
    meeting_id = error.data.get("meeting_id")
    fields = error.fields if isinstance(error, Invalid) else {}
    found = []
    for draft in drafts:
        if draft.meeting.id == meeting_id:
            draft = Draft(meeting=draft.meeting, typed=draft.typed, errors={"date": error.detail})
        found.append(draft)
    whole = "" if any(draft.meeting.id == meeting_id for draft in drafts) else " ".join(fields.values()) or error.detail
    return found, whole
