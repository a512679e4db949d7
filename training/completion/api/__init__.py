"""Controllers of completion, JSON."""

from litestar import Controller

CONTROLLERS: list[type[Controller]] = []
