"""Controllers of surveys, HTML."""

from litestar import Controller

CONTROLLERS: list[type[Controller]] = []
