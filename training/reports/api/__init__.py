"""Controllers of reports, JSON."""

from litestar import Controller

from training.reports.api.hours import HoursApi

CONTROLLERS: list[type[Controller]] = [HoursApi]
