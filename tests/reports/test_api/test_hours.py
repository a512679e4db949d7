"""Hours as JSON."""

import httpx

from tests.booking.asked import bearer
from tests.conftest import FrozenClock
from tests.reports.counted import counted
from training.base.work import Works

PATH = "/api/v1/reports/hours"


async def test_as_far_as_the_caller_may_see_them(works: Works, client: httpx.AsyncClient, clock: FrozenClock) -> None:
    of = await counted(works, clock)
    me = {"authorization": f"Bearer {await bearer(works, of.first.scene.coordinator)}"}
    told = (await client.get(PATH, headers=me)).json()
    assert (told["people"], told["learner_minutes"], told["trainers"]) == (2, 330, [])
    assert [row["partner"] for row in told["learners"]] == ["Northern Line"]
    them = {"authorization": f"Bearer {await bearer(works, of.lead)}"}
    told = (await client.get(f"{PATH}?first=2026-05&last=2026-05", headers=them)).json()
    assert (told["trainer_minutes"], told["learners"]) == (480, [])
    assert (await client.get(f"{PATH}?first=May", headers=me)).status_code in (400, 422)
    assert (await client.get(f"{PATH}?program=x", headers=me)).status_code in (400, 422)
    assert (await client.get(PATH)).status_code == 401
