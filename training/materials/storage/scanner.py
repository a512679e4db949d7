"""The edge to the scanner: a program of the operator's choice that reads a file from its input and says what it found.

It is started without a shell and without our settings, and gets the bytes as they come from the storage. Its word
counts when it ends itself. Then, or when its time is over or nobody waits any more, its process group is ended with it.
"""

import array
import asyncio
import fcntl
import os
import signal
import termios
from collections.abc import AsyncIterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import timedelta

from training.materials.rules.scans import MOST_OUTPUT, Answer

# What programs need to find themselves; nothing that may hold a secret.
_PASSED_ON = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "TZ")
# More than fits a pipe: what was said before the end is heard, and somebody who talks on is not listened to for ever.
_LAST_WORDS = 64


async def ask_scanner(command: Sequence[str], chunks: AsyncIterable[bytes], within: timedelta) -> Answer:
    """Feed bytes to a scanner; what it answered. Raises what reading `chunks` raises; the scanner is ended then."""
    with _pipe() as (its_input, ours), _pipe() as (heard, its_output):
        try:
            process = await asyncio.create_subprocess_exec(
                *command,
                stdin=its_input.number,
                stdout=its_output.number,
                stderr=asyncio.subprocess.STDOUT,
                env={name: os.environ[name] for name in _PASSED_ON if name in os.environ},
                start_new_session=True,
            )
        except OSError as error:
            return Answer(code=None, said=f"The scanner could not be started: {error.strerror}.", whole=False)
        its_output.close()
        listening = _Listening(heard.number)
        feeding = asyncio.create_task(_feed(ours, chunks))
        ended = asyncio.create_task(process.wait())
        try:
            async with asyncio.timeout(within.total_seconds()):
                await asyncio.wait({feeding, ended}, return_when=asyncio.FIRST_COMPLETED)
                if feeding.done():
                    feeding.result()
                code = await ended
                # What it left in the pipe it has not looked at. Our end of its input stays open to be asked.
                whole = feeding.done() and not _left(its_input.number)
        except TimeoutError:
            return Answer(code=None, said="", whole=False)
        finally:
            await _end(process, feeding, ended)
            listening.end()
        return Answer(code=code, said=listening.said, whole=whole)


class _End:
    """One end of a pipe, closed once."""

    def __init__(self, number: int) -> None:
        self.number = number
        self._open = True

    def close(self) -> None:
        """Nothing more goes through it from here."""
        if self._open:
            self._open = False
            os.close(self.number)


@contextmanager
def _pipe() -> Iterator[tuple[_End, _End]]:
    """The end to read from, the end to write to."""
    reads, writes = (_End(number) for number in os.pipe())
    try:
        yield reads, writes
    finally:
        reads.close()
        writes.close()


async def _feed(pipe: _End, chunks: AsyncIterable[bytes]) -> None:
    """Everything into the pipe, as fast as it is taken out there, and then its end."""
    os.set_blocking(pipe.number, False)
    async for chunk in chunks:
        rest = memoryview(chunk)
        while rest:
            try:
                rest = rest[os.write(pipe.number, rest) :]
            except BlockingIOError:
                await _writable(pipe.number)
    pipe.close()


async def _writable(number: int) -> None:
    loop, ready = asyncio.get_running_loop(), asyncio.Event()
    loop.add_writer(number, ready.set)
    try:
        await ready.wait()
    finally:
        loop.remove_writer(number)


def _left(number: int) -> int:
    """How many bytes lie in a pipe."""
    count = array.array("i", [0])
    fcntl.ioctl(number, termios.FIONREAD, count)
    return count[0]


class _Listening:
    """Hears what it says as it says it, because one that cannot speak does not go on; keeps the end of it."""

    def __init__(self, number: int) -> None:
        self._number, self._kept = number, b""
        os.set_blocking(number, False)
        asyncio.get_running_loop().add_reader(number, self._more)

    @property
    def said(self) -> str:
        """The end of it."""
        return self._kept.decode(errors="replace")

    def end(self) -> None:
        """What it has said by now, and no more: somebody it started may hold its output open."""
        for _ in range(_LAST_WORDS):
            if not self._more():
                break
        asyncio.get_running_loop().remove_reader(self._number)

    def _more(self) -> bool:
        try:
            piece = os.read(self._number, MOST_OUTPUT)
        except BlockingIOError:
            return False
        if not piece:
            asyncio.get_running_loop().remove_reader(self._number)
        self._kept = (self._kept + piece)[-MOST_OUTPUT:]
        return bool(piece)


async def _end(process: asyncio.subprocess.Process, feeding: "asyncio.Task[None]", ended: "asyncio.Task[int]") -> None:
    # Those that it started and left behind, too.
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    feeding.cancel()
    # Whatever reading raised was raised before, or nobody waits for it.
    await asyncio.gather(feeding, ended, return_exceptions=True)
    await process.wait()
