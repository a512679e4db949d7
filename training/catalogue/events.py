"""What can happen in the catalogue. The first field names the subject."""

from uuid import UUID

from training.base.structs import Event
from training.catalogue.rules import Inheritable


class ProgramCreated(Event, frozen=True, kw_only=True):
    """A program was added."""

    program_id: UUID
    slug: str
    name: str


class ProgramEdited(Event, frozen=True, kw_only=True):
    """Somebody changed the named fields of a program."""

    program_id: UUID
    changed: tuple[str, ...]


class MomentAdded(Event, frozen=True, kw_only=True):
    """A program plans towards one more date."""

    moment_id: UUID
    program_id: UUID
    name: str


class MomentEdited(Event, frozen=True, kw_only=True):
    """Name or dates of a moment changed."""

    moment_id: UUID
    program_id: UUID
    changed: tuple[str, ...]


class MomentRemoved(Event, frozen=True, kw_only=True):
    """A program no longer plans towards this date."""

    moment_id: UUID
    program_id: UUID
    name: str


class CourseCreated(Event, frozen=True, kw_only=True):
    """A course was added to a program."""

    course_id: UUID
    program_id: UUID
    title: str


class CourseEdited(Event, frozen=True, kw_only=True):
    """The template changed: `changed` names the inheritable fields that differ now, `values` holds all of them.

    Sessions take over the changed fields that they did not set themselves. `values.joining_details` is meant for
    enrolled people: a face that shows events to others leaves it out.
    """

    course_id: UUID
    program_id: UUID
    changed: tuple[str, ...]
    values: Inheritable


class PrerequisiteAdded(Event, frozen=True, kw_only=True):
    """From now on another course comes before this one. Places that were booked before stay."""

    course_id: UUID
    program_id: UUID
    required_course_id: UUID
    title: str


class PrerequisiteRemoved(Event, frozen=True, kw_only=True):
    """Another course does not come before this one any more."""

    course_id: UUID
    program_id: UUID
    required_course_id: UUID
    title: str


class VenueCreated(Event, frozen=True, kw_only=True):
    """A place where sessions are held was added."""

    venue_id: UUID
    name: str


class VenueEdited(Event, frozen=True, kw_only=True):
    """Somebody changed the named fields of a venue. Meetings there keep their own zone."""

    venue_id: UUID
    changed: tuple[str, ...]
