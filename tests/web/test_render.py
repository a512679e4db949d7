"""A redirect is one plain header line, whatever is in it; pages of visitors go back to addresses of ours only."""

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from training.web.render import redirect


@pytest.mark.parametrize(
    ("path", "location"),
    [
        ("/sessions/3?code=KX7M-RT4P&a=b#top", "/sessions/3?code=KX7M-RT4P&a=b#top"),
        ("/sign-in?next=/a%3Fb", "/sign-in?next=/a%3Fb"),
        ("/\u2603 x", "/%E2%98%83%20x"),
        ("/a\r\nset-cookie: x=y", "/a%0D%0Aset-cookie:%20x=y"),
        ("/\ud800", "/?"),
    ],
)
def test_an_address_is_written_as_one(path: str, location: str) -> None:
    assert redirect(path).headers["location"] == location


@given(st.text(max_size=100))
def test_no_path_breaks_a_header(path: str) -> None:
    location = redirect(path).headers["location"]
    assert location.isascii()
    assert not location or location.isprintable()


async def test_the_choice_of_a_theme_goes_back_home(client: httpx.AsyncClient) -> None:
    answer = await client.post("/theme", data={"theme": "dark", "next": "/\u2603"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
