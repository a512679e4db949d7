"""A coordinator's list of what ends, with dates to renew it."""

from datetime import timedelta

import httpx

from tests.booking.test_pages.made import enter
from tests.completion.test_actions.test_renewing import another, completed, renewing
from tests.conftest import FrozenClock
from training.base.database import execute
from training.base.structs import Viewer
from training.base.work import Works


async def test_whose_completion_ends_and_where_to_renew_it(
    works: Works, client: httpx.AsyncClient, clock: FrozenClock
) -> None:
    of, _ = await completed(works, clock)
    next_id = await another(works, of, "B", title="Again in autumn")
    await execute("UPDATE session SET audience = 'public' WHERE id = {}", next_id)
    await enter(works, client, of.scene.coordinator)
    path = f"/partners/{of.scene.partner_id}/renewals"
    assert "Nothing ends soon" in (await client.get(path)).text
    clock.move(days=125)
    await enter(works, client, Viewer(person_id=of.scene.coordinator.person_id))
    text = (await client.get(path)).text
    assert "Northern Line 0" in text
    assert "Ends soon" in text
    assert f"/sessions/{next_id}/book?partner={of.scene.partner_id}" in text
    table = (await client.get(f"{path}/export/csv")).text
    assert '"ends soon"' in table
    clock.move(days=80)
    await enter(works, client, Viewer(person_id=of.scene.coordinator.person_id))
    assert "Ended" in (await client.get(path)).text
    assert (await client.get(f"/partners/{of.scene.other_partner_id}/renewals")).status_code == 404


async def test_a_session_that_waits_for_its_roster(works: Works, client: httpx.AsyncClient, clock: FrozenClock) -> None:
    of, _ = await completed(works, clock)
    _, session_id = await renewing(works, of, timedelta(days=130))
    clock.move(days=130.5)
    await enter(works, client, of.scene.coordinator)
    path = f"/partners/{of.scene.partner_id}/renewals"
    text = (await client.get(path)).text
    assert "Waits for its roster" in text
    assert f"/sessions/{session_id}" in text
    assert f"/sessions/{session_id}/book" not in text
    assert '"waits for its roster"' in (await client.get(f"{path}/export/csv")).text
    (one,) = (await client.get(f"/api/v1{path}")).json()["items"]
    assert (one["standing"], one["roster_open"], one["booked_session_id"]) == ("held", True, str(session_id))
