"""The page behind a code: for whoever holds it, for those who teach, and for codes that are none."""

import re

import httpx
import pytest

from tests.attendance.made import Day, make_day, mark, on_one_day
from tests.attendance.test_actions.test_check_in import learner, stands, token
from tests.booking.test_pages.made import enter, words
from tests.conftest import FrozenClock
from training.attendance.actions.marking import close_roster, save_all_but, save_marks
from training.attendance.rules.statuses import Status
from training.base.database import execute
from training.base.structs import Viewer
from training.base.work import Works
from training.booking.actions import cancel_enrollment
from training.booking.rules.check_in import check_in_words
from training.booking.rules.guests import place_token
from training.cli.logs import masked


async def test_whoever_holds_it_sees_the_code(client: httpx.AsyncClient, works: Works, clock: FrozenClock) -> None:
    day = await make_day(works, clock)
    path = f"/check-in/{token(works, day.enrollments[0])}"
    shown = await client.get(path)
    said = words(shown.text)
    assert (shown.status_code, shown.headers["referrer-policy"]) == (200, "strict-origin")
    assert check_in_words(works.site.secret_key, day.enrollments[0], 1) in said
    assert "Northern Line 0" in said
    assert "Safe messaging" in said
    assert "10:00–12:00 Dublin time (UTC+1)" in said.replace(" – ", "–")
    assert '<svg xmlns="http://www.w3.org/2000/svg"' in shown.text or "<svg viewBox" in shown.text
    assert "Check in Northern" not in said
    assert path.rpartition("/")[2] not in masked(f"GET {path} 200")


@pytest.mark.parametrize("who", ["lead", "assistant", "manager"])
async def test_one_button_for_those_who_mark(
    client: httpx.AsyncClient, works: Works, clock: FrozenClock, who: str
) -> None:
    day = await make_day(works, clock)
    await enter(works, client, getattr(day, who))
    path = f"/check-in/{token(works, day.enrollments[0])}"
    assert "Check in Northern Line 0" in words((await client.get(path)).text)
    done = await client.post(f"{path}/in", data={"meeting_id": str(day.meeting_id)})
    assert (done.status_code, done.headers["location"]) == (303, ".")
    said = words((await client.get(f"{path}/")).text)
    assert "Northern Line 0 is checked in." in said
    assert "Checked in already." in said
    assert await stands(day.enrollments[0]) == [("present", 0, "qr")]


async def test_whoever_was_filled_in_with_all_others_is_still_checked_in_by_the_button(
    client: httpx.AsyncClient, works: Works, clock: FrozenClock
) -> None:
    day = await make_day(works, clock)
    await works.run(day.lead, save_all_but, day.meeting_id, ())
    await enter(works, client, day.lead)
    first, second, _ = (f"/check-in/{token(works, key)}" for key in day.enrollments)
    assert pressed((await client.get(first)).text) == [str(day.meeting_id)]
    await client.post(f"{first}/in", data={"meeting_id": str(day.meeting_id)})
    assert await stands(day.enrollments[0]) == [("present", 0, "qr")]
    assert "Checked in already." in words((await client.get(f"{first}/")).text)
    # On a closed roster no code changes anything any more.
    await works.run(day.lead, close_roster, day.meeting_id)
    assert "Checked in already." in words((await client.get(second)).text)


async def nobody(day: Day, who: str) -> Viewer:
    return day.scene.coordinator if who == "coordinator" else getattr(day, who)


@pytest.mark.parametrize("who", ["shadow", "stranger", "coordinator"])
async def test_nobody_else_has_the_button(
    client: httpx.AsyncClient, works: Works, clock: FrozenClock, who: str
) -> None:
    day = await make_day(works, clock)
    await enter(works, client, await nobody(day, who))
    path = f"/check-in/{token(works, day.enrollments[0])}"
    assert "Check in Northern" not in words((await client.get(path)).text)
    assert (await client.post(f"{path}/in", data={"meeting_id": str(day.meeting_id)})).status_code == 404
    assert await stands(day.enrollments[0]) == []


async def test_what_is_no_code_any_more(client: httpx.AsyncClient, works: Works, clock: FrozenClock) -> None:
    day = await make_day(works, clock)
    a, b, _ = day.enrollments
    await works.run(day.manager, cancel_enrollment, b)
    assert "You have no place in this session now" in words((await client.get(f"/check-in/{token(works, b)}")).text)
    await execute("UPDATE enrollment SET link_generation = 2 WHERE id = {}", a)
    assert (await client.get(f"/check-in/{token(works, a, 1)}")).status_code == 410
    for wrong in (token(works, a, 3), "x", "A" * 32):
        assert (await client.get(f"/check-in/{wrong}")).status_code == 404
    clock.move(days=31)
    assert (await client.get(f"/check-in/{token(works, a, 2)}")).status_code == 410


