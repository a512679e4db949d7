"""Many files at once, for those who change materials: choose them, look at what becomes of each, add them."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import msgspec
from litestar import Controller, Request, Response, get, post
from litestar.datastructures import FormMultiDict
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery

from training.base.errors import Invalid, NotFound
from training.base.structs import Viewer, clean_text
from training.base.work import Works
from training.materials.actions.bulk import Arrived, Wanted, add_brought, list_brought, planned, unpack
from training.materials.pages.frames import frame_of
from training.materials.pages.received import may_bring, received, with_files
from training.materials.pages.typed import REFUSALS
from training.materials.queries.editing import Scope, get_scope
from training.materials.queries.uploads import Destination, UploadView, get_destination, list_used_files
from training.materials.rules.formats import FileKind
from training.materials.rules.looking import Looking, read_looking, seal_looking
from training.materials.rules.materials import LONGEST_TITLE, MaterialDetails
from training.materials.rules.showing import Audience, Opens
from training.materials.storage.keeping import Storage
from training.people.guards import signed_in
from training.web.render import page, redirect

Asked = Request[Any, Any, Any]
WHEN = (Opens.ALWAYS, Opens.START, Opens.AFTER, Opens.ATTENDED)


class SessionBulkPages(Controller):
    """For a session."""

    path = "/materials/sessions/{session_id:uuid}/bulk"
    include_in_schema = False
    guards = [signed_in]

    @get("/")
    async def choose(
        self, request: Asked, viewer: NamedDependency[Viewer], session_id: FromPath[UUID]
    ) -> Response[Any]:
        """The field for the files."""
        return _choose(request, viewer, await get_scope(viewer, session_id=session_id))

    @post("/", opt=with_files(may_bring))
    async def look(
        self,
        request: Asked,
        viewer: NamedDependency[Viewer],
        works: NamedDependency[Works],
        storage: NamedDependency[Storage],
        session_id: FromPath[UUID],
    ) -> Response[Any]:
        """What becomes of each."""
        return await _look(request, works, storage, await get_scope(viewer, session_id=session_id))

    @get("/look")
    async def looked(
        self,
        request: Asked,
        viewer: NamedDependency[Viewer],
        works: NamedDependency[Works],
        session_id: FromPath[UUID],
        files: FromQuery[str] = "",
    ) -> Response[Any]:
        """The same again, for who goes back or loads the page anew."""
        return await _looked(request, works, await get_scope(viewer, session_id=session_id), files)

    @post("/add")
    async def add(
        self,
        request: Asked,
        viewer: NamedDependency[Viewer],
        works: NamedDependency[Works],
        session_id: FromPath[UUID],
    ) -> Response[Any]:
        """Add them."""
        return await _add(request, works, await get_scope(viewer, session_id=session_id))


class CourseBulkPages(Controller):
    """For a course."""

    path = "/materials/courses/{course_id:uuid}/bulk"
    include_in_schema = False
    guards = [signed_in]

    @get("/")
    async def choose(self, request: Asked, viewer: NamedDependency[Viewer], course_id: FromPath[UUID]) -> Response[Any]:
        """The field for the files."""
        return _choose(request, viewer, await get_scope(viewer, course_id=course_id))

    @post("/", opt=with_files(may_bring))
    async def look(
        self,
        request: Asked,
        viewer: NamedDependency[Viewer],
        works: NamedDependency[Works],
        storage: NamedDependency[Storage],
        course_id: FromPath[UUID],
    ) -> Response[Any]:
        """What becomes of each."""
        return await _look(request, works, storage, await get_scope(viewer, course_id=course_id))

    @get("/look")
    async def looked(
        self,
        request: Asked,
        viewer: NamedDependency[Viewer],
        works: NamedDependency[Works],
        course_id: FromPath[UUID],
        files: FromQuery[str] = "",
    ) -> Response[Any]:
        """The same again, for who goes back or loads the page anew."""
        return await _looked(request, works, await get_scope(viewer, course_id=course_id), files)

    @post("/add")
    async def add(
        self,
        request: Asked,
        viewer: NamedDependency[Viewer],
        works: NamedDependency[Works],
        course_id: FromPath[UUID],
    ) -> Response[Any]:
        """Add them."""
        return await _add(request, works, await get_scope(viewer, course_id=course_id))


def _choose(
    request: Asked,
    viewer: Viewer,
    scope: Scope,
    error: str = "",
    *,
    came: Sequence[Arrived] = (),
    unpacks: bool = True,
) -> Response[Any]:
    status, place = 422 if error else 200, frame_of(viewer, scope)
    return page(request, "materials/bulk.html", status=status, place=place, error=error, came=came, unpacks=unpacks)


async def _destination(viewer: Viewer, scope: Scope) -> Destination:
    course_id = None if scope.session_id else scope.course_id
    return await get_destination(viewer, session_id=scope.session_id, course_id=course_id)


async def _look(request: Asked, works: Works, storage: Storage, scope: Scope) -> Response[Any]:
    viewer: Viewer = request.user
    to = await _destination(viewer, scope)
    form = await request.form()
    brought = await received(request, works, viewer, storage, to)
    unpacks = bool(form.get("unpack"))
    came = [Arrived(path=_path_of(form, upload), upload=upload) for upload in brought.came]
    if brought.fault:
        return _choose(request, viewer, scope, brought.fault, came=came, unpacks=unpacks)
    try:
        arrived: list[Arrived] = []
        for one in came:
            if one.upload and one.upload.kind == FileKind.ARCHIVE and unpacks:
                arrived += await unpack(works.of("page"), viewer, storage, to, one.upload)
            else:
                arrived.append(one)
    except REFUSALS as error:
        said = error.fields.get("file", error.detail) if isinstance(error, Invalid) else error.detail
        return _choose(request, viewer, scope, said, came=came, unpacks=unpacks)
    sealed = seal_looking(works.site.secret_key, _who(viewer), to.words, _looking(arrived))
    if sealed is None:
        # So many long names are shown all the same, only not at an address of their own.
        return _preview(request, scope, tuple(arrived))
    return redirect(f"{scope.path}/bulk/look?files={sealed}")


def _looking(arrived: Sequence[Arrived]) -> Looking:
    files = [(one.upload.id, one.path.removesuffix(one.upload.name)) for one in arrived if one.upload]
    return Looking(files=tuple(files), left_out=tuple((one.path, one.why) for one in arrived if one.upload is None))


def _who(viewer: Viewer) -> UUID:
    if viewer.person_id is None:
        raise NotFound
    return viewer.person_id


async def _looked(request: Asked, works: Works, scope: Scope, files: str) -> Response[Any]:
    viewer: Viewer = request.user
    if not files:
        return redirect(f"{scope.path}/bulk")
    to = await _destination(viewer, scope)
    looking = read_looking(works.site.secret_key, _who(viewer), to.words, files)
    if looking is None:
        raise NotFound
    arrived = await list_brought(viewer, to, [Wanted(path=path, upload_id=key) for key, path in looking.files])
    left_out = [Arrived(path=path, why=why) for path, why in looking.left_out]
    used = await list_used_files(to, [one.upload.file_id for one in arrived if one.upload and one.upload.file_id])
    return _preview(request, scope, (*arrived, *left_out), used=used)


def _path_of(form: FormMultiDict, upload: UploadView) -> str:
    """Where a file lay in its folder, by the name that it has now. Boxes that are not ticked say it, too."""
    folder = str(form.get(f"path-{upload.id}", "")).rpartition("/")[0][:500]
    return f"{folder}/{upload.name}" if folder else upload.name


def _preview(
    request: Asked,
    scope: Scope,
    arrived: tuple[Arrived, ...],
    typed: FormMultiDict | None = None,
    errors: dict[str, str] | None = None,
    used: frozenset[UUID] = frozenset(),
) -> Response[Any]:
    taken = [one for one in arrived if one.upload is not None]
    return page(
        request,
        "materials/bulk_preview.html",
        status=422 if errors else 200,
        place=frame_of(request.user, scope),
        taken=taken,
        planned=planned(arrived),
        left_out=[one for one in arrived if one.upload is None],
        typed=typed,
        errors=errors or {},
        used=used,
        when=WHEN,
    )


async def _add(request: Asked, works: Works, scope: Scope) -> Response[Any]:
    viewer: Viewer = request.user
    to = await _destination(viewer, scope)
    form = await request.form()
    wanted = _wanted(form)
    arrived = await list_brought(viewer, to, wanted)
    try:
        titles = _titles(form, len(planned(arrived)))
        made = await works.run(viewer, add_brought, to, wanted, titles, _like(form))
    except REFUSALS as error:
        errors = error.fields if isinstance(error, Invalid) and error.fields else {"": error.detail}
        return _preview(request, scope, arrived, form, errors)
    count = "One material was" if len(made) == 1 else f"{len(made)} materials were"
    return redirect(scope.path, f"{count} added as drafts: look at them, then publish each.")


def _wanted(form: FormMultiDict) -> list[Wanted]:
    ids, paths = form.getall("upload", []), form.getall("path", [])
    try:
        return [
            Wanted(path=clean_text(str(path))[:1000], upload_id=UUID(str(key)))
            for key, path in zip(ids, paths, strict=True)
        ]
    except ValueError as error:
        raise NotFound from error


def _titles(form: FormMultiDict, count: int) -> list[str]:
    """What the materials are to be called; "" for those that are left out. Raises Invalid."""
    take = {str(number) for number in form.getall("take", [])}
    titles, errors = [""] * count, {}
    for number in range(count):
        if str(number) not in take:
            continue
        try:
            titles[number] = " ".join(clean_text(str(form.get(f"title-{number}", ""))).split())
        except ValueError as error:
            errors[f"title-{number}"] = f"{error}."
            continue
        if not 0 < len(titles[number]) <= LONGEST_TITLE:
            errors[f"title-{number}"] = f"Say what it is called, in at most {LONGEST_TITLE} characters."
    if errors:
        raise Invalid(fields=errors)
    if not any(titles):
        raise Invalid("Choose at least one of them.", fields={"": "Choose at least one of them."})
    return titles


def _like(form: FormMultiDict) -> MaterialDetails:
    try:
        audience = msgspec.convert(form.get("audience"), type=Audience)
        opens = msgspec.convert(form.get("opens"), type=Opens)
    except msgspec.ValidationError as error:
        raise Invalid(fields={"audience": "Please choose one of the list."}) from error
    if opens not in WHEN:
        raise Invalid(fields={"opens": "Please choose one of the list."})
    return MaterialDetails(title="", audience=audience, opens=opens)
