"""Tables of materials: Material, MaterialVersion, MaterialVariant, MaterialPlacement, StoredFile, Upload,
Acknowledgement, MaterialOpening, MaterialFollow."""

from piccolo.columns import UUID, BigInt, Boolean, ForeignKey, Integer, OnDelete, Text, Timestamptz, Varchar
from piccolo.table import Table

from training.booking.tables import Enrollment
from training.catalogue.tables import Course, Program
from training.partners.tables import Partner
from training.people.tables import Person
from training.schedule.tables import Session


class StoredFile(Table, tablename="stored_file"):
    """Bytes that are kept once, however often they are used. `sha256` is their hash and names them in the storage.

    `media_type` and `kind` are what they were judged to be when they first came; what they count as is said by each
    upload and variant, because a name decides between kinds of text. `state` is waiting (for the scanner), ready, or
    refused, with `verdict` saying what was found. A scan in progress belongs to whoever holds the lease. `unused_at` is
    since when no variant has used it; a file that nothing uses is removed after a while.
    """

    id = UUID(primary_key=True, default=None)
    sha256 = Varchar(length=64, null=False, default="")
    size = BigInt(null=False, default=0)
    media_type = Varchar(length=100, null=False, default="application/octet-stream")
    kind = Varchar(length=20, null=False, default="document")
    state = Varchar(length=10, null=False, default="ready")
    verdict = Varchar(length=300, null=False, default="")
    scanned_at = Timestamptz(null=True, default=None)
    scans = Integer(null=False, default=0)
    lease_until = Timestamptz(null=True, default=None)
    lease_by = Varchar(length=60, null=False, default="")
    unused_at = Timestamptz(null=True, default=None)
    created_at = Timestamptz(null=False, default=None)


class Upload(Table, tablename="upload"):
    """A file on its way to us, in parts that may come again. What is finished has a stored file; `why` says what was
    wrong with one that was refused.

    `state` is open, finishing, finished or refused. It belongs to who began it, and counts for the program and, where
    somebody of a partner organization uploads, for that partner. Parts of what was never finished go at `expires_at`.
    `media_type` and `kind` are what a finished one was judged to be; empty is what its stored file says.
    """

    id = UUID(primary_key=True, default=None)
    person_id = ForeignKey(Person, null=False, default=None, on_delete=OnDelete.restrict, index=True)
    program_id = ForeignKey(Program, null=False, default=None, on_delete=OnDelete.restrict, index=True)
    partner_id = ForeignKey(Partner, null=True, default=None, on_delete=OnDelete.restrict, index=True)
    course_id = ForeignKey(Course, null=True, default=None, on_delete=OnDelete.restrict)
    session_id = ForeignKey(Session, null=True, default=None, on_delete=OnDelete.restrict)
    name = Varchar(length=255, null=False, default="")
    size = BigInt(null=False, default=0)
    part_size = Integer(null=False, default=0)
    state = Varchar(length=10, null=False, default="open")
    why = Varchar(length=300, null=False, default="")
    file_id = ForeignKey(StoredFile, null=True, default=None, on_delete=OnDelete.set_null, index=True)
    media_type = Varchar(length=100, null=False, default="")
    kind = Varchar(length=20, null=False, default="")
    lease_until = Timestamptz(null=True, default=None)
    created_at = Timestamptz(null=False, default=None)
    expires_at = Timestamptz(null=False, default=None, index=True)
    finished_at = Timestamptz(null=True, default=None)


class Material(Table, tablename="material"):
    """Something that is taught with, of a course (and then of all its sessions) or of one session.

    `audience` is who may see it: everyone, partners, enrolled or trainers; `opens` is when: always, before, start,
    after, or attended (after, and only for those who were there). Before is `offset_minutes` before the start. With
    `meeting_number` that is the start or end of this meeting, else the start of the first and the end of the last.
    `prework`: learners are asked to acknowledge it before the session starts. `withdrawn_at` takes it off every list.
    `source_id` is the material that it was copied from.
    """

    id = UUID(primary_key=True, default=None)
    program_id = ForeignKey(Program, null=False, default=None, on_delete=OnDelete.restrict, index=True)
    course_id = ForeignKey(Course, null=True, default=None, on_delete=OnDelete.restrict, index=True)
    session_id = ForeignKey(Session, null=True, default=None, on_delete=OnDelete.restrict, index=True)
    title = Varchar(length=200, null=False, default="")
    summary = Text(null=False, default="")
    audience = Varchar(length=20, null=False, default="enrolled")
    opens = Varchar(length=20, null=False, default="always")
    offset_minutes = Integer(null=False, default=0)
    meeting_number = Integer(null=True, default=None)
    prework = Boolean(null=False, default=False)
    position = Integer(null=False, default=0)
    withdrawn_at = Timestamptz(null=True, default=None)
    source_id = UUID(null=True, default=None)
    created_at = Timestamptz(null=False, default=None)
    created_by = UUID(null=True, default=None)
    version = Integer(null=False, default=1)


