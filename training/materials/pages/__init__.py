"""Controllers of materials, HTML."""

from litestar import Controller

from training.materials.pages.acknowledging import OwnMaterialPages, PlaceMaterialPages
from training.materials.pages.files import CourseFilePages, PlaceFilePages, SessionFilePages
from training.materials.pages.one import CourseOnePages, OnePages, PlaceOnePages
from training.materials.pages.taking import CourseTakingPages, PlaceTakingPages, TakingPages

CONTROLLERS: list[type[Controller]] = [
    TakingPages,
    PlaceTakingPages,
    CourseTakingPages,
    OnePages,
    PlaceOnePages,
    CourseOnePages,
    OwnMaterialPages,
    PlaceMaterialPages,
    SessionFilePages,
    CourseFilePages,
    PlaceFilePages,
]
