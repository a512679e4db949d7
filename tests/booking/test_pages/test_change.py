"""Changing a place on its page: what would happen comes first, and what was typed is kept when it cannot."""

import re
from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest

from tests.booking.asked import order
from tests.booking.made import Scene, make_scene
from tests.booking.test_actions.test_move import two_dates
from tests.booking.test_actions.test_request import require_course
from tests.booking.test_pages.made import enter, words
from tests.conftest import FrozenClock
from training.base.database import execute
from training.base.structs import Viewer
from training.base.work import Works
from training.booking.actions import book_places, cancel_enrollment
from training.booking.queries import list_enrollments


async def placed(works: Works, client: httpx.AsyncClient, scene: Scene, *numbers: int) -> list[UUID]:
    await works.run(scene.coordinator, book_places, order(scene, *numbers))
    await enter(works, client, scene.coordinator)
    return [e.id for e in await list_enrollments(scene.manager, scene.session_id)]


async def press(client: httpx.AsyncClient, enrollment: UUID, **form: Any) -> httpx.Response:
    return await client.post(f"/enrollments/{enrollment}/change", data={"version": "1", **form})


async def states(scene: Scene) -> list[tuple[str, str]]:
    rows = await list_enrollments(scene.manager, scene.session_id, active=False)
    return sorted((e.name, e.state.value) for e in rows)


async def test_somebody_else_instead(works: Works, client: httpx.AsyncClient) -> None:
    scene = await make_scene(works)
    (first,) = await placed(works, client, scene, 0)
    asked = words((await client.get(f"/enrollments/{first}/change")).text)
    assert "Somebody else instead" in asked
    wish = {"what": "replace", "member": str(scene.members[1])}
    check = await press(client, first, **wish, step="check")
    assert "Northern Line 1 takes part instead of Northern Line 0" in words(check.text)
    assert await states(scene) == [("Northern Line 0", "enrolled")]
    done = await press(client, first, **wish, step="confirm")
    assert done.status_code == 303
    assert await states(scene) == [("Northern Line 0", "cancelled"), ("Northern Line 1", "enrolled")]
    said = words((await client.get(done.headers["location"])).text)
    assert "Northern Line 1 takes part instead of Northern Line 0. Both were told." in said


async def test_what_cannot_be_is_said_and_what_was_typed_stays(works: Works, client: httpx.AsyncClient) -> None:
    scene = await make_scene(works)
    first, _ = await placed(works, client, scene, 0, 1)
    refused = await press(client, first, what="replace", name="Ben", email="northern-line-1@example.org", step="check")
    assert refused.status_code == 409
    assert "Already has a place in this session." in words(refused.text)
    assert 'value="northern-line-1@example.org"' in refused.text
    empty = await press(client, first, what="replace", step="check")
    assert "Choose somebody of your people" in words(empty.text)
    unusable = await press(client, first, what="replace", email="no address", step="check")
    assert unusable.status_code == 409
    assert "does not look like an e-mail address" in words(unusable.text)


async def test_another_date(works: Works, client: httpx.AsyncClient) -> None:
    first, second = await two_dates(works)
    (enrollment,) = await placed(works, client, first, 0)
    page = (await client.get(f"/enrollments/{enrollment}/change")).text
    assert re.search(rf'name="session_id" value="{second.session_id}"', page)
    wish = {"what": "move", "session_id": str(second.session_id)}
    check = words((await press(client, enrollment, **wish, step="check")).text)
    assert "A place in “Safe messaging”" in check
    assert "The place here is given back" in check
    done = await press(client, enrollment, **wish, step="confirm")
    assert done.status_code == 303
    assert await states(first) == [("Northern Line 0", "cancelled")]


