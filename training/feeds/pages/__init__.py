"""Pages of feeds: addresses of calendars, calendar programs of one's devices, one session as a file."""

from training.feeds.pages.calendars import CalendarPages
from training.feeds.pages.devices import DevicePages
from training.feeds.pages.download import DownloadPages

CONTROLLERS = (CalendarPages, DevicePages, DownloadPages)

__all__ = ["CONTROLLERS"]
