"""Controllers of attendance, JSON."""

from litestar import Controller

CONTROLLERS: list[type[Controller]] = []
