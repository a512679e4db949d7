"""A world behind the application, and all of its addresses."""

import pytest
from litestar import Litestar

from tests.web.made import World, make_world
from tests.web.routes import Address, addresses
from training.base.work import Works


@pytest.fixture
async def world(works: Works) -> World:
    return await make_world(works)


@pytest.fixture
async def everywhere(app: Litestar, world: World) -> list[Address]:
    """Every address of the application."""
    return addresses(app, world)
