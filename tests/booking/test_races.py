"""Many at once for few places, through two real server processes; and the proof that this test could fail.

The control runs the same crowd through a booking that counts first and writes later, as one would naively write it.
If that did not oversell, the crowd would be too tame to prove anything.
"""

import asyncio
from collections import Counter
from collections.abc import Callable
from uuid import UUID

import httpx
import pytest

from tests.booking.made import Scene, make_scene
from tests.conftest import SITE
from tests.served import served
from training.base.clock import system_clock
from training.base.database import Database, execute
from training.base.structs import Viewer
from training.base.work import Work, Works
from training.booking.actions import Order, Wanted, book_places
from training.booking.tables import Booking, Enrollment
from training.people.actions import begin_sign_in
from training.reactions import REACTIONS

PLACES = 50
PARTIES = 200


@pytest.fixture
def real_works(database: Database) -> Works:  # noqa: ARG001 - asked for so that it is bound
    """Units of work on the real clock: the server processes have no other."""
    return Works(clock=system_clock, site=SITE, reactions=REACTIONS, origin="test")


async def bearer(works: Works, viewer: Viewer) -> str:
    """A sign-in of a person who really has the grants of `viewer`."""

    async def sign_in(work: Work) -> str:
        for grant in viewer.grants:
            await work.execute(
                "INSERT INTO role_grant (id, person_id, role, scope_id, granted_at) VALUES ({}, {}, {}, {}, {})",
                work.new_id(),
                viewer.person_id,
                grant.role,
                grant.scope_id,
                work.now,
            )
        assert viewer.person_id is not None
        return (await begin_sign_in(work, viewer.person_id)).token

    return await works.run(Viewer.machine("test"), sign_in)


async def crowd(
    addresses: list[str], token: str, scene: Scene, parties: int, key: Callable[[int], str | None] = lambda _: None
) -> list[httpx.Response]:
    """So many parties of one ask at the same moment, spread over the servers."""
    async with httpx.AsyncClient(timeout=60, limits=httpx.Limits(max_connections=parties)) as client:

        async def ask(number: int) -> httpx.Response:
            headers = {"authorization": f"Bearer {token}"}
            if (own := key(number)) is not None:
                headers["idempotency-key"] = own
            return await client.post(
                f"{addresses[number % len(addresses)]}/api/v1/sessions/{scene.session_id}/bookings",
                json={
                    "partner_id": str(scene.partner_id),
                    "people": [{"membership_id": str(scene.members[number % len(scene.members)])}],
                },
                headers=headers,
            )

        return await asyncio.gather(*(ask(number) for number in range(parties)))


async def rows(session_id: UUID) -> Counter[str]:
    found = await execute(
        "SELECT state, count(*) AS n FROM enrollment WHERE session_id = {} GROUP BY state", session_id
    )
    return Counter({str(row["state"]): int(row["n"]) for row in found})


async def counters(session_id: UUID) -> tuple[int, int, int]:
    row = (await execute("SELECT taken_in_person, waiting, arrivals FROM session WHERE id = {}", session_id))[0]
    return int(row["taken_in_person"]), int(row["waiting"]), int(row["arrivals"])


async def test_two_hundred_for_fifty(real_works: Works, database_url: str) -> None:
    scene = await make_scene(real_works, size=PARTIES, capacity_in_person=PLACES)
    token = await bearer(real_works, scene.coordinator)
    with served(database_url, processes=2) as addresses:
        answers = await crowd(addresses, token, scene, PARTIES)
    assert Counter(answer.status_code for answer in answers) == {201: PARTIES}
    said = Counter(answer.json()["verdicts"][0]["outcome"] for answer in answers)
    assert said == {"enrolled": PLACES, "waitlisted": PARTIES - PLACES}
    assert await rows(scene.session_id) == said
    assert await counters(scene.session_id) == (PLACES, PARTIES - PLACES, PARTIES)
    positions = sorted(a.json()["verdicts"][0]["position"] for a in answers if a.json()["verdicts"][0]["position"])
    assert positions == list(range(1, PARTIES - PLACES + 1)), "nobody is told the same place in the queue as another"
    arrivals = await execute("SELECT arrival FROM enrollment WHERE session_id = {} ORDER BY arrival", scene.session_id)
    assert [row["arrival"] for row in arrivals] == list(range(1, PARTIES + 1))


