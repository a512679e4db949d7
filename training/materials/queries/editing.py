"""Materials as those who edit them see them, and who that is.

Managers of the program edit everything of it; a session's lead and co-trainers edit what belongs to this session alone,
and how it uses what it has from its course. For everybody else it does not exist.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import LiteralString
from uuid import UUID

from msgspec.structs import replace

from training.base.database import fetch, fetch_one, for_share, for_update, marks
from training.base.errors import NotFound
from training.base.structs import Frozen, Viewer
from training.materials.queries.standing import ENDS_SQL
from training.materials.queries.versions import StoredView, get_full_version, list_bare_versions, list_variants
from training.materials.rules.materials import Material, Placement
from training.materials.rules.variants import FileType, VersionView
from training.people.rules import Permission, may

_MATERIAL = (
    "SELECT m.id, m.program_id, m.course_id, m.session_id, m.title, m.summary, m.audience, m.opens, m.offset_minutes,"
    " m.meeting_number, m.prework, m.position, m.withdrawn_at, m.source_id, m.created_at, m.created_by, m.version"
    " FROM material m"
)
_MATERIAL_SCOPED = _MATERIAL.replace(
    " FROM material m",
    ", p.name AS program_name, c.id AS scope_course_id, c.title AS course_title,"
    " COALESCE(s.title, c.title) AS scope_title, COALESCE(s.zone, p.zone) AS zone, s.starts_at,"
    f" {ENDS_SQL} AS ends_at,"
    " EXISTS (SELECT 1 FROM trainer_assignment t WHERE t.session_id = m.session_id AND t.person_id = {}"
    " AND t.role IN ('lead', 'co')) AS leads FROM material m LEFT JOIN session s ON s.id = m.session_id"
    " JOIN course c ON c.id = COALESCE(m.course_id, s.course_id) JOIN program p ON p.id = m.program_id",
)
_OF_VERSION: LiteralString = "(SELECT v.material_id FROM material_version v WHERE v.id = {})"
_OF_VARIANT: LiteralString = (
    "(SELECT v.material_id FROM material_variant x JOIN material_version v ON v.id = x.version_id WHERE x.id = {})"
)
_PLACEMENT = (
    "SELECT p.id, p.session_id, p.material_id, p.hidden, p.pinned_id, NULLIF(p.audience, '') AS audience,"
    " NULLIF(p.opens, '') AS opens, p.offset_minutes,"
    " p.meeting_number, p.prework, p.version FROM material_placement p"
)
_FILE = "SELECT f.id, f.sha256, f.size, f.media_type, f.kind, f.state, f.verdict, f.unused_at FROM stored_file f"
_USES: LiteralString = (
    "material_variant x JOIN material_version v ON v.id = x.version_id JOIN material m ON m.id = v.material_id"
)


class Scope(Frozen, frozen=True, kw_only=True):
    """What materials belong to: a course, or one session of it. `manages`: the whole program, not this session only."""

    program_id: UUID
    program_name: str
    course_id: UUID
    course_title: str
    session_id: UUID | None = None
    title: str
    zone: str
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    manages: bool = False

    @property
    def path(self) -> str:
        """The address of the page on which its materials are edited."""
        return f"/materials/sessions/{self.session_id}" if self.session_id else f"/materials/courses/{self.course_id}"


class _Scoped(Scope, frozen=True, kw_only=True):
    leads: bool


class _MaterialScoped(Material, frozen=True, kw_only=True):
    """A material with its scope, in one row: `scope_course_id` is the course, also of a session's material."""

    program_name: str
    scope_course_id: UUID
    course_title: str
    scope_title: str
    zone: str
    starts_at: datetime | None
    ends_at: datetime | None
    leads: bool


