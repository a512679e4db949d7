"""The page of one's place: what it shows, what can be done there, and that its link opens nothing else."""

from datetime import timedelta

import httpx
import pytest

from tests.booking.asked import counters, order
from tests.booking.made import Scene, make_scene
from tests.booking.questions_made import COORDINATOR, ask, of_course, of_session
from tests.booking.test_pages.made import enter, words
from tests.booking.test_pages.wishes import NIA, confirmed, mailed, open_scene
from tests.conftest import SITE, FrozenClock
from training.base.database import execute
from training.base.structs import Viewer
from training.base.work import Works
from training.booking.actions import book_places, cancel_enrollment
from training.booking.queries import list_enrollments
from training.booking.rules.guests import place_token
from training.cli.logs import masked
from training.people.actions import disable_person
from training.schedule.actions import cancel_session, edit_session
from training.schedule.rules.values import SessionValues


async def booked(works: Works, *numbers: int, **values: object) -> tuple[Scene, list[str]]:
    """People whom a coordinator booked, and the addresses of their pages."""
    scene = await make_scene(works, **values)  # type: ignore[arg-type]
    await works.run(scene.coordinator, book_places, order(scene, *numbers))
    rows = await list_enrollments(scene.manager, scene.session_id)
    return scene, [f"/places/{place_token(SITE.secret_key, row.id, row.link_generation)}" for row in rows]


async def test_everything_about_ones_place(client: httpx.AsyncClient, works: Works) -> None:
    scene, form = await open_scene(works, joining_details="Bring a pen.")
    path = await confirmed(client, form, zone="America/New_York")
    shown = await client.get(path)
    assert (shown.status_code, shown.headers["referrer-policy"]) == (200, "strict-origin")
    said = words(shown.text)
    assert "You have a place" in said
    assert "05:00 – 07:00 New York time (UTC-4)" in said.replace("05:00–07:00", "05:00 – 07:00")
    assert "This can be done here until Sat 16 May 2026, 05:00 New York time (UTC-4)" in said
    assert "Bring a pen." in said
    assert f"next={path}" not in shown.text
    assert path == await mailed("enrolled")
    assert path.rpartition("/")[2] not in masked(f"GET {path}/leave 303")
    assert await list_enrollments(scene.coordinator, scene.session_id) == []


async def test_give_it_back_and_take_it_back(client: httpx.AsyncClient, works: Works, clock: FrozenClock) -> None:
    scene, form = await open_scene(works)
    path = await confirmed(client, form)
    left = await client.post(f"{path}/leave", data={"version": "2", "reason": "Ill"})
    assert (left.status_code, left.headers["location"]) == (303, ".")
    assert await counters(scene) == (0, 0, 0)
    shown = await client.get(f"{path}/")
    assert "You have no place in this session any more" in words(shown.text)
    assert "It can be taken back until" in words(shown.text)
    assert await mailed("cancelled") == path
    clock.move(minutes=29)
    assert (await client.post(f"{path}/undo")).status_code == 303
    assert await counters(scene) == (1, 0, 0)
    await client.post(f"{path}/leave", data={"version": "4"})
    clock.move(minutes=31)
    await client.post(f"{path}/undo")
    assert "can be taken back for half an hour only" in words((await client.get(path)).text)
    assert await counters(scene) == (0, 0, 0)


async def test_the_waitlist_with_position_and_why(client: httpx.AsyncClient, works: Works) -> None:
    scene, paths = await booked(works, 0, 1, 2, 3, 4)
    said = words((await client.get(paths[4])).text)
    assert "You are number 2 on the waitlist" in said
    assert "2 people wait." in said
    assert "may be overtaken by a smaller one that fits" in said
    assert "goes to the next person at once, until Sun 17 May 2026, 22:00 Dublin time (UTC+1)" in said
    assert "Northern Line" not in said.replace("Northern Line 4", "")
    left = await client.post(f"{paths[4]}/leave", data={"version": "1"})
    assert left.status_code == 303
    said_after = words((await client.get(paths[4])).text)
    assert "You are no longer on the waitlist." in said_after
    assert "Left the waitlist" in said_after
    assert "gave your place" not in said_after
    assert await counters(scene) == (3, 0, 1)
    assert "keeps your number" not in said


