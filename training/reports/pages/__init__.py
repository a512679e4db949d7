"""Controllers of reports, HTML."""

from litestar import Controller

from training.reports.pages.hours import HoursPages

CONTROLLERS: list[type[Controller]] = [HoursPages]
