"""Attendance of a whole session: what counts, corrected for a reason, and as a file."""

from datetime import timedelta

import httpx

from tests.attendance.made import make_day, mark, overall
from tests.booking.test_pages.made import enter, words
from tests.conftest import FrozenClock
from training.attendance.actions.correcting import Correction, correct_overall
from training.attendance.actions.marking import save_marks
from training.attendance.rules.statuses import Status
from training.base.database import execute, watch_statements
from training.base.work import Works
from training.schedule.actions import cancel_session


async def test_everybody_with_what_counts(client: httpx.AsyncClient, works: Works, clock: FrozenClock) -> None:
    day = await make_day(works, clock, meetings=2)
    await works.run(day.lead, save_marks, day.meeting_id, [mark(day.enrollments[0], Status.LATE, minutes_late=20)])
    await enter(works, client, day.lead)
    said = words((await client.get(f"/rosters/sessions/{day.session_id}")).text)
    assert "1 of 3 recorded" in said
    assert "0 of 3 recorded" in said
    assert "1 of 1 meeting, 100 min" in said
    assert "Choose a name to correct what counts" in said
    assert "Whoever was at every meeting stands as Present" in said
    assert "1 meeting is still to come and not counted yet." in said


async def test_a_correction_takes_a_reason(client: httpx.AsyncClient, works: Works, clock: FrozenClock) -> None:
    day = await make_day(works, clock)
    await works.run(day.lead, save_marks, day.meeting_id, [mark(day.enrollments[0], Status.NO_SHOW)])
    await enter(works, client, day.lead)
    root = f"/rosters/sessions/{day.session_id}"
    path = f"{root}/people/{day.enrollments[0]}"
    version = str((await overall(day.enrollments[0])).version)
    assert "0 of 1 meeting, 0 min" in words((await client.get(path)).text)
    sent = {"status": "partial", "minutes": "30", "version": version}
    answer = await client.post(path, data=sent)
    assert answer.status_code == 422
    assert "Please fill this in." in words(answer.text)
    long = await client.post(path, data={**sent, "minutes": "1000", "reason": "Saw the recording"})
    assert long.status_code == 422
    assert "From 1 to 120 minutes." in words(long.text)
    done = await client.post(path, data={**sent, "reason": "Saw the recording"})
    assert done.headers["location"] == root
    found = await overall(day.enrollments[0])
    assert (found.counts, found.counted_minutes, found.corrected_reason) == (Status.PARTIAL, 30, "Saw the recording")
    said = words((await client.get(root)).text)
    assert "instead of no-show, 0 min Saw the recording Lea" in said
    # Minutes belong to who was there: those that the form came with are nobody's word, others are judged.
    for status, reply in (("no-show", "Whoever was not there has no minutes."), ("", "Choose what counts, or leave")):
        typed = {"status": status, "minutes": "10", "reason": "Gone", "version": str(found.version)}
        refused = await client.post(path, data=typed)
        assert (refused.status_code, reply in words(refused.text)) == (422, True)
        assert 'value="10"' in refused.text
    again = {"status": "excused", "minutes": "30", "reason": "Ill", "version": str(found.version)}
    await client.post(path, data=again)
    assert (await overall(day.enrollments[0])).counted_minutes == 0
    stale = await client.post(path, data=again)
    assert stale.status_code == 409
    assert "You yourself, in another window, saved a change on" in words(stale.text)
    back = {"status": "", "reason": "Was right", "version": str((await overall(day.enrollments[0])).version)}
    await client.post(path, data=back)
    assert (await overall(day.enrollments[0])).counts is Status.NO_SHOW
    # A correction that was taken back is in no file, and explains nothing on the page.
    assert "Was right" not in (await client.get(f"{root}/export/csv")).text
    assert "Was right" not in (await client.get(path)).text


async def test_minutes_of_many_long_meetings_are_taken(
    client: httpx.AsyncClient, works: Works, clock: FrozenClock
) -> None:
    day = await make_day(works, clock, meetings=4)
    # The first lasts all day and all night, the others two hours each.
    await execute("UPDATE meeting SET ends_at = {} WHERE id = {}", clock.now + timedelta(hours=22), day.meeting_id)
    clock.move(days=4)
    await enter(works, client, day.lead)
    path = f"/rosters/sessions/{day.session_id}/people/{day.enrollments[0]}"
    shown = (await client.get(path)).text
    assert 'max="1690"' in shown
    assert "at most 1,690." in words(shown)
    sent = {"status": "present", "minutes": "1691", "reason": "Caught up", "version": "0"}
    assert "From 1 to 1690 minutes." in words((await client.post(path, data=sent)).text)
    assert (await client.post(path, data=sent | {"minutes": "1620"})).status_code == 303
    assert (await overall(day.enrollments[0])).counted_minutes == 1620


