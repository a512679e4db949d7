"""Pages of feeds: the calendar programs of one's devices."""

from training.feeds.pages.devices import DevicePages

CONTROLLERS = (DevicePages,)

__all__ = ["CONTROLLERS"]
