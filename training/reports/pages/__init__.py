"""Controllers of reports, HTML."""

from litestar import Controller

CONTROLLERS: list[type[Controller]] = []
