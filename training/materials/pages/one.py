"""One material with everything that it comes in, and its history: of a session, by the link to a place, of a course."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from litestar import Controller, Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery

from training.base.errors import NotFound
from training.base.structs import Frozen, Viewer
from training.base.work import Works
from training.materials.actions.opening import Opening, log_openings
from training.materials.pages.readers import (
    HttpRequest,
    Reader,
    answer,
    asked_to_sign_in,
    course_reader,
    languages_read,
    reader_by_link,
    session_reader,
)
from training.materials.queries.showing import (
    Shown,
    get_course_material,
    get_material,
    list_course_materials,
    list_course_versions,
    list_materials,
    list_versions,
)
from training.materials.queries.versions import with_texts
from training.materials.rules.arranging import group, is_over, languages_of, rank
from training.materials.rules.showing import NotThere, NotYet
from training.materials.rules.variants import VersionView


class Looked(Frozen, frozen=True, kw_only=True):
    """A material as somebody looks at it, with what stands around it. `title` is that of its session or course;
    `language` is what is spoken there."""

    one: Shown
    title: str
    language: str
    zone: str
    over: bool
    enrollment_id: UUID | None
    prepares: bool
    edits: bool


class OnePages(Controller):
    """One material of a session."""

    path = "/sessions/{session_id:uuid}/materials/{material_id:uuid}"
    include_in_schema = False

    @get("/")
    async def material(
        self,
        request: HttpRequest,
        viewer: NamedDependency[Viewer],
        works: NamedDependency[Works],
        session_id: FromPath[UUID],
        material_id: FromPath[UUID],
        version: FromQuery[str] = "",
    ) -> Response[str]:
        """What it is, in the reader's own language first; another version where one is asked for."""
        reader = await session_reader(request, viewer, session_id)
        return await _page(request, works, reader, material_id, version)

    @get("/versions")
    async def versions(
        self,
        request: HttpRequest,
        viewer: NamedDependency[Viewer],
        works: NamedDependency[Works],
        session_id: FromPath[UUID],
        material_id: FromPath[UUID],
    ) -> Response[str]:
        """Everything that was ever published of it."""
        return await _history(request, works, await session_reader(request, viewer, session_id), material_id)


class PlaceOnePages(Controller):
    """The same by the link to one's place."""

    path = "/places/{token:str}/materials/{material_id:uuid}"
    include_in_schema = False

    @get("/")
    async def material(
        self,
        request: HttpRequest,
        works: NamedDependency[Works],
        token: FromPath[str],
        material_id: FromPath[UUID],
        version: FromQuery[str] = "",
    ) -> Response[str]:
        """What it is, in the reader's own language first."""
        return await _page(request, works, await reader_by_link(works, token), material_id, version)

    @get("/versions")
    async def versions(
        self, request: HttpRequest, works: NamedDependency[Works], token: FromPath[str], material_id: FromPath[UUID]
    ) -> Response[str]:
        """Everything that was ever published of it."""
        return await _history(request, works, await reader_by_link(works, token), material_id)


class CourseOnePages(Controller):
    """One material of a course, without a session."""

    path = "/courses/{course_id:uuid}/materials/{material_id:uuid}"
    include_in_schema = False

    @get("/")
    async def material(
        self,
        request: HttpRequest,
        viewer: NamedDependency[Viewer],
        works: NamedDependency[Works],
        course_id: FromPath[UUID],
        material_id: FromPath[UUID],
        version: FromQuery[str] = "",
    ) -> Response[str]:
        """What it is, in the reader's own language first."""
        return await _page(request, works, course_reader(viewer, course_id), material_id, version)

    @get("/versions")
    async def versions(
        self,
        request: HttpRequest,
        viewer: NamedDependency[Viewer],
        works: NamedDependency[Works],
        course_id: FromPath[UUID],
        material_id: FromPath[UUID],
    ) -> Response[str]:
        """Everything that was ever published of it."""
        return await _history(request, works, course_reader(viewer, course_id), material_id)


async def _look(reader: Reader, material_id: UUID, now: datetime) -> Looked:
    """The material where they look for it. Raises NotFound, NotYet, NotThere."""
    if reader.of_course:
        return await _look_in_course(reader, material_id, now)
    session_id, own = reader.subject_id, reader.enrollment_id
    found = await list_materials(reader.viewer, session_id, now, enrollment_id=own, code=reader.code)
    one = next((each for each in found.items if each.id == material_id), None)
    if one is None:
        # Why not, and whether they are told: that is judged in one place. Who edits gets it without a version, too.
        one = await get_material(reader.viewer, session_id, material_id, now, enrollment_id=own, code=reader.code)
    return Looked(
        one=one,
        title=found.session.title,
        language=found.session.language,
        zone=reader.zone or found.session.zone,
        over=is_over(found.times.ends_at, now),
        enrollment_id=found.enrollment_id,
        prepares=found.standing.prepares,
        edits=found.standing.manages or (found.edits and one.own),
    )


