"""What somebody orders, and what it came to."""

from uuid import UUID

from training.base.errors import Conflict
from training.base.structs import Frozen
from training.booking.rules.states import Verdict
from training.catalogue.rules import Mode
from training.people.rules import CountsNewcomers


class Wanted(Frozen, frozen=True, kw_only=True):
    """A person to book: a member of the partner, or a name and an address that become one."""

    membership_id: UUID | None = None
    name: str = ""
    email: str = ""


class Order(Frozen, frozen=True, kw_only=True):
    """A request for places: for whom, in which modes (best first; none means any), together or not.

    `open_places` are places without a name, which cannot wait. `accept_clashes` books people who take part in something
    else of this partner at that time. `waive` is a manager's reason to let in whoever lacks a course that comes first.
    """

    session_id: UUID
    partner_id: UUID
    people: tuple[Wanted, ...]
    accepts: tuple[Mode, ...] = ()
    together: bool = False
    note: str = ""
    access_code: str = ""
    open_places: int = 0
    accept_clashes: bool = False
    waive: str = ""


class Booked(Frozen, frozen=True, kw_only=True):
    """What a booking came to, person by person, in the order asked. In a preview there is no booking yet.

    `open_places` is how many places without a name were (or would be) taken; `open_refused` how many there were not.
    """

    booking_id: UUID | None
    code: str
    session_id: UUID
    partner_id: UUID
    verdicts: tuple[Verdict, ...]
    open_places: int = 0
    open_refused: int = 0


class NobodyBooked(CountsNewcomers, Conflict):
    """None of these people could be booked."""

    code = "nobody-booked"
