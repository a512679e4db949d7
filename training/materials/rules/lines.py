"""What the list tells those who change materials: what keeps one from being seen, and what is missing. Pure."""

from collections.abc import Set as AbstractSet
from datetime import datetime

from training.base.structs import Frozen
from training.materials.rules.showing import Opens, Showing
from training.materials.rules.variants import FileState, VersionView, missing_captions


class Lacks(Frozen, frozen=True, kw_only=True):
    """What is wrong with some versions. `silent`: names of what has no captions in its language."""

    silent: tuple[str, ...] = ()
    waiting: bool = False
    refused: bool = False


def lacks(*versions: VersionView | None) -> Lacks:
    """What is wrong with the versions that count: the one that is given, and the one in preparation."""
    there = [version for version in versions if version is not None]
    variants = [variant for version in there for variant in version.variants]
    silent = [variant.name for version in there for variant in missing_captions(version.variants)]
    return Lacks(
        silent=tuple(dict.fromkeys(silent)),
        waiting=any(variant.state == FileState.WAITING for variant in variants),
        refused=any(variant.state == FileState.REFUSED for variant in variants),
    )


def is_nowhere(showing: Showing, meetings: AbstractSet[int] | None) -> bool:
    """Whether nobody it is for can see it in any session of a course, because none has the meeting that it waits for.
    `meetings`: the numbers of those that there are in one of them; None while no session is held."""
    if showing.opens is Opens.ALWAYS or showing.meeting_number is None or meetings is None:
        return False
    return showing.meeting_number not in meetings


def is_undated(showing: Showing, from_at: datetime | None) -> bool:
    """Whether nobody it is for can see it, because the meeting that it waits for has no date."""
    return showing.opens is not Opens.ALWAYS and from_at is None
