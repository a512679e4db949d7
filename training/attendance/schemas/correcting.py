"""The form that corrects what counts for a whole session."""

from typing import Annotated, Literal

from msgspec import Meta

from training.attendance.actions.correcting import Correction
from training.attendance.rules.overall import SessionMinutes
from training.base.structs import Input


class CorrectionForm(Input, frozen=True, kw_only=True):
    """What counts instead; an empty status lets what was computed count again. `version`: of what the page showed."""

    status: Literal["", "present", "partial", "excused", "no-show"] = ""
    minutes: SessionMinutes | None = None
    reason: Annotated[str, Meta(min_length=1, max_length=300)]
    version: Annotated[int, Meta(ge=0, le=2**31 - 1)] = 0

    def correction(self, shown: int | None) -> Correction:
        """The same as the action takes it. `shown`: the minutes that the form came with, which nobody typed and which
        are meant only for who was there."""
        meant = self.status in ("present", "partial") or self.minutes != shown
        return Correction(status=self.status, minutes=self.minutes if meant else None, reason=self.reason)
