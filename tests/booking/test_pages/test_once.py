"""One form, one booking, also when it is sent twice at the same moment."""

import asyncio

import httpx
import pytest

from tests.booking.test_pages.made import asking, opened
from training.base.database import execute
from training.base.work import Works
from training.booking.pages.once import find_booked, new_token


async def test_two_at_once_make_one_booking(works: Works, client: httpx.AsyncClient) -> None:
    scene, form = await opened(works, client)
    token = new_token()
    sent = asking(scene, 0, 1, token=token, step="confirm")
    answers = await asyncio.gather(*(client.post(form, data=sent) for _ in range(6)))
    assert {answer.status_code for answer in answers} == {303}
    assert len({answer.headers["location"] for answer in answers}) == 1
    assert (await execute("SELECT count(*) AS n FROM enrollment"))[0]["n"] == 2


async def test_what_a_form_came_to_is_for_whoever_sent_it(works: Works, client: httpx.AsyncClient) -> None:
    scene, form = await opened(works, client)
    token = new_token()
    await client.post(form, data=asking(scene, 0, token=token, step="confirm"))
    booked = await find_booked(scene.coordinator, token)
    assert booked is not None
    assert [verdict.name for verdict in booked.verdicts] == ["Northern Line 0"]
    assert await find_booked(scene.other_coordinator, token) is None
    assert await find_booked(scene.coordinator, "") is None


@pytest.mark.parametrize("token", ["\u2603", "a b", "a\r\nset-cookie: x=y", "a&b", "t" * 81])
async def test_a_forged_token_books_nothing(works: Works, client: httpx.AsyncClient, token: str) -> None:
    scene, form = await opened(works, client)
    answer = await client.post(form, data=asking(scene, 0, token=token, step="confirm"))
    assert answer.status_code == 422
    assert (await execute("SELECT count(*) AS n FROM booking"))[0]["n"] == 0


def test_tokens_differ() -> None:
    assert len({new_token() for _ in range(100)}) == 100