class Edited(Frozen, frozen=True, kw_only=True):
    """A material as those who edit it see it, with all versions, the newest first; a draft is the one not published."""

    scope: Scope
    material: Material
    versions: tuple[VersionView, ...]

    @property
    def draft(self) -> VersionView | None:
        """The version that is being worked on."""
        return next((v for v in self.versions if v.published_at is None), None)

    @property
    def newest(self) -> VersionView | None:
        """The newest published version."""
        return next((v for v in self.versions if v.published_at is not None), None)


class EditedList(Frozen, frozen=True, kw_only=True):
    """What belongs to a course or to a session alone, withdrawn ones too, in order."""

    scope: Scope
    items: tuple[Edited, ...]


async def may_edit(
    viewer: Viewer, *, session_id: UUID | None = None, course_id: UUID | None = None, material_id: UUID | None = None
) -> bool:
    """Whether somebody edits the materials of this session, of this course, or this material. One statement."""
    try:
        if material_id is not None:
            await get_material_scope(viewer, material_id)
        else:
            await get_scope(viewer, session_id=session_id, course_id=course_id)
    except NotFound:
        return False
    return True


async def get_scope(viewer: Viewer, *, session_id: UUID | None = None, course_id: UUID | None = None) -> Scope:
    """A session, or else a course, for those who edit its materials. Raises NotFound. One statement."""
    if session_id is not None:
        found = await fetch_one(
            _Scoped,
            "SELECT s.program_id, p.name AS program_name, s.course_id, c.title AS course_title, s.id AS session_id,"
            f" s.title, s.zone, s.starts_at, {ENDS_SQL} AS ends_at, FALSE AS manages,"
            " EXISTS (SELECT 1 FROM trainer_assignment t WHERE t.session_id = s.id AND t.person_id = {}"
            " AND t.role IN ('lead', 'co')) AS leads FROM session s"
            " JOIN course c ON c.id = s.course_id JOIN program p ON p.id = s.program_id WHERE s.id = {}",
            viewer.person_id,
            session_id,
        )
    else:
        found = await fetch_one(
            _Scoped,
            "SELECT c.program_id, p.name AS program_name, c.id AS course_id, c.title AS course_title,"
            " NULL AS session_id, c.title, p.zone, NULL AS starts_at, NULL AS ends_at, FALSE AS manages,"
            " FALSE AS leads FROM course c JOIN program p ON p.id = c.program_id WHERE c.id = {}",
            course_id,
        )
    manages = found is not None and may(viewer, Permission.MATERIAL_MANAGE, found.program_id)
    if found is None or not (manages or found.leads):
        raise NotFound
    plain = {name: getattr(found, name) for name in Scope.__struct_fields__}
    return Scope(**{**plain, "manages": manages})


async def get_material_scope(viewer: Viewer, material_id: UUID) -> tuple[Material, Scope]:
    """A material and what it belongs to, for those who edit it. Raises NotFound. One statement."""
    sql = f"{_MATERIAL_SCOPED} WHERE m.id = {{}}"
    return _judged(viewer, await fetch_one(_MaterialScoped, sql, viewer.person_id, material_id))


async def lock_material(
    viewer: Viewer,
    *,
    material_id: UUID | None = None,
    version_id: UUID | None = None,
    variant_id: UUID | None = None,
) -> tuple[Material, Scope]:
    """The same for the material with this id, or of this version or variant, its row locked until the unit of work
    ends: whoever changes anything of it waits here. Raises NotFound. One statement."""
    which: LiteralString = "{}"
    if variant_id is not None:
        which = _OF_VARIANT
    elif version_id is not None:
        which = _OF_VERSION
    sql = f"{_MATERIAL_SCOPED} WHERE m.id = {which}{for_update('m')}"
    key = variant_id or version_id or material_id
    return _judged(viewer, await fetch_one(_MaterialScoped, sql, viewer.person_id, key))