async def test_what_changed_meanwhile_is_not_done(client: httpx.AsyncClient, works: Works) -> None:
    scene, paths = await booked(works, 0, 1, 2, 3)
    first = (await list_enrollments(scene.manager, scene.session_id))[0]
    await works.run(scene.coordinator, cancel_enrollment, first.id)
    late = await client.post(f"{paths[3]}/leave", data={"version": "1", "reason": "Waited too long"})
    assert (late.status_code, late.headers["referrer-policy"]) == (409, "strict-origin")
    assert "Waited too long" in late.text
    said = words(late.text)
    assert "This changed in the meantime. Here is how it stands now; nothing was done." in said
    assert "You have a place" in said
    assert (await client.post(f"{paths[3]}/leave", data={"version": "x"})).status_code == 303
    assert await counters(scene) == (3, 0, 0)


async def test_after_the_deadline_it_says_whom_to_ask(
    client: httpx.AsyncClient, works: Works, clock: FrozenClock
) -> None:
    scene, paths = await booked(works, 0)
    clock.move(days=13)
    assert "Places could be given back without asking until Sat 16 May 2026, 10:00" in words(
        (await client.get(paths[0])).text
    )
    await client.post(f"{paths[0]}/leave", data={"version": "1"})
    assert await counters(scene) == (1, 0, 0)


async def offer(works: Works) -> tuple[Scene, str]:
    """Somebody who waited is offered a place, and takes part in something else then."""
    scene, paths = await booked(works, 0, 1, capacity_in_person=1)
    elsewhere = await make_scene(works, tag=" Two", title="The other one")
    await execute("UPDATE membership SET person_id = {} WHERE id = {}", scene.people[1], elsewhere.members[0])
    await works.run(elsewhere.coordinator, book_places, order(elsewhere, 0))
    first = (await list_enrollments(scene.manager, scene.session_id))[0]
    await works.run(scene.coordinator, cancel_enrollment, first.id)
    return scene, paths[1]


async def test_an_offer_is_taken(client: httpx.AsyncClient, works: Works) -> None:
    scene, path = await offer(works)
    said = words((await client.get(path)).text)
    assert "A place is kept for you. Do you want it?" in said
    assert "The other one" not in said, "the mailbox may be the partner's"
    assert path == await mailed("offered", "northern-line-1@example.org")
    await client.post(f"{path}/take")
    assert "You have a place" in words((await client.get(path)).text)
    await client.post(f"{path}/take")
    assert "No place is offered here any more" in words((await client.get(path)).text)
    assert await counters(scene) == (1, 0, 0)


async def test_an_offer_is_declined(client: httpx.AsyncClient, works: Works) -> None:
    scene, path = await offer(works)
    await client.post(f"{path}/leave", data={"version": "2"})
    assert "The offered place went to the next person" in words((await client.get(path)).text)
    assert await counters(scene) == (0, 0, 0)


async def test_a_seen_link_is_replaced_by_mail(client: httpx.AsyncClient, works: Works) -> None:
    _, paths = await booked(works, 0, 1)
    renewed = await client.post(f"{paths[0]}/renew")
    assert renewed.status_code == 200
    assert "/places/" not in renewed.text, "whoever has the old link does not get the new one"
    for answer in (await client.get(paths[0]), await client.post(f"{paths[0]}/leave", data={"version": "1"})):
        assert answer.status_code == 404
        assert "This link to a place is not good any more" in words(answer.text)
        assert "Perhaps you have to sign in" not in answer.text
    new = await mailed("new-link", "northern-line-0@example.org")
    assert new != paths[0]
    assert (await client.get(new)).status_code == 200
    assert (await client.get(paths[1])).status_code == 200


