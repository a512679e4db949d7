"""What lets a device open rosters without a network is the same for everybody and tells nothing."""

import re
from pathlib import Path

import httpx

from tests.booking.test_pages.made import words
from training.web.statics import static_files

_SCRIPTS = Path(__file__).resolve().parents[3] / "training/web/static/js"


async def test_the_worker_is_asked_for_again(client: httpx.AsyncClient) -> None:
    answer = await client.get("/rosters/worker.js")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/javascript")
    assert answer.headers["cache-control"] == "no-cache"
    assert answer.content == static_files()[1]["js/roster-worker.js"].content


async def test_without_a_network_there_is_a_page(client: httpx.AsyncClient) -> None:
    answer = await client.get("/rosters/without-network")
    assert answer.status_code == 200
    assert "Marks that you made are kept on this device." in words(answer.text)
    assert "with the next page of ours that you open" in words(answer.text)


async def test_whoever_is_signed_in_is_not_told_to_sign_in(client: httpx.AsyncClient) -> None:
    # As the worker keeps it: asked for without saying who asks.
    answer = await client.get("/rosters/without-network")
    assert 'href="/sign-in' not in answer.text
    assert 'href="/account"' in answer.text
    assert "data-viewer" not in answer.text


def test_both_keep_names_for_the_same_time() -> None:
    kept = [
        re.findall(r"const HOURS = (\d+);", (_SCRIPTS / name).read_text(encoding="utf-8"))
        for name in ("roster-store.js", "roster-worker.js")
    ]
    assert kept == [["48"], ["48"]]
