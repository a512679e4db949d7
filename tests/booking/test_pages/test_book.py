"""The booking flow through its pages: choose, check, confirm; what is refused, and to whom."""

from datetime import timedelta
from urllib.parse import urlsplit
from uuid import uuid4

import httpx
import pytest

from tests.booking.asked import order
from tests.booking.made import make_scene
from tests.booking.test_pages.made import asking, enter, hidden, opened, words
from tests.conftest import FrozenClock
from training.base.database import execute, watch_statements
from training.base.structs import Grant, Viewer
from training.base.work import Works
from training.booking.actions import book_places
from training.booking.queries import list_enrollments


async def counted(table: str = "enrollment") -> int:
    return int((await execute(f"SELECT count(*) AS n FROM {table}"))[0]["n"])


async def test_five_with_three_free_are_checked_then_booked(works: Works, client: httpx.AsyncClient) -> None:
    scene, form = await opened(works, client)
    choose = await client.get(form)
    assert choose.status_code == 200
    assert "You book for Northern Line ." in words(choose.text)
    assert "3 of 3 places free" in words(choose.text)

    check = await client.post(form, data=asking(scene, 0, 1, 2, 3, 4))
    said = words(check.text)
    assert check.status_code == 200
    assert "3 enrolled" in said
    assert "2 waitlisted" in said
    assert "Number 1 on the waitlist." in said
    assert "Number 2 on the waitlist." in said
    assert "Book 3 and let 2 wait" in said
    assert "2 people wait and get the next places that become free" in said
    assert await counted() == 0

    token = hidden(check.text, "form_token")
    confirmed = await client.post(form, data=asking(scene, 0, 1, 2, 3, 4, token=token, step="confirm"))
    assert confirmed.status_code == 303
    summary = words((await client.get(confirmed.headers["location"])).text)
    assert "3 have a place, 2 wait." in summary
    states = [(e.name, e.state.value) for e in await list_enrollments(scene.coordinator, scene.session_id)]
    assert states == [
        ("Northern Line 0", "enrolled"),
        ("Northern Line 1", "enrolled"),
        ("Northern Line 2", "enrolled"),
        ("Northern Line 3", "waitlisted"),
        ("Northern Line 4", "waitlisted"),
    ]


async def test_a_second_press_is_not_a_second_booking(works: Works, client: httpx.AsyncClient) -> None:
    scene, form = await opened(works, client)
    sent = asking(scene, 0, token="t" * 24, step="confirm")
    first, second = [await client.post(form, data=sent) for _ in range(2)]
    assert (first.status_code, second.status_code) == (303, 303)
    assert first.headers["location"] == second.headers["location"]
    assert await counted("booking") == 1
    changed = await client.post(form, data=asking(scene, 1, token="t" * 24, step="confirm"))
    assert changed.status_code == 303, "changed before it was sent again: a new wish"
    assert await counted("booking") == 2


async def test_without_a_token_a_confirmation_is_only_a_check(works: Works, client: httpx.AsyncClient) -> None:
    scene, form = await opened(works, client)
    answer = await client.post(form, data=asking(scene, 0, step="confirm"))
    assert (answer.status_code, await counted()) == (200, 0)


async def test_pasted_people_join_the_ticked_ones(works: Works, client: httpx.AsyncClient) -> None:
    scene, form = await opened(works, client)
    pasted = "Ana Lopez <ana@example.org>\nnorthern-line-0@example.org\nnorthern-line-1@example.org"
    check = await client.post(form, data=asking(scene, 0, people=pasted, note="All are new."))
    said = words(check.text)
    assert "Ana Lopez" in said
    assert said.count("Northern Line 0") == 1
    again = await client.post(form, data=asking(scene, 0, people=pasted, step="change"))
    assert "northern-line-1@example.org</textarea>" in again.text
    token = hidden(check.text, "form_token")
    done = await client.post(form, data=asking(scene, 0, people=pasted, token=token, step="confirm"))
    summary = words((await client.get(done.headers["location"])).text)
    assert "3 people have a place." in summary
    assert "ana@example.org" in summary