async def _look_in_course(reader: Reader, material_id: UUID, now: datetime) -> Looked:
    course_id = reader.subject_id
    found = await list_course_materials(reader.viewer, course_id, now)
    one = next((each for each in found.items if each.id == material_id), None)
    return Looked(
        one=one or await get_course_material(reader.viewer, course_id, material_id, now),
        title=found.title,
        language="",
        zone=reader.zone or "UTC",
        over=False,
        enrollment_id=None,
        prepares=found.standing.prepares,
        edits=found.edits,
    )


async def _versions(reader: Reader, material_id: UUID, now: datetime) -> tuple[VersionView, ...]:
    if reader.of_course:
        return await list_course_versions(reader.viewer, reader.subject_id, material_id, now)
    told: dict[str, Any] = {"enrollment_id": reader.enrollment_id, "code": reader.code}
    return await list_versions(reader.viewer, reader.subject_id, material_id, now, **told)


async def _page(request: HttpRequest, works: Works, reader: Reader, material_id: UUID, wanted: str) -> Response[str]:
    now = works.clock()
    try:
        with asked_to_sign_in(reader):
            looked = await _look(reader, material_id, now)
        version = await _wanted(reader, looked, wanted, now)
    except (NotYet, NotThere) as error:
        return _not_yet(request, reader, error)
    if version is not None and reader.viewer.person_id is not None and not request.scope.get("headers_only"):
        await _note(works, reader, looked, version)
    return answer(
        request,
        reader,
        "materials/one.html",
        **_around(looked),
        version=version,
        old=version is not None and looked.one.given is not None and version.id != looked.one.given.id,
        versions=max((each.number for each in (looked.one.given, looked.one.newest) if each), default=0),
        **_shapes(request, looked, version.variants if version else ()),
    )


async def _wanted(reader: Reader, looked: Looked, wanted: str, now: datetime) -> VersionView | None:
    """The version that the address asks for, else the one that is given; None while nothing is published."""
    given = looked.one.given
    if wanted and (given is None or wanted != str(given.number)):
        versions = await _versions(reader, looked.one.id, now)
        given = next((each for each in versions if str(each.number) == wanted), None)
        if given is None:
            raise NotFound
    return (await with_texts([given]))[0] if given is not None else None


def _around(looked: Looked) -> dict[str, Any]:
    one = looked.one
    return {
        "one": one,
        "back_title": looked.title,
        "shown": looked.zone,
        "over": looked.over,
        "enrolled": looked.enrollment_id is not None,
        "prepares": looked.prepares,
        "editing": f"/materials/{one.id}" if looked.edits else "",
    }


def _shapes(request: HttpRequest, looked: Looked, variants: Sequence[Any]) -> dict[str, Any]:
    """What it comes in, in the order of the languages that the reader knows."""
    read = languages_read(request, looked.language)
    return {
        "groups": group(variants, read),
        "variants": sorted(variants, key=lambda each: rank(each.language, read)),
        "languages": languages_of(variants, read),
    }


async def _note(works: Works, reader: Reader, looked: Looked, version: VersionView) -> None:
    """Write down that they opened it: whoever teaches sees who came prepared."""
    opening = Opening(
        material_id=looked.one.id,
        version_id=version.id,
        session_id=reader.session_id,
        enrollment_id=looked.enrollment_id,
    )
    await log_openings(works, reader.viewer, [opening])


async def _history(request: HttpRequest, works: Works, reader: Reader, material_id: UUID) -> Response[str]:
    now = works.clock()
    try:
        with asked_to_sign_in(reader):
            looked = await _look(reader, material_id, now)
        versions = await _versions(reader, material_id, now)
    except (NotYet, NotThere) as error:
        return _not_yet(request, reader, error)
    return answer(request, reader, "materials/history.html", **_around(looked), versions=versions)


def _not_yet(request: HttpRequest, reader: Reader, error: NotYet | NotThere) -> Response[str]:
    """It is for them, and there is a time: they are told from when."""
    told = error.data
    return answer(
        request,
        reader,
        "materials/not_yet.html",
        status=403,
        name=told["title"],
        from_at=told.get("from_at"),
        shown=reader.zone or told.get("zone") or "UTC",
        sentence=error.detail,
        absent=told.get("absent", ""),
        recorded=_recorded(reader, told.get("enrollment_id")),
    )


def _recorded(reader: Reader, enrollment_id: UUID | None) -> str:
    """The address of the page where they see how they were recorded; empty where it is not about that."""
    if enrollment_id is None:
        return ""
    return f"{reader.back}/attendance" if reader.by_link else f"/my/attendance/{enrollment_id}"
