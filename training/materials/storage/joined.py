"""The parts of an upload read as if they were one file already."""

import io
from collections.abc import Sequence
from contextlib import AbstractContextManager, closing
from typing import BinaryIO, cast

from training.materials.storage.keeping import Storage

_BUFFER = 64 << 10


def opened_parts(storage: Storage, keys: Sequence[str], part_size: int, size: int) -> AbstractContextManager[BinaryIO]:
    """A file to be sought in, for a library in a thread. All parts but the last have `part_size` bytes."""
    return closing(cast("BinaryIO", io.BufferedReader(_Joined(storage, keys, part_size, size), _BUFFER)))


class _Joined(io.RawIOBase):
    """Holds one part open at a time. Whoever closes this closes that."""

    def __init__(self, storage: Storage, keys: Sequence[str], part_size: int, size: int) -> None:
        self._storage = storage
        self._keys = keys
        self._part_size = part_size
        self._size = size
        self._at = 0
        self._number = -1
        self._held: AbstractContextManager[BinaryIO] | None = None
        self._part: BinaryIO | None = None

    def readable(self) -> bool:
        """It is there to be read."""
        return True

    def seekable(self) -> bool:
        """Anywhere."""
        return True

    def tell(self) -> int:
        """Where it stands."""
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Go there. Raises ValueError for a place before the beginning."""
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._size}[whence]
        if base + offset < 0:
            raise ValueError("before the beginning")
        self._at = base + offset
        return self._at

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        """Fill a buffer as far as the part goes."""
        if self._at >= self._size:
            return 0
        number, offset = divmod(self._at, self._part_size)
        part = self._open(number)
        part.seek(offset)
        piece = part.read(min(len(buffer), self._part_size - offset, self._size - self._at))
        buffer[: len(piece)] = piece
        self._at += len(piece)
        return len(piece)

    def close(self) -> None:
        """Let go of the part that is open."""
        self._let_go()
        super().close()

    def _open(self, number: int) -> BinaryIO:
        if number != self._number or self._part is None:
            self._let_go()
            self._held = self._storage.opened(self._keys[number])
            self._part = self._held.__enter__()
            self._number = number
        return self._part

    def _let_go(self) -> None:
        held, self._held, self._part = self._held, None, None
        if held is not None:
            held.__exit__(None, None, None)
