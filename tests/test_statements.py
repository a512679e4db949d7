"""A page costs the same number of statements with ten sessions and with ten thousand."""

from datetime import timedelta

import httpx

from tests.booking.asked import bearer
from tests.booking.made import Scene, make_scene
from training.base.database import watch_statements
from training.base.work import Work, Works
from training.schedule.tables import Meeting, Session

FEW, MANY = 10, 10_000
# The goals of the issue: a list at most 3, the catalogue page at most 4, the sign-in look-up included.
MOST = {"list": 3, "catalogue": 4, "month": 4}


async def add_sessions(work: Work, scene: Scene, first: int, count: int) -> None:
    """Published sessions of the scene's program, ten a day."""
    for number in range(first, first + count):
        session_id = work.new_id()
        start = (work.now + timedelta(days=1 + number // 10, hours=number % 10)).replace(microsecond=0)
        work.add(
            Session,
            id=session_id,
            program_id=scene.program_id,
            course_id=scene.course_id,
            title=f"Session {number}",
            search=f"session {number}",
            state="published",
            capacity_in_person=10,
            starts_at=start,
            ends_at=start + timedelta(hours=1),
            created_at=work.now,
        )
        work.add(
            Meeting,
            id=work.new_id(),
            session_id=session_id,
            local_start=start.replace(tzinfo=None),
            local_end=start.replace(tzinfo=None) + timedelta(hours=1),
            starts_at=start,
            ends_at=start + timedelta(hours=1),
            changed_at=work.now,
        )


async def counts(client: httpx.AsyncClient, scene: Scene, token: str) -> dict[str, int]:
    """Statements per address."""
    addresses = {
        "list": "/api/v1/sessions?limit=50",
        "catalogue": "/sessions",
        "month": "/sessions?view=month&month=2026-05",
        "search": "/sessions?q=session",
        "session page": f"/sessions/{scene.session_id}",
        "session": f"/api/v1/sessions/{scene.session_id}",
        "enrollments": f"/api/v1/sessions/{scene.session_id}/enrollments",
        "partner page": f"/partners/{scene.partner_id}",
        "own sessions": "/my/sessions",
        "home": "/",
    }
    found = {}
    for name, path in addresses.items():
        headers = {"authorization": f"Bearer {token}"} if path.startswith("/api/") else {"cookie": f"sign_in={token}"}
        with watch_statements() as seen:
            answer = await client.get(path, headers=headers)
        assert answer.status_code == 200, (name, answer.text[:300])
        found[name] = len(seen)
    return found


async def test_statements_do_not_grow_with_sessions(works: Works, client: httpx.AsyncClient) -> None:
    scene = await make_scene(works)
    token = await bearer(works, scene.coordinator)
    await works.run(scene.manager, add_sessions, scene, 0, FEW)
    few = await counts(client, scene, token)
    for first in range(FEW, MANY, 1_000):
        await works.run(scene.manager, add_sessions, scene, first, min(1_000, MANY - first))
    many = await counts(client, scene, token)
    assert many == few
    assert {name: few[name] for name, most in MOST.items() if few[name] > most} == {}
