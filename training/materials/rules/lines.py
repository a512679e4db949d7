"""What the list tells those who change materials: what keeps one from being seen, and what is missing. Pure."""

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


def is_undated(showing: Showing, from_at: datetime | None) -> bool:
    """Whether nobody it is for can see it, because the meeting that it waits for has no date."""
    return showing.opens is not Opens.ALWAYS and from_at is None
