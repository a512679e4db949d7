"""Probes: alive says the process answers, ready says the database does and is up to date."""

import httpx
import pytest

from tests.conftest import SITE
from training.base.database import bind, open_database
from training.base.work import Works
from training.piccolo_app import TABLES


async def test_alive_and_ready(client: httpx.AsyncClient) -> None:
    assert (await client.get("/health/live")).json() == {"status": "alive"}
    for _ in range(2):
        ready = await client.get("/health/ready")
        assert (ready.status_code, ready.json()) == (200, {"status": "ready"})
        assert ready.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("url", ["postgresql://nobody@127.0.0.1:1/none", "sqlite:////nowhere/at/all.sqlite"])
async def test_without_a_database_it_lives_but_is_not_ready(client: httpx.AsyncClient, works: Works, url: str) -> None:
    """The engine that the `database` fixture binds comes back when it is done."""
    assert works.site == SITE
    bind(open_database(url), TABLES)
    ready = await client.get("/health/ready")
    assert (ready.status_code, ready.json()["status"]) == (503, "not ready")
    assert "nowhere" not in ready.text
    assert (await client.get("/health/live")).status_code == 200
