"""What every test can ask for: an empty migrated database, a clock that stands still, units of work, an HTTP client.

`--engine sqlite` (the default) or `--engine postgresql` says on which engine the whole run stands. Event loops last
for the session, because a pool belongs to the loop that opened it.
"""

import asyncio
import gc
import os
import shutil
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
import pytest_asyncio
from hypothesis import HealthCheck, settings
from litestar import Litestar

from tests.completion.verifying import MISSING as MISSING_VERIFIER
from tests.ics.families import MISSING as MISSING_PARSERS
from tests.materials.storages import KINDS, bucket_url, s3_server
from tests.postgres import postgres_server
from training.app import create_app
from training.base.database import Database, bind, execute, open_database
from training.base.database.migrating import migrate
from training.base.site import Site
from training.base.work import Works
from training.base.zones import prefer_pinned_zones
from training.materials.storage.keeping import Storage
from training.piccolo_app import TABLES
from training.reactions import REACTIONS
from training.settings import Settings

# No property is about seconds: a busy machine is no fault of theirs.
settings.register_profile("any machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("any machine")


def program(*names: str) -> str | None:
    """Where the first of these programs is that this machine has."""
    return next((found for name in names if (found := shutil.which(name))), None)


CHROMIUM = program("chromium", "chromium-browser", "google-chrome")
# The same pages by the same engine for half the work, without a window and without a viewer for PDF.
QUICK_CHROMIUM = program("chromium-headless-shell") or CHROMIUM
SITE = Site(name="training", base_url="http://testserver.example", secret_key="a key for tests only", demo=True)
# Where the application of the tests keeps files, unless a test asks for `storage`. Made when the first one is kept.
FILES = Path(tempfile.gettempdir()) / f"training-files-{os.getpid()}"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--engine", choices=("sqlite", "postgresql"), default="sqlite", help="the database under test")
    parser.addoption("--of-this-engine", action="store_true", help="leave out tests that ask for no database")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Without a chromium, browser tests are left out and counted aloud (`pytest_terminal_summary`)."""
    if config.getoption("--of-this-engine"):
        leave_out(config, items, lambda item: OF_AN_ENGINE.isdisjoint(getattr(item, "fixturenames", OF_AN_ENGINE)))
    if not CHROMIUM:
        config.stash[NOT_RUN] = leave_out(config, items, lambda item: item.get_closest_marker("browser") is not None)
    config.stash[NOT_READ] = leave_out(config, items, lambda item: bool(parsers_of(item) & MISSING.keys()))


def parsers_of(item: pytest.Item) -> set[str]:
    """The libraries of others, from outside PyPI, that a test needs."""
    return {name for mark in item.iter_markers("parser") for name in mark.args}


def leave_out(config: pytest.Config, items: list[pytest.Item], unwanted: Callable[[pytest.Item], bool]) -> int:
    """Deselect what is not wanted; returns how much that is."""
    left_out = [item for item in items if unwanted(item)]
    items[:] = [item for item in items if not unwanted(item)]
    config.hook.pytest_deselected(items=left_out)
    return len(left_out)


def pytest_collection_finish() -> None:
    """What is there now stays: looking through it for garbage again and again is a tenth of the run."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """Nothing left for this engine is no failure; that nothing was found at all, the first engine's run says."""
    shutil.rmtree(FILES, ignore_errors=True)
    if exitstatus == pytest.ExitCode.NO_TESTS_COLLECTED and session.config.getoption("--of-this-engine"):
        session.exitstatus = pytest.ExitCode.OK


# Whoever asks for none of these, however indirectly, is the same test with every engine.
OF_AN_ENGINE = frozenset({"engine", "engine_name", "database", "database_url"})
NOT_RUN = pytest.StashKey[int]()
NOT_READ = pytest.StashKey[int]()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    if count := config.stash.get(NOT_RUN, 0):
        terminalreporter.section("NOT RUN", sep="!", red=True)
        terminalreporter.line(f"NOT RUN: {count} browser tests, because no chromium was found")
    if count := config.stash.get(NOT_READ, 0):
        terminalreporter.section("NOT RUN", sep="!", red=True)
        terminalreporter.line(f"NOT RUN: {count} tests with libraries of others: {'; '.join(MISSING.values())}")


MISSING = MISSING_PARSERS | MISSING_VERIFIER
START = datetime(2026, 5, 4, 9, 0, tzinfo=UTC)


class FrozenClock:
    """A clock that stands still until a test moves it."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        return self.now

    def move(self, **delta: float) -> None:
        """Move on: `clock.move(hours=3)`."""
        self.now += timedelta(**delta)


@pytest.fixture(scope="session", autouse=True)
def pinned_zones() -> None:
    prefer_pinned_zones()


@pytest.fixture(scope="session")
def engine_name(request: pytest.FixtureRequest) -> str:
    return str(request.config.getoption("--engine"))


@pytest.fixture(scope="session")
def database_url(engine_name: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a database of this run's own."""
    if engine_name == "postgresql":
        with postgres_server() as dsn:
            yield dsn
    else:
        yield f"sqlite:///{tmp_path_factory.mktemp('database')}/test.sqlite"


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def engine(database_url: str) -> AsyncIterator[Database]:
    opened = open_database(database_url, synchronous="OFF")
    await opened.start_connection_pool()
    await migrate(opened)
    yield opened
    await opened.close_connection_pool()


@pytest_asyncio.fixture(loop_scope="session")
async def database(engine: Database) -> AsyncIterator[Database]:
    """The database, bound and emptied after the test (DELETE in the order that foreign keys allow)."""
    bind(engine, TABLES)
    yield engine
    bind(engine, TABLES)
    await empty(engine)


async def empty(engine: Database) -> None:
    """Delete every row there is, in as few round trips as can be."""
    async with engine.transaction():
        await execute("UPDATE partner SET parent_id = NULL WHERE parent_id IS NOT NULL")
        await engine.run_batch([(f"DELETE FROM {table}", ()) for table in reversed(IN_ORDER)])


IN_ORDER = (
    "journal_entry kept_answer attempt person role_grant one_time_link sign_in api_token program moment course "
    "course_prerequisite venue partner partner_contact membership participation room session session_partner meeting "
    "trainer_assignment occupancy booking enrollment open_place question answer terms terms_version consent message "
    "fan_out address_trouble incoming_mail mailbox_mark mail_choice reminder_plan reminder digest announcement "
    "busy_source busy_time device_password invite invite_check feed calendar_mark dav_state roster mark mark_change "
    "overall check_in contest online_import survey survey_question survey_round survey_request survey_sheet "
    "survey_answer completion_rule rule_check completion_exception certificate stored_file upload material "
    "material_version material_variant material_placement acknowledgement material_opening material_follow"
).split()


@pytest.fixture(scope="session")
def one_clock() -> FrozenClock:
    """The clock of the whole run: the application is built once, and each test finds it set to the same instant."""
    return FrozenClock()


@pytest.fixture
def clock(one_clock: FrozenClock) -> FrozenClock:
    one_clock.now = START
    return one_clock


@pytest.fixture(scope="session")
def one_works(one_clock: FrozenClock) -> Works:
    return Works(clock=one_clock, site=SITE, reactions=REACTIONS, origin="test")


@pytest.fixture
def works(database: Database, clock: FrozenClock, one_works: Works) -> Works:  # noqa: ARG001 - asked for as they are set
    """Units of work as the product opens them, with the real reactions and a clock that stands still."""
    return one_works


def built(works: Works) -> Litestar:
    """The whole web application, new: for a test that adds something to it. No limits: one client asks for all."""
    chosen = Settings(
        demo=True,
        base_url=SITE.base_url,
        secret_key=SITE.secret_key,
        storage_url=str(FILES),
        requests_per_minute_account=0,
        requests_per_minute_address=0,
    )
    return create_app(chosen, works=works)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def one_app(one_works: Works) -> AsyncIterator[Litestar]:
    """The whole web application, its lifespan held open by one task (anyio asks for that)."""
    app = built(one_works)
    up, done = asyncio.Event(), asyncio.Event()

    async def hold() -> None:
        async with app.lifespan():
            up.set()
            await done.wait()

    holder = asyncio.create_task(hold())
    await up.wait()
    yield app
    done.set()
    await holder


@pytest.fixture
def app(one_app: Litestar, works: Works) -> Litestar:  # noqa: ARG001 - asked for so that the database is bound
    """The whole web application on the test's database and clock."""
    return one_app


@pytest_asyncio.fixture(loop_scope="session")
async def client(app: Litestar) -> AsyncIterator[httpx.AsyncClient]:
    """An HTTP client of the app, in this loop."""
    transport = httpx.ASGITransport(app=app, client=("203.0.113.7", 50000))  # type: ignore[arg-type]
    async with httpx.AsyncClient(transport=transport, base_url=SITE.base_url) as opened:
        yield opened


@pytest.fixture(scope="session")
def s3_endpoint() -> Iterator[str]:
    """The S3 server of this run. It takes seconds to start, so only those who need a bucket ask for it."""
    with s3_server() as endpoint:
        yield endpoint


@pytest.fixture(params=KINDS)
def storage(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Storage]:
    """An empty storage of each kind, which is the application's, too, where a test asks for the application."""
    if request.param == "local":
        made = Storage(str(tmp_path / "storage"))
    else:
        made = Storage(bucket_url(request.getfixturevalue("s3_endpoint")))
    if "one_app" not in request.fixturenames:
        yield made
        return
    state = request.getfixturevalue("one_app").state
    before = state.storage
    state.storage = made
    yield made
    state.storage = before
