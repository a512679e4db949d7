"""What a material is, how a session may differ in one of its course, and what is refused. Pure."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from training.base.errors import Conflict, Forbidden, Invalid
from training.base.structs import Frozen
from training.materials.rules.showing import Audience, Opens, Showing, checked_showing

MOST_MATERIALS = 200
LONGEST_TITLE = 200
LONGEST_SUMMARY = 5_000
LONGEST_NOTE = 1_000
LONGEST_WAIVER = 300
_MOST_NAMED = 3
# What is to be done before has to be seen before.
_IN_TIME = frozenset({Opens.ALWAYS, Opens.BEFORE})
_LEARN = frozenset({Audience.EVERYONE, Audience.PARTNERS, Audience.ENROLLED})


class MaterialsLimit(Conflict):
    """A list holds at most 200 materials, those that are withdrawn counted."""

    code = "too-many-materials"


def check_room(present: int, more: int, most: int = MOST_MATERIALS) -> None:
    """Raise MaterialsLimit, with how many would still go, when a list cannot hold so many more."""
    if present + more > most:
        raise MaterialsLimit(
            f"A list holds at most {most} materials, those that are withdrawn counted. Here are {present}, so"
            f" {max(0, most - present)} more would go, and this would be {more}."
        )


class WithdrawnAlready(Conflict):
    """What is withdrawn cannot be copied. Put it back first, or leave it out."""

    code = "withdrawn-already"


class OrderChanged(Conflict):
    """The list has changed meanwhile. Look at it again, then put it in order."""

    code = "order-changed"


class NotOfThisSession(Conflict):
    """This material is not one of the course that this session teaches."""

    code = "not-of-this-session"


class ShowingIsManagers(Forbidden):
    """Who may see a material of the course is decided by those who manage the program."""

    code = "showing-is-managers"


class NotPrework(Conflict):
    """Nobody is asked to go through this before the session."""

    code = "not-prework"


class NoDraft(Conflict):
    """There is no version of this material that is being worked on."""

    code = "no-draft"


class CopyOntoItself(Invalid):
    """Choose another course or session to copy to."""

    code = "copy-onto-itself"


class MaterialDetails(Frozen, frozen=True, kw_only=True):
    """What people say about a material. Who sees it when is `showing`, said field by field."""

    title: str
    summary: str = ""
    audience: Audience = Audience.ENROLLED
    opens: Opens = Opens.ALWAYS
    offset_minutes: int = 0
    meeting_number: int | None = None
    prework: bool = False

    @property
    def showing(self) -> Showing:
        """Who sees it when."""
        return Showing(
            audience=self.audience,
            opens=self.opens,
            offset_minutes=self.offset_minutes,
            meeting_number=self.meeting_number,
        )


class Material(MaterialDetails, frozen=True, kw_only=True):
    """A material as it is kept: of a course, or of one session."""

    id: UUID
    program_id: UUID
    course_id: UUID | None
    session_id: UUID | None
    position: int
    withdrawn_at: datetime | None
    source_id: UUID | None
    created_at: datetime
    created_by: UUID | None
    version: int


def check_not_withdrawn(materials: Sequence[Material]) -> None:
    """Raise WithdrawnAlready, with the titles, when any of these is withdrawn."""
    titles = [f"“{one.title}”" for one in materials if one.withdrawn_at is not None]
    if titles:
        more = len(titles) - _MOST_NAMED
        named = ", ".join(titles[:_MOST_NAMED]) + (f" and {more} more" if more > 0 else "")
        verb, them = ("is", "it") if len(titles) == 1 else ("are", "them")
        raise WithdrawnAlready(
            f"{named} {verb} withdrawn, so nothing was copied. Put {them} back first, or leave {them} out."
        )


class PlacementDetails(Frozen, frozen=True, kw_only=True):
    """How a session differs from its course in a material: None says nothing, so it is as in the course."""

    hidden: bool = False
    pinned_id: UUID | None = None
    audience: Audience | None = None
    opens: Opens | None = None
    offset_minutes: int = 0
    meeting_number: int | None = None
    prework: bool | None = None

    def showing(self, of: Showing) -> Showing:
        """Who sees it when in this session, where the course says `of`."""
        return Showing(
            audience=self.audience or of.audience,
            opens=self.opens or of.opens,
            offset_minutes=self.offset_minutes if self.opens else of.offset_minutes,
            meeting_number=self.meeting_number if self.opens else of.meeting_number,
        )


class Placement(PlacementDetails, frozen=True, kw_only=True):
    """A placement as it is kept; `version` 0 where there is none."""

    id: UUID | None = None
    session_id: UUID
    material_id: UUID
    version: int = 0


def checked_material(details: MaterialDetails) -> MaterialDetails:
    """The same with nothing that does not count. Raises Invalid with a sentence per field."""
    title = " ".join(details.title.split())
    if not 0 < len(title) <= LONGEST_TITLE:
        raise Invalid(fields={"title": f"Say what it is called, in at most {LONGEST_TITLE} characters."})
    if len(details.summary) > LONGEST_SUMMARY:
        raise Invalid(fields={"summary": f"At most {LONGEST_SUMMARY:,} characters."})
    showing = checked_showing(details.showing)
    if details.prework:
        check_prework(showing)
    return MaterialDetails(
        title=title,
        summary=details.summary,
        audience=showing.audience,
        opens=showing.opens,
        offset_minutes=showing.offset_minutes,
        meeting_number=showing.meeting_number,
        prework=details.prework,
    )


def checked_placement(details: PlacementDetails, of: MaterialDetails) -> PlacementDetails:
    """The same for a material of the course `of`. Raises Invalid with a sentence per field."""
    showing = checked_showing(details.showing(of.showing))
    if of.prework if details.prework is None else details.prework:
        check_prework(showing)
    return PlacementDetails(
        hidden=details.hidden,
        pinned_id=details.pinned_id,
        audience=details.audience or None,
        opens=details.opens or None,
        offset_minutes=showing.offset_minutes if details.opens else 0,
        meeting_number=showing.meeting_number if details.opens else None,
        prework=details.prework,
    )


def check_prework(showing: Showing) -> None:
    """Raise Invalid when learners could not see in time what they are to do before."""
    if showing.opens not in _IN_TIME:
        raise Invalid(
            fields={"prework": "What is to be done before has to be seen before: always, or some time before."}
        )
    if showing.audience not in _LEARN:
        raise Invalid(fields={"prework": "What is to be done before has to be seen by those who are enrolled."})
