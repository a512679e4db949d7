"""Places without a name on the pages of those who booked them."""

import re
from uuid import UUID, uuid4

import httpx
import pytest

from tests.booking.asked import order
from tests.booking.made import Scene, make_scene
from tests.booking.nameless import Tally, mailed, member, place, tally, with_open
from tests.booking.test_actions.test_request import require_course
from tests.booking.test_pages.made import asking, enter, hidden, opened, words
from tests.conftest import FrozenClock
from training.base.database import execute
from training.base.structs import Grant, Viewer
from training.base.work import Works
from training.booking.actions import Order, Wanted, book_places, cancel_enrollment
from training.booking.actions.naming import name_place
from training.booking.actions.naming_links import make_naming_link
from training.partners.actions import ensure_members

HOSTILE = "<img src=x onerror=alert(1)>"


async def entered(
    works: Works, client: httpx.AsyncClient, number: int, *members: int, **values: int
) -> tuple[Scene, list[UUID]]:
    """Open places, with their coordinator signed in."""
    scene, places = await with_open(works, number, *members, **values)
    await execute("DELETE FROM role_grant")
    await enter(works, client, scene.coordinator)
    return scene, places


async def test_booking_without_names(works: Works, client: httpx.AsyncClient) -> None:
    scene, form = await opened(works, client)
    choose = words((await client.get(form)).text)
    assert "Each is counted from now on and needs a name by Fri 15 May 2026, 10:00 Dublin time (UTC+1)" in choose
    check = await client.post(form, data=asking(scene, 0, open_places="2"))
    assert "2 places without a name" in words(check.text)
    assert "Book 3 places" in words(check.text)
    token = hidden(check.text, "form_token")
    done = await client.post(form, data=asking(scene, 0, open_places="2", token=token, step="confirm"))
    summary = words((await client.get(done.headers["location"])).text)
    assert summary.count("Booked 1 person has a place. 2 places without a name are yours.") == 1
    assert summary.count("No name yet") == 2
    assert await tally(scene) == Tally(taken=3, enrolled=1, open=2, waiting=0)


async def test_a_booking_of_places_only(works: Works, client: httpx.AsyncClient) -> None:
    scene, form = await opened(works, client)
    done = await client.post(form, data=asking(scene, open_places="2", token="n" * 24, step="confirm"))
    booking = done.headers["location"].partition("?")[0]
    summary = words((await client.get(booking)).text)
    assert "Needs a name by" in summary
    assert "Take the booking back" in summary
    undone = await client.post(f"{booking}/undo")
    assert undone.status_code == 303
    assert await tally(scene) == Tally(taken=0, enrolled=0, open=0, waiting=0)
    assert "Went back" in words((await client.get(booking)).text)
    await enter(works, client, scene.other_coordinator)
    assert (await client.get(booking)).status_code == 404


async def test_nobody_waits_without_a_name(works: Works, client: httpx.AsyncClient) -> None:
    scene, form = await opened(works, client)
    check = words((await client.post(form, data=asking(scene, 0, open_places="4"))).text)
    assert "There are no free places for 2 without a name" in check
    for wrong in ("-1", "201", "many"):
        assert (await client.post(form, data=asking(scene, 0, open_places=wrong))).status_code == 422


async def test_too_late_for_places_without_a_name(works: Works, client: httpx.AsyncClient, clock: FrozenClock) -> None:
    scene, form = await opened(works, client)
    clock.move(days=12)
    assert "Places without a name yet" not in words((await client.get(form)).text)
    answer = await client.post(form, data=asking(scene, 0, open_places="1"))
    assert "It is too late for places without a name" in words(answer.text)


async def test_a_clash_appears_as_a_box_to_tick(works: Works, client: httpx.AsyncClient) -> None:
    scene, form = await opened(works, client)
    other = uuid4()
    same = "program_id, course_id, state, audience, mode, capacity_in_person, zone, starts_at, ends_at, created_at"
    await execute(
        f"INSERT INTO session (id, title, {same}) SELECT {{}}, 'The other one', {same} FROM session WHERE id = {{}}",
        other,
        scene.session_id,
    )
    await works.run(scene.coordinator, book_places, order(scene, 1))
    await execute("UPDATE enrollment SET session_id = {}", other)
    await execute("UPDATE occupancy SET session_id = {}", other)
    choose = await client.get(form)
    assert "Takes part in “The other one” at the same time." in words(choose.text)
    check = await client.post(form, data=asking(scene, 1))
    assert "Book them all the same?" in words(check.text)
    assert "waive" not in re.sub(r'type="hidden"[^>]*', "", check.text)
    again = await client.post(form, data=asking(scene, 1, accept_clashes="yes"))
    assert "Book 1 place" in words(again.text)


