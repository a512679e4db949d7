"""Somebody comes without a place: who they are, and what came of it."""

from uuid import UUID

from training.base.errors import Conflict, Invalid
from training.base.structs import Frozen
from training.booking.rules.orders import Wanted
from training.booking.rules.states import KEEPS_PLACE, State
from training.catalogue.rules import Mode
from training.people.rules import CountsNewcomers

# Whoever has one of these is on the roster; the others were only asked, offered a place, or wait.
ON_ROSTER = KEEPS_PLACE - {State.REQUESTED, State.OFFERED}


class Comer(Frozen, frozen=True, kw_only=True):
    """Whoever stands at the door: somebody of a partner, or, without one, for themselves, with a name and an address.

    `reason` is why they are let in above the capacity, or, by a manager, although a course is missing. With
    `accept_clashes` it does not matter that they take part in something else of this partner now.
    """

    person: Wanted
    partner_id: UUID | None = None
    mode: Mode | None = None
    reason: str = ""
    accept_clashes: bool = False


class WalkedIn(Frozen, frozen=True, kw_only=True):
    """A place given at the door. `waited`: they had been on the waitlist, or had been asked, before."""

    enrollment_id: UUID
    session_id: UUID
    person_id: UUID
    partner_id: UUID | None
    name: str
    mode: Mode
    above_capacity: bool
    waited: bool = False


class OnRosterAlready(Conflict):
    """This person is on the roster already. Just mark them."""

    code = "on-roster-already"


class ForManagers(CountsNewcomers, Conflict):
    """This address belongs to somebody outside that organization. Ask a program manager to add them.

    Where the session lets people come for themselves, they can be added without an organization.
    """

    code = "for-managers"
    # Whoever tries out whose addresses are known here is counted.
    newcomers = 1


class NobodyNamed(Invalid):
    """Say who came: a member of the organization, or a name and an address."""

    code = "nobody-named"
