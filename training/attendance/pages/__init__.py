"""Controllers of attendance, HTML."""

from litestar import Controller

from training.attendance.pages.sheets import SheetPages

CONTROLLERS: list[type[Controller]] = [SheetPages]
