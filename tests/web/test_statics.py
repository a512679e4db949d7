"""Our own files: for ever under the present version, small where that helps, and nothing else of the disk."""

import gzip

import httpx
import pytest

from training.web.statics import asset, find_asset, static_files


@pytest.mark.parametrize("name", sorted(static_files()[1]))
async def test_every_file_is_served(client: httpx.AsyncClient, name: str) -> None:
    file = static_files()[1][name]
    answer = await client.get(asset(name))
    assert (answer.status_code, answer.content) == (200, file.content)
    assert answer.headers["content-type"] == file.content_type
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert gzip.decompress(file.compressed) == file.content


async def test_without_gzip_it_comes_plain_and_with_an_old_version_it_is_asked_again(client: httpx.AsyncClient) -> None:
    plain = await client.get("/static/old/favicon.svg", headers={"accept-encoding": "identity"})
    small = await client.get(asset("favicon.svg"), headers={"accept-encoding": "br, gzip"})
    assert (plain.headers["cache-control"], plain.headers.get("content-encoding")) == ("no-cache", None)
    assert small.headers["content-encoding"] == "gzip"
    assert plain.headers["vary"] == "accept-encoding"


@pytest.mark.parametrize("name", ["nothing.css", "../pages.py", ".hidden", "css", ""])
async def test_nothing_else_is_served(client: httpx.AsyncClient, name: str) -> None:
    answer = await client.get(f"/static/{static_files()[0]}/{name}")
    assert answer.status_code == 404


def test_a_file_that_is_not_there_is_a_mistake() -> None:
    with pytest.raises(KeyError):
        asset("nothing.css")


def test_what_is_only_there_after_a_build_has_no_address_without_it() -> None:
    assert find_asset("favicon.svg") == asset("favicon.svg")
    assert find_asset("js/nothing.js") == ""
