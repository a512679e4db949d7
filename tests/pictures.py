"""The pictures of the manual, taken from the running demo: `python -m tests.pictures`.

Needs a Chromium, like the browser tests. Dates in the pictures are those of the day they were taken.
"""

import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from tests.conftest import CHROMIUM

FOLDER = Path(__file__).resolve().parent.parent / "docs" / "pictures"
ROLES = "staff|program manager|coordinator of two partners|trainer|learner"
LINK = re.compile(rf"^({ROLES}) .*?(http\S+/sign-in/\S+)$", re.MULTILINE)
ADDRESS = re.compile(r"runs at (http\S+)")
DESKTOP, PHONE = (1280, 860), (390, 844)


@contextmanager
def demo() -> Iterator[tuple[str, dict[str, str]]]:
    """The demo in a folder of its own; yields its address and a sign-in link per role."""
    folder = Path(tempfile.mkdtemp(prefix="training-pictures-"))
    said = folder / "said.txt"
    with said.open("wb") as output:
        process = subprocess.Popen([sys.executable, "-m", "training", "demo"], cwd=folder, stdout=output)
    try:
        deadline = time.monotonic() + 60
        while "learner" not in said.read_text() and time.monotonic() < deadline:
            time.sleep(0.2)
        text = said.read_text()
        address = ADDRESS.search(text)
        if address is None:
            raise RuntimeError("The demo did not start")
        yield address[1], dict(LINK.findall(text))
    finally:
        process.terminate()
        process.wait(15)
        shutil.rmtree(folder)


def signed_in(browser: Browser, link: str, size: tuple[int, int], scheme: str) -> Page:
    """A page of somebody who has used their link."""
    page = browser.new_page(
        viewport={"width": size[0], "height": size[1]},
        color_scheme="dark" if scheme == "dark" else "light",
        device_scale_factor=2 if size is PHONE else 1,
    )
    page.goto(link)
    page.click("main button[type=submit]")
    page.wait_for_load_state()
    return page


def take(page: Page, address: str, name: str) -> None:
    """One picture of what fits on the screen."""
    page.goto(address)
    page.screenshot(path=FOLDER / f"{name}.png")


def main() -> None:
    """Take them all."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with demo() as (base, links), sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        coordinator = signed_in(browser, links["coordinator of two partners"], DESKTOP, "light")
        take(coordinator, f"{base}/sessions", "sessions")
        coordinator.click("main article a >> nth=1")
        coordinator.wait_for_load_state()
        coordinator.screenshot(path=FOLDER / "session.png")
        manager = signed_in(browser, links["program manager"], DESKTOP, "light")
        take(manager, f"{base}/manage", "board")
        manager.goto(f"{base}/manage/sessions")
        # The second of this course is the one with people and a plan of its own.
        manager.click("main a:has-text('First contact') >> nth=1")
        manager.click("nav.tabs a:has-text('Reminders')")
        manager.wait_for_load_state()
        manager.screenshot(path=FOLDER / "reminders.png")
        learner = signed_in(browser, links["learner"], PHONE, "dark")
        take(learner, f"{base}/my/sessions", "phone")
        browser.close()


if __name__ == "__main__":
    main()
