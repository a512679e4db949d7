"""What of the materials of a session or a course somebody sees now: the one gate of every page, call and file.

Judged at each request from facts read in a fixed number of statements, however many materials there are. Whatever is
not to be seen answers as what does not exist, except to somebody it is meant for, who is told from when.
"""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from msgspec.structs import replace

from training.base.database import fetch
from training.base.errors import NotFound
from training.base.structs import Frozen, Viewer
from training.materials.queries.placed import Placed, find_placed, find_placed_of, list_placed
from training.materials.queries.standing import Taught, get_taught_course, get_taught_session
from training.materials.queries.versions import find_variant, find_version, list_bare_versions, list_variants
from training.materials.rules.given import came_after, given_version, newer_versions
from training.materials.rules.prework import due_at, is_ahead
from training.materials.rules.showing import (
    FileBarred,
    FileWaits,
    Judgement,
    NotYet,
    Showing,
    Standing,
    Times,
    Why,
    is_public,
    judge,
    not_there,
)
from training.materials.rules.variants import FileState, VariantView, VersionView
from training.schedule.rules.sessions import SessionView


class _Said(Frozen, frozen=True, kw_only=True):
    material_id: UUID
    at: datetime
    number: int


class Shown(Frozen, frozen=True, kw_only=True):
    """A material as somebody sees it in a session or a course.

    `own`: of the session itself. `showing`, `prework`: how it is here. `given` is the version that is given here, and
    `newest` the newest one where it came later; `changes` are all that came later, the oldest first, without their
    variants. `published_at`: when its first version was. `late`: what is given came only after the end, so a newer one
    takes its place. `from_at` (UTC) and `held` as in `Judgement` and `Times`. `asked`: it is to be done before `due_at`
    (UTC, None while there is no date), and it is not too late for that. `acknowledged_at`: when whoever is enrolled
    said last that they went through it, in the version `acknowledged_number`. `hidden`, `has_draft`, `pinned_id` and
    `placement_version` concern those who edit.
    """

    id: UUID
    title: str
    summary: str
    course_id: UUID | None
    session_id: UUID | None
    own: bool
    showing: Showing
    prework: bool
    given: VersionView | None
    newest: VersionView | None
    changes: tuple[VersionView, ...] = ()
    published_at: datetime | None = None
    late: bool = False
    visible: bool
    from_at: datetime | None
    why: Why
    asked: bool = False
    due_at: datetime | None = None
    held: bool = True
    acknowledged_at: datetime | None = None
    acknowledged_number: int | None = None
    hidden: bool = False
    has_draft: bool = False
    pinned_id: UUID | None = None
    placement_version: int = 0
    version: int = 1


class SessionMaterials(Frozen, frozen=True, kw_only=True):
    """The materials of a session: `items` can be seen now; `later` will be by the same person, at a time that is known,
    with title and time only; `missed`, in the same way, is for those who were there, which of them is not recorded, or
    not yet. With `editing`, `items` holds everything, seen or not. `enrollment_id` is the place that counts, if
    there is one; `edits`: may change materials of the session; `times`: when it
    is taught, or was before its rest was cancelled."""

    session: SessionView
    standing: Standing
    items: tuple[Shown, ...]
    later: tuple[Shown, ...] = ()
    missed: tuple[Shown, ...] = ()
    enrollment_id: UUID | None = None
    edits: bool = False
    times: Times = Times()


class CourseMaterials(Frozen, frozen=True, kw_only=True):
    """The materials of a course as somebody sees them without a session."""

    course_id: UUID
    title: str
    program_id: UUID
    standing: Standing
    items: tuple[Shown, ...]
    edits: bool = False


class FileSeen(Frozen, frozen=True, kw_only=True):
    """A variant that may be opened now. `public`: whoever asks may have it, at any time. `session_id` or `course_id` is
    where it was asked for, `enrollment_id` as whose place."""

    variant: VariantView
    material_id: UUID
    title: str
    version_id: UUID
    number: int
    program_id: UUID
    session_id: UUID | None
    course_id: UUID | None
    enrollment_id: UUID | None
    public: bool


async def list_materials(
    viewer: Viewer,
    session_id: UUID,
    now: datetime,
    *,
    enrollment_id: UUID | None = None,
    editing: bool = False,
    code: str = "",
) -> SessionMaterials:
    """The materials of a session that are seen at `now`: those of its course first, then its own. Notes are without
    their texts (`queries.versions.with_texts`).

    `enrollment_id`: the viewer came by the link to this place, which the caller has judged. `editing` lists everything
    that is not withdrawn, for those who may edit, but what was never published only if they may change it; for others
    it changes nothing. Raises NotFound for a session that the viewer cannot see. At most seven statements.
    """
    taught = await get_taught_session(viewer, session_id, enrollment_id=enrollment_id, code=code)
    assert taught.session is not None  # noqa: S101 - for the types: it is a session that was asked for
    everything = editing and taught.edits
    rows = [row for row in await list_placed(taught) if row.has_published or _edits(taught, row)]
    shown = await _judged(taught, rows, now, drafts=taught.edits)
    if not everything:
        shown = [one for one in shown if one.given is not None and not one.hidden]
    items = [one for one in shown if everything or one.visible]
    later = [_promised(one) for one in shown if one.why is Why.LATER and not everything]
    return SessionMaterials(
        session=taught.session,
        standing=taught.standing,
        items=tuple(await _filled(items)),
        later=tuple(later),
        missed=tuple(_promised(one) for one in shown if one.why is Why.NOT_THERE and not everything),
        enrollment_id=taught.enrollment_id,
        edits=taught.edits,
        times=taught.times,
    )


