"""What a scanner's answer means, and how long it may take."""

import re
from collections.abc import Sequence
from datetime import timedelta
from enum import StrEnum
from typing import Annotated

import msgspec

from training.base.structs import Frozen

MOST_OUTPUT = 4_096
_LONGEST = 300
# A scanner that reads less than this in a second is stuck.
_BYTES_A_SECOND = 1_000_000
_AT_LEAST = timedelta(minutes=2)
_BACKOFF = (1, 2, 5, 10, 30, 60)
_UNSHOWN = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")


class Verdict(StrEnum):
    """What a scanner came to. UNKNOWN is none: it could not look, and is asked again."""

    CLEAN = "clean"
    FOUND = "found"
    UNKNOWN = "unknown"


class Answer(Frozen, frozen=True, kw_only=True):
    """How a scanner ended: its exit code (None when it did not end in time, or could not be started), what it said,
    and whether it took the file to its end."""

    code: int | None
    said: str
    whole: bool


Said = Annotated[str, msgspec.Meta(max_length=_LONGEST)]


class Judged(Frozen, frozen=True, kw_only=True):
    """The verdict, and the words for people."""

    verdict: Verdict
    said: Said


def judge(answer: Answer) -> Judged:
    """0 is clean, 1 is that something was found, anything else that the scanner could not look.

    A scanner that has found something need not read on. One that says clean without having seen everything has not
    looked.
    """
    said = _shown(answer.said)
    if answer.code == 1:
        return Judged(verdict=Verdict.FOUND, said=said or "The scanner refused it without saying why.")
    if answer.code == 0 and answer.whole:
        return Judged(verdict=Verdict.CLEAN, said="")
    if answer.code == 0:
        why = "The scanner ended before it had read the whole file."
    elif answer.code is None:
        why = said or "The scanner did not answer in time."
        return Judged(verdict=Verdict.UNKNOWN, said=why)
    else:
        why = f"The scanner ended with {answer.code}{f': {said}' if said else '.'}"
    return Judged(verdict=Verdict.UNKNOWN, said=why[:_LONGEST])


def _shown(said: str) -> str:
    """The last line that says something, which is where scanners name what they found; without control characters."""
    lines: Sequence[str] = [line for each in said.splitlines() if (line := " ".join(_UNSHOWN.sub(" ", each).split()))]
    return lines[-1][:_LONGEST] if lines else ""


def time_for(size: int) -> timedelta:
    """How long a scanner may take for so many bytes."""
    return _AT_LEAST + timedelta(seconds=size // _BYTES_A_SECOND)


def next_try(scans: int) -> timedelta:
    """How long after the so-manieth attempt that came to nothing the next one is made."""
    return timedelta(minutes=_BACKOFF[min(max(scans, 1), len(_BACKOFF)) - 1])
