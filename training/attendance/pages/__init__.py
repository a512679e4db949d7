"""Controllers of attendance, HTML."""

from litestar import Controller

CONTROLLERS: list[type[Controller]] = []
