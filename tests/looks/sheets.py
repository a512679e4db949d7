"""The pictures put together: one sheet for each part of the product and theme, photographed by the browser itself."""

import html
from collections.abc import Iterable
from pathlib import Path

from playwright.async_api import Browser

from tests.looks.looking import THEMES, WIDTHS, file_name
from tests.looks.visits import PARTS, Visit
from tests.reference import DOCS

FOLDER = DOCS / "pictures" / "looks"
PAGE = DOCS / "looks.md"
MOST_BYTES = 3_000_000
# How wide a page is shown, and how much of its height.
SHOWN = {360: 108, 768: 154, 1440: 216}
SHOWN_HEIGHT = 165
STYLE = (
    "body{margin:0;padding:12px;width:1040px;background:#8a9a92;font:11px/1.3 sans-serif;color:#000}"
    "main{display:flex;flex-wrap:wrap;gap:12px}figure{margin:0;width:490px}figcaption{margin-bottom:3px;overflow-wrap:anywhere}"
    "div{display:flex;gap:6px;align-items:start}"
    f"img{{display:block;object-fit:cover;object-position:top;max-height:{SHOWN_HEIGHT}px}}"
)
HEAD = """# How the pages look

Every page as `make prove` and `python -m tests.looks` look at it: at 360, 768 and 1440 pixels, light and dark. The
names are chosen to be hard: without blanks, from right to left, or markup. That nothing scrolls to the side, is cut
off, lies over other words, is too small to hit, asks another address, or offends the rules of accessibility is checked
there on each of them, as everybody who gets in; `tests/looks/` says how. Made by `python -m tests.looks --keep`.
"""


def by_part(visits: Iterable[Visit]) -> dict[str, list[Visit]]:
    """The main visits by the part of the product."""
    found: dict[str, list[Visit]] = {part: [] for part in PARTS}
    for visit in visits:
        if visit.main:
            found[visit.part].append(visit)
    return {part: members for part, members in found.items() if members}


async def keep(browser: Browser, visits: Iterable[Visit], pictures: Path) -> None:
    """Write the sheets and the page of the manual that shows them. Raises RuntimeError when they grow too large."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for old in FOLDER.glob("*.jpg"):
        old.unlink()
    lines = [HEAD]
    page = await browser.new_page(viewport={"width": 1064, "height": 800})
    for part, members in by_part(visits).items():
        lines.append(f"\n## {part.capitalize()}\n")
        name = part.replace(" ", "-")
        for theme in THEMES:
            sheet = pictures / f"sheet.{name}.{theme}.html"
            sheet.write_text(_sheet(members, theme), encoding="utf-8")
            await page.goto(sheet.as_uri())
            await page.screenshot(path=FOLDER / f"{name}-{theme}.jpg", full_page=True, type="jpeg", quality=30)
            lines.append(f"![{part.capitalize()}, {theme}](pictures/looks/{name}-{theme}.jpg)")
    await page.close()
    PAGE.write_text("\n".join(lines) + "\n", encoding="utf-8")
    size = sum(file.stat().st_size for file in FOLDER.glob("*.jpg"))
    if size > MOST_BYTES:
        raise RuntimeError(f"The sheets take {size:,} bytes, more than {MOST_BYTES:,}")


def _sheet(members: list[Visit], theme: str) -> str:
    figures = []
    for visit in members:
        images = "".join(
            f'<img src="{file_name(visit)}.{width}.{theme}.jpg" width="{SHOWN[width]}" alt="">' for width in WIDTHS
        )
        figures.append(f"<figure><figcaption>{html.escape(visit.name)}</figcaption><div>{images}</div></figure>")
    return f'<!doctype html><meta charset="utf-8"><style>{STYLE}</style><main>{"".join(figures)}</main>'
