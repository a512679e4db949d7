"""Which values a session takes from its course, which it keeps for itself, and how small it may become."""

from collections.abc import Iterable, Mapping
from typing import Any

from msgspec import UNSET

from training.base.errors import Invalid
from training.base.structs import Frozen
from training.catalogue.rules import INHERITED, Audience, Inheritable, Mode, checked_course, only
from training.schedule.rules.promises import DeadlinePromised, shortened
from training.schedule.rules.sessions import CapacityBelowTaken, ModeWaitedFor, Session
from training.schedule.rules.values import SessionValues

# The mode that a capacity does not belong to.
_UNUSED = {Mode.IN_PERSON: "capacity_online", Mode.ONLINE: "capacity_in_person"}
_ENUMS: dict[str, type[Mode] | type[Audience]] = {"mode": Mode, "audience": Audience}
_CAPACITIES = ("capacity_in_person", "capacity_online")


class Inherited(Frozen, frozen=True, kw_only=True):
    """Effective values, and which of them are the session's own."""

    values: Inheritable
    own: frozenset[str]


class Kept(Frozen, frozen=True, kw_only=True):
    """A field that could not follow its course and so became the session's own, with the reason."""

    field: str
    course_value: int | str
    kept_value: int | str
    reason: str


def given(values: SessionValues) -> dict[str, Any]:
    """The inheritable fields that somebody said something about."""
    said = {name: value for name in INHERITED if (value := getattr(values, name)) is not UNSET}
    # Cleaning input turns members of a StrEnum into plain text.
    return {name: _ENUMS[name](value) if name in _ENUMS else value for name, value in said.items()}


def merged(course: Inheritable, own: Mapping[str, Any]) -> Inherited:
    """The course's values with the session's own over them. Raises Invalid when they cannot go together.

    A capacity that the mode has no use for is 0, unless somebody set it on purpose, which is refused.
    """
    values = {**only(Inheritable, course), **own}
    unused = _UNUSED.get(values["mode"])
    if unused and unused not in own:
        values[unused] = 0
    return Inherited(values=checked_course(Inheritable(**values)), own=frozenset(own))


def edited(session: Session, course: Inheritable, values: SessionValues) -> Inherited:
    """What an edit makes of a session: given fields become its own, those in `inherit` follow the course again."""
    both = given(values).keys() & set(values.inherit)
    if both:
        raise Invalid(fields=dict.fromkeys(both, "Either give a value or take the course's, not both."))
    own = {name: getattr(session, name) for name in session.own_fields if name in INHERITED} | given(values)
    unused = _UNUSED.get(own.get("mode", course.mode))
    # A capacity of the former mode is dropped with it, unless it is said again.
    gone = {unused} - given(values).keys() if unused else set()
    return merged(course, {name: value for name, value in own.items() if name not in {*values.inherit, *gone}})


def differing(own: Iterable[str], values: Inheritable, course: Inheritable) -> tuple[str, ...]:
    """The fields to mark "differs from course": the session's own ones whose value is another one, in order."""
    mine = frozenset(own)
    return tuple(name for name in INHERITED if name in mine and getattr(values, name) != getattr(course, name))


def check_capacity(session: Session, values: Inheritable, overbooking: int) -> None:
    """Raise CapacityBelowTaken, with the numbers, when fewer places would remain than are taken.

    Also when somebody waits for a mode that is given up and would accept no other (ModeWaitedFor): nobody would ever
    give them a place. The counters tell how many: who waits at all, less who accepts the mode that stays.
    """
    stranded = {
        Mode.IN_PERSON: session.waiting - session.waiting_in_person,
        Mode.ONLINE: session.waiting - session.waiting_online,
    }.get(values.mode, 0)
    if stranded:
        raise ModeWaitedFor(
            f"{stranded} waiting people would accept only the mode that this session gives up. Give them places or"
            " take them off the waitlist first.",
            field="mode",
            waiting=stranded,
        )
    taken = session.taken_in_person + session.taken_online
    too_few = {
        name: (getattr(session, f"taken_{name.removeprefix('capacity_')}"), getattr(values, name))
        for name in _CAPACITIES
        if getattr(session, f"taken_{name.removeprefix('capacity_')}") > getattr(values, name) + overbooking
    }
    capacity = values.capacity_in_person + values.capacity_online
    if not too_few and taken > capacity + overbooking:
        too_few = {"overbooking": (taken, capacity + overbooking)}
    if too_few:
        field, (places, wanted) = next(iter(too_few.items()))
        raise CapacityBelowTaken(
            f"{places} places are taken, so there cannot be only {wanted}. Move or cancel some of the people first.",
            field=field,
            taken=places,
            wanted=wanted,
        )


def followed(session: Session, course: Inheritable) -> tuple[Inherited, tuple[Kept, ...]]:
    """What a session becomes when its course has changed, and what it had to keep although the course moved on.

    A smaller capacity is followed only when the places taken allow it, and new values only when they go together with
    the session's own ones; otherwise as few fields as possible become the session's own. A deadline that people were
    told does not come earlier. Never raises: a course must not be uneditable because of one of its sessions.
    """
    own = {name: getattr(session, name) for name in session.own_fields if name in INHERITED}
    promised = [name for name in shortened(session, course) if name not in own]
    told = _kept(session, course, promised, DeadlinePromised().detail)
    own |= {name: getattr(session, name) for name in promised}
    reason = ""
    for kept in _candidates(session, course, own):
        try:
            fresh = merged(course, own | {name: getattr(session, name) for name in kept})
            check_capacity(session, fresh.values, session.overbooking)
        except (Invalid, CapacityBelowTaken) as error:
            reason = reason or error.detail
            continue
        return fresh, (*told, *_kept(session, course, kept, reason))
    rest = [name for name in INHERITED if name not in own and getattr(session, name) != getattr(course, name)]
    left = _kept(session, course, rest, reason)
    return Inherited(values=session.values, own=frozenset({*own, *rest})), (*told, *left)


def _candidates(session: Session, course: Inheritable, own: Mapping[str, Any]) -> list[list[str]]:
    """What could be kept, the least first: nothing, one capacity, both, everything that depends on the mode."""
    free = [name for name in INHERITED if name not in own and getattr(session, name) != getattr(course, name)]
    capacities = [name for name in free if name in _CAPACITIES]
    tied = [
        name for name in free if name in (*_CAPACITIES, "mode", "minimum_participants", "audience", "self_enrollment")
    ]
    return [[], *([name] for name in capacities), capacities, tied]


def _kept(session: Session, course: Inheritable, names: Iterable[str], reason: str) -> tuple[Kept, ...]:
    return tuple(
        Kept(field=name, course_value=getattr(course, name), kept_value=getattr(session, name), reason=reason)
        for name in names
    )