async def test_it_opens_nothing_else(client: httpx.AsyncClient, works: Works) -> None:
    scene, paths = await booked(works, 0, 1)
    rows = await list_enrollments(scene.manager, scene.session_id)
    await client.get(paths[0])
    for path in (
        "/my/sessions",
        "/account",
        f"/enrollments/{rows[0].id}/cancel",
        f"/enrollments/{rows[1].id}/cancel",
        f"/bookings/{rows[0].booking_id}",
        f"/partners/{scene.partner_id}",
    ):
        assert (await client.get(path)).status_code in (303, 404), "these ask to sign in, or are not there"
    assert (await client.get(f"/sessions/{scene.session_id}")).status_code == 404
    assert (await client.get(f"/api/v1/enrollments/{rows[0].id}")).status_code == 401
    answer = await client.get(f"{paths[0]}/questions")
    assert (answer.status_code, answer.headers["location"]) == (303, ".")
    assert "please sign in to answer" in words((await client.get(paths[0])).text)


async def test_a_token_of_one_place_with_the_id_of_another(client: httpx.AsyncClient, works: Works) -> None:
    _, paths = await booked(works, 0, 1)
    mine, other = (path.rpartition("/")[2] for path in paths)
    assert (await client.get(f"/places/{other[:22]}{mine[22:]}")).status_code == 404
    for guess in ("x", "A" * 64, "%00", mine[:-1], mine + "A", mine.swapcase()):
        for answer in (await client.get(f"/places/{guess}"), await client.post(f"/places/{guess}/leave", data={})):
            assert answer.status_code == 404


async def test_thirty_days_after_the_session(client: httpx.AsyncClient, works: Works, clock: FrozenClock) -> None:
    _, paths = await booked(works, 0)
    clock.move(days=14 + 30, hours=1, minutes=59)
    assert (await client.get(paths[0])).status_code == 200
    clock.move(minutes=1)
    for answer in (await client.get(paths[0]), await client.post(f"{paths[0]}/renew")):
        assert answer.status_code == 410
    assert "Signed in you see what you took part in" in words((await client.get(paths[0])).text)


async def test_a_cancelled_session_says_so(client: httpx.AsyncClient, works: Works) -> None:
    scene, paths = await booked(works, 0)
    await works.run(scene.manager, cancel_session, scene.session_id, "Storm")
    said = words((await client.get(paths[0])).text)
    assert "This session is cancelled You need not do anything. Storm" in said
    assert "Give the place back" not in said
    await client.post(f"{paths[0]}/undo")
    assert await counters(scene) == (0, 0, 0)


async def test_who_is_switched_off_has_no_page(client: httpx.AsyncClient, works: Works) -> None:
    scene, paths = await booked(works, 0)
    await works.run(Viewer.machine("test"), disable_person, scene.people[0])
    assert (await client.get(paths[0])).status_code == 404


async def test_a_sign_in_link_goes_to_ones_own_address(client: httpx.AsyncClient, works: Works) -> None:
    scene, paths = await booked(works, 0)
    await execute("UPDATE membership SET contact_email = 'shared@partner.example' WHERE id = {}", scene.members[0])
    answer = await client.post(f"{paths[0]}/sign-in")
    assert answer.status_code == 303
    assert "northern-line-0@example.org" not in (await client.get(paths[0])).text
    found = await execute("SELECT recipient FROM message WHERE kind = 'sign-in'")
    assert [row["recipient"] for row in found] == ["northern-line-0@example.org"]
    for _ in range(6):
        await client.post(f"{paths[0]}/sign-in")
    assert "many sign-in links" in words((await client.get(paths[0])).text)


async def test_removed_by_a_manager_is_not_undone_here(client: httpx.AsyncClient, works: Works) -> None:
    scene, paths = await booked(works, 0)
    (row,) = await list_enrollments(scene.manager, scene.session_id)
    await works.run(scene.manager, cancel_enrollment, row.id, reason="Wrong course")
    said = words((await client.get(paths[0])).text)
    assert "A program manager ended your enrollment" in said
    assert "taken back" not in said
    await client.post(f"{paths[0]}/undo")
    assert await counters(scene) == (0, 0, 0)


