"""What is sent to change materials."""

from typing import Annotated, Any
from uuid import UUID

from msgspec import UNSET, Meta, UnsetType

from training.base.errors import Invalid
from training.base.structs import Input, as_data
from training.materials.actions.copying import Spot
from training.materials.rules.materials import (
    LONGEST_NOTE,
    LONGEST_SUMMARY,
    LONGEST_TITLE,
    LONGEST_WAIVER,
    MOST_MATERIALS,
    MaterialDetails,
    PlacementDetails,
)
from training.materials.rules.notes import MOST_IN_A_NOTE
from training.materials.rules.showing import MOST_OFFSET, Audience, Opens
from training.materials.rules.variants import (
    LONGEST_LINK,
    LONGEST_NAME,
    Form,
    Kind,
    VariantDetails,
)

Title = Annotated[str, Meta(min_length=1, max_length=LONGEST_TITLE)]
Summary = Annotated[str, Meta(max_length=LONGEST_SUMMARY)]
Offset = Annotated[int, Meta(ge=0, le=MOST_OFFSET, description="Minutes before the start; for `before` only.")]
_MEETING = (
    "Relative to this meeting instead of the session. It follows when the meetings of the session are counted anew, so"
    " that it names the same one; 1000: one that is not there any more."
)
MeetingNumber = Annotated[int, Meta(ge=1, le=1000, description=_MEETING)]
Name = Annotated[str, Meta(max_length=LONGEST_NAME)]
LanguageTag = Annotated[str, Meta(max_length=20, description="A language tag such as es or pt-BR; may be empty.")]
Ids = Annotated[list[UUID], Meta(max_length=MOST_MATERIALS)]


class MaterialIn(Input, frozen=True, kw_only=True):
    """A material to add."""

    title: Title
    summary: Summary = ""
    audience: Audience = Audience.ENROLLED
    opens: Opens = Opens.ALWAYS
    offset_minutes: Offset = 0
    meeting_number: MeetingNumber | None = None
    prework: bool = False

    def details(self) -> MaterialDetails:
        """What is to be kept."""
        return _material(as_data(self))


class MaterialChange(Input, frozen=True, kw_only=True):
    """Fields of a material to change; what is left out stays."""

    title: Title | UnsetType = UNSET
    summary: Summary | UnsetType = UNSET
    audience: Audience | UnsetType = UNSET
    opens: Opens | UnsetType = UNSET
    offset_minutes: Offset | UnsetType = UNSET
    meeting_number: MeetingNumber | UnsetType | None = UNSET
    prework: bool | UnsetType = UNSET

    def details(self, current: MaterialDetails) -> MaterialDetails:
        """What is to be kept, with `current` where nothing is said."""
        said = {name: value for name, value in as_data(self).items() if value is not UNSET}
        names = MaterialDetails.__struct_fields__
        return _material({name: getattr(current, name) for name in names} | said)


class PlacementIn(Input, frozen=True, kw_only=True):
    """How a session uses a material of its course; what is null is as in the course."""

    hidden: bool = False
    pinned_id: UUID | None = None
    audience: Audience | None = None
    opens: Opens | None = None
    offset_minutes: Offset = 0
    meeting_number: MeetingNumber | None = None
    prework: bool | None = None

    def details(self) -> PlacementDetails:
        """What is to be kept."""
        said = as_data(self)
        audience, opens = said["audience"], said["opens"]
        enums = {"audience": Audience(audience) if audience else None, "opens": Opens(opens) if opens else None}
        return PlacementDetails(**{**said, **enums})


class VariantIn(Input, frozen=True, kw_only=True):
    """A file that was uploaded, an address elsewhere, or a note in Markdown."""

    kind: Kind
    form: Form = Form.DOCUMENT
    language: LanguageTag = ""
    name: Name = ""
    file_id: UUID | None = None
    link: Annotated[str, Meta(max_length=LONGEST_LINK)] = ""
    body: Annotated[str, Meta(max_length=MOST_IN_A_NOTE)] = ""

    def details(self) -> VariantDetails:
        """What is to be kept."""
        return VariantDetails(**{**as_data(self), "kind": Kind(self.kind), "form": Form(self.form)})


class PublicationIn(Input, frozen=True, kw_only=True):
    """What is different from the version before (needed from the second on), and why captions are missing."""

    note: Annotated[str, Meta(max_length=LONGEST_NOTE)] = ""
    waive: Annotated[str, Meta(max_length=LONGEST_WAIVER)] = ""


class OrderIn(Input, frozen=True, kw_only=True):
    """All materials of a list that are not withdrawn, in the order that they are to have."""

    material_ids: Ids


class CopyIn(Input, frozen=True, kw_only=True):
    """Which materials to copy, from a session or from a course (one of them)."""

    session_id: UUID | None = None
    course_id: UUID | None = None
    material_ids: Ids

    def source(self) -> Spot:
        """Where they are. Raises Invalid unless exactly one is said."""
        if (self.session_id is None) == (self.course_id is None):
            raise Invalid(fields={"session_id": "Say either a session or a course."})
        return Spot(session_id=self.session_id, course_id=self.course_id)


def _material(said: dict[str, Any]) -> MaterialDetails:
    # Cleaning input turns members of a StrEnum into plain text.
    return MaterialDetails(**{**said, "audience": Audience(said["audience"]), "opens": Opens(said["opens"])})