async def test_a_manager_lets_somebody_in_for_a_reason(works: Works, client: httpx.AsyncClient) -> None:
    scene, form = await opened(works, client)
    await execute(
        "INSERT INTO course (id, program_id, slug, title, created_at) SELECT {}, program_id, 'first', 'First things',"
        " created_at FROM course WHERE id = {}",
        first := uuid4(),
        scene.course_id,
    )
    await execute(
        "INSERT INTO course_prerequisite (id, course_id, required_course_id) VALUES ({}, {}, {})",
        uuid4(),
        scene.course_id,
        first,
    )
    refused = await client.post(form, data=asking(scene, 1, waive="I know them", token="w" * 24, step="confirm"))
    assert refused.status_code == 422
    await enter(works, client, scene.manager)
    check = await client.post(form, data=asking(scene, 1))
    assert "Reason to let in who lacks a course" in words(check.text)
    done = await client.post(form, data=asking(scene, 1, waive="I know them", token="v" * 24, step="confirm"))
    assert done.status_code == 303


async def test_naming_says_first_what_follows(works: Works, client: httpx.AsyncClient) -> None:
    scene, (first,) = await entered(works, client, 1)
    root = f"/open-places/{first}"
    assert "Needs a name by Fri 15 May 2026, 10:00 Dublin time" in words((await client.get(root)).text)
    sent = {"version": "1", "name": "Ana Lopez", "email": "ana@example.org"}
    check = await client.post(f"{root}/name", data=sent)
    said = words(check.text)
    assert "Give this place to Ana Lopez?" in said
    assert "They join your list of people" in said
    assert await tally(scene) == Tally(taken=1, enrolled=0, open=1, waiting=0)
    done = await client.post(f"{root}/name", data={**sent, "step": "confirm"})
    assert done.headers["location"] == f"/partners/{scene.partner_id}/open-places"
    listed = words((await client.get(done.headers["location"])).text)
    assert "Ana Lopez has the place and was told." in listed
    assert "Every place has a name" in listed
    assert "Ana Lopez has this place" in words((await client.get(root)).text)
    assert await tally(scene) == Tally(taken=1, enrolled=1, open=0, waiting=0)


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({}, "Choose somebody, or enter an e-mail address."),
        ({"email": "nobody"}, "does not look like an e-mail address"),
        ({"name": "x" * 300, "email": "a@example.org"}, "too long"),
        ({"membership_id": "mine"}, "Please choose one of the list."),
        ({"name": "a\x00b", "email": "a@example.org"}, "cannot be used here"),
    ],
)
async def test_what_cannot_be_read_is_said(
    works: Works, client: httpx.AsyncClient, typed: dict[str, str], sentence: str
) -> None:
    _, (first,) = await entered(works, client, 1)
    answer = await client.post(f"/open-places/{first}/name", data={"version": "1", **typed})
    assert answer.status_code == 422
    assert sentence in words(answer.text)


async def test_who_cannot_have_it_is_told_and_nothing_is_done(works: Works, client: httpx.AsyncClient) -> None:
    scene, (first,) = await entered(works, client, 1, 0)
    sent = {"version": "1", "membership_id": str(scene.members[0])}
    check = await client.post(f"/open-places/{first}/name", data=sent)
    assert "Not possible as it stands" in words(check.text)
    assert "Already has a place in this session." in words(check.text)
    forced = await client.post(f"/open-places/{first}/name", data={**sent, "step": "confirm"})
    assert forced.status_code == 409
    assert (await place(scene, first)).state == "open"


