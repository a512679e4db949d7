"""Who gets a place. One pure function, `settle`, decides every place; everything else here prepares or explains it.

The order is the order of arrival. Somebody waiting says which modes they accept, best first. A party that must stay
together takes all its places at once or none. When such a party does not fit yet, others may overtake it if the
session says so; if not, the modes it waits for are closed to everybody behind it.

Why a booking need not see the whole queue: whenever a place becomes free, `settle` runs over the whole queue until
nobody else fits. So at any other moment nobody who waits would fit, and a newcomer only has to know whether they would
overtake somebody. The counters in the session's row tell that (`closed_to_newcomers`); a property test proves that
the verdict is the same as from the whole queue. The exception is a party that can never fit any more, because the
session became smaller: it stands in nobody's way, which counters cannot tell, so then the queue is read
(`needs_queue`, docs/decisions/0005).
"""

from collections.abc import Iterable, Mapping, Sequence
from uuid import UUID

from training.base.structs import Frozen
from training.booking.rules.refusals import (
    AboveCapacity,
    ModeNotOffered,
    ModeNotWanted,
    OverbookingExhausted,
    PartyNeverFits,
)
from training.catalogue.rules import Mode

PLACE_MODES = (Mode.IN_PERSON, Mode.ONLINE)


LARGEST_PARTY = 200


class Waiting(Frozen, frozen=True, kw_only=True):
    """Somebody who wants a place. `party` joins those of one booking; `accepts` is in order of preference."""

    key: UUID
    party: UUID
    together: bool
    accepts: tuple[Mode, ...]


class Given(Frozen, frozen=True, kw_only=True):
    """A place given to somebody, in one of the modes they accept."""

    key: UUID
    mode: Mode


class Standing(Frozen, frozen=True, kw_only=True):
    """How a session stands: places and people waiting per mode, and its rules for the waitlist."""

    capacity: Mapping[Mode, int]
    taken: Mapping[Mode, int]
    waiting: Mapping[Mode, int]
    overtaking: bool
    promotes: bool

    @property
    def free(self) -> dict[Mode, int]:
        """Places free per mode; never below zero, even when a session stands above its capacity."""
        return {mode: max(0, self.capacity.get(mode, 0) - self.taken.get(mode, 0)) for mode in PLACE_MODES}


def check_can_ever_fit(capacity: Mapping[Mode, int], party: Sequence[Waiting]) -> None:
    """Raises PartyNeverFits for a party that must stay together and would not fit into the empty session."""
    if not party or not party[0].together or can_ever_fit(capacity, party):
        return
    places = sum(capacity.get(mode, 0) for mode in {mode for member in party for mode in member.accepts})
    has = "1 place" if places == 1 else f"{places or 'no'} places"
    raise PartyNeverFits(
        f"This session has {has}; {len(party)} people can never go together. Let some wait, or choose another session.",
        places=places,
        people=len(party),
    )


def can_ever_fit(capacity: Mapping[Mode, int], unit: Sequence[Waiting]) -> bool:
    """Whether everybody in the unit would get a place if the session were empty."""
    return len(_fit(unit, capacity)) == len(unit)


def settle(
    free: Mapping[Mode, int],
    queue: Sequence[Waiting],
    *,
    capacity: Mapping[Mode, int],
    overtaking: bool,
    closed: Iterable[Mode] = (),
) -> list[Given]:
    """Give free places to a queue in order of arrival. `closed` modes are not given to anybody in it.

    Where nobody may overtake, whoever does not fit closes their modes to those behind; but not somebody who could not
    get places in a session of this `capacity` if it were empty, because those behind would wait for ever.
    """
    left = {mode: max(0, free.get(mode, 0)) for mode in PLACE_MODES}
    for mode in closed:
        left[mode] = 0
    given: list[Given] = []
    for unit in _units(queue):
        placed = _fit(unit, left)
        for place in placed:
            left[place.mode] -= 1
        given.extend(placed)
        if not placed and not overtaking and can_ever_fit(capacity, unit):
            for member in unit:
                left.update(dict.fromkeys(member.accepts, 0))
    return given


def _units(queue: Sequence[Waiting]) -> list[list[Waiting]]:
    """Those who get places at once: a party that stays together, or one person; in order of first arrival."""
    units: dict[UUID, list[Waiting]] = {}
    for member in queue:
        units.setdefault(member.party if member.together else member.key, []).append(member)
    return list(units.values())


