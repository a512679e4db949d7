"""Pages of the catalogue: programs for everybody; programs, moments, courses and venues for those who plan."""

from training.catalogue.pages.courses import CoursePages
from training.catalogue.pages.moments import MomentPages
from training.catalogue.pages.prerequisites import PrerequisitePages
from training.catalogue.pages.programs import ProgramPages
from training.catalogue.pages.public import PublicPages
from training.catalogue.pages.venues import VenuePages

CONTROLLERS = (PublicPages, ProgramPages, MomentPages, CoursePages, PrerequisitePages, VenuePages)

__all__ = ["CONTROLLERS"]
