"""A file that is judged: looked into here and there, never held whole."""

from typing import BinaryIO

from training.materials.rules.formats import NotAccepted

# Enough for every signature, and for the record at the end of a zip with its longest comment.
_EDGE = 66_000
# Some programs end a file with a few blanks, or a line of their own.
_BEHIND = 64
BROKEN = "This file is broken or was not saved whole. Open it where it comes from, save it again, and upload that."

GOES_ON = "This file goes on behind its end. Open it where it comes from, save it again, and upload that."


class Content:
    """A file with its size. It is read in the thread of whoever judges it."""

    def __init__(self, file: BinaryIO, size: int) -> None:
        self.file = file
        self.size = size
        self.head = self.at(0, min(size, _EDGE))
        self.tail = self.at(max(0, size - _EDGE), _EDGE)

    @property
    def tail_at(self) -> int:
        """Where the tail begins."""
        return max(0, self.size - _EDGE)

    def at(self, offset: int, count: int) -> bytes:
        """Up to `count` bytes from `offset` on; fewer at the end of the file."""
        self.file.seek(offset)
        return self.file.read(count)

    def exactly(self, offset: int, count: int) -> bytes:
        """As `at`. Raises NotAccepted where the file ends before."""
        found = self.at(offset, count)
        if len(found) < count:
            raise broken()
        return found


def goes_on(rest: bytes) -> bool:
    """Whether what stands behind the end of a file is more than the little that programs leave there."""
    return len(rest.strip(b"\0\t\n\f\r\x1a ")) > _BEHIND


def broken() -> NotAccepted:
    """The refusal of a file that does not hold what its first bytes promise."""
    return unwanted(BROKEN)


def unwanted(sentence: str) -> NotAccepted:
    """A refusal in one sentence, beside the field of the file."""
    return NotAccepted(sentence, fields={"file": sentence})