class MaterialVersion(Table, tablename="material_version"):
    """One state of a material. What was published is never changed; another state is another version.

    `note` says in which way it differs from the one before. There is at most one that is not published yet. `waived`
    is why it was published although captions are missing. `told_at` is when those who follow were told of it.
    """

    id = UUID(primary_key=True, default=None)
    material_id = ForeignKey(Material, null=False, default=None, on_delete=OnDelete.restrict)
    number = Integer(null=False, default=1)
    note = Text(null=False, default="")
    waived = Varchar(length=300, null=False, default="")
    created_at = Timestamptz(null=False, default=None)
    created_by = UUID(null=True, default=None)
    published_at = Timestamptz(null=True, default=None, index=True)
    published_by = UUID(null=True, default=None)
    told_at = Timestamptz(null=True, default=None)
    version = Integer(null=False, default=1)


class MaterialVariant(Table, tablename="material_variant"):
    """One of the shapes in which a version comes: the slides in Spanish, say, or the captions of a recording.

    `kind` is file, link or note, and `file_id`, `link` or `body` (Markdown) holds it; `html` is what was made of a
    note when it was saved. `form` is slides, handout,
    document, video, audio, recording, captions, transcript, or other; captions and transcripts belong to the video,
    audio or recording of the same version. `name` is what the file is called when it is saved. `media_type` and
    `file_kind` are what the file counts as here; empty is what its stored file says.
    """

    id = UUID(primary_key=True, default=None)
    version_id = ForeignKey(MaterialVersion, null=False, default=None, on_delete=OnDelete.restrict, index=True)
    kind = Varchar(length=10, null=False, default="file")
    form = Varchar(length=20, null=False, default="document")
    language = Varchar(length=20, null=False, default="")
    name = Varchar(length=255, null=False, default="")
    file_id = ForeignKey(StoredFile, null=True, default=None, on_delete=OnDelete.restrict, index=True)
    media_type = Varchar(length=100, null=False, default="")
    file_kind = Varchar(length=20, null=False, default="")
    link = Varchar(length=1000, null=False, default="")
    body = Text(null=False, default="")
    html = Text(null=False, default="")
    position = Integer(null=False, default=0)


class MaterialPlacement(Table, tablename="material_placement"):
    """How one session differs from its course in a material of the course; no row: it does not.

    `hidden` leaves it out. `pinned_id` is the version that this session gives, whatever was published since. `audience`
    and `opens` (with `offset_minutes` and `meeting_number`) replace the material's own when they are not empty;
    `prework` unless it is null.
    """

    id = UUID(primary_key=True, default=None)
    session_id = ForeignKey(Session, null=False, default=None, on_delete=OnDelete.restrict)
    material_id = ForeignKey(Material, null=False, default=None, on_delete=OnDelete.restrict, index=True)
    hidden = Boolean(null=False, default=False)
    pinned_id = ForeignKey(MaterialVersion, null=True, default=None, on_delete=OnDelete.restrict, index=True)
    audience = Varchar(length=20, null=False, default="")
    opens = Varchar(length=20, null=False, default="")
    offset_minutes = Integer(null=False, default=0)
    meeting_number = Integer(null=True, default=None)
    prework = Boolean(null=True, default=None)
    version = Integer(null=False, default=1)


class Acknowledgement(Table, tablename="acknowledgement"):
    """Somebody enrolled says that they went through a version of what is to be done before the session."""

    id = UUID(primary_key=True, default=None)
    enrollment_id = ForeignKey(Enrollment, null=False, default=None, on_delete=OnDelete.restrict)
    material_id = ForeignKey(Material, null=False, default=None, on_delete=OnDelete.restrict, index=True)
    version_id = ForeignKey(MaterialVersion, null=False, default=None, on_delete=OnDelete.restrict)
    at = Timestamptz(null=False, default=None)


class MaterialOpening(Table, tablename="material_opening"):
    """A material was opened: the access log. Forgotten after a while.

    `way` is page, preview, download, link or archive. `person_id` is who; null is somebody who was not signed in, of
    whom nothing else is kept. `enrollment_id` is as whose place it was opened.
    """

    id = UUID(primary_key=True, default=None)
    material_id = ForeignKey(Material, null=False, default=None, on_delete=OnDelete.restrict)
    version_id = ForeignKey(MaterialVersion, null=False, default=None, on_delete=OnDelete.restrict)
    variant_id = ForeignKey(MaterialVariant, null=True, default=None, on_delete=OnDelete.restrict)
    session_id = ForeignKey(Session, null=True, default=None, on_delete=OnDelete.restrict)
    person_id = ForeignKey(Person, null=True, default=None, on_delete=OnDelete.restrict, index=True)
    enrollment_id = ForeignKey(Enrollment, null=True, default=None, on_delete=OnDelete.restrict, index=True)
    way = Varchar(length=10, null=False, default="page")
    at = Timestamptz(null=False, default=None, index=True)


class MaterialFollow(Table, tablename="material_follow"):
    """Somebody who took part wants to be told when the materials of their session change. `id` is the enrollment's."""

    id = UUID(primary_key=True, default=None)
    enrollment_id = ForeignKey(Enrollment, null=False, default=None, on_delete=OnDelete.restrict)
    session_id = ForeignKey(Session, null=False, default=None, on_delete=OnDelete.restrict, index=True)
    person_id = ForeignKey(Person, null=False, default=None, on_delete=OnDelete.restrict, index=True)
    created_at = Timestamptz(null=False, default=None)
