"""The partner's page with much and with little on it."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest

from tests.attendance.made import Day, make_day, mark
from tests.booking.made import Scene
from tests.booking.test_pages.made import asking, enter, opened, words
from tests.conftest import FrozenClock
from tests.portal.made import more_sessions
from training.attendance.actions.marking import close_roster, reopen_roster, save_marks
from training.attendance.rules.marks import MarkInput
from training.attendance.rules.statuses import Status
from training.base.database import execute, watch_statements
from training.base.ids import human_code
from training.base.structs import Grant, Viewer
from training.base.work import Work, Works
from training.booking.tables import Booking, Enrollment, OpenPlace
from training.partners.tables import Membership
from training.people.tables import Person
from training.portal.queries import list_absent


async def many_places(
    works: Works, scene: Scene, session_ids: list[UUID], count: int, *, state: str = "enrolled", tag: str = "x"
) -> None:
    """So many people of the scene's partner, spread over these sessions."""

    async def build(work: Work) -> None:
        bookings = {}
        for session_id in session_ids:
            bookings[session_id] = work.new_id()
            told = {"session_id": session_id, "partner_id": scene.partner_id, "created_at": work.now}
            work.add(Booking, id=bookings[session_id], code=human_code(), **told)
        for number in range(count):
            person_id, member_id = work.new_id(), work.new_id()
            email = f"{tag}{number}@many.example"
            work.add(Person, id=person_id, email=email, name=f"{tag} {number}", created_at=work.now)
            work.add(
                Membership, id=member_id, partner_id=scene.partner_id, person_id=person_id, name=f"{tag} {number}",
                contact_email=email, state="confirmed", created_at=work.now, state_at=work.now,
            )  # fmt: skip
            session_id = session_ids[number % len(session_ids)]
            work.add(
                Enrollment, id=work.new_id(), booking_id=bookings[session_id], session_id=session_id,
                person_id=person_id, partner_id=scene.partner_id, membership_id=member_id, state=state,
                mode="" if state == "waitlisted" else "online", accepts="online", arrival=number,
                keeps_until=work.now + timedelta(hours=5) if state in ("offered", "requested") else None,
                state_at=work.now, created_at=work.now,
            )  # fmt: skip

    await works.run(scene.manager, build)


async def open_places(works: Works, scene: Scene, session_id: UUID, count: int, **values: Any) -> list[UUID]:
    """So many open places of the scene's partner."""

    async def build(work: Work) -> list[UUID]:
        booking_id = work.new_id()
        told = {"session_id": session_id, "partner_id": scene.partner_id, "created_at": work.now}
        work.add(Booking, id=booking_id, code=human_code(), **told)
        keys = [work.new_id() for _ in range(count)]
        for key in keys:
            columns = {"mode": "online", "keep_until": work.now + timedelta(days=180), "state_at": work.now} | values
            work.add(OpenPlace, id=key, booking_id=booking_id, **told, **columns)
        return keys

    return await works.run(scene.manager, build)


async def test_what_needs_somebody_comes_first(works: Works, client: httpx.AsyncClient, clock: FrozenClock) -> None:
    scene, _ = await opened(works, client, starts_in=timedelta(days=5))
    (key, *_) = await open_places(works, scene, scene.session_id, 3, note="for the new ones", sent_to="new@x.example")
    await many_places(works, scene, [scene.session_id], 1, state="offered", tag="Olga")
    await many_places(works, scene, [scene.session_id], 1, state="requested", tag="Rita")
    page = (await client.get(f"/partners/{scene.partner_id}")).text
    said = words(page)
    assert "5 places in sessions to come" in said
    assert "3 places without a name" in said
    assert (
        "This needs somebody first Safe messaging (Sat 9 May 2026): Olga 0 has to take the offered place"
        " Mon 4 May 2026, 15:00" in said
    )
    assert "Rita 0 has to confirm by the link in the mail Mon 4 May 2026, 15:00 Dublin time (UTC+1)" in said
    assert "3 places need a name Wed 6 May 2026, 10:00 Dublin time (UTC+1) Give a name" in said
    assert f'href="/open-places/{key}"' in page
    assert "for the new ones · online Needs a name by Wed 6 May 2026, 10:00 Dublin time (UTC+1)" in said
    assert "Olga 0 Offered" in said
    assert "Has to answer until Mon 4 May 2026, 15:00 Dublin time (UTC+1)" in said
    clock.move(days=3)
    assert "this time is over" in words((await client.get(f"/partners/{scene.partner_id}")).text)


