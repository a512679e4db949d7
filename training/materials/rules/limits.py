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
# What is only announced takes room from others for no longer than this.
EMPTY_LASTS = timedelta(minutes=30)
# It is renewed while a file is put together; whoever died doing it is waited for this long.
LEASE = timedelta(seconds=60)
# What a form may bring at once, with the little that stands around the files. Scripts send parts instead.
MOST_FORM_FILES = 250_000_000
MOST_FORM_BYTES = MOST_FORM_FILES + 1_000_000
MOST_OPEN = 200
# One of so many parts of a program's room may be on its way from one person who does not manage it.
_SHARES = 4
_MB = 1_000_000
_UNITS = (("PB", 10**15), ("TB", 10**12), ("GB", 10**9), ("MB", 10**6), ("KB", 10**3))
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
    """You have begun very many uploads. Finish them, or stop them on the page Materials, first."""

    code = "too-many-uploads"


class UploadOver(Gone):
    """This upload has ended; it takes nothing more."""

    code = "upload-over"


class UploadBusy(Conflict):
    """This file is being put together, or that has just broken off. Ask again: it is free within a minute at most."""

    code = "upload-busy"
    retry_after = 5


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
        raise unwanted(f"One file may have at most {limit_words(site.largest_file)}.")


def check_format_size(found: Format, size: int, site: Site) -> None:
    """Raise NotAccepted for a file that is larger than its kind may be."""
    most = most_bytes(found.kind, site)
    if size > most:
        called, has = _CALLED[found.kind], size_words(size)
        if has == limit_words(most):
            has = f"{size:,} bytes"
        raise unwanted(f"{called} may have at most {limit_words(most)}; this file has {has}.")


def most_bytes(kind: FileKind, site: Site) -> int:
    """How many bytes a file of this kind may have."""
    return min(_OF_KIND.get(kind, site.largest_file), site.largest_file)


def size_words(size: int) -> str:
    """Bytes as people say them: 3.4 MB, 250 MB, 1.2 GB."""
    return _words(size, 1)


def limit_words(size: int) -> str:
    """The same for a limit, which must not be rounded to more than it is: 4.096 GB."""
    return _words(size, 3)


def _words(size: int, places: int) -> str:
    for unit, bytes_of in _UNITS:
        # What would be rounded to a thousand of the smaller unit is one of this; bytes are not rounded.
        if size >= bytes_of or (bytes_of > 1000 and round(size / bytes_of, places) >= 1):
            number = f"{size / bytes_of:.{places}f}"
            return f"{number.rstrip('0').removesuffix('.')} {unit}"
    return "1 byte" if size == 1 else f"{size} bytes"


class Kept(Frozen, frozen=True, kw_only=True):
    """How many bytes are kept, or on their way: for the program, and by the people of the partner. Of these, so many
    are only announced, by uploads that have not ended."""

    program: int
    partner: int = 0
    program_coming: int = 0
    partner_coming: int = 0


def check_room(size: int, kept: Kept, site: Site, *, by_partner: bool) -> None:
    """Raise StorageUsedUp when a file has no room left in its program, or with the partner of whoever brings it."""
    if kept.program + size > site.program_storage:
        raise StorageUsedUp(
            f"This program {_left(site.program_storage, kept.program, kept.program_coming)}, and this one has"
            f" {size_words(size)}. {_whom(kept.program, kept.program_coming)}"
        )
    if by_partner and kept.partner + size > site.partner_storage:
        raise StorageUsedUp(
            f"Your organization {_left(site.partner_storage, kept.partner, kept.partner_coming)}, and this one has"
            f" {size_words(size)}. Ask a program manager to upload it, or to stop uploads that nobody goes on with."
        )


def check_share(size: int, coming: int, site: Site) -> None:
    """Raise TooManyUploads when somebody who does not manage the program would have too much of its room on its way.

    `coming` bytes are announced already. One file alone always may: `check_size` and `check_room` judge that.
    """
    most = site.program_storage // _SHARES
    if coming and coming + size > most:
        raise TooManyUploads(
            f"You have files of {size_words(coming)} on their way to this program, and this one has {size_words(size)}:"
            f" together at most {limit_words(most)} at once. Finish what you began, or stop it on the page Materials."
        )


def _left(most: int, kept: int, coming: int) -> str:
    said = f"has {size_words(max(0, most - kept))} left for files, of {limit_words(most)}"
    if coming:
        said += f" ({size_words(kept - coming)} kept, {size_words(coming)} announced by uploads that have not ended)"
    return said


def _whom(kept: int, coming: int) -> str:
    if coming > kept - coming:
        return (
            "Stop uploads that nobody goes on with: your own are on the page Materials, those of others a program"
            " manager stops there."
        )
    return "Remove files that nobody needs, or ask whoever runs this installation."


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