async def test_a_stranger_who_presses_signs_in_first(
    client: httpx.AsyncClient, works: Works, clock: FrozenClock
) -> None:
    day = await make_day(works, clock)
    done = await client.post(
        f"/check-in/{token(works, day.enrollments[0])}/in", data={"meeting_id": str(day.meeting_id)}
    )
    assert done.headers["location"].startswith("/sign-in")


async def test_from_ones_own_pages_to_the_code(client: httpx.AsyncClient, works: Works, clock: FrozenClock) -> None:
    day = await make_day(works, clock)
    a, b, _ = day.enrollments
    place = place_token(works.site.secret_key, a, 1)
    assert f'href="/places/{place}/check-in"' in (await client.get(f"/places/{place}")).text
    onward = await client.get(f"/places/{place}/check-in")
    assert (onward.status_code, onward.headers["location"]) == (303, f"/check-in/{token(works, a)}")
    assert (await client.get(f"/places/{place_token(works.site.secret_key, a, 2)}/check-in")).status_code == 404
    await enter(works, client, await learner(a))
    assert f'href="/my/check-in/{a}"' in (await client.get("/my/sessions")).text
    assert (await client.get(f"/my/check-in/{a}")).headers["location"] == f"/check-in/{token(works, a)}"
    assert (await client.get(f"/my/check-in/{b}")).status_code == 404


async def marked(day: Day) -> list[str | None]:
    """How the first person stands in the first and in the second meeting."""
    rows = await execute("SELECT meeting_id, status FROM mark WHERE enrollment_id = {}", day.enrollments[0])
    found = {str(row["meeting_id"]): row["status"] for row in rows}
    return [found.get(str(key)) for key in day.meeting_ids]


def pressed(text: str) -> list[str]:
    """The meetings that the buttons of the page name."""
    return re.findall(r'name="meeting_id" value="([^"]+)"', text)


@pytest.mark.parametrize("gap", [0, -60, 30, 60, 90])
@pytest.mark.parametrize("before", [Status.PRESENT, Status.NO_SHOW, None])
@pytest.mark.parametrize("closed", [False, True])
async def test_in_the_second_meeting_of_a_day_the_second_is_meant(
    client: httpx.AsyncClient, works: Works, clock: FrozenClock, gap: int, before: Status | None, closed: bool
) -> None:
    day = await make_day(works, clock, meetings=2)
    await on_one_day(day, clock, gap)
    if before:
        await works.run(day.lead, save_marks, day.meeting_id, [mark(day.enrollments[0], before)])
    clock.move(minutes=111)
    if closed:
        await works.run(day.lead, close_roster, day.meeting_id, rest="no-show")
    morning = (await marked(day))[0]
    clock.move(minutes=gap + 4)
    await enter(works, client, day.lead)
    path = f"/check-in/{token(works, day.enrollments[0])}"
    shown = await client.get(path)
    assert "Checked in already." not in words(shown.text)
    assert pressed(shown.text)[0] == str(day.meeting_ids[1])
    assert f'href="/rosters/{day.meeting_ids[1]}/scan"' in shown.text
    assert f'href="/rosters/{day.meeting_id}">The roster of meeting 1<' in shown.text
    await client.post(f"{path}/in", data={"meeting_id": pressed(shown.text)[0]})
    assert await marked(day) == [morning, "present"]
    said = words((await client.get(f"{path}/")).text)
    assert "Northern Line 0 is checked in." in said
    assert "Checked in already. Meeting 2" in said


@pytest.mark.parametrize("gap", [0, 30, 60])
async def test_between_two_meetings_the_one_that_begins_is_meant(
    client: httpx.AsyncClient, works: Works, clock: FrozenClock, gap: int
) -> None:
    day = await make_day(works, clock, meetings=2)
    await on_one_day(day, clock, gap)
    await enter(works, client, day.lead)
    clock.move(minutes=111)
    shown = await client.get(f"/check-in/{token(works, day.enrollments[0])}")
    assert pressed(shown.text) == [str(day.meeting_ids[1])]
    said = words(shown.text)
    assert said.index("Another meeting?") < said.index("is over") < said.index("The roster of meeting 1")


async def test_of_two_at_once_the_other_can_be_chosen(
    client: httpx.AsyncClient, works: Works, clock: FrozenClock
) -> None:
    day = await make_day(works, clock, meetings=2)
    await on_one_day(day, clock, -60)
    clock.move(minutes=70)
    await enter(works, client, day.lead)
    path = f"/check-in/{token(works, day.enrollments[0])}"
    shown = await client.get(path)
    assert pressed(shown.text) == [str(day.meeting_ids[1]), str(day.meeting_id)]
    assert "Check in to meeting 1" in words(shown.text)
    await client.post(f"{path}/in", data={"meeting_id": pressed(shown.text)[1]})
    assert await marked(day) == ["late", None]
    after = await client.get(f"{path}/")
    assert pressed(after.text) == [str(day.meeting_ids[1])]
    assert "checked in already The roster of meeting 1" in words(after.text)
