"""The code by which somebody is checked in at the door: one for each enrollment, good for all its meetings. Pure.

It lets those who mark the roster of that session check this one person in, and nothing else; opened by anybody else it
shows itself. Renewing the link to the place (`link_generation` + 1) makes earlier codes worthless, too.
"""

import secrets
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from training.base.structs import Frozen
from training.outbox.rules.scannable import Scannable, code_token, code_words
from training.schedule.rules.sessions import Meeting

CHECK_IN_PATH = "/check-in/"
# People check in themselves so long before a meeting and after it.
SELF_BEFORE = timedelta(minutes=30)
SELF_AFTER = timedelta(minutes=15)


def near(meetings: Iterable[Meeting], now: datetime) -> bool:
    """Whether people could check in themselves to one of these meetings now, if somebody who teaches lets them."""
    return any(one.starts_at - SELF_BEFORE <= now <= one.ends_at + SELF_AFTER for one in meetings)


class AtDoor(Frozen, frozen=True, kw_only=True):
    """What the page of a place says of checking in. `came_to`: the meeting that its reader is in, with its number among
    all, and `minutes_late`. `offers`: there is a meeting to check in to now; `code`: one for which the code is good."""

    came_to: Meeting | None = None
    number: int = 0
    minutes_late: int = 0
    offers: bool = False
    code: bool = True


def at_door(meetings: Sequence[Meeting], came: Mapping[UUID, int], now: datetime) -> AtDoor:
    """How somebody stands at the door who came to these meetings, so many minutes late to each.

    Having come to one says nothing of the next: once that is near, an earlier one that is over is not told any more.
    """
    around = [one for one in meetings if near([one], now)]
    waits = any(one.id not in came for one in around)
    there = [one for one in around if one.id in came and (one.ends_at > now or not waits)]
    code = waits or not there or any(one.starts_at > now and one.id not in came for one in meetings)
    if not there:
        return AtDoor(offers=waits, code=code)
    last = there[-1]
    return AtDoor(came_to=last, number=meetings.index(last) + 1, minutes_late=came[last.id], offers=waits, code=code)


def check_in_code(enrollment_id: UUID, generation: int) -> Scannable:
    """The code as a value of a message: nothing that is stored holds the token."""
    return Scannable(path=CHECK_IN_PATH, purpose=_purpose(generation), id=enrollment_id)


def check_in_token(secret_key: str, enrollment_id: UUID, generation: int) -> str:
    """What stands behind `CHECK_IN_PATH` in the picture."""
    return code_token(secret_key, _purpose(generation), enrollment_id)


def check_in_words(secret_key: str, enrollment_id: UUID, generation: int) -> str:
    """The same as it is typed: six letters, unique enough among those on one roster."""
    return code_words(secret_key, _purpose(generation), enrollment_id)


def opens_check_in(secret_key: str, token: str, enrollment_id: UUID, generation: int) -> bool:
    """Whether a token is the present one of an enrollment; compared in constant time."""
    known = check_in_token(secret_key, enrollment_id, generation)
    return secrets.compare_digest(known.encode(), token.encode("utf-8", "surrogatepass"))


def _purpose(generation: int) -> str:
    return f"check-in {generation}"
