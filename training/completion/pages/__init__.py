"""Controllers of completion, HTML."""

from litestar import Controller

CONTROLLERS: list[type[Controller]] = []
