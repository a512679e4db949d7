"""Materials as JSON: what is sent to change them, and what is told of them."""

from datetime import datetime
from typing import Annotated, Any, Self
from uuid import UUID

from msgspec import UNSET, Meta, UnsetType

from training.base.errors import Invalid
from training.base.structs import Frozen, Input, as_data
from training.materials.actions.copying import Spot
from training.materials.queries.editing import Edited
from training.materials.queries.following import Place
from training.materials.queries.reach import Reach
from training.materials.queries.showing import CourseMaterials, SessionMaterials, Shown
from training.materials.rules.materials import (
    LONGEST_NOTE,
    LONGEST_SUMMARY,
    LONGEST_TITLE,
    LONGEST_WAIVER,
    MOST_MATERIALS,
    Material,
    MaterialDetails,
    Placement,
    PlacementDetails,
)
from training.materials.rules.notes import MOST_IN_A_NOTE
from training.materials.rules.showing import MOST_OFFSET, Audience, Opens, Showing, Why
from training.materials.rules.variants import (
    LONGEST_LINK,
    LONGEST_NAME,
    Form,
    Kind,
    VariantDetails,
    VariantView,
    VersionView,
)

Title = Annotated[str, Meta(min_length=1, max_length=LONGEST_TITLE)]
Summary = Annotated[str, Meta(max_length=LONGEST_SUMMARY)]
Offset = Annotated[int, Meta(ge=0, le=MOST_OFFSET, description="Minutes before the start; for `before` only.")]
MeetingNumber = Annotated[int, Meta(ge=1, le=1000, description="Relative to this meeting instead of the session.")]
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


class VariantOut(Frozen, frozen=True, kw_only=True):
    """A variant. A file is opened at `path` (with a sign-in); `state` is waiting, ready or refused, or empty."""

    id: UUID
    kind: Kind
    form: Form
    language: str
    name: str
    link: str
    body: str
    html: str
    file_id: UUID | None
    size: int
    media_type: str
    state: str
    path: str

    @classmethod
    def of(cls, variant: VariantView, below: str = "") -> Self:
        """From what is kept; `below` is the address of the material where it is shown."""
        same = {name: getattr(variant, name) for name in cls.__struct_fields__ if name != "path"}
        path = f"{below}/files/{variant.id}" if below and variant.kind is Kind.FILE else ""
        return cls(**same, path=path)


class GivenOut(Frozen, frozen=True, kw_only=True):
    """A published version as those who learn with it see it. `note`: how it differs from the one before."""

    id: UUID
    number: int
    note: str
    published_at: datetime
    variants: list[VariantOut]

    @classmethod
    def of(cls, version: VersionView | None, below: str = "") -> Self | None:
        """From what is kept; None for a draft, which nobody learns with."""
        if version is None or version.published_at is None:
            return None
        return cls(
            id=version.id,
            number=version.number,
            note=version.note,
            published_at=version.published_at,
            variants=[VariantOut.of(variant, below) for variant in version.variants],
        )


class VersionOut(Frozen, frozen=True, kw_only=True):
    """A version as those who edit it see it; `published_at` is null while it is worked on, and only then it changes."""

    id: UUID
    material_id: UUID
    number: int
    note: str
    waived: str
    created_at: datetime
    published_at: datetime | None
    variants: list[VariantOut]
    version: int

    @classmethod
    def of(cls, version: VersionView) -> Self:
        """From what is kept."""
        same = {name: getattr(version, name) for name in cls.__struct_fields__ if name != "variants"}
        return cls(**same, variants=[VariantOut.of(variant) for variant in version.variants])


class ShownOut(Frozen, frozen=True, kw_only=True):
    """A material as you see it. `given` is the version that this session gives, `newest` the newest where it came
    later. `from_at`: from when those it is for see it. `hidden` and `has_draft` concern those who edit."""

    id: UUID
    title: str
    summary: str
    own: bool
    showing: Showing
    prework: bool
    visible: bool
    why: Why
    from_at: datetime | None
    acknowledged_at: datetime | None
    acknowledged_number: int | None
    hidden: bool
    has_draft: bool
    given: GivenOut | None
    newest: GivenOut | None

    @classmethod
    def of(cls, shown: Shown, where: str) -> Self:
        """From what is seen; `where` is the address of the list it is in."""
        below = f"{where}/{shown.id}"
        same = {n: getattr(shown, n) for n in cls.__struct_fields__ if n not in ("given", "newest")}
        return cls(**same, given=GivenOut.of(shown.given, below), newest=GivenOut.of(shown.newest, below))


