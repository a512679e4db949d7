"""Contested marks as JSON."""

import httpx

from tests.attendance.test_actions.test_absences import mark, taught
from tests.booking.asked import bearer
from tests.conftest import FrozenClock
from training.attendance.actions.marking import close_roster
from training.attendance.rules.statuses import Status
from training.base.structs import Viewer
from training.base.work import Works

API = "/api/v1"


async def test_from_ones_own_attendance_to_the_answer(
    works: Works, client: httpx.AsyncClient, clock: FrozenClock
) -> None:
    scene, trainer, ids = await taught(works, clock)
    meeting = scene.meeting_ids[0]
    await mark(works, trainer, meeting, ids[0], Status.NO_SHOW)
    await works.run(trainer, close_roster, meeting, rest="present")
    learner = {"authorization": f"Bearer {await bearer(works, Viewer(person_id=scene.people[0]))}"}
    teacher = {"authorization": f"Bearer {await bearer(works, trainer)}"}
    own = (await client.get(f"{API}/enrollments/{ids[0]}/attendance", headers=learner)).json()
    (one,) = own["meetings"]
    assert (one["status"], one["can_contest"], one["contest_state"]) == ("no-show", True, None)
    assert (await client.get(f"{API}/enrollments/{ids[0]}/attendance", headers=teacher)).status_code == 404
    claim = {"meeting_id": str(meeting), "claims": "present", "words": "I was there."}
    made = await client.post(f"{API}/enrollments/{ids[0]}/contests", json=claim, headers=learner)
    assert made.status_code == 201
    back = f"{API}/enrollments/{ids[0]}/contests/withdrawal"
    taken_back = await client.post(back, json={"meeting_id": str(meeting)}, headers=learner)
    assert (taken_back.status_code, taken_back.json()) == (200, made.json())
    twice = await client.post(back, json={"meeting_id": str(meeting)}, headers=learner)
    assert (twice.status_code, twice.json()["code"]) == (409, "nothing-to-take-back")
    made = await client.post(f"{API}/enrollments/{ids[0]}/contests", json=claim, headers=learner)
    again = await client.post(f"{API}/enrollments/{ids[0]}/contests", json=claim, headers=learner)
    assert (again.status_code, again.json()["code"]) == (409, "contested-already")
    listed, _ = (await client.get(f"{API}/sessions/{scene.session_id}/contests", headers=teacher)).json()["items"]
    assert (listed["id"], listed["name"], listed["state"]) == (made.json()["id"], "Northern Line 0", "open")
    decision = f"{API}/contests/{listed['id']}/decision"
    assert (await client.post(decision, json={"granted": False}, headers=teacher)).status_code == 422
    assert (await client.post(decision, json={"granted": True}, headers=learner)).status_code == 404
    decided = await client.post(decision, json={"granted": True}, headers=teacher)
    assert (decided.status_code, decided.json()["state"]) == (200, "granted")
    (after,) = (await client.get(f"{API}/enrollments/{ids[0]}/attendance", headers=learner)).json()["meetings"]
    assert (after["status"], after["contest_state"]) == ("present", "granted")
