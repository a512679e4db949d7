"""A scanner is a program of somebody else: whatever it does, we go on."""

import asyncio
import hashlib
import os
import shlex
import sys
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from tests.materials.storages import pieces
from training.materials.rules.scans import MOST_OUTPUT, Answer
from training.materials.storage.keeping import StorageDown
from training.materials.storage.scanner import ask_scanner

SOON = timedelta(seconds=20)


async def answer(script: str, content: bytes = b"hello", within: timedelta = SOON) -> Answer:
    return await ask_scanner([sys.executable, "-c", script], pieces(content), within)


async def test_it_gets_every_byte_and_its_answer_is_told() -> None:
    script = "import sys, hashlib; print(hashlib.sha256(sys.stdin.buffer.read()).hexdigest()); sys.exit(1)"
    content = os.urandom(5_000_000)
    told = await answer(script, content)
    assert told == Answer(code=1, said=f"{hashlib.sha256(content).hexdigest()}\n", whole=True)


async def test_one_that_stops_reading_is_heard_and_known_not_to_have_read_everything() -> None:
    told = await answer("import sys; sys.stdin.buffer.read(10); print('found'); sys.exit(1)", bytes(50_000_000))
    assert (told.code, told.said, told.whole) == (1, "found\n", False)


@pytest.mark.parametrize("size", [1, 1_000, 50_000, 65_536, 65_537, 100_000, 1_000_000])
@pytest.mark.parametrize(
    "script", ["true", "sleep 0.2; exit 0", "head -c 1 >/dev/null; sleep 0.2", "exec <&-; sleep 0.2"]
)
async def test_one_that_ends_before_it_has_read_everything_has_not_looked(script: str, size: int) -> None:
    told = await ask_scanner(["sh", "-c", script], pieces(bytes(size)), SOON)
    # One byte is all there is: whoever took it has read everything.
    assert (told.code, told.whole) == (0, size == 1 and script.startswith("head"))


@pytest.mark.parametrize("size", [0, 1, 65_536, 65_537, 1_000_000])
async def test_one_that_reads_to_the_end_has_looked(size: int) -> None:
    told = await ask_scanner(["sh", "-c", "cat >/dev/null"], pieces(bytes(size)), SOON)
    assert told == Answer(code=0, said="", whole=True)


@pytest.mark.parametrize("left", ["sleep 600 &", "setsid sleep 3 &"])
async def test_its_verdict_counts_when_it_ends_whoever_holds_its_output(left: str) -> None:
    script = f"{left} cat >/dev/null; echo EICAR; exit 1"
    told = await ask_scanner(["sh", "-c", script], pieces(b"x" * 100_000), SOON)
    assert told == Answer(code=1, said="EICAR\n", whole=True)


async def test_it_leaves_no_open_end_behind() -> None:
    before = len(list(Path("/proc/self/fd").iterdir()))
    for command in (["sh", "-c", "cat >/dev/null"], ["true"], ["/nowhere/scanner"]):
        await ask_scanner(command, pieces(bytes(300_000)), SOON)
    assert len(list(Path("/proc/self/fd").iterdir())) <= before


async def test_one_that_talks_without_end_is_cut_and_still_heard_to_its_last_word() -> None:
    script = "for n in range(100_000): print('noise', n)\nprint('last')"
    told = await answer(script)
    assert told.code == 0
    assert len(told.said) <= MOST_OUTPUT
    assert told.said.endswith("last\n")


async def test_one_that_does_not_answer_is_ended_with_what_it_started(tmp_path: Path) -> None:
    # A shell, which is there at once: Python alone may take as long as is waited on a busy machine.
    command = ["sh", "-c", f"sleep 600 & echo $! > {shlex.quote(str(tmp_path / 'pid'))}; wait"]
    told = await ask_scanner(command, pieces(b"x"), timedelta(seconds=3))
    assert told == Answer(code=None, said="", whole=False)
    child = int((tmp_path / "pid").read_text())
    for _ in range(100):
        if not Path(f"/proc/{child}").exists() or ") Z " in Path(f"/proc/{child}/stat").read_text():
            break
        await asyncio.sleep(0.05)
    else:
        raise AssertionError("what it started goes on")


async def test_one_that_is_not_there_is_said() -> None:
    told = await ask_scanner(["/nowhere/scanner"], pieces(b"x"), SOON)
    assert (told.code, told.whole) == (None, False)
    assert told.said.startswith("The scanner could not be started: No such file")


async def test_it_is_told_nothing_of_our_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRAINING_SECRET_KEY", "not for others")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "not for others")
    told = await answer("import os, sys; sys.stdin.read(); print(sorted(os.environ.items()))")
    assert "not for others" not in told.said


async def test_what_cannot_be_read_is_raised_and_the_scanner_does_not_stay() -> None:
    async def breaking() -> AsyncIterator[bytes]:
        yield b"x"
        raise StorageDown

    with pytest.raises(StorageDown):
        await ask_scanner(shlex.split("cat"), breaking(), SOON)
