"""Controllers of materials, HTML."""

from litestar import Controller

CONTROLLERS: list[type[Controller]] = []
