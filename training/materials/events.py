"""What can happen to materials. The first field names the subject."""

from uuid import UUID

from training.base.structs import Event


class MaterialAdded(Event, frozen=True, kw_only=True):
    """A course or a session has one material more; `source_id` is the one that it was copied from."""

    material_id: UUID
    program_id: UUID
    course_id: UUID | None
    session_id: UUID | None
    title: str
    source_id: UUID | None = None


class MaterialEdited(Event, frozen=True, kw_only=True):
    """What a material is called, who may see it when, or whether it is to be done before, was changed."""

    material_id: UUID
    program_id: UUID
    session_id: UUID | None


class MaterialDraftChanged(Event, frozen=True, kw_only=True):
    """Something happened to the version that is being worked on: `what` is begun, added, changed, removed (then `name`
    is of the variant) or discarded."""

    material_id: UUID
    version_id: UUID
    program_id: UUID
    session_id: UUID | None
    number: int
    what: str
    name: str = ""


class MaterialVersionPublished(Event, frozen=True, kw_only=True):
    """A version can be seen by those who may; `note` says how it differs from the one before."""

    material_id: UUID
    version_id: UUID
    program_id: UUID
    session_id: UUID | None
    number: int
    note: str


class MaterialWithdrawn(Event, frozen=True, kw_only=True):
    """A material is on no list any more, or is again."""

    material_id: UUID
    program_id: UUID
    session_id: UUID | None
    withdrawn: bool


class MaterialPlaced(Event, frozen=True, kw_only=True):
    """A session differs from its course in one material now, or does no longer."""

    session_id: UUID
    material_id: UUID
    program_id: UUID


class PreworkAcknowledged(Event, frozen=True, kw_only=True):
    """Somebody enrolled says that they went through what is to be done before, or takes that back."""

    enrollment_id: UUID
    session_id: UUID
    material_id: UUID
    acknowledged: bool


class MaterialsFollowed(Event, frozen=True, kw_only=True):
    """Somebody who takes part wants to be told when materials change, or does no longer."""

    enrollment_id: UUID
    session_id: UUID
    following: bool


class UploadBegun(Event, frozen=True, kw_only=True):
    """Somebody announced a file; its parts follow."""

    upload_id: UUID
    program_id: UUID
    name: str
    size: int


class UploadFinished(Event, frozen=True, kw_only=True):
    """A file came in whole."""

    upload_id: UUID
    file_id: UUID
    program_id: UUID
    name: str


class FileRefused(Event, frozen=True, kw_only=True):
    """The scanner found something in a file; nobody can open it."""

    file_id: UUID
    verdict: str
