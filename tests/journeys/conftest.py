"""A real server, a real browser, and units of work as that server has them."""

from collections.abc import AsyncIterator, Iterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser, async_playwright

from tests.conftest import QUICK_CHROMIUM
from tests.journeys.browsing import KEY
from tests.served import served
from training.base.clock import system_clock
from training.base.database import Database
from training.base.site import Site
from training.base.work import Works
from training.materials.storage.keeping import Storage
from training.reactions import REACTIONS


@pytest.fixture(scope="package")
def real_storage(tmp_path_factory: pytest.TempPathFactory) -> Storage:
    """Where the server keeps files."""
    return Storage(str(tmp_path_factory.mktemp("files")))


@pytest.fixture(scope="package")
def address(
    engine: Database,  # noqa: ARG001 - migrated before it is served
    database_url: str,
    real_storage: Storage,
) -> Iterator[str]:
    with served(database_url, secret_key=KEY, storage_url=real_storage.url) as addresses:
        yield addresses[0]


@pytest.fixture
def real_works(database: Database, address: str) -> Works:  # noqa: ARG001 - asked for so that it is bound
    """Units of work as the server has them: the real clock, its address and its key."""
    site = Site(name="training", base_url=address, secret_key=KEY, demo=True)
    return Works(clock=system_clock, site=site, reactions=REACTIONS, origin="test")


@pytest_asyncio.fixture(scope="package", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    """One for all journeys; each has a window of its own, which shares nothing with the others."""
    async with async_playwright() as playwright:
        opened = await playwright.chromium.launch(executable_path=QUICK_CHROMIUM, args=["--no-sandbox"])
        yield opened
        await opened.close()
