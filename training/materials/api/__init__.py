"""Controllers of materials, JSON."""

from litestar import Controller

from training.materials.api.uploads import UploadApi

CONTROLLERS: list[type[Controller]] = [UploadApi]
