"""The code that changes on the screen and the word that is said aloud: whoever knows one was in the room. Pure.

The code is six digits of an HMAC over the meeting, the generation of its codes and the half-minute. Besides the
present one the one before it is taken, so everybody has between 30 and 60 seconds.
"""

import hashlib
import hmac
import secrets
import unicodedata
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from uuid import UUID

STEP_SECONDS = 30
DIGITS = 6
_EARLIER_STEPS = 1
# Everyday words that are spoken and spelled in one way, none inside another; both halves are needed.
_FIRST = (
    "amber ancient autumn bitter brave broken calm careful cheerful clever copper cotton crystal curious"
    " dancing distant early eastern empty famous fancy floating frozen gentle giant golden grateful happy"
    " hidden hollow humble hungry jolly lively lonely lucky magic mellow modern narrow noble orange"
    " painted patient perfect pocket polite proud purple quick quiet rapid rustic sandy secret shiny"
    " silent silver simple singing sleepy smooth solid spotted steady summer sunny tender thirsty tiny"
    " velvet wandering wooden yellow young"
).split()
_SECOND = (
    "acorn anchor apple arrow balcony banana basket beaver blanket bottle bridge butterfly button cabin"
    " camel candle carpet castle cherry chimney cloud compass cottage cricket curtain desert diamond"
    " dolphin donkey dragon engine feather fiddle forest fountain garden giraffe guitar hammer harbour"
    " helmet island jacket kettle kitten ladder lantern lemon lobster magnet marble meadow melon mirror"
    " monkey mountain mushroom needle ocean olive onion orchard otter paddle panda parrot pebble penguin"
    " pepper pillow planet potato pumpkin rabbit ribbon river rocket saddle salmon sparrow spider station"
    " sugar teapot tiger tomato tower trumpet tunnel turtle umbrella valley violin walnut window winter"
    " wizard"
).split()


def code_at(secret_key: str, meeting_id: UUID, generation: int, at: datetime) -> str:
    """The code that the screen of a meeting shows at an instant: six digits."""
    return _code(secret_key, meeting_id, generation, _step(at))


def is_code(secret_key: str, meeting_id: UUID, generation: int, typed: str, now: datetime) -> bool:
    """Whether this is the code of now or of the half-minute before; compared in constant time."""
    digits, step = plain_code(typed), _step(now)
    known = [_code(secret_key, meeting_id, generation, step - back) for back in range(_EARLIER_STEPS + 1)]
    return any(secrets.compare_digest(one.encode(), digits.encode()) for one in known)


def changes_at(now: datetime) -> datetime:
    """When the screen shows another code."""
    return datetime.fromtimestamp((_step(now) + 1) * STEP_SECONDS, UTC)


def left_at(now: datetime) -> timedelta:
    """How long the code on the screen stays there."""
    return changes_at(now) - now


def plain_code(typed: str) -> str:
    """The digits of what somebody typed, whatever stands between them and in whichever script; else empty."""
    kept = [char for char in typed if not char.isspace() and char not in "-–."]
    digits = [unicodedata.digit(char, None) for char in kept]
    if len(digits) != DIGITS or any(digit is None for digit in digits):
        return ""
    return "".join(str(digit) for digit in digits)


def new_word(choose: Callable[[Sequence[str]], str] = secrets.choice) -> str:
    """Two everyday words, one out of thousands: 'quiet harbour'."""
    return f"{choose(_FIRST)} {choose(_SECOND)}"


def is_word(word: str, typed: str) -> bool:
    """Whether somebody typed the word, in letters large or small and with whatever between its halves."""
    return bool(word) and secrets.compare_digest(_letters(word).encode(), _letters(typed).encode())


def _letters(text: str) -> str:
    return "".join(char for char in text.casefold() if char.isalpha())


def _step(at: datetime) -> int:
    return int(at.timestamp()) // STEP_SECONDS


def _code(secret_key: str, meeting_id: UUID, generation: int, step: int) -> str:
    said = b"code on the screen\n" + meeting_id.bytes + f"\n{generation}\n{step}".encode()
    number = int.from_bytes(hmac.new(secret_key.encode(), said, hashlib.sha256).digest(), "big")
    return f"{number % 10**DIGITS:0{DIGITS}}"
