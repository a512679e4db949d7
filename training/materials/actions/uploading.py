"""The rows of an upload: begun, put together by one at a time, ended. The bytes are moved by `actions.receiving`."""

from uuid import UUID

from training.base.structs import Frozen
from training.base.work import Work
from training.catalogue.queries import lock_program
from training.materials.actions.keeping import NewFile, keep_file
from training.materials.events import UploadBegun, UploadFinished
from training.materials.queries.uploads import (
    Destination,
    UploadView,
    find_partner,
    get_begun,
    get_destination,
    get_kept,
    get_stoppable,
    get_upload,
)
from training.materials.rules.contents import unwanted
from training.materials.rules.formats import Format, check_name, file_name
from training.materials.rules.limits import (
    EMPTY_LASTS,
    LEASE,
    MOST_OPEN,
    PART_SIZE,
    UPLOAD_LASTS,
    TooManyUploads,
    UploadBusy,
    UploadOver,
    UploadState,
    check_open,
    check_room,
    check_share,
    check_size,
)
from training.materials.storage.keeping import Storage
from training.materials.tables import Upload
from training.people.rules import Permission, Role, may

HARMFUL = "A scanner for harmful files found something in this file, so nobody can open it here."


class Judged(Frozen, frozen=True, kw_only=True):
    """What a file turned out to be."""

    sha256: str
    format: Format


async def begin_upload(work: Work, to: Destination, name: str, size: int) -> UploadView:
    """Announce a file of `size` bytes; its parts follow.

    Raises NotFound, NotAccepted, StorageUsedUp, TooManyUploads.
    """
    viewer = work.actor
    # Two at once must not both take the last room.
    await lock_program(to.program_id)
    await get_destination(viewer, session_id=to.session_id, course_id=to.course_id)
    check_name(name)
    check_size(name, size, work.site)
    begun = await get_begun(viewer.person_id, to.program_id, work.now)
    if begun.count >= MOST_OPEN:
        raise TooManyUploads
    manages = may(viewer, Permission.MATERIAL_MANAGE, to.program_id)
    if not manages:
        check_share(size, begun.size, work.site)
    own = frozenset() if manages else viewer.scopes(Role.COORDINATOR, Role.MEMBER)
    partner_id = await find_partner(own, to.program_id)
    kept = await get_kept(to.program_id, partner_id, work.now)
    check_room(size, kept, work.site, by_partner=partner_id is not None)
    upload_id, kept_name = work.new_id(), file_name(name)
    work.add(
        Upload,
        id=upload_id,
        person_id=viewer.person_id,
        program_id=to.program_id,
        partner_id=partner_id,
        course_id=to.course_id,
        session_id=to.session_id,
        name=kept_name,
        size=size,
        part_size=PART_SIZE,
        state=UploadState.OPEN,
        created_at=work.now,
        expires_at=work.now + EMPTY_LASTS,
    )
    work.emit(UploadBegun(upload_id=upload_id, program_id=to.program_id, name=kept_name, size=size))
    await work.flush()
    return await get_upload(viewer, upload_id)


async def keep_open(work: Work, upload_id: UUID) -> UploadView:
    """A part has come: from the first one on it is waited for longer. Raises NotFound, UploadOver, UploadBusy."""
    upload = await get_upload(work.actor, upload_id, lock=True)
    check_open(upload.state, upload.expires_at, work.now)
    if upload.is_empty:
        work.change(Upload, upload_id, expires_at=upload.created_at + UPLOAD_LASTS)
    return upload


async def lease_upload(work: Work, upload_id: UUID) -> UploadView:
    """Take an open upload to put it together. One that has ended comes as it is. Raises UploadBusy, UploadOver."""
    upload = await get_upload(work.actor, upload_id, lock=True)
    if upload.state in (UploadState.FINISHED, UploadState.REFUSED):
        return upload
    if upload.state == UploadState.FINISHING and upload.lease_until and upload.lease_until > work.now:
        raise UploadBusy
    if upload.expires_at <= work.now:
        raise UploadOver
    # Nothing sweeps it away while it is put together.
    ends = max(upload.expires_at, work.now + LEASE * 2)
    work.change(Upload, upload_id, state=UploadState.FINISHING, lease_until=work.now + LEASE, expires_at=ends)
    return upload


async def renew_lease(work: Work, upload_id: UUID) -> None:
    """It is still being put together. Raises NotFound."""
    upload = await get_upload(work.actor, upload_id, lock=True)
    if upload.state == UploadState.FINISHING:
        ends = max(upload.expires_at, work.now + LEASE * 2)
        work.change(Upload, upload_id, lease_until=work.now + LEASE, expires_at=ends)


async def end_upload(work: Work, storage: Storage, upload_id: UUID, judged: Judged) -> UploadView:
    """Its bytes are kept: say so. From here on the file is there.

    Raises UploadOver when it was stopped meanwhile, BytesGone when the bytes were swept away, NotAccepted when the
    scanner has refused the same bytes before.
    """
    upload = await get_upload(work.actor, upload_id, lock=True)
    if upload.state == UploadState.FINISHED:
        return upload
    if upload.state == UploadState.REFUSED:
        raise UploadOver
    found = judged.format
    new = NewFile(sha256=judged.sha256, size=upload.size, media_type=found.media_type, kind=found.kind)
    file_id, state = await keep_file(work, storage, new)
    if state == "refused":
        raise unwanted(HARMFUL)
    name = file_name(upload.name, found.ending)
    ended = {"state": UploadState.FINISHED, "finished_at": work.now, "lease_until": None}
    # The same bytes may be there as something else: what they are here is said here.
    judged_as = {"media_type": found.media_type, "kind": found.kind}
    work.change(Upload, upload_id, file_id=file_id, name=name, **judged_as, **ended)
    work.emit(UploadFinished(upload_id=upload_id, file_id=file_id, program_id=upload.program_id, name=name))
    await work.flush()
    return await get_upload(work.actor, upload_id)


async def refuse_upload(work: Work, upload_id: UUID, why: str) -> None:
    """It is nothing that we take: say why, whenever it is asked for again."""
    upload = await get_upload(work.actor, upload_id, lock=True)
    if upload.state == UploadState.FINISHING:
        work.change(Upload, upload_id, state=UploadState.REFUSED, why=why[:300], finished_at=work.now, lease_until=None)


async def release_upload(work: Work, upload_id: UUID) -> None:
    """It could not be put together this time; parts are taken again."""
    upload = await get_upload(work.actor, upload_id, lock=True)
    if upload.state == UploadState.FINISHING:
        work.change(Upload, upload_id, state=UploadState.OPEN, lease_until=None)


async def drop_upload(work: Work, upload_id: UUID) -> UploadView:
    """Forget an upload that nobody wants any more: one's own, or one of a program that one manages.

    Raises NotFound, UploadOver for one whose file is kept, UploadBusy.
    """
    upload = await get_stoppable(work.actor, upload_id, lock=True)
    if upload.state == UploadState.FINISHED:
        raise UploadOver
    if upload.state == UploadState.FINISHING and upload.lease_until and upload.lease_until > work.now:
        raise UploadBusy
    await work.execute("DELETE FROM upload WHERE id = {}", upload_id)
    return upload