def _fit(unit: Sequence[Waiting], left: Mapping[Mode, int]) -> list[Given]:
    """Places for everybody in the unit, or nobody. Those who accept one mode only choose first."""
    room = dict(left)
    chosen: dict[UUID, Mode] = {}
    for member in sorted(unit, key=lambda m: len(set(m.accepts))):
        mode = next((m for m in member.accepts if room.get(m, 0) > 0), None)
        if mode is None:
            return []
        room[mode] -= 1
        chosen[member.key] = mode
    return [Given(key=member.key, mode=chosen[member.key]) for member in unit]


def closed_to_newcomers(standing: Standing) -> frozenset[Mode]:
    """The modes in which a newcomer would push in front of somebody who waits.

    With overtaking, somebody who waits while there is a free place is a party that does not fit yet, and may be
    overtaken. Without it, or when promotion has stopped (the cut-off), whoever waits for a mode comes first.
    """
    if standing.overtaking and standing.promotes:
        return frozenset()
    return frozenset(mode for mode in PLACE_MODES if standing.waiting.get(mode, 0) > 0)


def needs_queue(standing: Standing, party: Sequence[Waiting]) -> bool:
    """Whether counters are not enough to decide: somebody waits beside a free place that a newcomer wants.

    Where nobody may overtake, that is a party in the way, or one that can never fit any more and is in nobody's way.
    """
    if standing.overtaking or not standing.promotes:
        return False
    wanted = {mode for member in party for mode in member.accepts}
    return any(standing.free[mode] > 0 for mode in wanted & closed_to_newcomers(standing))


def decide(standing: Standing, party: Sequence[Waiting], queue: Sequence[Waiting] = ()) -> list[Given]:
    """Who of a new party gets a place at once; the others wait. `queue`: all who wait, if `needs_queue` says so."""
    shut = _closed_by(standing, queue) if queue else closed_to_newcomers(standing)
    return settle(standing.free, party, capacity=standing.capacity, overtaking=standing.overtaking, closed=shut)


def _closed_by(standing: Standing, queue: Sequence[Waiting]) -> frozenset[Mode]:
    units = [unit for unit in _units(queue) if can_ever_fit(standing.capacity, unit)]
    return frozenset(mode for unit in units for member in unit for mode in member.accepts)


def promote(standing: Standing, queue: Sequence[Waiting]) -> list[Given]:
    """Who of the whole queue gets a place now that some may be free. Nobody after the cut-off."""
    if not standing.promotes:
        return []
    return settle(standing.free, queue, capacity=standing.capacity, overtaking=standing.overtaking)


def place_by_hand(
    standing: Standing, overbooking: int, accepts: Sequence[Mode], wished: Mode | None, reason: str
) -> tuple[Mode, bool]:
    """The mode in which a manager gives somebody a place, and whether that is above the capacity.

    A free place comes first; above the capacity there are `overbooking` places in all modes together, for a reason.
    Raises ModeNotWanted, OverbookingExhausted, AboveCapacity.
    """
    suits = [mode for mode in accepts if wished in (None, mode)]
    if not suits:
        raise ModeNotWanted
    if mode := next((mode for mode in suits if standing.free[mode] > 0), None):
        return mode, False
    above = sum(max(0, standing.taken.get(mode, 0) - standing.capacity.get(mode, 0)) for mode in PLACE_MODES)
    # A mode without any place is one in which the session is not held.
    held = [mode for mode in suits if standing.capacity.get(mode, 0) > 0]
    if above >= overbooking or not held:
        raise OverbookingExhausted(allowed=overbooking)
    if not reason.strip():
        raise AboveCapacity(allowed=overbooking, above=above)
    return held[0], True


def accepted_modes(session_mode: Mode, wished: Sequence[Mode]) -> tuple[Mode, ...]:
    """The modes somebody accepts, best first. Raises ModeNotOffered for one that the session does not have.

    No wish means: whatever there is, in the room before the screen.
    """
    offered = PLACE_MODES if session_mode is Mode.HYBRID else (session_mode,)
    if not wished:
        return offered
    if wrong := [mode for mode in wished if mode not in offered]:
        raise ModeNotOffered(mode=wrong[0].value)
    return tuple(dict.fromkeys(wished))


def pack_modes(modes: Sequence[Mode]) -> str:
    """Modes in order as one text, for the `accepts` column."""
    return ",".join(mode.value for mode in modes)


def unpack_modes(text: str) -> tuple[Mode, ...]:
    """The reverse of `pack_modes`."""
    return tuple(Mode(part) for part in text.split(",") if part)
