"""The zone at a point, by the library that is kept for it."""

import pytest

from training.schedule.rules.zoning import zones_at


@pytest.mark.parametrize(
    ("latitude", "longitude", "zones"),
    [
        (54.3276, 10.1806, ("Europe/Berlin",)),
        (-77.841878, 166.686345, ("Antarctica/McMurdo",)),
        (43.8, 87.6, ("Asia/Shanghai", "Asia/Urumqi")),
        (-48.876667, -123.393333, ("Etc/GMT+8",)),
        (149.1, -35.3, ()),
        (float("nan"), 0.0, ()),
    ],
)
def test_the_likeliest_zone_comes_first(latitude: float, longitude: float, zones: tuple[str, ...]) -> None:
    assert zones_at(latitude, longitude) == zones