async def test_online_instead_of_the_room(works: Works, client: httpx.AsyncClient) -> None:
    scene = await make_scene(works, mode="hybrid", capacity_in_person=1, capacity_online=1)
    (first,) = await placed(works, client, scene, 0)
    assert "Now: in the room. 1 place is free the other way." in words(
        (await client.get(f"/enrollments/{first}/change")).text
    )
    wish = {"what": "mode", "accepts": "online"}
    assert "takes part online" in words((await press(client, first, **wish, step="check")).text)
    done = await press(client, first, **wish, step="confirm")
    assert "takes part online now." in words((await client.get(done.headers["location"])).text)
    stale = await press(client, first, **wish, step="confirm")
    assert stale.status_code == 409


async def test_a_learner_changes_their_own_and_sends_nobody(works: Works, client: httpx.AsyncClient) -> None:
    scene = await make_scene(works)
    (first,) = await placed(works, client, scene, 0)
    await enter(works, client, Viewer(person_id=scene.people[0]))
    asked = words((await client.get(f"/enrollments/{first}/change")).text)
    assert "Change your place" in asked
    assert "Somebody else instead" not in asked
    forged = await press(client, first, what="replace", member=str(scene.members[1]), step="confirm")
    assert forged.status_code == 409
    assert await states(scene) == [("Northern Line 0", "enrolled")]


async def test_a_foreign_place_is_not_there(works: Works, client: httpx.AsyncClient) -> None:
    scene = await make_scene(works)
    (first,) = await placed(works, client, scene, 0)
    await enter(works, client, scene.other_coordinator)
    assert (await client.get(f"/enrollments/{first}/change")).status_code == 404
    assert (await press(client, first, what="mode", accepts="online")).status_code == 404


async def test_one_of_the_two(works: Works, client: httpx.AsyncClient) -> None:
    scene = await make_scene(works)
    (first,) = await placed(works, client, scene, 0)
    both = await press(
        client, first, what="replace", member=str(scene.members[1]), email="ben@mail.example", step="check"
    )
    assert "Choose one of the two" in words(both.text)


async def test_the_booking_says_by_whom_somebody_was_replaced(works: Works, client: httpx.AsyncClient) -> None:
    scene = await make_scene(works, capacity_in_person=2)
    rows = await works.run(scene.coordinator, book_places, order(scene, 0, 1, 2))
    await enter(works, client, scene.coordinator)
    first = rows.verdicts[0].enrollment_id
    assert first is not None
    wish = {"what": "replace", "member": str(scene.members[2])}
    await press(client, first, **wish, step="confirm")
    said = words((await client.get(f"/bookings/{rows.booking_id}")).text)
    assert "Northern Line 0 Replaced Replaced by Northern Line 2." in said
    assert "Given back" not in said
    assert "2 enrolled" in said


async def test_checking_a_stranger_judges_nothing(works: Works, client: httpx.AsyncClient) -> None:
    """What is looked at leaves no trace, so it must not tell who takes part through others; confirming tells, and is
    counted."""
    scene = await make_scene(works)
    await works.run(scene.coordinator, book_places, order(scene, 0))
    booked = await works.run(scene.other_coordinator, book_places, order(scene, 0, other=True))
    mine = booked.verdicts[0].enrollment_id
    assert mine is not None
    await enter(works, client, scene.other_coordinator)
    wish, pages = {"what": "replace", "name": "Probe"}, []
    for number in (0, 1):
        email = f"northern-line-{number}@example.org"
        check = await press(client, mine, **wish, email=email, step="check")
        assert check.status_code == 200
        pages.append(re.sub(r"form_token[^>]*", "", check.text).replace(email, ""))
    assert pages[0] == pages[1]
    assert "Probe takes part instead of Harbour 0" in words(pages[0])
    assert "Probe joins your list of people" in words(pages[0])
    for _ in range(20):
        refused = await press(client, mine, **wish, email="northern-line-0@example.org", step="confirm")
        assert "Cannot be booked for this session by your organization." in words(refused.text)
    over = await press(client, mine, **wish, email="s@example.net", step="confirm")
    assert "Many people were refused in a short time" in words(over.text)
    stale = await press(client, mine, **wish, email="s@example.net", step="check", version="7")
    assert stale.status_code == 409