async def test_the_same_person_forty_times(real_works: Works, database_url: str) -> None:
    scene = await make_scene(real_works, size=1, capacity_in_person=PLACES)
    token = await bearer(real_works, scene.coordinator)
    with served(database_url, processes=2) as addresses:
        answers = await crowd(addresses, token, scene, 40)
    assert Counter(answer.status_code for answer in answers) == {201: 1, 409: 39}
    assert {a.json()["code"] for a in answers if a.status_code == 409} <= {"nobody-booked", "conflict"}
    assert await rows(scene.session_id) == {"enrolled": 1}


async def test_one_key_forty_times_is_one_booking(real_works: Works, database_url: str) -> None:
    scene = await make_scene(real_works, size=1, capacity_in_person=PLACES)
    token = await bearer(real_works, scene.coordinator)
    with served(database_url, processes=2) as addresses:
        answers = await crowd(addresses, token, scene, 40, key=lambda _: "the same key")
    assert Counter(answer.status_code for answer in answers) == {201: 40}
    assert len({answer.json()["id"] for answer in answers}) == 1
    assert await rows(scene.session_id) == {"enrolled": 1}


async def test_the_control_oversells(real_works: Works) -> None:
    """Counting first and writing later, at the same 50 places: this crowd does break what is not guarded."""
    scene = await make_scene(real_works, size=PARTIES, capacity_in_person=PLACES)
    await asyncio.gather(*(naively(real_works, scene, number) for number in range(PARTIES)))
    assert (await rows(scene.session_id))["enrolled"] > PLACES


async def naively(works: Works, scene: Scene, number: int) -> None:
    taken = (await rows(scene.session_id))["enrolled"]
    if taken >= PLACES:
        return
    await works.run(scene.coordinator, _enroll, scene, number)


async def _enroll(work: Work, scene: Scene, number: int) -> None:
    booking_id = work.new_id()
    work.add(
        Booking,
        id=booking_id,
        code=str(booking_id)[-12:],
        session_id=scene.session_id,
        partner_id=scene.partner_id,
        created_at=work.now,
    )
    work.add(
        Enrollment,
        id=work.new_id(),
        booking_id=booking_id,
        session_id=scene.session_id,
        person_id=scene.people[number],
        partner_id=scene.partner_id,
        state="enrolled",
        mode="in_person",
        accepts="in_person",
        arrival=number,
        state_at=work.now,
        created_at=work.now,
    )


async def test_the_database_stops_what_forgets_the_lock(real_works: Works, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the lock the rule decides on stale counters; then the check on the row refuses: nothing is oversold."""
    monkeypatch.setattr("training.schedule.queries.sessions.for_update", lambda _="": "")
    scene = await make_scene(real_works, size=PARTIES, capacity_in_person=PLACES)
    outcomes = await asyncio.gather(
        *(_book_one(real_works, scene, number) for number in range(PARTIES)), return_exceptions=True
    )
    assert (await rows(scene.session_id))["enrolled"] <= PLACES
    assert (await counters(scene.session_id))[0] == (await rows(scene.session_id))["enrolled"]
    assert any(not isinstance(outcome, Exception) for outcome in outcomes)


async def _book_one(works: Works, scene: Scene, number: int) -> None:
    wanted = Wanted(membership_id=scene.members[number])
    order = Order(session_id=scene.session_id, partner_id=scene.partner_id, people=(wanted,))
    await works.run(scene.coordinator, book_places, order)
