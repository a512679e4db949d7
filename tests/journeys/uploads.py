"""Files to bring in the journeys, and the pages on which they are brought."""

from pathlib import Path

from playwright.async_api import Page, expect

from tests.booking.made import Scene, make_scene
from tests.journeys.browsing import enter
from tests.materials.files import MP4, VTT, box
from training.base.work import Works
from training.materials.rules.limits import PART_SIZE

FILM = MP4 + box(b"free", b"\0" * (2 * PART_SIZE))


async def begin(page: Page, works: Works) -> Scene:
    """A manager on the page for many files."""
    scene = await make_scene(works)
    await enter(page, works, scene.manager)
    await page.goto(f"{works.site.base_url}/materials/courses/{scene.course_id}/bulk")
    return scene


async def open_draft(page: Page, works: Works, scene: Scene, title: str) -> str:
    """Add a material to the course; the address of its first version, which stands open."""
    await page.goto(f"{works.site.base_url}/materials/courses/{scene.course_id}/add")
    await page.get_by_label("Title").fill(title)
    await page.get_by_role("button", name="Go on").click()
    await expect(page.get_by_label("Choose files")).to_be_visible()
    return page.url


def brought(folder: Path) -> tuple[Path, Path, Path]:
    files = folder / "welcome.mp4", folder / "welcome.vtt", folder / "page.html"
    for file, content in zip(files, (FILM, VTT, b"<html>"), strict=True):
        file.write_bytes(content)
    return files