async def test_the_file_has_addresses_for_managers_only(
    client: httpx.AsyncClient, works: Works, clock: FrozenClock
) -> None:
    day = await make_day(works, clock)
    await works.run(day.lead, save_marks, day.meeting_id, [mark(day.enrollments[0])])
    path = f"/rosters/sessions/{day.session_id}/export/csv"
    await enter(works, client, day.lead)
    answer = await client.get(path)
    assert '"Northern Line 0","","Northern Line","enrolled","present",1,1,1,120,"present",120' in answer.text
    await enter(works, client, day.manager)
    assert "northern-line-0@example.org" in (await client.get(path)).text
    assert (await client.get(f"/rosters/sessions/{day.session_id}/export/xlsx")).content[:2] == b"PK"


async def test_a_shadow_reads_and_a_stranger_does_not(
    client: httpx.AsyncClient, works: Works, clock: FrozenClock
) -> None:
    day = await make_day(works, clock)
    path = f"/rosters/sessions/{day.session_id}"
    sent = {"status": "present", "reason": "Made up", "version": "0"}
    await enter(works, client, day.shadow)
    assert "Those who teach the session correct it." in words(
        (await client.get(f"{path}/people/{day.enrollments[0]}")).text
    )
    assert (await client.post(f"{path}/people/{day.enrollments[0]}", data=sent)).status_code == 404
    await enter(works, client, day.stranger)
    for page in ("", "/export/csv", f"/people/{day.enrollments[0]}"):
        assert (await client.get(f"{path}{page}")).status_code == 404


async def test_somebody_of_another_session_is_not_found(
    client: httpx.AsyncClient, works: Works, clock: FrozenClock
) -> None:
    day = await make_day(works, clock)
    other = await make_day(works, clock, tag=" two")
    await enter(works, client, day.lead)
    path = f"/rosters/sessions/{day.session_id}/people/{other.enrollments[0]}"
    assert (await client.get(path)).status_code == 404


async def test_it_costs_the_same_for_few_and_for_many(
    client: httpx.AsyncClient, works: Works, clock: FrozenClock
) -> None:
    counts = []
    for number in (2, 30):
        day = await make_day(works, clock, people=number, tag=f" {number}")
        await enter(works, client, day.manager)
        with watch_statements() as seen:
            assert (await client.get(f"/rosters/sessions/{day.session_id}")).status_code == 200
        counts.append(len(seen))
    assert counts[0] == counts[1]


async def test_too_soon_is_said_on_the_form(client: httpx.AsyncClient, works: Works, clock: FrozenClock) -> None:
    day = await make_day(works, clock)
    clock.move(minutes=-20)
    await enter(works, client, day.lead)
    path = f"/rosters/sessions/{day.session_id}/people/{day.enrollments[0]}"
    sent = {"status": "present", "reason": "Will come", "version": "0"}
    soon = await client.post(path, data=sent)
    assert soon.status_code == 422
    assert "No meeting of this session has begun, so nobody can have been there yet." in words(soon.text)


async def test_who_was_absent_has_nothing_beside_it(
    client: httpx.AsyncClient, works: Works, clock: FrozenClock
) -> None:
    day = await make_day(works, clock)
    a = day.enrollments[0]
    await works.run(day.lead, save_marks, day.meeting_id, [mark(a)])
    await works.run(day.lead, correct_overall, a, Correction(status="no-show", reason="A mix-up"))
    await enter(works, client, day.lead)
    root = f"/rosters/sessions/{day.session_id}"
    said = words((await client.get(root)).text)
    assert "0 of 1 meeting, 0 min" in said
    assert "instead of present, 120 min" in said
    (_, line, *_) = (await client.get(f"{root}/export/csv")).text.splitlines()
    assert ',"no-show",0,1,1,0,"present",120,"A mix-up",' in line


async def test_what_was_held_stays_when_the_rest_is_cancelled(
    client: httpx.AsyncClient, works: Works, clock: FrozenClock
) -> None:
    day = await make_day(works, clock, meetings=2)
    await works.run(day.lead, save_marks, day.meeting_id, [mark(key) for key in day.enrollments])
    clock.move(hours=3)
    await works.run(day.manager, cancel_session, day.session_id, "The trainer is ill.")
    await enter(works, client, day.lead)
    said = words((await client.get(f"/rosters/sessions/{day.session_id}")).text)
    assert "What was held before keeps its rosters, and its hours count." in said
    assert said.count("1 of 1 meeting, 120 min") == 3
    for path in ("", "/changes"):
        assert (await client.get(f"/rosters/{day.meeting_id}{path}")).status_code == 200
        assert (await client.get(f"/rosters/{day.meeting_ids[1]}{path}")).status_code == 410
