"""How large a file may be, how much may be kept, and what an upload in parts has to look like. Pure."""

from collections.abc import Collection
from datetime import datetime, timedelta
from enum import StrEnum

from training.base.errors import Conflict, Gone, Invalid
from training.base.site import Site
from training.base.structs import Frozen
from training.materials.rules.contents import unwanted
from training.materials.rules.formats import FileKind, Format, known_format

PART_SIZE = 8 << 20
# Who begins an upload and never comes back keeps nothing for longer.
UPLOAD_LASTS = timedelta(days=2)
# Putting a file together takes seconds; whoever died doing it is waited for this long.
LEASE = timedelta(minutes=3)
# What a form may bring at once, with the little that stands around the files. Scripts send parts instead.
MOST_FORM_FILES = 250_000_000
MOST_FORM_BYTES = MOST_FORM_FILES + 1_000_000
MOST_OPEN = 200
_MB = 1_000_000
_OF_KIND = {
    FileKind.IMAGE: 25 * _MB,
    FileKind.DOCUMENT: 250 * _MB,
    FileKind.SLIDES: 250 * _MB,
    FileKind.TEXT: 5 * _MB,
    FileKind.CAPTIONS: 5 * _MB,
    FileKind.AUDIO: 500 * _MB,
}
_CALLED = {
    FileKind.IMAGE: "Pictures",
    FileKind.DOCUMENT: "Documents",
    FileKind.SLIDES: "Slides",
    FileKind.TEXT: "Texts",
    FileKind.CAPTIONS: "Captions",
    FileKind.AUDIO: "Sound recordings",
    FileKind.VIDEO: "Videos",
    FileKind.ARCHIVE: "Archives",
}


class UploadState(StrEnum):
    """Where an upload is: parts are taken while it is open; finished and refused are the ends."""

    OPEN = "open"
    FINISHING = "finishing"
    FINISHED = "finished"
    REFUSED = "refused"


class StorageUsedUp(Conflict):
    """There is no room left for this file."""

    code = "storage-used-up"


class TooManyUploads(Conflict):
    """You have begun very many uploads. Finish them or stop them first."""

    code = "too-many-uploads"


class UploadOver(Gone):
    """This upload has ended; it takes nothing more."""

    code = "upload-over"


class UploadBusy(Conflict):
    """This file is just being put together. Please ask again in a few seconds."""

    code = "upload-busy"
    retry_after = 2


class PartsMissing(Conflict):
    """Not all of this file has arrived. Send the parts that are missing, then finish it again."""

    code = "parts-missing"


class PartWrong(Invalid):
    """This part does not have the size that it must have."""

    code = "part-wrong"


def check_size(name: str, size: int, site: Site) -> None:
    """Raise NotAccepted for an announced file that is empty, or larger than any, or its kind, may be."""
    if size <= 0:
        raise unwanted("This file is empty.")
    known = known_format(name)
    if known is not None:
        check_format_size(known, size, site)
    elif size > site.largest_file:
        raise unwanted(f"One file may have at most {size_words(site.largest_file)}.")


def check_format_size(found: Format, size: int, site: Site) -> None:
    """Raise NotAccepted for a file that is larger than its kind may be."""
    most = most_bytes(found.kind, site)
    if size > most:
        called = _CALLED[found.kind]
        raise unwanted(f"{called} may have at most {size_words(most)}; this file has {size_words(size)}.")


def most_bytes(kind: FileKind, site: Site) -> int:
    """How many bytes a file of this kind may have."""
    return min(_OF_KIND.get(kind, site.largest_file), site.largest_file)


def size_words(size: int) -> str:
    """Bytes as people say them: 3.4 MB, 250 MB, 1.2 GB."""
    for unit, bytes_of in (("GB", 1_000_000_000), ("MB", 1_000_000), ("KB", 1_000)):
        if size >= bytes_of:
            number = f"{size / bytes_of:.1f}"
            return f"{number.removesuffix('.0')} {unit}"
    return f"{size} bytes"


class Kept(Frozen, frozen=True, kw_only=True):
    """How many bytes are kept, or on their way: for the program, and by the people of the partner."""

    program: int
    partner: int = 0


def check_room(size: int, kept: Kept, site: Site, *, by_partner: bool) -> None:
    """Raise StorageUsedUp when a file has no room left in its program, or with the partner of whoever brings it."""
    if kept.program + size > site.program_storage:
        left = size_words(max(0, site.program_storage - kept.program))
        raise StorageUsedUp(
            f"This program has {left} left for files, of {size_words(site.program_storage)}, and this one has"
            f" {size_words(size)}. Remove files that nobody needs, or ask whoever runs this installation."
        )
    if by_partner and kept.partner + size > site.partner_storage:
        left = size_words(max(0, site.partner_storage - kept.partner))
        raise StorageUsedUp(
            f"Your organization has {left} left for files, of {size_words(site.partner_storage)}, and this one has"
            f" {size_words(size)}. Ask a program manager to upload it."
        )


def part_count(size: int, part_size: int) -> int:
    """In how many parts a file comes."""
    return -(-size // part_size)


def size_of_part(number: int, size: int, part_size: int) -> int:
    """How many bytes part `number` (from 1) has. Raises PartWrong for a number that there is not."""
    count = part_count(size, part_size)
    if not 1 <= number <= count:
        raise PartWrong(f"This file comes in parts 1 to {count}.")
    return min(part_size, size - (number - 1) * part_size)


def missing_parts(there: Collection[int], size: int, part_size: int) -> list[int]:
    """The parts that have not come."""
    return [number for number in range(1, part_count(size, part_size) + 1) if number not in there]


def check_open(state: str, expires_at: datetime, now: datetime) -> None:
    """Raise UploadOver unless parts are still taken."""
    if state == UploadState.FINISHING:
        raise UploadBusy
    if state != UploadState.OPEN or expires_at <= now:
        raise UploadOver
