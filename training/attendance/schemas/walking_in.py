"""Whoever came without a place: the form at the door, and the same as JSON."""

from typing import Annotated, Literal
from uuid import UUID

from msgspec import Meta

from training.attendance.actions.walking_in import There
from training.attendance.rules.marks import Minutes
from training.attendance.rules.statuses import Status
from training.base.structs import EmailAddress, Input, Line, OptionalLine
from training.booking.rules.orders import Wanted
from training.booking.rules.walk_ins import Comer
from training.catalogue.rules import Mode


def there(status: str | None, minutes: int | None) -> There | None:
    """How somebody was, where anything of it was said."""
    said = status is not None or minutes is not None
    return There(status=Status(status) if status else None, minutes=minutes) if said else None


class WalkInForm(Input, frozen=True, kw_only=True):
    """Who came, for whom, and why above the capacity where it is. Once the meeting is over: how they were."""

    name: Line
    email: EmailAddress
    partner_id: UUID | None = None
    mode: Mode | None = None
    reason: Annotated[str, Meta(max_length=300)] = ""
    accept_clashes: bool = False
    status: Literal["present", "partial"] | None = None
    minutes: Minutes | None = None

    def there(self) -> There | None:
        """How they were, where it was said."""
        return there(self.status, self.minutes)

    def comer(self) -> Comer:
        """The same as booking takes it."""
        return Comer(
            person=Wanted(name=self.name, email=self.email),
            partner_id=self.partner_id,
            mode=self.mode,
            reason=self.reason,
            accept_clashes=self.accept_clashes,
        )


class WalkInIn(Input, frozen=True, kw_only=True):
    """Who came without a place: a member of a partner, or a name and an address; without `partner_id` for themselves.

    `reason` is needed above the capacity. Before the end of the meeting they are marked as arriving now, and `status`
    is refused; once it is over, it says how they were: `present`, or `partial` with `minutes`.
    """

    partner_id: UUID | None = None
    membership_id: UUID | None = None
    name: OptionalLine = ""
    email: EmailAddress | None = None
    mode: Mode | None = None
    reason: Annotated[str, Meta(max_length=300)] = ""
    accept_clashes: bool = False
    status: Literal["present", "partial"] | None = None
    minutes: Minutes | None = None

    def there(self) -> There | None:
        """How they were, where it was said."""
        return there(self.status, self.minutes)

    def comer(self) -> Comer:
        """The same for the action."""
        return Comer(
            person=Wanted(membership_id=self.membership_id, name=self.name, email=self.email or ""),
            partner_id=self.partner_id,
            mode=self.mode,
            reason=self.reason,
            accept_clashes=self.accept_clashes,
        )
