"""A session's page: what each reader sees of it."""

import re
from datetime import timedelta
from uuid import uuid4

import httpx
import pytest

from tests.booking.made import make_scene
from tests.booking.test_pages.made import asking, enter, opened, words
from tests.completion.certified import completed
from tests.conftest import FrozenClock
from tests.portal.made import more_sessions
from training.base.database import execute, watch_statements
from training.base.structs import Viewer
from training.base.work import Works
from training.completion.actions.certificates import issue
from training.completion.queries.certificates import list_own


async def test_a_visitor_reads_what_it_is_and_signs_in(works: Works, client: httpx.AsyncClient) -> None:
    scene = await make_scene(works, audience="public", summary="Two hours.", description="One.\n\nTwo.", language="es")
    page = await client.get(f"/sessions/{scene.session_id}")
    said = words(page.text)
    assert "Mon 18 May 2026 10:00 – 12:00 Dublin time (UTC+1)" in said
    assert "3 of 3 places free" in said
    assert "Spanish" in said
    assert "A place can be given back without asking until Sat 16 May 2026, 10:00 Dublin time (UTC+1)" in said
    assert "may be overtaken by a smaller one that fits" in said
    assert f'href="/sign-in?next=/sessions/{scene.session_id}"' in page.text
    assert "Book places" not in said


async def test_a_coordinator_books_and_sees_their_people(works: Works, client: httpx.AsyncClient) -> None:
    scene, form = await opened(works, client)
    path = f"/sessions/{scene.session_id}"
    assert f'href="{form}"' in (await client.get(path)).text
    await client.post(form, data=asking(scene, 0, 1, 2, 3, token="t" * 9, step="confirm"))
    said = words((await client.get(path)).text)
    assert "How you stand" in said
    assert re.search(r"Northern Line 3 Waitlisted, number 1 Booking \S+ Take off the waitlist", said)
    assert "Full, 1 waiting" in said


async def test_joining_details_are_for_those_who_take_part(
    works: Works, client: httpx.AsyncClient, clock: FrozenClock
) -> None:
    scene, form = await opened(works, client, joining_details="Bring a pen.\nhttps://pens.example")
    await execute("UPDATE meeting SET link = 'https://meet.example/secret'")
    await execute("UPDATE session SET mode = 'online', capacity_online = 3, capacity_in_person = 0")
    path = f"/sessions/{scene.session_id}"
    await client.post(form, data=asking(scene, 0, token="t" * 9, step="confirm"))
    outside = (await client.get(path)).text
    assert "meet.example" not in outside
    assert "Bring a pen" not in outside
    assert "The link is for those who have a place" in words(outside)
    await enter(works, client, Viewer(person_id=scene.people[0]))
    early = (await client.get(path)).text
    assert "meet.example" not in early
    assert "You can join here from Mon 18 May 2026, 08:45" in words(early)
    await execute("UPDATE meeting SET starts_at = {}", clock.now + timedelta(minutes=15))
    inside = (await client.get(path)).text
    assert 'href="https://meet.example/secret"' in inside
    assert "Bring a pen.<br>" in inside
    assert '<a href="https://pens.example"' in inside
    assert "Give the place back" in words(inside)


async def test_a_manager_sees_what_differs(works: Works, client: httpx.AsyncClient) -> None:
    scene = await make_scene(works, language="de")
    await execute("UPDATE session SET own_fields = '[\"language\"]'")
    await enter(works, client, scene.manager)
    said = words((await client.get(f"/sessions/{scene.session_id}")).text)
    assert "Manage this session" in said
    assert "Language Differs from the course" in said


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"state": "cancelled", "cancel_reason": "The trainer is ill."}, "The trainer is ill."),
        ({"state": "closed"}, "This session is over"),
        ({"starts_in": timedelta(days=-2)}, "This session is over"),
        ({"state": "running", "starts_in": timedelta(hours=-1)}, "This session has started."),
    ],
)
async def test_other_states_are_explained(
    works: Works, client: httpx.AsyncClient, values: dict[str, object], sentence: str
) -> None:
    scene, _ = await opened(works, client, **values)
    said = words((await client.get(f"/sessions/{scene.session_id}")).text)
    assert sentence in said
    assert "Book places" not in said


async def test_a_draft_is_for_its_planners(works: Works, client: httpx.AsyncClient) -> None:
    scene, _ = await opened(works, client, state="draft")
    path = f"/sessions/{scene.session_id}"
    assert (await client.get(path)).status_code == 404
    await enter(works, client, scene.manager)
    assert "This is a draft" in words((await client.get(path)).text)


async def test_the_booking_window_is_told(works: Works, client: httpx.AsyncClient, clock: FrozenClock) -> None:
    opens, closes = clock.now + timedelta(days=1), clock.now + timedelta(days=2)
    scene, _ = await opened(works, client, booking_opens_at=opens, booking_closes_at=closes)
    path = f"/sessions/{scene.session_id}"
    early = words((await client.get(path)).text)
    assert "Booking has not opened yet. It opens Tue 5 May 2026, 10:00 Dublin time (UTC+1)" in early
    clock.move(days=1)
    assert "Until Wed 6 May 2026, 10:00 Dublin time (UTC+1)" in words((await client.get(path)).text)
    clock.move(days=1)
    assert "Booking has closed." in words((await client.get(path)).text)


