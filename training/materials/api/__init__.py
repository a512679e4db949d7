"""Controllers of materials, JSON."""

from litestar import Controller

from training.materials.api.files import CourseFileApi, SessionFileApi
from training.materials.api.lists import CourseMaterialApi, SessionMaterialApi
from training.materials.api.materials import MaterialApi, MaterialVariantApi, MaterialVersionApi
from training.materials.api.own import OwnMaterialApi
from training.materials.api.uploads import UploadApi

CONTROLLERS: list[type[Controller]] = [
    SessionMaterialApi,
    CourseMaterialApi,
    MaterialApi,
    MaterialVersionApi,
    MaterialVariantApi,
    OwnMaterialApi,
    UploadApi,
    SessionFileApi,
    CourseFileApi,
]
