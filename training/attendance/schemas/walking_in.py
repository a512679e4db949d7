"""The form at the door."""

from typing import Annotated
from uuid import UUID

from msgspec import Meta

from training.base.structs import EmailAddress, Input, Line
from training.booking.rules.orders import Wanted
from training.booking.rules.walk_ins import Comer
from training.catalogue.rules import Mode


class WalkInForm(Input, frozen=True, kw_only=True):
    """Who came, for whom, and why above the capacity where it is."""

    name: Line
    email: EmailAddress
    partner_id: UUID | None = None
    mode: Mode | None = None
    reason: Annotated[str, Meta(max_length=300)] = ""
    accept_clashes: bool = False

    def comer(self) -> Comer:
        """The same as booking takes it."""
        return Comer(
            person=Wanted(name=self.name, email=self.email),
            partner_id=self.partner_id,
            mode=self.mode,
            reason=self.reason,
            accept_clashes=self.accept_clashes,
        )
