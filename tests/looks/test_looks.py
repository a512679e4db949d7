"""The pages as a browser lays them out: a quick look at each with every run, all there is to see with `make prove`."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser, async_playwright

from tests.access.matrix import routes_of
from tests.access.routes import ENTRIES
from tests.access.world import World
from tests.conftest import QUICK_CHROMIUM, SITE
from tests.looks.__main__ import look_at_all, real_works
from tests.looks.looking import HEIGHT, RULES, SEEN, WIDTHS, eye
from tests.looks.visits import NO_PAGES, Visit, every_visit, is_page
from tests.looks.world import KEY, MANY, make_looks
from tests.served import served
from training.app import create_app
from training.base.database import Database
from training.base.work import Works
from training.settings import Settings

FEW = 120
# The rules of accessibility ask each row the same questions.
ROWS = 12


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        opened = await playwright.chromium.launch(executable_path=QUICK_CHROMIUM, args=["--no-sandbox"])
        yield opened
        await opened.close()


def test_no_page_is_forgotten(works: Works) -> None:
    """Every route of the application that answers with a page is visited; what is left out is no page."""
    app = create_app(Settings(demo=True, secret_key=SITE.secret_key), works=works)
    pages = {
        route.path
        for route in routes_of(app)
        if route.method == "GET" and not route.path.startswith(("/api/", "/health"))
    }
    visited = {entry.path for entry in ENTRIES if is_page(entry) or min(entry.good) >= 300}
    assert sorted(path for path in pages - visited if not any(part in path for part in NO_PAGES)) == []


@pytest.mark.browser
async def test_every_page_on_a_phone(
    database: Database,  # noqa: ARG001 - asked for so that it is bound and emptied
    database_url: str,
    engine_name: str,
    browser: Browser,
) -> None:
    """Each engine's run takes one half of the pages."""
    world = await make_looks(real_works(), FEW)
    mine = [visit for visit in every_visit() if visit.main][("sqlite", "postgresql").index(engine_name) :: 2]
    with served(database_url, secret_key=KEY) as addresses:
        complaints: list[str] = []
        for role in sorted({visit.role.name for visit in mine}):
            theirs = [visit for visit in mine if visit.role.name == role]
            complaints += await glance(browser, addresses[0], world, theirs)
    assert not complaints, "\n".join(complaints)


async def glance(browser: Browser, address: str, world: World, visits: list[Visit]) -> list[str]:
    """One person's pages, on a phone in the light."""
    size = {"width": WIDTHS[0], "height": HEIGHT}
    async with eye(browser, address, world.tokens[visits[0].role.name], viewport=size) as seen:
        for visit in visits:
            await seen.go(visit)
            await seen.measure(WIDTHS[0])
            await seen.shorten(ROWS)
            await seen.axe(f"{WIDTHS[0]} px", RULES)
    return seen.complaints


@pytest.mark.browser
@pytest.mark.prove
async def test_every_page_as_everybody(
    database: Database,  # noqa: ARG001 - asked for so that it is bound and emptied
    database_url: str,
    browser: Browser,
) -> None:
    world = await make_looks(real_works(), MANY)
    with served(database_url, secret_key=KEY) as addresses:
        complaints = await look_at_all(browser, addresses[0], world, every_visit())
    assert not complaints, "\n".join(complaints)


@pytest.mark.browser
async def test_what_is_wrong_is_seen(browser: Browser) -> None:
    """The negative control: a page with one of each fault."""
    page = await browser.new_page(viewport={"width": WIDTHS[0], "height": HEIGHT})
    await page.set_content(
        "<h1>One</h1><h1>Two</h1><div class=wide>Much too wide</div><button>x</button><p class=cut>Cut off here</p>"
        "<p>Under words</p><p class=over>Over words</p>"
        "<style>.wide{width:900px}button{display:block;width:12px;height:12px;padding:0}"
        ".cut{width:40px;overflow:hidden;white-space:nowrap}.over{margin-top:-34px}</style>"
    )
    seen = await page.evaluate(f"() => ({SEEN}).laid()")
    await page.close()
    for part in ("scrolls to the side by", "2 h1", "hit with difficulty", "cut off at its side", "lies over other"):
        assert any(part in one for one in seen), (part, seen)