async def get_edited_version(viewer: Viewer, version_id: UUID) -> VersionView:
    """A version with its variants, published or not, for those who edit. Raises NotFound. Three statements."""
    sql = f"{_MATERIAL_SCOPED} WHERE m.id = {_OF_VERSION}"
    _judged(viewer, await fetch_one(_MaterialScoped, sql, viewer.person_id, version_id))
    return await get_full_version(version_id)


async def check_edits(viewer: Viewer, *, version_id: UUID | None = None, variant_id: UUID | None = None) -> None:
    """Raise NotFound for whoever does not edit the material of this version, or else of this variant. One statement."""
    which = _OF_VERSION if variant_id is None else _OF_VARIANT
    sql = f"{_MATERIAL_SCOPED} WHERE m.id = {which}"
    _judged(viewer, await fetch_one(_MaterialScoped, sql, viewer.person_id, variant_id or version_id))


async def find_held_material(material_id: UUID) -> Material | None:
    """A material's row, locked until the unit of work ends. Judges nobody's right to it."""
    return await fetch_one(Material, f"{_MATERIAL} WHERE m.id = {{}}{for_update('m')}", material_id)


def _judged(viewer: Viewer, found: _MaterialScoped | None) -> tuple[Material, Scope]:
    if found is None:
        raise NotFound
    manages = may(viewer, Permission.MATERIAL_MANAGE, found.program_id)
    if not (manages or found.leads):
        raise NotFound
    scope = Scope(
        program_id=found.program_id,
        program_name=found.program_name,
        course_id=found.scope_course_id,
        course_title=found.course_title,
        session_id=found.session_id,
        title=found.scope_title,
        zone=found.zone,
        starts_at=found.starts_at,
        ends_at=found.ends_at,
        manages=manages,
    )
    return Material(**{name: getattr(found, name) for name in Material.__struct_fields__}), scope


async def get_edited(viewer: Viewer, material_id: UUID) -> Edited:
    """A material with all its versions. Raises NotFound. Three statements."""
    material, scope = await get_material_scope(viewer, material_id)
    return (await _with_versions(scope, [material], texts=True))[0]


async def list_edited(viewer: Viewer, *, course_id: UUID | None = None, session_id: UUID | None = None) -> EditedList:
    """What belongs to a course, or to a session alone, with all versions; notes are without their texts. Raises
    NotFound. Four statements."""
    scope = await get_scope(viewer, session_id=session_id, course_id=course_id)
    return EditedList(scope=scope, items=await _with_versions(scope, await list_own(scope), texts=False))


async def list_own(scope: Scope) -> list[Material]:
    """The rows of what belongs to a course, or to a session alone, in order; those withdrawn too."""
    if scope.session_id is not None:
        sql = f"{_MATERIAL} WHERE m.session_id = {{}} ORDER BY m.position, m.id"
        return await fetch(Material, sql, scope.session_id)
    return await fetch(Material, f"{_MATERIAL} WHERE m.course_id = {{}} ORDER BY m.position, m.id", scope.course_id)


async def list_kept(scope: Scope, material_ids: Sequence[UUID]) -> tuple[Edited, ...]:
    """Those of these materials that belong to a course, or to a session alone, with all versions; until the unit of
    work ends nobody changes, publishes or withdraws them. Three statements."""
    whose, key = ("m.session_id", scope.session_id) if scope.session_id else ("m.course_id", scope.course_id)
    sql = f"{_MATERIAL} WHERE {whose} = {{}} AND m.id IN ({marks(material_ids)}) ORDER BY m.id{for_share('m')}"
    return await _with_versions(scope, await fetch(Material, sql, key, *material_ids), texts=False)


async def find_placement(session_id: UUID, material_id: UUID) -> Placement:
    """How a session differs in a material of its course; version 0 where nobody said anything. Judges nobody's right
    to it."""
    sql = f"{_PLACEMENT} WHERE p.session_id = {{}} AND p.material_id = {{}}"
    found = await fetch_one(Placement, sql, session_id, material_id)
    return found or Placement(session_id=session_id, material_id=material_id)