async def test_a_link_is_shown_once_and_can_be_withdrawn(works: Works, client: httpx.AsyncClient) -> None:
    scene, (first,) = await entered(works, client, 1)
    root = f"/open-places/{first}"
    made = await client.post(f"{root}/link", data={"version": "1"})
    assert made.status_code == 200
    assert "/naming/" in made.text
    assert await mailed("naming") == []
    assert "/naming/" not in (await client.get(root)).text
    wrong = await client.post(f"{root}/link", data={"version": "2", "send_to": "nobody"})
    assert wrong.status_code == 422
    stale = await client.post(f"{root}/withdraw", data={"version": "1"})
    assert "nothing was done" in words((await client.get(stale.headers["location"])).text)
    await client.post(f"{root}/withdraw", data={"version": "2"})
    assert "Nobody was asked yet." in words((await client.get(root)).text)
    assert not (await place(scene, first)).has_link


async def test_a_mailed_link_is_shown_to_nobody_else_and_no_mailbox_is_flooded(
    works: Works, client: httpx.AsyncClient
) -> None:
    _, (first,) = await entered(works, client, 1)
    root = f"/open-places/{first}"
    made = await client.post(f"{root}/link", data={"version": "1", "send_to": "ana@example.org"}, follow_redirects=True)
    assert "/naming/" not in made.text
    assert "We mailed the link to ana@example.org. Only they have it." in words(made.text)
    assert "Link sent to ana@example.org" in words(made.text)
    assert await mailed("naming") == ["ana@example.org"]
    for version in ("2", "3"):
        await client.post(f"{root}/link", data={"version": version, "send_to": "ana@example.org"})
    flood = await client.post(f"{root}/link", data={"version": "4", "send_to": "ana@example.org"})
    assert flood.status_code == 422
    assert "Many links were mailed already. Please wait" in words(flood.text)
    assert "/naming/" in (await client.post(f"{root}/link", data={"version": "4"})).text


async def test_whom_others_booked_is_left_out_like_whoever_is_busy_elsewhere(
    works: Works, client: httpx.AsyncClient
) -> None:
    scene, (first,) = await entered(works, client, 1, capacity_in_person=9)
    enrolled, busy, free = await works.run(
        scene.coordinator, ensure_members, scene.partner_id, [(f"H{n}", f"harbour-{n}@example.org") for n in range(3)]
    )
    await works.run(scene.other_coordinator, book_places, order(scene, 0, other=True))
    theirs = await make_scene(works, tag=" Two")
    values = scene.program_id, scene.course_id, theirs.session_id
    await execute("UPDATE session SET program_id = {}, course_id = {} WHERE id = {}", *values)
    wanted = Order(
        session_id=theirs.session_id,
        partner_id=scene.other_partner_id,
        people=(Wanted(membership_id=scene.other_members[1]),),
    )
    await works.run(scene.other_coordinator, book_places, wanted)
    shown = (await client.get(f"/open-places/{first}")).text
    assert [str(each.id) in shown for each in (enrolled, busy, free)] == [False, False, True]


async def test_giving_back_says_who_waits(works: Works, client: httpx.AsyncClient) -> None:
    scene, (first, *_) = await entered(works, client, 3)
    await works.run(scene.coordinator, book_places, order(scene, 0))
    root = f"/open-places/{first}/release"
    assert "1 person waits" in words((await client.get(root)).text)
    done = await client.post(root, data={"version": "1", "reason": "Ill"})
    shown = words((await client.get(done.headers["location"])).text)
    assert "The place went back. Northern Line 0 waited and has a place now." in shown
    assert "Given back by Cora. Ill" in shown
    assert (await client.get(root)).status_code == 303
    assert await tally(scene) == Tally(taken=3, enrolled=1, open=2, waiting=0)


async def test_notes_are_shown_and_do_no_harm(works: Works, client: httpx.AsyncClient) -> None:
    _, (first,) = await entered(works, client, 1)
    root = f"/open-places/{first}"
    saved = await client.post(f"{root}/note", data={"version": "1", "note": HOSTILE})
    assert saved.status_code == 303
    shown = await client.get(root)
    assert HOSTILE not in shown.text
    assert "&lt;img src=x" in shown.text
    long = await client.post(f"{root}/note", data={"version": "2", "note": "x" * 201})
    assert "too long" in words((await client.get(long.headers["location"])).text)


