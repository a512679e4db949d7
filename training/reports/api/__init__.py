"""Controllers of reports, JSON."""

from litestar import Controller

CONTROLLERS: list[type[Controller]] = []