async def test_a_newcomer_who_may_lack_a_course_is_announced_and_refused_alike(
    works: Works, client: httpx.AsyncClient
) -> None:
    scene = await make_scene(works)
    (first,) = await placed(works, client, scene, 0)
    await require_course(works, scene)
    wish = {"what": "replace", "name": "Nia", "email": "brand-new@example.org"}
    check = words((await press(client, first, **wish, step="check")).text)
    assert "Whoever has not taken part in “First steps”, which comes first, is refused." in check
    refused = await press(client, first, **wish, step="confirm")
    assert "It may be that “First steps”, which comes first, is missing." in words(refused.text)


@pytest.mark.parametrize(
    ("later", "said"),
    [
        (timedelta(days=21), "The new place can be given back without asking until Sat 23 May 2026, 10:00 Dublin time"),
        (timedelta(days=1), "The new place can no longer be given back without asking. The last moment was: Sun 3 May"),
    ],
)
async def test_the_check_of_a_move_says_until_when_the_new_place_can_be_given_back(
    works: Works, client: httpx.AsyncClient, later: timedelta, said: str
) -> None:
    first, second = await two_dates(works, later=later)
    (enrollment,) = await placed(works, client, first, 0)
    check = await press(client, enrollment, what="move", session_id=str(second.session_id), step="check")
    assert said in words(check.text)
    assert "The place here is given back Mon 18 May 2026, 10:00, Dublin time (UTC+1)" in words(check.text)


async def test_a_place_that_was_given_back_offers_to_take_it_back_and_nothing_else(
    works: Works, client: httpx.AsyncClient, clock: FrozenClock
) -> None:
    scene = await make_scene(works)
    (first,) = await placed(works, client, scene, 0)
    await works.run(scene.coordinator, cancel_enrollment, first)
    late = await press(client, first, what="replace", name="Nia", email="nia@example.org", step="confirm")
    shown = await client.get(f"/enrollments/{first}/change")
    assert "nothing was done" in words(late.text)
    for page in (late.text, shown.text):
        said = words(page)
        assert "This place was given back already" in said
        assert f'href="/enrollments/{first}/undo?next=' in page
        assert 'href="#f-' not in page
        assert "save it again" not in said
        assert "to put right" not in said
        assert "Give the place back" not in said
        assert "<form class" not in page
    assert f'href="/enrollments/{first}/undo?next=' in (await client.get(f"/enrollments/{first}/cancel")).text
    clock.move(minutes=31)
    for page in ("change", "cancel"):
        assert "/undo?" not in (await client.get(f"/enrollments/{first}/{page}")).text


async def test_every_deadline_is_told_to_the_minute(
    works: Works, client: httpx.AsyncClient, clock: FrozenClock
) -> None:
    first, _ = await two_dates(works)
    (enrollment,) = await placed(works, client, first, 0)
    clock.move(days=13)
    said = words((await client.get(f"/enrollments/{enrollment}/change")).text)
    assert "This can be done until the session starts, Mon 18 May 2026, 10:00 Dublin time (UTC+1)" in said
    assert "It ended Sat 16 May 2026, 10:00 Dublin time (UTC+1)" in said


@pytest.mark.parametrize(
    ("later", "said"),
    [
        (timedelta(minutes=-5), "This session was cancelled, so there is nothing to change."),
        (timedelta(minutes=5), "This session has begun, so nothing can be changed here any more."),
        (timedelta(hours=3), "This session is over, so nothing can be changed here any more."),
    ],
)
async def test_why_nothing_can_be_changed_is_said(
    works: Works, client: httpx.AsyncClient, clock: FrozenClock, later: timedelta, said: str
) -> None:
    scene = await make_scene(works)
    (enrollment,) = await placed(works, client, scene, 0)
    if later < timedelta():
        await execute("UPDATE session SET state = 'cancelled'")
    clock.move(days=14)
    clock.now += later
    assert said in words((await client.get(f"/enrollments/{enrollment}/change")).text)