async def test_the_window_of_booking_is_told_of_sessions_with_places(works: Works, client: httpx.AsyncClient) -> None:
    scene, form = await opened(works, client, booking_closes_at=works.clock() + timedelta(days=2))
    path = f"/partners/{scene.partner_id}"
    assert "booking closes" not in words((await client.get(path)).text)
    await client.post(form, data=asking(scene, 0, token="t" * 9, step="confirm"))
    said = words((await client.get(path)).text)
    assert "Safe messaging (Mon 18 May 2026): booking closes Wed 6 May 2026, 10:00 Dublin time (UTC+1)" in said
    assert "Nothing needs you now" in said


async def test_a_new_coordinator_is_told_the_next_step(works: Works, client: httpx.AsyncClient) -> None:
    scene, _ = await opened(works, client, size=1)
    path = f"/partners/{scene.partner_id}"
    said = words((await client.get(path)).text)
    assert "Begin with your people" in said
    assert "1 person 0 places in sessions to come 0 on a waitlist 0 deadlines" in said
    await execute("UPDATE membership SET state = 'invited' WHERE partner_id = {}", scene.partner_id)
    assert "1 person 1 not invited 0 places" in words((await client.get(path)).text)
    invited = "UPDATE membership SET invited_by = {} WHERE partner_id = {}"
    await execute(invited, scene.people[0], scene.partner_id)
    assert "1 person 1 has not accepted yet 0 places" in words((await client.get(path)).text)
    await many_places(works, scene, [scene.session_id], 2)
    await execute("UPDATE membership SET state = 'invited' WHERE partner_id = {}", scene.partner_id)
    assert "3 people 1 has not accepted yet, 2 not invited" in words((await client.get(path)).text)


async def test_a_member_sees_no_open_places_and_nobody_else(works: Works, client: httpx.AsyncClient) -> None:
    scene, form = await opened(works, client)
    await client.post(form, data=asking(scene, 0, 1, token="t" * 9, step="confirm"))
    await open_places(works, scene, scene.session_id, 2)
    await many_places(works, scene, [scene.session_id], 2, state="offered", tag="Olga")
    grants = frozenset({Grant(role="member", scope_id=scene.partner_id)})
    await enter(works, client, Viewer(person_id=scene.people[0], grants=grants))
    page = (await client.get(f"/partners/{scene.partner_id}")).text
    said = words(page)
    assert "You see your own places here." in said
    assert "1 place in sessions to come" in said
    for foreign in ("Northern Line 1", "Olga", "open-places", "without a name", "Nothing needs you"):
        assert foreign not in page
    people = words((await client.get(f"/partners/{scene.partner_id}/sessions/{scene.session_id}")).text)
    assert "Northern Line 0" in people
    assert "Northern Line 1" not in people
    assert "open place" not in (await client.get(f"/partners/{scene.partner_id}/enrollments/export/csv")).text