async def test_who_got_it_may_leave_it(works: Works, client: httpx.AsyncClient) -> None:
    scene, (first,) = await entered(works, client, 1)
    named = await works.run(scene.coordinator, name_place, first, member(scene, 0))
    await works.run(scene.coordinator, cancel_enrollment, named.enrollment_id)
    assert "Northern Line 0 had this place and has left it" in words((await client.get(f"/open-places/{first}")).text)
    assert "Has left since" in words((await client.get(f"/partners/{scene.partner_id}/open-places")).text)
    assert await tally(scene) == Tally(taken=0, enrolled=0, open=0, waiting=0)


async def test_foreign_ids_are_not_found(works: Works, client: httpx.AsyncClient) -> None:
    scene, (first,) = await entered(works, client, 1)
    learner = Viewer(
        person_id=scene.people[0], name="Ben", grants=frozenset({Grant(role="member", scope_id=scene.partner_id)})
    )
    for viewer in (scene.other_coordinator, learner):
        await enter(works, client, viewer)
        for each in (first, uuid4()):
            root = f"/open-places/{each}"
            assert (await client.get(root)).status_code == 404
            assert (await client.get(f"{root}/release")).status_code == 404
            for verb in ("name", "link", "withdraw", "note", "release"):
                sent = {"version": "1", "email": "a@example.org", "name": "A"}
                assert (await client.post(f"{root}/{verb}", data=sent)).status_code == 404, verb
        assert (await client.get(f"/partners/{scene.partner_id}/open-places")).status_code == 404
    assert (await place(scene, first)).version == 1


async def test_after_its_time_the_page_says_so(works: Works, client: httpx.AsyncClient, clock: FrozenClock) -> None:
    scene, (first,) = await entered(works, client, 1)
    made = await works.run(scene.coordinator, make_naming_link, first)
    clock.move(days=11)
    assert "The time for names is over" in words((await client.get(f"/open-places/{first}")).text)
    late = await client.post(f"/open-places/{first}/link", data={"version": str(made.version)})
    assert late.status_code == 303


async def test_naming_strangers_again_and_again_is_stopped(works: Works, client: httpx.AsyncClient) -> None:
    scene, (first,) = await entered(works, client, 1, capacity_in_person=9)
    await works.run(scene.other_coordinator, book_places, order(scene, 0, other=True))
    sent = {"version": "1", "name": "Probe", "email": "harbour-0@example.org", "step": "confirm"}
    for _ in range(20):
        refused = await client.post(f"/open-places/{first}/name", data=sent)
        assert "Cannot be booked for this session by your organization." in words(refused.text)
    over = await client.post(f"/open-places/{first}/name", data=sent | {"email": "stranger@example.net"})
    assert over.status_code == 409
    assert "Many people were refused in a short time" in words(over.text)
    assert (await place(scene, first)).state == "open"
    chosen = {"version": "1", "membership_id": str(scene.members[1]), "step": "confirm"}
    assert (await client.post(f"/open-places/{first}/name", data=chosen)).status_code == 303


async def test_a_newcomer_who_may_lack_a_course_is_announced_and_refused_alike(
    works: Works, client: httpx.AsyncClient
) -> None:
    """The check names the course that comes first, and so does the refusal, whatever the reason was."""
    scene, (place_id, *_) = await entered(works, client, 2)
    await require_course(works, scene)
    await works.run(scene.manager, book_places, order(scene, 0, other=True, waive="Knows it."))
    form = f"/open-places/{place_id}/name"
    seen = []
    for email in ("brand-new@example.org", "harbour-0@example.org"):
        typed = {"version": "1", "name": "Nia", "email": email}
        check = words((await client.post(form, data={**typed, "step": "check"})).text)
        assert "Whoever has not taken part in “First steps”, which comes first, is refused." in check
        refused = await client.post(form, data={**typed, "step": "confirm"})
        assert refused.status_code == 409
        assert "It may be that “First steps”, which comes first, is missing." in words(refused.text)
        seen.append(re.sub(r"form_token[^>]*", "", refused.text).replace(email, ""))
    assert seen[0] == seen[1], "whether somebody has a place through others is not told"
