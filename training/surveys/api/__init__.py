"""Controllers of surveys, JSON."""

from litestar import Controller

CONTROLLERS: list[type[Controller]] = []
