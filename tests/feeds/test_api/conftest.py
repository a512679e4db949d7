"""The application lives for the whole run and keeps public calendars; each test begins with nothing kept."""

import pytest
from litestar import Litestar

from training.feeds.api.shelf import Shelf


@pytest.fixture(autouse=True)
def nothing_kept(app: Litestar) -> None:
    app.state.calendars.shelf = Shelf()
