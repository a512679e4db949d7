"""Which of two marks of one person counts, when whoever made them did not know of each other. Pure.

Stated in docs/decisions/0017: what was corrected after the roster was closed beats what a device brings later from
offline; somebody's word beats a machine's, and a machine's beats what was filled in for all who were left; what closing
filled in yields to what a device filled in before; otherwise the one made later counts, and of two made at the same
moment the one that came first.
"""

from datetime import datetime, timedelta

from training.attendance.rules.marks import Mark, MarkInput, plain_value
from training.attendance.rules.rosters import OPENS_BEFORE
from training.attendance.rules.statuses import BROUGHT, BY_MACHINE, Status, Way
from training.base.structs import Frozen

CORRECTED, KNOWS_BETTER, LATER, SAME_MOMENT = "corrected-later", "person-said", "marked-later", "marked-first"
_WHY = {
    CORRECTED: "It was corrected after the roster was closed.",
    KNOWS_BETTER: "Somebody looked and said otherwise.",
    LATER: "Somebody marked them later than this.",
    SAME_MOMENT: "Another mark of the same moment came first.",
}
_CODES = {why: code for code, why in _WHY.items()}


def code_of(why: str) -> str:
    """The code of a sentence that the history keeps; empty for what was taken."""
    return _CODES.get(why, "not-taken") if why else ""


class Merged(Frozen, frozen=True, kw_only=True):
    """Whether the newcomer counts; unless it does, `code` and `why` say what it lost against.

    `mark` is what stands afterwards. `known`: the newcomer changed what its maker saw, so there was no conflict.
    """

    taken: bool
    mark: Mark
    code: str = ""
    why: str = ""

    @property
    def changed(self) -> bool:
        """Whether what stands is the newcomer."""
        return self.taken and not self.code


def authority(way: Way) -> int:
    """How much a way of marking knows: 2 somebody's word, 1 a machine, 0 filled in for all who were left."""
    if way is Way.ALL:
        return 0
    return 1 if way in BY_MACHINE else 2


def moment(made_at: datetime | None, sent_at: datetime | None, now: datetime, starts_at: datetime) -> datetime:
    """When a mark was made, by our clock: the device's time moved by how far its clock was off when it sent it.

    Never later than now, and never earlier than the roster opened.
    """
    if made_at is None:
        return now
    by_us = _shifted(made_at, now - sent_at) if sent_at is not None else made_at
    return min(now, max(by_us, starts_at - OPENS_BEFORE))


def _shifted(at: datetime, by: timedelta) -> datetime:
    try:
        return at + by
    except OverflowError:
        return at


def merge(current: Mark | None, new: Mark, base_version: int | None, closed_at: datetime | None = None) -> Merged:
    """What stands after `new` came to `current`. `base_version` is the one that the maker of `new` saw, if known.

    The version of what stands is counted on by one when it changed.
    """
    if current is None:
        return Merged(taken=True, mark=_numbered(new, 1))
    if base_version == current.version and not _too_early_to_know(current, new, closed_at):
        # Made knowing what stood here, so it is later than that whatever the clocks say.
        return Merged(taken=True, mark=_numbered(new, current.version + 1, max(new.made_at, current.made_at)))
    lost = _lost(current, new, closed_at)
    if not lost:
        return Merged(taken=True, mark=_numbered(new, current.version + 1))
    if new.value == current.value:
        # They agree, so nothing is lost, and what stands keeps the better word.
        return Merged(taken=True, mark=current, code="same")
    return Merged(taken=False, mark=current, code=lost, why=_WHY[lost])


def seen_version(way: Way, current: Mark | None, base_version: int | None) -> int | None:
    """The version that the maker of a mark saw. A machine sees how things stand, and overrules nobody who said
    nothing."""
    return current.version if current is not None and way in BY_MACHINE and unrecorded(current) else base_version


def foreseen(current: Mark | None, asked: MarkInput, way: Way, closed_at: datetime | None = None) -> str:
    """What would come of saying this now: empty when it would be taken, `same` when it stands so already, else the
    code of what it would lose against."""
    if current is None:
        return ""
    # Said now, so later than everything that stands.
    now, said = max(current.made_at, current.marked_at) + timedelta(seconds=1), plain_value(asked)
    new = Mark(
        enrollment_id=said.enrollment_id,
        status=said.status,
        minutes_late=said.minutes_late,
        minutes_early=said.minutes_early,
        minutes=said.minutes,
        reason=said.reason,
        way=way,
        made_at=now,
        marked_at=now,
    )
    return merge(current, new, seen_version(way, current, said.base_version), closed_at).code


def _too_early_to_know(current: Mark, new: Mark, closed_at: datetime | None) -> bool:
    """Whether nobody can have seen what stands when the newcomer was made: it came after the closing."""
    return closed_at is not None and new.way in BROUGHT and new.made_at <= closed_at < current.marked_at


def _lost(current: Mark, new: Mark, closed_at: datetime | None) -> str:
    """Why the newcomer does not count; empty when it does."""
    # What was made before the closing and came after it is no correction.
    if closed_at is not None and current.made_at > closed_at and new.way is Way.OFFLINE:
        return CORRECTED
    mine, theirs = authority(new.way), authority(current.way)
    if mine != theirs:
        return KNOWS_BETTER if mine < theirs else ""
    filled_in = current.way is Way.ALL and current.marked_at == closed_at
    if filled_in and new.made_at <= current.marked_at and not unrecorded(new):
        # The closing filled in whoever was left, and by this nobody was.
        return ""
    if new.made_at == current.made_at:
        return SAME_MOMENT
    return LATER if new.made_at < current.made_at else ""


def _numbered(mark: Mark, version: int, made_at: datetime | None = None) -> Mark:
    values = {name: getattr(mark, name) for name in Mark.__struct_fields__}
    return Mark(**{**values, "version": version, "made_at": made_at or mark.made_at})


def unrecorded(current: Mark | None) -> bool:
    """Whether nobody has said anything that holds."""
    return current is None or current.status is Status.NOT_RECORDED
