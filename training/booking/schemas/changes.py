"""What the API and the forms of a change hold: somebody else, another date, another mode, together or one by one."""

from typing import Annotated, Literal
from uuid import UUID

from msgspec import Meta

from training.base.structs import Input, OptionalLine
from training.booking.actions.move import Target
from training.booking.actions.replace import Substitute
from training.booking.rules import Wanted
from training.booking.schemas.places import PersonIn
from training.catalogue.rules import Mode

Reason = Annotated[str, Meta(max_length=500)]
Modes = Annotated[list[Mode], Meta(max_length=2)]


class ReplaceIn(Input, frozen=True, kw_only=True):
    """Who comes instead. `accept_clashes` although they take part in something else of yours at that time; `waive` is a
    manager's reason to let in who lacks a course that comes first."""

    person: PersonIn
    accept_clashes: bool = False
    waive: Reason = ""

    def substitute(self) -> Substitute:
        """The same for the action."""
        email = self.person.email or ""
        wanted = Wanted(membership_id=self.person.membership_id, name=self.person.name or email, email=email)
        return Substitute(person=wanted, accept_clashes=self.accept_clashes, waive=self.waive)


class MoveIn(Input, frozen=True, kw_only=True):
    """Where to: another session of the same course, in which modes (best first; empty means any that it has)."""

    session_id: UUID
    accepts: Modes = []
    accept_clashes: bool = False
    waive: Reason = ""

    def target(self) -> Target:
        """The same for the action."""
        return Target(
            session_id=self.session_id,
            accepts=tuple(self.accepts),
            accept_clashes=self.accept_clashes,
            waive=self.waive,
        )


class ModeIn(Input, frozen=True, kw_only=True):
    """In which mode; for somebody who waits, all that they accept, best first."""

    accepts: Annotated[list[Mode], Meta(min_length=1, max_length=2)]


class PartyIn(Input, frozen=True, kw_only=True):
    """Whether those of the booking who wait stay together."""

    together: bool


class ChangeForm(Input, frozen=True, kw_only=True):
    """The form of all changes of one enrollment; `what` says which, `step` whether it is only to be looked at."""

    what: Literal["replace", "move", "mode"]
    step: Literal["check", "change", "confirm"] = "check"
    version: int
    member: UUID | None = None
    name: OptionalLine = ""
    email: Annotated[str, Meta(max_length=254)] = ""
    session_id: UUID | None = None
    accepts: Literal["", "in_person", "online", "any", "online_first"] = ""
    accept_clashes: bool = False
    waive: Reason = ""
    next: OptionalLine = ""


class PartyForm(Input, frozen=True, kw_only=True):
    """Together, or one by one."""

    together: Literal["split", "together"]
