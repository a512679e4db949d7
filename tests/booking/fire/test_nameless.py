"""Many hands at one place without a name, through two server processes: one has it, and everybody is told the truth."""

import asyncio
from collections import Counter
from typing import Any
from uuid import UUID

import httpx

from tests.booking.asked import bearer
from tests.booking.fire.conftest import SOUND
from tests.booking.fire.sabotage import EVERY_TIME
from tests.booking.made import Scene
from tests.booking.nameless import tally, with_open
from tests.served import served
from training.base.clock import system_clock
from training.base.database import Database, execute
from training.base.site import Site
from training.base.work import Works
from training.booking.actions.naming_links import make_naming_link
from training.cli.checks import find_violations
from training.reactions import REACTIONS

PLACES, VISITORS = 4, 8
BROKEN = "tests.booking.fire.sabotage:create_app"
# What `tests.served` gives its processes: links are derived from it.
SERVED_KEY = "a key for tests only, long enough to be taken"


async def take(client: httpx.AsyncClient, base: str, link: str, visitor: int) -> str:
    """Somebody new takes a place by its link; says what came of it."""
    sent = {"name": f"Visitor {visitor}", "email": f"visitor-{visitor}@example.org", "zone": "Europe/Berlin"}
    answer = await client.post(f"{base}/naming/{link}", data=sent)
    return f"take {answer.status_code}"


async def name(client: httpx.AsyncClient, base: str, place: UUID, scene: Scene, number: int) -> str:
    """The coordinator names somebody at the same moment."""
    body = {"person": {"membership_id": str(scene.members[number])}}
    answer = await client.post(f"{base}/api/v1/open-places/{place}/name", json=body, headers={"if-match": '"2"'})
    return f"name {answer.status_code}"


async def give_back(client: httpx.AsyncClient, base: str, place: UUID) -> str:
    """The coordinator gives it back at the same moment."""
    answer = await client.post(f"{base}/api/v1/open-places/{place}/release", json={}, headers={"if-match": '"2"'})
    return f"back {answer.status_code}"


async def race(url: str, factory: str, **values: Any) -> tuple[Scene, Counter[str]]:
    """Forty requests on four places at once, and what came of each. `values` are columns of the session."""
    site = Site(name="training", base_url="http://127.0.0.1", secret_key=SERVED_KEY, demo=True)
    works = Works(clock=system_clock, site=site, reactions=REACTIONS, origin="test")
    scene, places = await with_open(works, PLACES, capacity_in_person=PLACES, **values)
    made = [await works.run(scene.coordinator, make_naming_link, place) for place in places]
    links = [each.url.rsplit("/", 1)[1] for each in made]
    await execute("DELETE FROM role_grant")
    token = await bearer(works, scene.coordinator)
    with served(url, processes=2, factory=factory) as addresses:
        async with (
            httpx.AsyncClient(timeout=60) as visitors,
            httpx.AsyncClient(timeout=60, headers={"authorization": f"Bearer {token}"}) as coordinator,
        ):
            asking = []
            for number, (place, link) in enumerate(zip(places, links, strict=True)):
                base, other = addresses[number % 2], addresses[1 - number % 2]
                asking += [
                    take(visitors, (base, other)[each % 2], link, number * VISITORS + each) for each in range(VISITORS)
                ]
                asking += [name(coordinator, other, place, scene, number), give_back(coordinator, base, place)]
            return scene, Counter(await asyncio.gather(*asking))


def winners(told: Counter[str]) -> int:
    """How many were told that they have a place, or gave it back."""
    return sum(count for what, count in told.items() if what.endswith(" 200"))


async def test_one_of_many_has_the_place(database: Database, database_url: str) -> None:  # noqa: ARG001 - bound
    scene, told = await race(database_url, SOUND)
    assert winners(told) == PLACES, told
    assert set(told) <= {"take 200", "take 410", "name 200", "name 412", "back 200", "back 412"}, told
    counted = await tally(scene)
    assert (counted.open, counted.taken) == (0, PLACES - told["back 200"])
    assert await find_violations(system_clock()) == []


async def test_a_link_that_works_every_time_is_found(database: Database, database_url: str) -> None:  # noqa: ARG001
    """The control: where a link is not looked at again under the lock, the same race tells too many that they won."""
    _, told = await race(database_url, BROKEN, title=EVERY_TIME)
    assert winners(told) > PLACES, told
    assert {violation.check for violation in await find_violations(system_clock())} & {"counters", "open places"}
