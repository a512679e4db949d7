"""Other rules for clocks than those of the pinned zone data, as a new release of it would bring them."""

import zoneinfo
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib.resources import files
from pathlib import Path
from zoneinfo import ZoneInfo

from training.base.zones import prefer_pinned_zones
from training.ics import zones

# Always an hour ahead of UTC.
LIKE_LAGOS = "Africa/Lagos"


@contextmanager
def new_rules(folder: Path, like: Mapping[str, str]) -> Iterator[None]:
    """While this lasts, each of these zones has the rules of the other one: a file of that name is found first."""
    for zone, other in like.items():
        path = folder / zone
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(files("tzdata").joinpath("zoneinfo", *other.split("/")).read_bytes())
    zoneinfo.reset_tzpath([str(folder)])
    ZoneInfo.clear_cache()
    _forget()
    try:
        yield
    finally:
        prefer_pinned_zones()
        _forget()


def _forget() -> None:
    """What a process keeps of zones for as long as it lives: a release of zone data comes with a new process."""
    zones.zone_block.cache_clear()
    zones._changes.cache_clear()