async def get_placement(viewer: Viewer, session_id: UUID, material_id: UUID) -> Placement:
    """The same for those who edit the session. Raises NotFound, also for a material that is not of its course."""
    scope = await get_scope(viewer, session_id=session_id)
    sql = f"{_MATERIAL} WHERE m.id = {{}} AND m.course_id = {{}}"
    if await fetch_one(Material, sql, material_id, scope.course_id) is None:
        raise NotFound
    return await find_placement(session_id, material_id)


async def find_usable_file(viewer: Viewer, scope: Scope, file_id: UUID) -> StoredView | None:
    """A stored file that this editor may put into a material of this scope, locked until the unit of work ends.

    Knowing the id of a file is no right to it: it came in whole by an upload of their own (of anybody, for managers of
    the program), or is in a material that they edit already. Our own machinery may use any.
    """
    allowed, values = "1 = 1", tuple[UUID | None, ...]()
    if not viewer.system:
        (whose, brought), (where, used) = _reach(viewer, scope)
        allowed = (
            f"(EXISTS (SELECT 1 FROM upload u WHERE u.file_id = f.id AND u.state = 'finished' AND {whose})"
            f" OR EXISTS (SELECT 1 FROM {_USES} WHERE x.file_id = f.id AND {where}))"
        )
        values = (*brought, *used)
    return await fetch_one(StoredView, f"{_FILE} WHERE f.id = {{}} AND {allowed}{for_update('f')}", file_id, *values)


async def list_file_types(viewer: Viewer, scope: Scope, file_id: UUID) -> list[FileType]:
    """What a file came as by the uploads, and counts as in the materials, that let this editor use it here: uploads
    first, the latest first. What the same bytes are to others is neither told nor asked."""
    (whose, brought), (where, used) = _reach(viewer, scope)
    found = await fetch(
        FileType,
        "SELECT t.media_type, t.file_kind FROM (SELECT COALESCE(NULLIF(u.media_type, ''), f.media_type) AS media_type,"
        " COALESCE(NULLIF(u.kind, ''), f.kind) AS file_kind, 0 AS place, u.id FROM upload u"
        " JOIN stored_file f ON f.id = u.file_id"
        f" WHERE f.id = {{}} AND u.state = 'finished' AND {whose}"
        " UNION ALL SELECT COALESCE(NULLIF(x.media_type, ''), f.media_type) AS media_type,"
        f" COALESCE(NULLIF(x.file_kind, ''), f.kind) AS file_kind, 1 AS place, x.id FROM {_USES}"
        f" JOIN stored_file f ON f.id = x.file_id WHERE f.id = {{}} AND {where}) t ORDER BY t.place, t.id DESC",
        file_id,
        *brought,
        file_id,
        *used,
    )
    return list(dict.fromkeys(found))


def _reach(viewer: Viewer, scope: Scope) -> tuple[tuple[LiteralString, tuple[UUID | None, ...]], ...]:
    """Whose uploads `u` and which materials `m` give an editor the use of a file, each with its values."""
    if scope.manages or viewer.system:
        return ("u.program_id = {}", (scope.program_id,)), ("m.program_id = {}", (scope.program_id,))
    own = "u.program_id = {} AND u.person_id = {}"
    return (own, (scope.program_id, viewer.person_id)), ("m.session_id = {}", (scope.session_id,))


async def _with_versions(scope: Scope, materials: Sequence[Material], *, texts: bool) -> tuple[Edited, ...]:
    versions = await list_bare_versions([material.id for material in materials], drafts=True)
    wanted = (version.id for some in versions.values() for version in some)
    variants = await list_variants(wanted, texts=texts)
    return tuple(
        Edited(
            scope=scope,
            material=material,
            versions=tuple(
                replace(version, variants=variants.get(version.id, ()))
                for version in reversed(versions.get(material.id, []))
            ),
        )
        for material in materials
    )