async def test_foreign_and_missing_are_the_same(works: Works, client: httpx.AsyncClient) -> None:
    scene = await make_scene(works)
    for path in (scene.session_id, uuid4()):
        answer = await client.get(f"/sessions/{path}")
        assert answer.status_code == 404
    assert (await client.get(f"/sessions/{scene.session_id}?code=AAAA")).status_code == 404
    assert (await client.get(f"/sessions/{scene.session_id}?code=%00")).status_code == 404
    assert (await client.get("/sessions/nonsense")).status_code == 404


async def test_the_same_statements_however_many_people(works: Works, client: httpx.AsyncClient) -> None:
    scene, form = await opened(works, client, size=30, capacity_in_person=5)
    counts = []
    for people, more in ((range(2), 0), (range(2, 30), 60)):
        await client.post(form, data=asking(scene, *people, token=f"{more}" * 9, step="confirm"))
        await more_sessions(works, scene, more)
        with watch_statements() as seen:
            assert (await client.get(f"/sessions/{scene.session_id}")).status_code == 200
        counts.append(len(seen))
    assert counts == [8, 8]


async def test_whoever_has_no_coordinator_is_told_whom_to_ask(works: Works, client: httpx.AsyncClient) -> None:
    scene = await make_scene(works, audience="public")
    path = f"/sessions/{scene.session_id}"
    assert "mailto:" not in (await client.get(path)).text
    await enter(works, client, scene.manager)
    await enter(works, client, Viewer(person_id=scene.people[0]))
    page = await client.get(path)
    assert "you belong to none here. Please ask Mona" in words(page.text)
    assert 'href="mailto:mona@example.org"' in page.text
    assert "/enroll" not in page.text


async def test_where_people_may_take_part_themselves(works: Works, client: httpx.AsyncClient) -> None:
    scene = await make_scene(works, audience="public", self_enrollment=True)
    path = f"/sessions/{scene.session_id}"
    page = await client.get(path)
    assert f'href="{path}/enroll"' in page.text
    assert "You need no account: your name, your e-mail address" in words(page.text)
    await enter(works, client, Viewer(person_id=scene.people[0]))
    assert f'href="{path}/enroll"' in (await client.get(path)).text
    await client.post(f"{path}/enroll", data={"partner": "own"})
    page = await client.get(path)
    assert f'href="{path}/enroll"' not in page.text
    assert "You Enrolled" in words(page.text)


async def test_who_waits_as_a_group_is_told_so_beside_free_places(works: Works, client: httpx.AsyncClient) -> None:
    scene, form = await opened(works, client)
    await client.post(form, data=asking(scene, 0, token="t" * 9, step="confirm"))
    waiting = asking(scene, 1, 2, 3, token="u" * 9, step="confirm", together="together")
    path = (await client.post(form, data=waiting)).headers["location"].split("?")[0]
    first = (await client.get(path)).text.split("/change?")[0].rpartition("/enrollments/")[2]
    group = "Waits in a group of 3 that stays together."
    why = "A group that stays together gets its places when there are enough for all of it"
    for leads in (
        f"/sessions/{scene.session_id}",
        f"/partners/{scene.partner_id}",
        f"/partners/{scene.partner_id}/sessions/{scene.session_id}",
    ):
        said = words((await client.get(leads)).text)
        assert (said.count(group), said.count(why)) == (3, 1), leads
    for leads in (f"/enrollments/{first}/change", f"/enrollments/{first}/cancel"):
        said = words((await client.get(leads)).text)
        assert (said.count(group), said.count(why)) == (1, 1), leads
    assert "Number 1 on the waitlist. In a group of 3 that stays together." in words((await client.get(path)).text)
    await enter(works, client, Viewer(person_id=scene.people[1]))
    for leads in (f"/sessions/{scene.session_id}", "/my/sessions"):
        assert "You wait in a group of 3 that stays together" in words((await client.get(leads)).text), leads


async def test_who_waits_alone_is_no_group(works: Works, client: httpx.AsyncClient) -> None:
    scene, form = await opened(works, client)
    await client.post(form, data=asking(scene, 0, 1, 2, 3, 4, token="t" * 9, step="confirm"))
    assert "stays together" not in words((await client.get(f"/partners/{scene.partner_id}")).text)


async def test_from_what_one_completed_one_comes_to_the_certificate(
    works: Works, client: httpx.AsyncClient, clock: FrozenClock
) -> None:
    done = await completed(works, people=2)
    await works.run(done.scene.manager, issue, done.enrollments)
    me = Viewer(person_id=done.scene.people[0])
    (mine,) = await list_own(me)
    await enter(works, client, me)
    clock.move(days=20)
    session, own = f"/sessions/{done.scene.session_id}", "/my/sessions"
    for page in (session, own):
        assert f'href="/certificates/{mine.code}"' in (await client.get(page)).text, page
    said = words((await client.get(session)).text)
    assert "2 of 3 places were taken" in said
    assert "places free" not in said
    await execute("UPDATE certificate SET revoked_at = {}", works.clock())
    for page in (session, own):
        assert 'href="/certificates/' not in (await client.get(page)).text, page
