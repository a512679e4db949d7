"""Whose briefing stays theirs. Pure."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Protocol
from uuid import UUID

from training.base.structs import Frozen


class Left(Frozen, frozen=True, kw_only=True):
    """That somebody was taken off these meetings at an instant."""

    at: datetime
    person_id: UUID
    meeting_ids: tuple[UUID, ...]


class Begins(Protocol):
    """What of a meeting matters here."""

    @property
    def id(self) -> UUID: ...
    @property
    def starts_at(self) -> datetime: ...


def taught_anyway(person_id: UUID | None, left: Iterable[Left], meetings: Sequence[Begins]) -> bool:
    """Whether somebody was taken off a meeting only when it had begun already, and so may have taught it."""
    began = {meeting.id: meeting.starts_at for meeting in meetings}
    return any(
        one.person_id == person_id and any(key in began and began[key] <= one.at for key in one.meeting_ids)
        for one in left
    )
