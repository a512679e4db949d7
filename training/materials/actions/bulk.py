"""Many files at once: archives are unpacked into uploads of their own, and all become materials in one unit of work."""

import asyncio
import zipfile
from collections.abc import Iterator, Sequence
from uuid import UUID

from training.base.errors import NotFound
from training.base.structs import Frozen, Viewer
from training.base.work import Work, Works
from training.materials.actions.editing import add_material, hold_list
from training.materials.actions.receiving import receive_file
from training.materials.actions.versions import add_variant
from training.materials.queries.editing import get_edited, get_scope
from training.materials.queries.uploads import Destination, UploadView, list_finished
from training.materials.rules.bulk import MOST_BROUGHT, Brought, Planned, is_junk, plan
from training.materials.rules.contents import Content, unwanted
from training.materials.rules.formats import FileKind, NotAccepted, check_name, file_name
from training.materials.rules.materials import MOST_MATERIALS, MaterialDetails, check_room
from training.materials.rules.storages import file_key
from training.materials.rules.variants import VariantDetails
from training.materials.rules.zips import Entry, read_entries, unpacked
from training.materials.storage.keeping import Storage

TOO_MANY = f"These are more files than can be added at once: at most {MOST_BROUGHT}. Bring them in several times."


class Arrived(Frozen, frozen=True, kw_only=True):
    """A file that came alone or in an archive: where it lay, and its finished upload, or why it was not taken."""

    path: str
    upload: UploadView | None = None
    why: str = ""


class Wanted(Frozen, frozen=True, kw_only=True):
    """A file to be made part of a material: where it lay, and its upload."""

    path: str
    upload_id: UUID


async def unpack(
    works: Works, viewer: Viewer, storage: Storage, to: Destination, upload: UploadView
) -> tuple[Arrived, ...]:
    """Every file of an archive as an upload of its own, judged as if it had come alone. What cannot be taken is told;
    what computers leave in folders by themselves is left out. Raises NotAccepted, StorageUsedUp, StorageDown.
    """
    opened = storage.opened(file_key(upload.sha256 or ""))
    with opened as file:
        entries = await asyncio.to_thread(lambda: read_entries(Content(file, upload.size)))
        wanted = [entry for entry in entries if not is_junk(entry.path)]
        if len(wanted) > MOST_BROUGHT:
            raise unwanted(TOO_MANY)
        archive = await asyncio.to_thread(zipfile.ZipFile, file)
        return tuple([await _take(works, viewer, storage, to, (archive, entry)) for entry in wanted])


async def _take(
    works: Works, viewer: Viewer, storage: Storage, to: Destination, found: tuple[zipfile.ZipFile, Entry]
) -> Arrived:
    archive, entry = found
    try:
        check_name(entry.path)
        taken = await receive_file(works, viewer, storage, to, _Unpacking(archive, entry), entry.size)
    except NotAccepted as refusal:
        return Arrived(path=entry.path, why=refusal.detail)
    return Arrived(path=entry.path, upload=taken)


class _Unpacking:
    """A file of an archive, unpacked in a thread while it is read; never more than a piece of it is held."""

    def __init__(self, archive: zipfile.ZipFile, entry: Entry) -> None:
        self.filename = entry.path
        self._pieces: Iterator[bytes] = unpacked(archive, entry)
        self._left = b""

    async def read(self, size: int = -1) -> bytes:
        """The next bytes."""
        while not self._left and (piece := await asyncio.to_thread(next, self._pieces, None)):
            self._left = piece
        some, self._left = self._left[:size], self._left[size:]
        return some


async def list_brought(viewer: Viewer, to: Destination, wanted: Sequence[Wanted]) -> tuple[Arrived, ...]:
    """The uploads that are to become materials; a path that ends with a slash is the folder of a file. Raises NotFound
    for one that is not finished, or not for here."""
    if len(wanted) > MOST_BROUGHT:
        raise unwanted(TOO_MANY)
    uploads = await list_finished(viewer, to, [one.upload_id for one in wanted])
    return tuple(
        Arrived(path=f"{one.path}{upload.name}" if one.path[-1:] in ("", "/") else one.path, upload=upload)
        for one, upload in zip(wanted, uploads, strict=True)
    )


def planned(arrived: Sequence[Arrived]) -> tuple[Planned, ...]:
    """What becomes of the files that were taken, in their order."""
    taken = [one for one in arrived if one.upload is not None]
    return plan([Brought(path=one.path, kind=FileKind(one.upload.kind or "")) for one in taken if one.upload])


async def add_brought(
    work: Work, to: Destination, wanted: Sequence[Wanted], titles: Sequence[str], like: MaterialDetails
) -> list[UUID]:
    """Make the materials, all or none: drafts that nobody sees yet, shown to whom `like` says once they are published.

    An empty title leaves its material out. Raises NotFound, Invalid, MaterialsLimit, VariantsLimit.
    """
    arrived = await list_brought(work.actor, to, wanted)
    chosen = [(title, one) for title, one in zip(titles, planned(arrived), strict=False) if title]
    scope = await get_scope(work.actor, session_id=to.session_id, course_id=to.course_id)
    # Said of all of them at once, so that it can say how many would still go.
    check_room(len(await hold_list(scope)), len(chosen), MOST_MATERIALS)
    return [await _add(work, to, arrived, one, like) for one in chosen]


async def _add(
    work: Work, to: Destination, arrived: Sequence[Arrived], one: tuple[str, Planned], like: MaterialDetails
) -> UUID:
    title, what = one
    details = MaterialDetails(title=title, audience=like.audience, opens=like.opens)
    material = await add_material(work, details, session_id=to.session_id, course_id=to.course_id)
    await work.flush()
    draft = (await get_edited(work.actor, material.id)).draft
    if draft is None:
        raise NotFound
    for shape in what.shapes:
        upload = arrived[shape.index].upload
        if upload is not None:
            name = file_name(upload.name)
            variant = VariantDetails(form=shape.form, language=shape.language, name=name, file_id=upload.file_id)
            await add_variant(work, draft.id, variant)
    return material.id
