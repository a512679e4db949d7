"""Who could not be booked is told to whoever sent the form, once, on the page of that booking."""

import asyncio

import httpx
import pytest

from tests.booking.asked import order
from tests.booking.test_pages.made import asking, opened
from training.base.database import execute
from training.base.texts import form_token
from training.base.work import Works
from training.booking.actions import book_places
from training.booking.pages.unbooked import list_unbooked


async def test_two_at_once_make_one_booking(works: Works, client: httpx.AsyncClient) -> None:
    scene, form = await opened(works, client)
    sent = asking(scene, 0, 1, token=form_token(), step="confirm")
    answers = await asyncio.gather(*(client.post(form, data=sent) for _ in range(6)))
    assert {answer.status_code for answer in answers} == {303}
    assert len({answer.headers["location"] for answer in answers}) == 1
    assert (await execute("SELECT count(*) AS n FROM enrollment"))[0]["n"] == 2


async def test_whom_a_form_could_not_book_is_for_whoever_sent_it(works: Works, client: httpx.AsyncClient) -> None:
    scene, form = await opened(works, client)
    first, second = form_token(), form_token()
    await client.post(form, data=asking(scene, 0, token=first, step="confirm"))
    done = await client.post(form, data=asking(scene, 0, 1, token=second, step="confirm"))
    booking_id = done.headers["location"].partition("?")[0].rpartition("/")[2]
    told = await list_unbooked(scene.coordinator, second, booking_id)
    assert [verdict.name for verdict in told] == ["Northern Line 0"]
    assert await list_unbooked(scene.coordinator, second, str(scene.session_id)) == []
    assert await list_unbooked(scene.coordinator, first, booking_id) == []
    assert await list_unbooked(scene.other_coordinator, second, booking_id) == []
    assert await list_unbooked(scene.coordinator, "", booking_id) == []


async def test_a_form_that_was_changed_books_again(works: Works, client: httpx.AsyncClient) -> None:
    scene, form = await opened(works, client)
    await works.run(scene.coordinator, book_places, order(scene, 0))
    token = form_token()
    for other in (1, 2):
        done = await client.post(form, data=asking(scene, 0, other, token=token, step="confirm"))
        assert done.status_code == 303
        booking_id = done.headers["location"].partition("?")[0].rpartition("/")[2]
        told = await list_unbooked(scene.coordinator, token, booking_id)
        assert [verdict.name for verdict in told] == ["Northern Line 0"]
    assert (await execute("SELECT count(*) AS n FROM enrollment"))[0]["n"] == 3


@pytest.mark.parametrize("token", ["\u2603", "a b", "a\r\nset-cookie: x=y", "a&b", "t" * 81])
async def test_a_forged_token_books_nothing(works: Works, client: httpx.AsyncClient, token: str) -> None:
    scene, form = await opened(works, client)
    answer = await client.post(form, data=asking(scene, 0, token=token, step="confirm"))
    assert answer.status_code == 200
    assert "Check before booking" in answer.text
    assert (await execute("SELECT count(*) AS n FROM booking"))[0]["n"] == 0
