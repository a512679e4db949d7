"""What the forms of the pages hold."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Literal
from uuid import UUID

from msgspec import Meta

from training.base.structs import Input, OptionalLine, Paragraphs
from training.booking.actions import Order, Wanted
from training.catalogue.rules import Mode

MODE_WISHES: dict[str, tuple[Mode, ...]] = {
    "any": (),
    "online_first": (Mode.ONLINE, Mode.IN_PERSON),
    "in_person": (Mode.IN_PERSON,),
    "online": (Mode.ONLINE,),
}


class BookForm(Input, frozen=True, kw_only=True):
    """The booking form: members by their boxes, others as text."""

    partner_id: UUID
    member: Annotated[list[UUID], Meta(max_length=1000)] = []
    people: Paragraphs = ""
    accepts: Literal["any", "online_first", "in_person", "online"] = "any"
    together: Literal["split", "together"] = "split"
    open_places: Annotated[int, Meta(ge=0, le=200)] = 0
    accept_clashes: bool = False
    waive: OptionalLine = ""
    note: Annotated[str, Meta(max_length=2000)] = ""
    code: Annotated[str, Meta(max_length=40)] = ""
    step: Literal["check", "change", "confirm"] = "check"

    def order(self, session_id: UUID, pasted: Sequence[Wanted], roster: Mapping[str, UUID]) -> Order:
        """The order for a session; `roster` maps the addresses of members, who may have been pasted too."""
        known = [Wanted(membership_id=roster[w.email]) if w.email in roster else w for w in pasted]
        people = dict.fromkeys([*(Wanted(membership_id=key) for key in self.member), *known])
        return Order(
            session_id=session_id,
            partner_id=self.partner_id,
            people=tuple(people),
            accepts=MODE_WISHES[self.accepts],
            together=self.together == "together",
            note=self.note,
            access_code=self.code,
            open_places=self.open_places,
            accept_clashes=self.accept_clashes,
            waive=self.waive,
        )


class CancelForm(Input, frozen=True, kw_only=True):
    """Why somebody leaves, in which state they were seen, and where to go afterwards."""

    version: int
    reason: Annotated[str, Meta(max_length=500)] = ""
    next: OptionalLine = ""
