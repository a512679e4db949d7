"""What is told of materials: to those who learn with them, and to those who change them."""

from datetime import datetime
from typing import Self
from uuid import UUID

from training.base.structs import Frozen, as_data
from training.materials.queries.editing import Edited
from training.materials.queries.following import Place
from training.materials.queries.reach import Reach
from training.materials.queries.showing import CourseMaterials, SessionMaterials, Shown
from training.materials.rules.materials import (
    Material,
    Placement,
)
from training.materials.rules.showing import Audience, Opens, Showing, Why, not_there
from training.materials.rules.variants import (
    Form,
    Kind,
    VariantView,
    VersionView,
)


class VariantOut(Frozen, frozen=True, kw_only=True):
    """A variant. A file is opened at `path` (with a sign-in); `state` is waiting, ready or refused, or empty.

    `body` and `html` are a note's text and what it is shown as; they are null for a note in a list of materials, and
    told by the material itself."""

    id: UUID
    kind: Kind
    form: Form
    language: str
    name: str
    link: str
    body: str | None
    html: str | None
    file_id: UUID | None
    size: int
    media_type: str
    state: str
    path: str

    @classmethod
    def of(cls, variant: VariantView, below: str = "", *, texts: bool = True) -> Self:
        """From what is kept; `below` is the address of the material where it is shown. `texts`: also those of notes."""
        same = {name: getattr(variant, name) for name in cls.__struct_fields__ if name not in ("body", "html", "path")}
        path = f"{below}/files/{variant.id}" if below and variant.kind is Kind.FILE else ""
        told = texts or variant.kind is not Kind.NOTE
        return cls(**same, path=path, body=variant.body if told else None, html=variant.shown_html if told else None)


class GivenOut(Frozen, frozen=True, kw_only=True):
    """A published version as those who learn with it see it. `note`: how it differs from the one before."""

    id: UUID
    number: int
    note: str
    published_at: datetime
    variants: list[VariantOut]

    @classmethod
    def of(cls, version: VersionView | None, below: str = "", *, texts: bool = True) -> Self | None:
        """From what is kept; None for a draft, which nobody learns with."""
        if version is None or version.published_at is None:
            return None
        return cls(
            id=version.id,
            number=version.number,
            note=version.note,
            published_at=version.published_at,
            variants=[VariantOut.of(variant, below, texts=texts) for variant in version.variants],
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
    later. `from_at`: from when those it is for see it; while the session is a draft, not before that is published.
    `hidden` and `has_draft` concern those who edit."""

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
    def of(cls, shown: Shown, where: str, *, texts: bool = True) -> Self:
        """From what is seen; `where` is the address of the list it is in. `texts`: also those of notes."""
        below = f"{where}/{shown.id}"
        same = {n: getattr(shown, n) for n in cls.__struct_fields__ if n not in ("given", "newest")}
        given, newest = (GivenOut.of(one, below, texts=texts) for one in (shown.given, shown.newest))
        return cls(**same, given=given, newest=newest)


class LaterOut(Frozen, frozen=True, kw_only=True):
    """A material that you will see, and from when."""

    id: UUID
    title: str
    from_at: datetime | None

    @classmethod
    def of(cls, shown: Shown) -> Self:
        """From what is seen."""
        return cls(id=shown.id, title=shown.title, from_at=shown.from_at)


class MissedOut(Frozen, frozen=True, kw_only=True):
    """A material for those who were there, and why you do not see it."""

    id: UUID
    title: str
    why: str


class MaterialsOut(Frozen, frozen=True, kw_only=True):
    """The materials of a session, or of a course, that you see now, and those that you will see later. `missed` are for
    those who were there, which of you is not recorded, or not yet. Notes are without their texts here."""

    items: list[ShownOut]
    later: list[LaterOut]
    missed: list[MissedOut]
    edits: bool

    @classmethod
    def of(cls, found: SessionMaterials | CourseMaterials) -> Self:
        """From what is seen."""
        if isinstance(found, SessionMaterials):
            where, later, missed = f"/sessions/{found.session.id}/materials", found.later, found.missed
        else:
            where, later, missed = f"/courses/{found.course_id}/materials", (), ()
        why = not_there("", found.standing.absent, None).detail
        return cls(
            items=[ShownOut.of(one, where, texts=False) for one in found.items],
            later=[LaterOut.of(one) for one in later],
            missed=[MissedOut(id=one.id, title=one.title, why=why) for one in missed],
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
