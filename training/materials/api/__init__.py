"""Controllers of materials, JSON."""

from litestar import Controller

CONTROLLERS: list[type[Controller]] = []