async def list_course_materials(
    viewer: Viewer, course_id: UUID, now: datetime, *, editing: bool = False
) -> CourseMaterials:
    """The materials of a course that are seen without a session: those that are shown always, to everyone or partners.

    Whoever teaches it sees all. `editing` as in `list_materials`. Raises NotFound.
    """
    taught = await get_taught_course(viewer, course_id)
    shown = await _judged(taught, await list_placed(taught), now, drafts=taught.edits)
    everything = editing and taught.edits
    items = [one for one in shown if everything or (one.visible and one.given is not None)]
    return CourseMaterials(
        course_id=taught.course_id,
        title=taught.title,
        program_id=taught.program_id,
        standing=taught.standing,
        items=tuple(await _filled(items)),
        edits=taught.edits,
    )


async def get_material(
    viewer: Viewer,
    session_id: UUID,
    material_id: UUID,
    now: datetime,
    *,
    enrollment_id: UUID | None = None,
    code: str = "",
) -> Shown:
    """One material of a session. Raises NotFound; NotYet (`from_at`, `zone`) and NotThere to those it is for."""
    taught = await get_taught_session(viewer, session_id, enrollment_id=enrollment_id, code=code)
    return await _one(taught, material_id, now)


async def get_course_material(viewer: Viewer, course_id: UUID, material_id: UUID, now: datetime) -> Shown:
    """One material of a course, without a session. Raises NotFound."""
    return await _one(await get_taught_course(viewer, course_id), material_id, now)


async def list_versions(
    viewer: Viewer,
    session_id: UUID,
    material_id: UUID,
    now: datetime,
    *,
    enrollment_id: UUID | None = None,
    code: str = "",
) -> tuple[VersionView, ...]:
    """Every published version of a material of a session with its variants, the newest first; notes are without their
    texts. Raises as `get_material`."""
    taught = await get_taught_session(viewer, session_id, enrollment_id=enrollment_id, code=code)
    return await _history(taught, material_id, now)


async def list_course_versions(
    viewer: Viewer, course_id: UUID, material_id: UUID, now: datetime
) -> tuple[VersionView, ...]:
    """The same for a material of a course, without a session."""
    return await _history(await get_taught_course(viewer, course_id), material_id, now)


async def find_file(
    viewer: Viewer,
    variant_id: UUID,
    now: datetime,
    *,
    session_id: UUID,
    enrollment_id: UUID | None = None,
    code: str = "",
) -> FileSeen:
    """A variant of a published version (or, for those who edit, of a draft) in a session.

    For files, links and notes alike; only files can wait or be barred. Raises NotFound for whoever may not see it and
    for what does not exist; NotYet and NotThere to those it is for; FileWaits, FileBarred. At most six statements,
    because players ask for the same file again and again.
    """
    taught = await get_taught_session(viewer, session_id, enrollment_id=enrollment_id, code=code)
    return await _file(taught, variant_id, now)


async def find_course_file(viewer: Viewer, variant_id: UUID, now: datetime, *, course_id: UUID) -> FileSeen:
    """The same in a course, without a session."""
    return await _file(await get_taught_course(viewer, course_id), variant_id, now)


async def _file(taught: Taught, variant_id: UUID, now: datetime) -> FileSeen:
    row = _seen(taught, await find_placed_of(taught, variant_id), now)
    variant = await find_variant(variant_id)
    version = await find_version(variant.version_id) if variant else None
    if variant is None or version is None or (version.published_at is None and not _edits(taught, row)):
        raise NotFound
    _check_ready(variant)
    return FileSeen(
        variant=variant,
        material_id=row.id,
        title=row.title,
        version_id=version.id,
        number=version.number,
        program_id=taught.program_id,
        session_id=taught.session_id,
        course_id=None if taught.session_id else taught.course_id,
        enrollment_id=taught.enrollment_id,
        public=_public(taught, row, version),
    )


