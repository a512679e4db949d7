"""The ground on which places are fought for: servers that live as long as a test, and the line that tells progress."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager

import pytest

from tests.booking.fire.scenes import Ground, Say, make_ground
from tests.conftest import SITE
from tests.postgres import postgres_server
from tests.served import served
from training.base.clock import system_clock
from training.base.database import Database, bind, open_database
from training.base.database.migrating import migrate
from training.base.work import Works
from training.piccolo_app import TABLES
from training.reactions import REACTIONS

SERVERS = 2
SOUND = "training.app:create_app"
HASTY = "tests.booking.fire.haste:create_app"
Grounds = Callable[..., AbstractAsyncContextManager[Ground]]


def on_real_clock() -> Works:
    """Units of work on the real clock: the server processes have no other."""
    return Works(clock=system_clock, site=SITE, reactions=REACTIONS, origin="test")


@pytest.fixture
def real_works(database: Database) -> Works:  # noqa: ARG001 - asked for so that it is bound
    return on_real_clock()


@pytest.fixture
def ground(real_works: Works, database_url: str) -> Grounds:
    """Opens a ground on the database of the test run: `async with ground(members=8) as g`."""

    @asynccontextmanager
    async def opened(members: int, factory: str = SOUND) -> AsyncIterator[Ground]:
        with served(database_url, processes=SERVERS, factory=factory) as addresses:
            yield await make_ground(real_works, database_url, addresses, members=members)

    return opened


@asynccontextmanager
async def durable_ground(
    engine: str, folders: pytest.TempPathFactory, *, members: int, factory: str = SOUND
) -> AsyncIterator[Ground]:
    """The same on a database of its own that keeps every promise about durability, as for measurements."""
    if engine == "postgresql":
        with postgres_server(fsync=True) as url:
            async with _on(url, members, factory) as made:
                yield made
    else:
        async with _on(f"sqlite:///{folders.mktemp('fire')}/fire.sqlite", members, factory) as made:
            yield made


@asynccontextmanager
async def _on(url: str, members: int, factory: str) -> AsyncIterator[Ground]:
    engine = open_database(url, synchronous="FULL")
    await engine.start_connection_pool()
    try:
        await migrate(engine)
        bind(engine, TABLES)
        with served(url, processes=SERVERS, factory=factory, sqlite_synchronous="FULL") as addresses:
            yield await make_ground(on_real_clock(), url, addresses, members=members, durable=True)
    finally:
        await engine.close_connection_pool()


@pytest.fixture
def say(request: pytest.FixtureRequest) -> Say:
    """Tells how far a long test is, at once, although pytest keeps what tests print."""
    reporter = request.config.pluginmanager.getplugin("terminalreporter")
    capture = request.config.pluginmanager.getplugin("capturemanager")

    def tell(text: str) -> None:
        if reporter is None or capture is None:
            return
        with capture.global_and_fixture_disabled():
            reporter.write_line(f"  {request.node.name}: {text}")
            reporter.flush()

    return tell
