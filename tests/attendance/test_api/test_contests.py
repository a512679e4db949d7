"""Contested marks as JSON."""

import httpx

from tests.attendance.test_actions.test_absences import mark, taught
from tests.booking.asked import bearer
from tests.conftest import FrozenClock
from training.attendance.actions.contesting import contest_mark
from training.attendance.actions.correcting import Correction, correct_overall
from training.attendance.actions.marking import close_roster, save_marks
from training.attendance.rules.contests import Claim
from training.attendance.rules.marks import MarkInput
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


async def test_ones_own_attendance_says_what_the_page_says(
    works: Works, client: httpx.AsyncClient, clock: FrozenClock
) -> None:
    scene, trainer, ids = await taught(works, clock)
    meeting = scene.meeting_ids[0]
    await mark(works, trainer, meeting, ids[0], Status.PRESENT)
    learner = {"authorization": f"Bearer {await bearer(works, Viewer(person_id=scene.people[0]))}"}
    url = f"{API}/enrollments/{ids[0]}/attendance"
    # Nothing is told while the roster is open.
    assert (await client.get(url, headers=learner)).json()["overall"] is None
    await works.run(trainer, close_roster, meeting, rest="present")
    told = (await client.get(url, headers=learner)).json()["overall"]
    assert (told["status"], told["minutes"] > 0, told["corrected_at"], told["corrected_reason"]) == (
        "present",
        True,
        None,
        "",
    )
    await works.run(trainer, correct_overall, ids[0], Correction(status="no-show", reason="Only the first minutes"))
    told = (await client.get(url, headers=learner)).json()["overall"]
    assert (told["status"], told["minutes"], told["corrected_reason"]) == ("no-show", 0, "Only the first minutes")
    assert told["corrected_at"] is not None
    # A correction that was taken back is told no more, nor is why.
    await works.run(trainer, correct_overall, ids[0], Correction(status="", reason="They were there"))
    told = (await client.get(url, headers=learner)).json()["overall"]
    assert (told["status"], told["corrected_at"], told["corrected_reason"]) == ("present", None, "")


async def test_a_grant_under_a_correction_is_refused_with_what_to_do(
    works: Works, client: httpx.AsyncClient, clock: FrozenClock
) -> None:
    scene, trainer, ids = await taught(works, clock)
    meeting = scene.meeting_ids[0]
    await mark(works, trainer, meeting, ids[0], Status.NO_SHOW)
    await works.run(trainer, close_roster, meeting, rest="present")
    learner = {"authorization": f"Bearer {await bearer(works, Viewer(person_id=scene.people[0]))}"}
    teacher = {"authorization": f"Bearer {await bearer(works, trainer)}"}
    claim = {"meeting_id": str(meeting), "claims": "present"}
    made = (await client.post(f"{API}/enrollments/{ids[0]}/contests", json=claim, headers=learner)).json()
    await works.run(trainer, correct_overall, ids[0], Correction(status="no-show", reason="Only the first minutes"))
    url = f"{API}/contests/{made['id']}/decision"
    refused = await client.post(url, json={"granted": True}, headers=teacher)
    assert (refused.status_code, refused.json()["code"]) == (409, "correction-stands")
    assert "Take that correction back first" in refused.json()["detail"]


async def test_programs_are_told_what_stands_and_say_what_stays(
    works: Works, client: httpx.AsyncClient, clock: FrozenClock
) -> None:
    scene, trainer, ids = await taught(works, clock)
    meeting = scene.meeting_ids[0]
    both = MarkInput(enrollment_id=ids[0], status=Status.LATE, minutes_late=30, minutes_early=20, minutes=40)
    await works.run(trainer, save_marks, meeting, [both])
    await works.run(trainer, close_roster, meeting, rest="present")
    claim = Claim(meeting_id=meeting, claims=Status.LATE, minutes=25)
    key = await works.run(Viewer(person_id=scene.people[0]), contest_mark, ids[0], claim)
    teacher = {"authorization": f"Bearer {await bearer(works, trainer)}"}
    minutes = ("minutes_late", "minutes_early", "minutes_there")
    (listed,) = (await client.get(f"{API}/sessions/{scene.session_id}/contests", headers=teacher)).json()["items"]
    assert [listed[name] for name in minutes] == [30, 20, 40]
    body = {"granted": True, "other_minutes": 10}
    decided = await client.post(f"{API}/contests/{key}/decision", json=body, headers=teacher)
    assert [decided.json()[name] for name in minutes] == [25, 10, 55]
