"""Controllers of materials, HTML."""

from litestar import Controller

from training.materials.pages.acknowledging import OwnMaterialPages, PlaceMaterialPages
from training.materials.pages.archive import ArchivePages
from training.materials.pages.bulk import CourseBulkPages, SessionBulkPages
from training.materials.pages.coming import AllComingPages, ComingPages
from training.materials.pages.copying import CourseCopyPages, SessionCopyPages
from training.materials.pages.editing import MaterialPages
from training.materials.pages.files import CourseFilePages, PlaceFilePages, SessionFilePages
from training.materials.pages.listing import CourseMaterialPages, SessionMaterialPages
from training.materials.pages.one import CourseOnePages, OnePages, PlaceOnePages
from training.materials.pages.openings import OpeningPages
from training.materials.pages.placing import PlacementPages
from training.materials.pages.taking import CourseTakingPages, PlaceTakingPages, TakingPages
from training.materials.pages.variants import VariantPages
from training.materials.pages.versions import VersionPages

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
    ArchivePages,
    SessionMaterialPages,
    CourseMaterialPages,
    PlacementPages,
    SessionBulkPages,
    AllComingPages,
    ComingPages,
    CourseBulkPages,
    SessionCopyPages,
    CourseCopyPages,
    MaterialPages,
    VersionPages,
    VariantPages,
    OpeningPages,
]