async def test_who_cannot_be_booked_is_named_with_the_reason(works: Works, client: httpx.AsyncClient) -> None:
    scene, form = await opened(works, client)
    await client.post(form, data=asking(scene, 0, token="a" * 24, step="confirm"))
    choose = words((await client.get(form)).text)
    assert "Already has a place in this session." in choose
    check = await client.post(form, data=asking(scene, 0, 1))
    assert "1 not possible" in words(check.text)
    done = await client.post(form, data=asking(scene, 0, 1, token="b" * 24, step="confirm"))
    summary = words((await client.get(done.headers["location"])).text)
    assert "1 not possible" in summary
    assert "Already has a place in this session." in summary
    later = words((await client.get(urlsplit(done.headers["location"]).path)).text)
    assert "not possible" not in later
    nobody = await client.post(form, data=asking(scene, 0, token="c" * 24, step="confirm"))
    assert nobody.status_code == 422
    assert "None of these people could be booked." in words(nobody.text)


async def test_where_the_list_stands_still_nobody_is_promised_a_place(
    works: Works, client: httpx.AsyncClient, clock: FrozenClock
) -> None:
    scene, form = await opened(works, client, capacity_in_person=1, waitlist_cutoff_hours=48)
    await works.run(scene.other_coordinator, book_places, order(scene, 0, other=True))
    before = words((await client.post(form, data=asking(scene, 0))).text)
    assert "1 person waits and gets the next place that becomes free" in before
    clock.move(days=13)
    after = words((await client.post(form, data=asking(scene, 0))).text)
    assert "gets the next place" not in after
    assert "1 person waits So close to the start the program manager gives the places that become free." in after


async def test_a_party_that_stays_together_waits_together(works: Works, client: httpx.AsyncClient) -> None:
    scene, form = await opened(works, client)
    never = await client.post(form, data=asking(scene, 0, 1, 2, 3, together="together"))
    assert "This session has 3 places; 4 people can never go together." in words(never.text)
    await works.run(scene.other_coordinator, book_places, order(scene, 0, other=True))
    check = words((await client.post(form, data=asking(scene, 0, 1, 2, together="together"))).text)
    assert "They wait together, until there are places for all of them" in check
    assert "Put them on the waitlist" in check


@pytest.mark.parametrize(
    ("wish", "expected"),
    [("any", "In the room. Online."), ("online_first", "Online. Online."), ("in_person", "In the room. Number 1")],
)
async def test_wishes_in_a_hybrid_session(works: Works, client: httpx.AsyncClient, wish: str, expected: str) -> None:
    scene, form = await opened(works, client, mode="hybrid", capacity_in_person=1, capacity_online=5)
    assert "How do they take part?" in (await client.get(form)).text
    check = words((await client.post(form, data=asking(scene, 0, 1, accepts=wish))).text)
    first, second = (check.split(f"Northern Line {n}", 1)[1] for n in (0, 1))
    one, two = expected.split(". ")
    assert one in first[:90]
    assert two.strip(".") in second[:110]


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        ({}, "Choose at least one person."),
        ({"people": "Somebody"}, "There is no usable e-mail address in: Somebody."),
        ({"accepts": "online"}, "This session is not held in that mode."),
        ({"people": "\n".join(f"p{n}@example.org" for n in range(201))}, "One booking takes at most 200 people."),
        ({"note": "x" * 2001}, "2,000 characters"),
        ({"member": ["nonsense"]}, "Please choose one of the list."),
        ({"together": "perhaps"}, "Please choose one of the list."),
        ({"people": "a\0@example.org"}, "U+0000"),
    ],
)
async def test_a_form_that_cannot_be_used_says_why(
    works: Works, client: httpx.AsyncClient, more: dict[str, str], sentence: str
) -> None:
    scene, form = await opened(works, client)
    numbers = (0,) if "accepts" in more or "note" in more else ()
    answer = await client.post(form, data={**asking(scene, *numbers), **more})
    assert answer.status_code == 422
    assert sentence in words(answer.text)
    assert "to put right" in answer.text


async def test_foreign_and_missing_are_the_same(works: Works, client: httpx.AsyncClient) -> None:
    scene, form = await opened(works, client)
    other = {**asking(scene), "member": [str(scene.other_members[0])]}
    assert (await client.post(form, data=other)).status_code == 404
    partner = {**asking(scene, 0), "partner_id": str(scene.other_partner_id)}
    assert "Harbour" not in (await client.post(form, data=partner)).text
    await execute("UPDATE session SET audience = 'invited'")
    for path in (f"/sessions/{uuid4()}/book", form):
        assert (await client.get(path)).status_code == 404
        assert (await client.post(path, data=asking(scene, 0))).status_code == 404
    assert await counted() == 0