async def _judged(taught: Taught, rows: Sequence[Placed], now: datetime, *, drafts: bool) -> list[Shown]:
    """Each with the judgement and the version that is given, without its variants."""
    ids = [row.id for row in rows]
    versions = await list_bare_versions(ids)
    said = await _acknowledged(taught.enrollment_id) if ids else {}
    shown = []
    for row in rows:
        published = versions.get(row.id, [])
        given = given_version(published, taught.times.gave_until, now, row.pinned_id)
        judgement = judge(row.showing, taught.standing, taught.times, now)
        one = _shown(row, given, newer_versions(published, given), judgement, said.get(row.id))
        first = min((each.published_at for each in published if each.published_at), default=None)
        late = came_after(given, taught.times.gave_until, row.pinned_id)
        asked = row.prepares_for and is_ahead(row.showing, taught.times, now)
        due = due_at(row.showing, taught.times) if asked else None
        shown.append(replace(one, late=late, published_at=first, asked=asked, due_at=due, held=taught.times.held))
    return shown if drafts else [replace(one, has_draft=False) for one in shown]


def _shown(
    row: Placed, given: VersionView | None, newer: tuple[VersionView, ...], judgement: Judgement, said: _Said | None
) -> Shown:
    return Shown(
        id=row.id,
        title=row.title,
        summary=row.summary,
        course_id=row.course_id,
        session_id=row.session_id,
        own=row.session_id is not None,
        showing=row.showing,
        prework=row.prepares_for,
        given=given,
        newest=newer[-1] if newer else None,
        changes=newer,
        visible=judgement.visible,
        from_at=judgement.from_at,
        why=judgement.why,
        acknowledged_at=said.at if said else None,
        acknowledged_number=said.number if said else None,
        hidden=row.hidden,
        has_draft=row.has_draft,
        pinned_id=row.pinned_id,
        placement_version=row.placement_version,
        version=row.version,
    )


async def _acknowledged(enrollment_id: UUID | None) -> dict[UUID, _Said]:
    """What somebody enrolled said last, by material."""
    if enrollment_id is None:
        return {}
    rows = await fetch(
        _Said,
        "SELECT k.material_id, k.at, v.number FROM acknowledgement k JOIN material_version v ON v.id = k.version_id"
        " WHERE k.enrollment_id = {} ORDER BY v.number",
        enrollment_id,
    )
    return {row.material_id: row for row in rows}


async def _filled(shown: Sequence[Shown], *, texts: bool = False) -> list[Shown]:
    """The same with the variants of what is given and of what is newest; the `texts` of notes only where asked for."""
    wanted = [v.id for one in shown for v in (one.given, one.newest) if v is not None]
    variants = await list_variants(wanted, texts=texts)

    def full(version: VersionView | None) -> VersionView | None:
        return replace(version, variants=variants.get(version.id, ())) if version else None

    return [replace(one, given=full(one.given), newest=full(one.newest)) for one in shown]


def _promised(shown: Shown) -> Shown:
    """What somebody may know of a material that they will see: its title and from when."""
    return replace(shown, summary="", given=None, newest=None, changes=(), published_at=None)


async def _one(taught: Taught, material_id: UUID, now: datetime) -> Shown:
    row = _seen(taught, await find_placed(taught, material_id), now)
    [shown] = await _judged(taught, [row], now, drafts=taught.edits)
    return (await _filled([shown], texts=True))[0]


async def _history(taught: Taught, material_id: UUID, now: datetime) -> tuple[VersionView, ...]:
    row = _seen(taught, await find_placed(taught, material_id), now)
    versions = (await list_bare_versions([row.id])).get(row.id, [])
    variants = await list_variants((version.id for version in versions), texts=False)
    return tuple(replace(version, variants=variants.get(version.id, ())) for version in reversed(versions))


def _edits(taught: Taught, row: Placed) -> bool:
    """Whether the viewer may change this one: what is of the course is changed by managers only."""
    return taught.standing.manages or (taught.edits and row.session_id is not None)


def _seen(taught: Taught, row: Placed | None, now: datetime) -> Placed:
    """A material that the viewer may see now. Raises what somebody is told who may not, without a further statement:
    what is not for them takes as long as what does not exist."""
    if row is None or (row.hidden and not taught.edits) or not (row.has_published or _edits(taught, row)):
        raise NotFound
    judgement = judge(row.showing, taught.standing, taught.times, now)
    if judgement.visible:
        return row
    if judgement.why is Why.LATER:
        zone = taught.session.zone if taught.session else "UTC"
        raise NotYet(from_at=judgement.from_at, zone=zone, title=row.title)
    if judgement.why is Why.NOT_THERE:
        raise not_there(row.title, taught.standing.absent, taught.enrollment_id)
    raise NotFound


def _check_ready(variant: VariantView) -> None:
    if variant.state == FileState.WAITING:
        raise FileWaits(name=variant.name)
    if variant.state == FileState.REFUSED:
        raise FileBarred(name=variant.name)


def _public(taught: Taught, row: Placed, version: VersionView) -> bool:
    """Whether a copy of it may be kept by those in between: nobody at all would be turned away."""
    return (
        taught.public
        and taught.times.held
        and not row.hidden
        and version.published_at is not None
        and is_public(row.showing)
    )
