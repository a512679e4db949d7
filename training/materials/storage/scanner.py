"""The edge to the scanner: a program of the operator's choice that reads a file from its input and says what it found.

It is started without a shell and without our settings, gets the bytes as they come from the storage, and is ended with
all it started when its time is over or nobody waits any more.
"""

import asyncio
import os
import signal
from collections.abc import AsyncIterable, Sequence
from contextlib import suppress
from datetime import timedelta
from typing import cast

from training.materials.rules.scans import MOST_OUTPUT, Answer

# What programs need to find themselves; nothing that may hold a secret.
_PASSED_ON = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "TZ")


async def ask_scanner(command: Sequence[str], chunks: AsyncIterable[bytes], within: timedelta) -> Answer:
    """Feed bytes to a scanner; what it answered. Raises what reading `chunks` raises; the scanner is ended then."""
    try:
        process = await asyncio.create_subprocess_exec(
            *command,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            env={name: os.environ[name] for name in _PASSED_ON if name in os.environ},
            start_new_session=True,
        )
    except OSError as error:
        return Answer(code=None, said=f"The scanner could not be started: {error.strerror}.", whole=False)
    listening = asyncio.create_task(_listen(process))
    try:
        async with asyncio.timeout(within.total_seconds()):
            whole = await _feed(process, chunks)
            said = await listening
            return Answer(code=await process.wait(), said=said, whole=whole)
    except TimeoutError:
        return Answer(code=None, said="", whole=False)
    finally:
        await _end(process, listening)


async def _feed(process: asyncio.subprocess.Process, chunks: AsyncIterable[bytes]) -> bool:
    """Whether the scanner took everything. It may stop reading once it knows enough."""
    pipe = cast("asyncio.StreamWriter", process.stdin)
    try:
        async for chunk in chunks:
            pipe.write(chunk)
            await pipe.drain()
        pipe.close()
        await pipe.wait_closed()
    except (BrokenPipeError, ConnectionResetError):
        return False
    return True


async def _listen(process: asyncio.subprocess.Process) -> str:
    """The end of what it says, read to the end, because one that cannot speak does not go on."""
    pipe, kept = cast("asyncio.StreamReader", process.stdout), b""
    while piece := await pipe.read(MOST_OUTPUT):
        kept = (kept + piece)[-MOST_OUTPUT:]
    return kept.decode(errors="replace")


async def _end(process: asyncio.subprocess.Process, listening: "asyncio.Task[str]") -> None:
    # Those that it started and left behind, too: they may hold its output open.
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    await process.wait()
    listening.cancel()
    with suppress(asyncio.CancelledError):
        await listening