async def test_who_may_not_book_is_told_what_to_do(works: Works, client: httpx.AsyncClient) -> None:
    scene = await make_scene(works, audience="public")
    form = f"/sessions/{scene.session_id}/book"
    asked = await client.get(form)
    assert (asked.status_code, asked.headers["location"][:14]) == (303, "/sign-in?next=")
    member = Viewer(person_id=scene.people[0], grants=frozenset({Grant(role="member", scope_id=scene.partner_id)}))
    await enter(works, client, member)
    refused = await client.get(form)
    assert refused.status_code == 403
    assert "Ask your coordinator" in words(refused.text)


async def test_a_manager_chooses_among_the_partners(works: Works, client: httpx.AsyncClient) -> None:
    scene = await make_scene(works)
    await enter(works, client, scene.manager)
    form = f"/sessions/{scene.session_id}/book"
    asked = words((await client.get(form)).text)
    assert "For which organization?" in asked
    assert "Harbour" in asked
    chosen = await client.get(form, params={"partner": str(scene.other_partner_id)})
    assert "You book for Harbour ." in words(chosen.text)


async def test_an_access_code_opens_the_form(works: Works, client: httpx.AsyncClient) -> None:
    scene, form = await opened(works, client, audience="invited", access_code="KX7M-RT4P")
    assert (await client.get(form)).status_code == 404
    choose = await client.get(form, params={"code": "KX7M-RT4P"})
    assert hidden(choose.text, "code") == "KX7M-RT4P"
    done = await client.post(form, data=asking(scene, 0, code="KX7M-RT4P", token="k" * 24, step="confirm"))
    assert done.status_code == 303
    # Booking by code invites the partner: from now on the session is a page of theirs, without the code.
    booked = await client.get(done.headers["location"])
    assert booked.status_code == 200
    assert f'href="/sessions/{scene.session_id}' in booked.text
    assert (await client.get(f"/sessions/{scene.session_id}")).status_code == 200


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"state": "cancelled"}, "This session has been cancelled."),
        ({"state": "running"}, "This session has started."),
        ({"starts_in": timedelta(hours=-1)}, "This session has started."),
    ],
)
async def test_what_cannot_be_booked_now(
    works: Works, client: httpx.AsyncClient, values: dict[str, object], sentence: str
) -> None:
    scene, form = await opened(works, client, **values)
    for answer in (
        await client.get(form),
        await client.post(form, data=asking(scene, 0, token="x" * 9, step="confirm")),
    ):
        assert answer.status_code == 409
        assert sentence in words(answer.text)


async def test_the_booking_window(works: Works, client: httpx.AsyncClient, clock: FrozenClock) -> None:
    opens = clock.now + timedelta(days=1)
    _, form = await opened(works, client, booking_opens_at=opens)
    early = words((await client.get(form)).text)
    assert "Booking has not opened yet." in early
    assert "Tue 5 May 2026, 10:00 Dublin time (UTC+1)" in early
    clock.move(days=1)
    assert (await client.get(form)).status_code == 200


async def test_statements_do_not_grow_with_the_people(works: Works, client: httpx.AsyncClient) -> None:
    scene, form = await opened(works, client, size=40, capacity_in_person=5)
    numbers = []
    for people in ((0, 1), range(2, 40)):
        with watch_statements() as choosing:
            await client.get(form)
        with watch_statements() as checking:
            await client.post(form, data=asking(scene, *people))
        sent = asking(scene, *people, token=f"{len(people)}" * 9, step="confirm")
        with watch_statements() as booking:
            done = await client.post(form, data=sent)
        with watch_statements() as reading:
            assert (await client.get(done.headers["location"])).status_code == 200
        numbers.append([len(seen) for seen in (choosing, checking, booking, reading)])
    assert numbers[0][:3] == numbers[1][:3]
    # Where nobody waits, nobody's number is looked up.
    assert (numbers[0][3], numbers[1][3]) == (6, 7)
    assert numbers[0][0] <= 4


async def test_several_meetings_are_never_one_span(works: Works, client: httpx.AsyncClient) -> None:
    scene, form = await opened(works, client, meetings=2)
    told = "Mon 18 May 2026 10:00 , 2 meetings until Tue 19 May 2026 Dublin time (UTC+1)"
    assert told in words((await client.get(form)).text)
    assert told in words((await client.post(form, data=asking(scene, 0))).text)
    done = await client.post(form, data=asking(scene, 0, token="t" * 9, step="confirm"))
    booked = (await client.get(done.headers["location"])).text
    assert told in words(booked)
    cancel = booked.split('href="/enrollments/')[1].split("?")[0]
    for path in (f"/enrollments/{cancel}", f"/partners/{scene.partner_id}"):
        assert told in words((await client.get(path)).text)