async def test_ten_and_two_thousand_rows_cost_the_same(works: Works, client: httpx.AsyncClient) -> None:
    scene, _ = await opened(works, client)
    sessions = await more_sessions(works, scene, 45)
    counts, sizes = [], []
    for count, tag in ((10, "a"), (2000, "b")):
        await many_places(works, scene, sessions[:40], count, tag=tag)
        await many_places(works, scene, sessions[:1], count // 10, state="waitlisted", tag=f"w{tag}")
        await many_places(works, scene, sessions[40:], count // 10, state="offered", tag=f"o{tag}")
        await open_places(works, scene, sessions[0], count // 5)
        with watch_statements() as seen:
            page = await client.get(f"/partners/{scene.partner_id}")
        assert page.status_code == 200
        counts.append(len(seen))
        sizes.append(len(page.content))
    # Of the two thousand nobody who waits is among the first ten, so nobody's position is asked for.
    assert counts[0] - 1 == counts[1]
    assert sizes[1] < 700_000


async def test_long_lists_are_turned_over(works: Works, client: httpx.AsyncClient) -> None:
    scene, _ = await opened(works, client)
    sessions = await more_sessions(works, scene, 25)
    await many_places(works, scene, sessions, 25)
    await many_places(works, scene, sessions[:1], 230, tag="crowd")
    path = f"/partners/{scene.partner_id}"
    first = (await client.get(path)).text
    assert "Session 000" in first
    assert ">Session 024</bdi></a></h3>" not in first
    assert f'href="{path}?start=20#to-come"' in first
    assert "All 231 people in Session 000" in words(first)
    last = (await client.get(f"{path}?start=20")).text
    assert ">Session 024</bdi></a></h3>" in last
    assert f'href="{path}?start=0#to-come"' in last
    assert "Session 000" in (await client.get(f"{path}?start=999")).text
    assert (await client.get(f"{path}?start=-1")).status_code == 400
    seen, address = 0, f"{path}/sessions/{sessions[0]}"
    while address:
        page = (await client.get(address)).text
        seen += page.count('class="verdict-name"')
        turned = page.partition('rel="next" href="')[2].partition('"')[0]
        address = turned.replace("&amp;", "&")
    assert seen == 231


@pytest.mark.parametrize("cursor", ["x", "W10", "%00"])
async def test_people_of_a_session_are_not_told_to_others(works: Works, client: httpx.AsyncClient, cursor: str) -> None:
    scene, form = await opened(works, client)
    await client.post(form, data=asking(scene, 0, token="t" * 9, step="confirm"))
    path = f"/partners/{scene.partner_id}/sessions/{scene.session_id}"
    assert (await client.get(path)).status_code == 200
    assert (await client.get(f"{path}?cursor={cursor}")).status_code == 422
    assert (await client.get(f"/partners/{scene.partner_id}/sessions/{scene.program_id}")).status_code == 404
    await enter(works, client, scene.other_coordinator)
    assert (await client.get(path)).status_code == 404
    assert (await client.get(f"/partners/{scene.other_partner_id}/sessions/{scene.session_id}")).status_code == 404
    await enter(works, client, scene.manager)
    assert "Northern Line 0" in (await client.get(path)).text


async def test_open_places_stand_in_the_file(works: Works, client: httpx.AsyncClient) -> None:
    scene, form = await opened(works, client)
    await client.post(form, data=asking(scene, 0, token="t" * 9, step="confirm"))
    await open_places(works, scene, scene.session_id, 2, sent_to="=1+1@x.example")
    answer = await client.get(f"/partners/{scene.partner_id}/enrollments/export/csv")
    lines = answer.content.decode("utf-8-sig").splitlines()
    assert len(lines) == 4
    assert '"\'=1+1@x.example","open place","Online"' in lines[2]
    assert "2026-05-15T09:00:00Z" in lines[2]


async def held(works: Works, client: httpx.AsyncClient, clock: FrozenClock) -> Day:
    """A meeting with two absences and one who was there; its roster is closed, and it is over. Their coordinator is
    signed in."""
    day = await make_day(works, clock, people=3, meetings=2)
    await enter(works, client, day.scene.coordinator)
    await save(works, day, [mark(day.enrollments[0], Status.NO_SHOW)])
    await save(works, day, [mark(day.enrollments[1], Status.EXCUSED, reason="On a <b>night</b> shift")])
    await works.run(day.lead, close_roster, day.meeting_id, rest="present")
    clock.move(hours=3)
    return day


async def save(works: Works, day: Day, marks: list[MarkInput]) -> None:
    await works.run(day.lead, save_marks, day.meeting_id, marks)


async def test_who_was_not_there_stands_where_the_message_about_it_leads(
    works: Works, client: httpx.AsyncClient, clock: FrozenClock
) -> None:
    day = await held(works, client, clock)
    (told,) = await execute("SELECT CAST(\"values\" AS TEXT) AS kept FROM message WHERE kind = 'absence-people'")
    path = f"/partners/{day.scene.partner_id}"
    assert path in told["kept"], "the page that the message leads to"
    page = await client.get(path)
    said = words(page.text)
    assert "2 absences in the last 60 days" in said
    assert "Safe messaging , meeting 1 of 2," in said
    assert "Northern Line 0 : absent and not excused" in said
    assert "Northern Line 1 : excused: On a &lt;b&gt;night" in said
    await works.run(day.manager, reopen_roster, day.meeting_id, "Looked again")
    assert "Who was not there" not in words((await client.get(path)).text), "an open roster says nothing yet"
    await works.run(day.manager, close_roster, day.meeting_id)
    assert "Who was not there" in words((await client.get(path)).text)
    clock.move(days=61)
    assert "Who was not there" not in words((await client.get(path)).text)


async def test_absences_are_for_coordinators_of_these_people(
    works: Works, client: httpx.AsyncClient, clock: FrozenClock
) -> None:
    day = await held(works, client, clock)
    path = f"/partners/{day.scene.partner_id}"
    grants = frozenset({Grant(role="member", scope_id=day.scene.partner_id)})
    for viewer in (Viewer(person_id=day.scene.people[2], grants=grants), day.scene.other_coordinator):
        await enter(works, client, viewer)
        assert "night" not in (await client.get(path)).text


async def test_absences_are_read_in_one_statement(works: Works, client: httpx.AsyncClient, clock: FrozenClock) -> None:
    day = await held(works, client, clock)
    since = clock.now - timedelta(days=60)
    with watch_statements() as seen:
        found = await list_absent(day.scene.coordinator, day.scene.partner_id, since, clock.now)
    assert [(one.name, one.words) for one in found] == [
        ("Northern Line 0", "absent and not excused"),
        ("Northern Line 1", "excused"),
    ]
    assert len(seen) == 1
    assert await list_absent(day.scene.other_coordinator, day.scene.partner_id, since, clock.now) == []
