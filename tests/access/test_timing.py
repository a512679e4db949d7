"""Time tells nothing either: what is foreign takes as long as what does not exist.

The walk says so exactly in every run: the same statements are run for both. Here it is measured.
"""

import statistics
import time

import pytest

from tests.access.asking import Asking
from tests.access.entry import Entry, ids_of
from tests.access.facts import COORDINATOR_A, OTHER_MANAGER, TWO, Role, key
from tests.access.routes import ENTRIES
from tests.proofs import record

ANSWERS = 200
TOLERANCE = 0.10
ROUNDS = 3
# Reading and writing, pages and API; as whom the thing of the other side is asked for.
MEASURED: dict[str, Role] = {
    "GET /api/v1/enrollments/{enrollment_id}": COORDINATOR_A,
    "POST /api/v1/enrollments/{enrollment_id}/cancel": COORDINATOR_A,
    "GET /enrollments/{enrollment_id}/cancel": COORDINATOR_A,
    "POST /enrollments/{enrollment_id}/cancel": COORDINATOR_A,
    "GET /bookings/{booking_id}": COORDINATOR_A,
    "GET /api/v1/sessions/{session_id}": COORDINATOR_A,
    "GET /sessions/{session_id}": COORDINATOR_A,
    "POST /api/v1/sessions/{session_id}/bookings": COORDINATOR_A,
    "GET /api/v1/partners/{partner_id}": COORDINATOR_A,
    "GET /partners/{partner_id}/members": COORDINATOR_A,
    "PATCH /api/v1/members/{membership_id}": COORDINATOR_A,
    "POST /api/v1/contacts/{contact_id}/check": COORDINATOR_A,
    "GET /manage/sessions/{session_id}": COORDINATOR_A,
    "POST /api/v1/me/memberships/{membership_id}/accept": COORDINATOR_A,
    "DELETE /api/v1/sign-ins/{sign_in_id}": COORDINATOR_A,
    "DELETE /api/v1/meetings/{meeting_id}": COORDINATOR_A,
}


async def medians(asking: Asking, role: Role, entry: Entry, count: int) -> tuple[float, float]:
    """Seconds that the foreign and the unknown one take, in turns, and which comes first changes."""
    foreign, *rest = ids_of(entry, TWO)
    asked = [(foreign, *rest), (str(key("unknown")), *rest)]
    taken: tuple[list[float], list[float]] = ([], [])
    for number in range(count):
        for which in (number % 2, 1 - number % 2):
            started = time.perf_counter()
            await asking.ask(role, entry, asked[which])
            taken[which].append(time.perf_counter() - started)
    return statistics.median(taken[0]), statistics.median(taken[1])


async def farthest_apart(asking: Asking, role: Role, entry: Entry) -> float:
    """How far the medians are apart, as a part of the greater; the least of some rounds, because others use the
    machine too, and a difference that is real is there in every round."""
    apart = 1.0
    for _ in range(ROUNDS):
        one, other = await medians(asking, role, entry, ANSWERS)
        apart = min(apart, abs(one - other) / max(one, other))
        if apart <= TOLERANCE / 2:
            break
    return apart


@pytest.mark.prove
async def test_a_foreign_thing_takes_as_long_as_none(asking: Asking, engine_name: str) -> None:
    entries = {entry.name: entry for entry in ENTRIES}
    found = {name: await farthest_apart(asking, role, entries[name]) for name, role in MEASURED.items()}
    name, worst = max(found.items(), key=lambda pair: pair[1])
    within = sum(apart <= TOLERANCE for apart in found.values())
    record(
        "access-timing",
        f"What is foreign takes as long as what does not exist: medians of {ANSWERS} answers within {TOLERANCE:.0%}.",
        engine=engine_name,
        rounds=2 * ANSWERS * len(found),
        done=f"{len(found)} routes, page and API, reading and writing, foreign and unknown in turns",
        found=f"{within} of {len(found)} within; farthest apart {worst:.1%}, `{name}`",
    )
    assert worst <= TOLERANCE, found


@pytest.mark.prove
async def test_what_takes_longer_is_noticed(asking: Asking) -> None:
    """The control: a session that is somebody's own takes longer than none."""
    entry = next(entry for entry in ENTRIES if entry.name == "GET /sessions/{session_id}")
    one, other = await medians(asking, OTHER_MANAGER, entry, ANSWERS // 4)
    assert one > other * (1 + TOLERANCE)
