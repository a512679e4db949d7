"""A reader's window for the journeys: with every complaint noted, and with nothing but the keyboard."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, Page, expect

from tests.booking.asked import bearer
from training.base.clock import Clock
from training.base.database import EmbeddedEngine, bound_engine
from training.base.structs import Viewer
from training.base.work import Works
from training.people.actions import sign_in_link
from training.reactions import REACTIONS

KEY = "a key for tests only, long enough to be taken"
PHONE, DESK = 390, 1280
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
MOST_TABS = 120
# A machine that runs other things, too, must not fail them: milliseconds until something that never comes is missed.
PATIENCE = 30_000
expect.set_options(timeout=PATIENCE)
# What has the focus: its words, its place among all elements, and whether it can be seen to have it.
FOCUS = """() => {
  const e = document.activeElement;
  if (!e || e === document.body) return null;
  const labels = [...(e.labels ?? [])];
  const words = [...labels, e].map((each) => each.innerText ?? "").join(" ");
  const box = e.getBoundingClientRect();
  // A box is small: its whole card may have the ring.
  const ring = [e, ...labels].map((each) => getComputedStyle(each)).some(
    (style) => style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2);
  const seen = box.width > 0 && box.height > 0 && box.bottom > 0 && box.top < innerHeight && e.checkVisibility();
  return { words, ring, seen, at: [...document.querySelectorAll("*")].indexOf(e), tag: e.tagName, name: e.name ?? "" };
}"""


@asynccontextmanager
async def reader(
    browser: Browser, address: str, width: int, *, scripts: bool = True, expected: str = "\0"
) -> AsyncIterator[Page]:
    """A browser window that complains about errors, and about anything that is loaded from elsewhere.

    Complaints with the `expected` words are none, such as those about a network that a test cuts.
    """
    context = await browser.new_context(viewport={"width": width, "height": 844}, java_script_enabled=scripts)
    context.set_default_timeout(PATIENCE)
    page = await context.new_page()
    complaints: list[str] = []
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("request", lambda asked: None if asked.url.startswith(address) else complaints.append(asked.url))
    yield page
    await context.close()
    assert [said for said in complaints if expected not in said] == []


async def looks_right(page: Page, scripts: bool = True) -> None:
    """Nothing sticks out to the side, and the accessibility rules find nothing to complain about.

    Asking the rules is most of what a page costs, and no page knows of the database: they are asked on one engine.
    """
    if not scripts:
        return
    # A press ends when the next page begins: half a page, or one without its styles, is not what anybody looks at.
    await page.wait_for_load_state()
    assert await page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    if not isinstance(bound_engine(), EmbeddedEngine):
        return
    found = await Axe().run(page, options={"runOnly": RULES})
    assert [rule["id"] for rule in found.response["violations"]] == []


async def enter(page: Page, works: Works, who: Viewer) -> None:
    """Sign somebody in by a link, as one that was mailed."""
    await bearer(works, who)
    await page.goto(await works.run(Viewer.machine("test"), sign_in_link, who.email))
    await page.get_by_role("main").get_by_role("button").click()
    await expect(page.get_by_role("heading", level=1)).to_contain_text("Good to see you")


def clocked(works: Works, clock: Clock) -> Works:
    """The same units of work by another clock: those of a worker when the time of something has come."""
    return Works(clock=clock, site=works.site, reactions=REACTIONS, origin="test")


class Keys:
    """Somebody without a mouse. Every stop of the focus must be visible, have its ring, and lead on."""

    def __init__(self, page: Page) -> None:
        self.page = page

    async def skip(self) -> None:
        """The first stop of a page leads over the menu to what it is about."""
        await self.page.keyboard.press("Tab")
        stop = await self.page.evaluate(FOCUS)
        assert stop["words"].strip() == "Skip to the content", stop
        assert stop["seen"], stop
        assert stop["ring"], stop
        await self.page.keyboard.press("Enter")
        await expect(self.page.locator("#main")).to_be_focused()

    async def to(self, words: str) -> None:
        """Press Tab until what has the focus says these words."""
        before = None
        for _ in range(MOST_TABS):
            await self.page.keyboard.press("Tab")
            stop = await self.page.evaluate(FOCUS)
            if stop is None:
                continue
            assert stop["seen"], f"The focus is out of sight: {stop}"
            assert stop["ring"], f"The focus shows no ring: {stop}"
            # The parts of a date field are several stops of one element.
            assert stop["at"] != before or stop["tag"] == "INPUT", f"The focus is caught: {stop}"
            before = stop["at"]
            if words in stop["words"]:
                return
        raise AssertionError(f"The keyboard never reaches: {words}")

    async def press(self, words: str) -> None:
        """Go to a link or a button, and press it."""
        await self.to(words)
        async with self.page.expect_navigation():
            await self.page.keyboard.press("Enter")

    async def tick(self, words: str) -> None:
        """Go to a box, and tick it."""
        await self.to(words)
        await self.page.keyboard.press("Space")

    async def write(self, words: str, text: str) -> None:
        """Go to a field, and write over what it holds."""
        await self.to(words)
        await self.page.keyboard.press("Control+A")
        await self.page.keyboard.type(text)

    async def heading(self) -> str:
        """What the page is about."""
        return await self.page.get_by_role("heading", level=1).inner_text()

    async def says(self, words: str) -> None:
        """The page says these words."""
        await expect(self.page.get_by_role("main")).to_contain_text(words)