@pytest.mark.parametrize("name", ["<script>alert(1)</script>", "\u202eعلي بن أبي طالب", "x" * 300])
async def test_any_title_and_name_is_only_text(client: httpx.AsyncClient, works: Works, name: str) -> None:
    scene, form = await open_scene(works, title=name[:200])
    path = await confirmed(client, form, name=name[:200])
    assert "<script>alert" not in (await client.get(path)).text
    assert (await list_enrollments(scene.manager, scene.session_id))[0].email == NIA


async def test_a_session_without_a_date(client: httpx.AsyncClient, works: Works) -> None:
    scene, paths = await booked(works, 0, starts_in=timedelta(days=3))
    await execute("UPDATE session SET starts_at = NULL, ends_at = NULL WHERE id = {}", scene.session_id)
    await execute("UPDATE meeting SET cancelled_at = {} WHERE session_id = {}", works.clock(), scene.session_id)
    said = words((await client.get(paths[0])).text)
    assert "There is no date yet." in said
    assert "Give the place back" in said


async def test_who_was_booked_is_told_why_to_sign_in_and_is_led_to_the_questions(
    client: httpx.AsyncClient, works: Works
) -> None:
    scene, paths = await booked(works, 0)
    await ask(works, await of_course(scene), scene.manager, required=True)
    said = words((await client.get(paths[0])).text)
    assert "Your coordinator booked this place, and the answers are yours alone." in said
    assert "Mail me the link to the questions" in said
    await client.post(f"{paths[0]}/sign-in", data={"for": "questions"})
    (row,) = await list_enrollments(scene.manager, scene.session_id)
    (link,) = await execute("SELECT next_path FROM one_time_link WHERE purpose = 'sign-in'")
    assert link["next_path"] == f"/enrollments/{row.id}/questions"


async def test_a_place_that_is_known_to_be_gone_is_not_offered_back(client: httpx.AsyncClient, works: Works) -> None:
    scene, paths = await booked(works, 0, 1, capacity_in_person=1)
    assert "can be taken back" not in words((await client.get(paths[0])).text)
    assert "It can be taken back within half an hour, with the same number" in words((await client.get(paths[1])).text)
    standing = SessionValues(waitlist_cutoff_hours=15 * 24)
    await works.run(scene.manager, edit_session, scene.session_id, standing)
    assert "stays free until the program manager gives it to somebody" in words((await client.get(paths[0])).text)
    await client.post(f"{paths[0]}/leave", data={"version": "1"})
    said = words((await client.get(paths[0])).text)
    assert "Given back" in said
    assert "Cancelled" not in said
    assert "Somebody else has the place by now, or comes first for it" in said
    assert "Take it back" not in said


async def test_checking_in_oneself_stands_there_when_it_can_be_done(
    client: httpx.AsyncClient, works: Works, clock: FrozenClock
) -> None:
    _, paths = await booked(works, 0)
    here = f'href="/here/place/{paths[0].rpartition("/")[2]}"'
    early = (await client.get(paths[0])).text
    assert "Your check-in code" in words(early)
    assert "“I am here” stands on this page from 30 minutes before the meeting." in words(early)
    assert here not in early
    clock.move(days=13, hours=23, minutes=31)
    assert here in (await client.get(paths[0])).text


async def test_who_takes_part_on_their_own_is_told_of_no_coordinator(client: httpx.AsyncClient, works: Works) -> None:
    scene, form = await open_scene(works)
    await ask(works, await of_session(scene), scene.manager, readers=COORDINATOR)
    path = await confirmed(client, form)
    said = words((await client.get(f"{path}/questions")).text)
    assert "Read by: the program's managers." in said
    assert "your coordinator" not in said
    other, _ = await booked(works, 0, tag=" Two")
    await ask(works, await of_session(other), other.manager, readers=COORDINATOR)
    (row,) = await list_enrollments(other.manager, other.session_id)
    await enter(works, client, Viewer(person_id=other.people[0]))
    said = words((await client.get(f"/enrollments/{row.id}/questions")).text)
    assert "Read by: the program's managers and your coordinator." in said
