"""The application as in production, whose every change is undone, with the world of the access matrix before it."""

import pytest
import pytest_asyncio
from litestar import Litestar
from msgspec.structs import replace

from tests.access.asking import Asking, Undoing
from tests.access.matrix import learn_scopes, routes_of
from tests.access.supplied import add_bytes
from tests.access.world import make_world
from tests.conftest import FILES, SITE, FrozenClock
from training.app import create_app
from training.base.work import Works
from training.reactions import REACTIONS
from training.settings import Settings


@pytest.fixture(scope="session")
def undoing_app(one_clock: FrozenClock) -> Litestar:
    works = Undoing(clock=one_clock, site=replace(SITE, demo=False), reactions=REACTIONS, origin="test")
    settings = Settings(
        base_url=SITE.base_url,
        secret_key=SITE.secret_key,
        storage_url=str(FILES / "access"),
        requests_per_minute_account=0,
        requests_per_minute_address=0,
    )
    app = create_app(settings, works=works)
    learn_scopes(routes_of(app))
    return app


@pytest_asyncio.fixture(loop_scope="session")
async def asking(undoing_app: Litestar, works: Works) -> Asking:
    await add_bytes(undoing_app.state.storage)
    return Asking(undoing_app, await make_world(works))