class LaterOut(Frozen, frozen=True, kw_only=True):
    """A material that you will see, and from when."""

    id: UUID
    title: str
    from_at: datetime | None


class MaterialsOut(Frozen, frozen=True, kw_only=True):
    """The materials of a session, or of a course, that you see now, and those that you will see later."""

    items: list[ShownOut]
    later: list[LaterOut]
    edits: bool

    @classmethod
    def of(cls, found: SessionMaterials | CourseMaterials) -> Self:
        """From what is seen."""
        if isinstance(found, SessionMaterials):
            where, later = f"/sessions/{found.session.id}/materials", found.later
        else:
            where, later = f"/courses/{found.course_id}/materials", ()
        return cls(
            items=[ShownOut.of(one, where) for one in found.items],
            later=[LaterOut(id=one.id, title=one.title, from_at=one.from_at) for one in later],
            edits=found.edits,
        )


class HistoryOut(Frozen, frozen=True, kw_only=True):
    """The published versions of a material, the newest first."""

    items: list[GivenOut]

    @classmethod
    def of(cls, versions: tuple[VersionView, ...], below: str) -> Self:
        """From what is kept."""
        told = [GivenOut.of(version, below) for version in versions]
        return cls(items=[one for one in told if one is not None])


class MaterialOut(Frozen, frozen=True, kw_only=True):
    """A material as those who edit it see it."""

    id: UUID
    program_id: UUID
    course_id: UUID | None
    session_id: UUID | None
    title: str
    summary: str
    audience: Audience
    opens: Opens
    offset_minutes: int
    meeting_number: int | None
    prework: bool
    position: int
    withdrawn_at: datetime | None
    source_id: UUID | None
    version: int

    @classmethod
    def of(cls, material: Material) -> Self:
        """From what is kept."""
        return cls(**{name: getattr(material, name) for name in cls.__struct_fields__})


class EditedOut(MaterialOut, frozen=True, kw_only=True):
    """The same with its versions, the newest first."""

    versions: list[VersionOut]

    @classmethod
    def whole(cls, edited: Edited) -> Self:
        """From what is kept."""
        versions = [VersionOut.of(version) for version in edited.versions]
        return cls(**as_data(MaterialOut.of(edited.material)), versions=versions)


class CopiesOut(Frozen, frozen=True, kw_only=True):
    """What was copied, as it is now."""

    items: list[MaterialOut]

    @classmethod
    def of(cls, materials: tuple[Material, ...]) -> Self:
        """From what is kept."""
        return cls(items=[MaterialOut.of(material) for material in materials])


class PlacementOut(Frozen, frozen=True, kw_only=True):
    """How a session uses a material of its course; version 0 where nobody said anything."""

    session_id: UUID
    material_id: UUID
    hidden: bool
    pinned_id: UUID | None
    audience: Audience | None
    opens: Opens | None
    offset_minutes: int
    meeting_number: int | None
    prework: bool | None
    version: int

    @classmethod
    def of(cls, placement: Placement) -> Self:
        """From what is kept."""
        return cls(**{name: getattr(placement, name) for name in cls.__struct_fields__})


class ReachOut(Frozen, frozen=True, kw_only=True):
    """How many people would see what is shown so: `people` once it is open, `now` at the moment. `anybody`: whoever
    asks, besides."""

    people: int
    now: int
    trainers: int
    anybody: bool
    from_at: datetime | None
    zone: str
    sessions: int

    @classmethod
    def of(cls, reach: Reach) -> Self:
        """From what was counted."""
        return cls(**{name: getattr(reach, name) for name in cls.__struct_fields__})


class FollowOut(Frozen, frozen=True, kw_only=True):
    """Whether you hear when the materials of your session change."""

    enrollment_id: UUID
    session_id: UUID
    following: bool

    @classmethod
    def of(cls, place: Place) -> Self:
        """From what is kept."""
        return cls(**{name: getattr(place, name) for name in cls.__struct_fields__})


class AcknowledgedOut(Frozen, frozen=True, kw_only=True):
    """Since when you have gone through a material, in which version; null while you have not."""

    material_id: UUID
    acknowledged_at: datetime | None
    acknowledged_number: int | None

    @classmethod
    def of(cls, shown: Shown) -> Self:
        """From what is seen."""
        return cls(
            material_id=shown.id,
            acknowledged_at=shown.acknowledged_at,
            acknowledged_number=shown.acknowledged_number,
        )


def _material(said: dict[str, Any]) -> MaterialDetails:
    # Cleaning input turns members of a StrEnum into plain text.
    return MaterialDetails(**{**said, "audience": Audience(said["audience"]), "opens": Opens(said["opens"])})
