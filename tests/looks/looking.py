"""Looking at a page: what a browser can say of it without an eye, and its picture."""

import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, BrowserContext, Page, Response

from tests.looks.visits import Visit
from training.base.structs import Frozen

WIDTHS = (360, 768, 1440)
THEMES = ("light", "dark")
Look = tuple[str, int]
LOOKS: tuple[Look, ...] = tuple((theme, width) for theme in THEMES for width in WIDTHS)
HEIGHT = 900
# What is photographed of a long page: two screens.
MOST_HEIGHT = 1_800
COLOURS = ["color-contrast"]
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
SEEN = Path(__file__).with_name("seen.js").read_text(encoding="utf-8")
# A page that is refused is said aloud by the browser, too.
REFUSED = "Failed to load resource: the server responded with a status of"
# The rules of accessibility talk to the frames of a page; a browser says which of them may not hear that.
UNHEARD = "Failed to execute 'postMessage' on 'DOMWindow': The target origin provided"


class Photo(Frozen, frozen=True, kw_only=True):
    """Where pictures go, and of which widths and themes."""

    folder: Path
    looks: Sequence[Look]


class Eye:
    """One reader's window. What it finds wrong is collected in `complaints`, a line each."""

    def __init__(self, page: Page, address: str) -> None:
        self.page = page
        self.address = address
        self.complaints: list[str] = []
        self._visit = ""
        self._refused = self._asking = False
        page.on("console", lambda said: self._said(said.text) if said.type in {"error", "warning"} else None)
        page.on("pageerror", lambda error: self.complain(str(error)))
        page.on("request", lambda asked: None if asked.url.startswith(address) else self.complain(f"asks {asked.url}"))

    def _said(self, text: str) -> None:
        expected = (self._refused and text.startswith(REFUSED)) or (self._asking and text.startswith(UNHEARD))
        if not expected:
            self.complain(f"says {text}")

    def complain(self, what: str) -> None:
        """Note what is wrong with the page that is looked at, and say so at once: all of them take a while."""
        self.complaints.append(f"{self._visit}: {what}")
        sys.stderr.write(f"{self.complaints[-1]}\n")

    async def go(self, visit: Visit) -> None:
        """Open a page and take the steps that lead to what is looked at."""
        self._visit, self._refused = visit.name, visit.status != (200,)
        answer = await self.page.goto(f"{self.address}{visit.path}")
        for step in visit.steps:
            found = self.page.locator(step.what).first
            if step.do == "tick":
                await found.check()
            elif step.do == "write":
                await found.fill(step.text)
            else:
                async with self.page.expect_navigation() as going:
                    await found.evaluate("e => e.form ? (e.form.noValidate = true, e.click()) : e.click()")
                answer = await going.value
        await self._without_scripts(visit, answer)

    async def _without_scripts(self, visit: Visit, answer: Response | None) -> None:
        """The page as it was sent: its status, and its forms, which must be sent without a script."""
        if answer is None or answer.status not in visit.status:
            self.complain(f"answers {answer and answer.status} at {self.page.url}")
        elif not self.page.url.startswith(f"{self.address}{visit.path}") and not visit.steps:
            self.complain(f"leads to {self.page.url}")
        else:
            for found in await self.page.evaluate(f"(text) => ({SEEN}).sent(text)", await answer.text()):
                self.complain(found)

    async def dress(self, look: Look) -> None:
        """Light or dark, and this width."""
        theme, width = look
        await self.page.emulate_media(color_scheme="dark" if theme == "dark" else "light")
        await self.page.set_viewport_size({"width": width, "height": HEIGHT})

    async def measure(self, width: int) -> None:
        """What can be measured at this width, which the window has."""
        for found in await self.page.evaluate(f"() => ({SEEN}).laid()"):
            self.complain(f"{width} px: {found}")

    async def shorten(self, most: int = 100) -> None:
        """Leave so many rows of every list, for the rules of accessibility."""
        await self.page.evaluate(f"(most) => ({SEEN}).shorten(most)", most)

    async def axe(self, words: str, rules: Sequence[str] = RULES) -> None:
        """What these accessibility rules find."""
        self._asking = True
        found = await Axe().run(self.page, options={"runOnly": list(rules)})
        self._asking = False
        for rule in found.response["violations"]:
            where = [node["target"][0] for node in rule["nodes"]][:3]
            self.complain(f"{words}: axe {rule['id']} {where}")

    async def picture(self, path: Path, width: int) -> None:
        """The page from its top, as far down as people scroll."""
        tall = await self.page.evaluate("document.documentElement.scrollHeight")
        clip = {"x": 0, "y": 0, "width": width, "height": min(tall, MOST_HEIGHT)}
        await self.page.screenshot(path=path, full_page=True, clip=clip, type="jpeg", quality=80, timeout=60_000)  # type: ignore[arg-type]


@asynccontextmanager
async def eye(browser: Browser, address: str, token: str, **more: Any) -> AsyncIterator[Eye]:
    """A window of somebody who is signed in with this token, or of a visitor."""
    context: BrowserContext = await browser.new_context(reduced_motion="reduce", color_scheme="light", **more)
    context.set_default_timeout(15_000)
    if token:
        await context.add_cookies([{"name": "sign_in", "value": token, "url": address}])
    yield Eye(await context.new_page(), address)
    await context.close()


async def look_around(seen: Eye, visit: Visit, photo: Photo | None = None) -> None:
    """One visit: every look at a main one, and a phone in the light at the others. A theme changes colours alone."""
    looks = photo.looks if photo else LOOKS
    await seen.dress(looks[0] if visit.main else LOOKS[0])
    await seen.go(visit)
    if not visit.main:
        await seen.measure(WIDTHS[0])
        return
    measured: set[int] = set()
    for theme, width in looks:
        await seen.dress((theme, width))
        if width not in measured:
            await seen.measure(width)
        measured.add(width)
        if photo is not None:
            await seen.picture(photo.folder / f"{file_name(visit)}.{width}.{theme}.jpg", width)
    await seen.shorten()
    for theme, width, rules in (("light", 360, RULES), ("light", 1440, RULES), ("dark", 360, COLOURS)):
        await seen.dress((theme, width))
        await seen.axe(f"{width} px {theme}", rules)


def file_name(visit: Visit) -> str:
    """The name of a visit as a file may have it."""
    words = "".join(letter if letter.isalnum() else "-" for letter in visit.name.lower())
    return "-".join(part for part in words.split("-") if part)[:110]
