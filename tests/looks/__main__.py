"""`python -m tests.looks [words]`: look at every page (whose name holds these words), photograph it, say what is wrong.

Exit code 1 when something is. The pictures go to a folder of their own; `--keep` puts them together for the manual.
"""

import argparse
import asyncio
import sys
import tempfile
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

from playwright.async_api import Browser, async_playwright

from tests.access.world import World
from tests.conftest import CHROMIUM
from tests.looks.looking import LOOKS, Photo, eye, look_around
from tests.looks.sheets import keep
from tests.looks.visits import Visit, every_visit
from tests.looks.world import KEY, make_looks
from tests.served import served
from training.base.clock import system_clock
from training.base.database import bind, open_database
from training.base.database.migrating import migrate
from training.base.site import Site
from training.base.work import Works
from training.piccolo_app import TABLES
from training.reactions import REACTIONS


def real_works() -> Works:
    """Units of work as the server has them."""
    return Works(clock=system_clock, site=Site(secret_key=KEY, demo=True), reactions=REACTIONS, origin="test")


async def filled(url: str) -> World:
    """A new database with the world in it."""
    engine = open_database(url, synchronous="OFF")
    await engine.start_connection_pool()
    try:
        await migrate(engine)
        bind(engine, TABLES)
        return await make_looks(real_works())
    finally:
        await engine.close_connection_pool()


async def look_at_all(
    browser: Browser, address: str, world: World, visits: Sequence[Visit], photo: Photo | None = None
) -> list[str]:
    """Everybody goes through what is theirs; returns what is wrong, a line each."""
    by_role = defaultdict(list)
    for visit in visits:
        by_role[visit.role.name].append(visit)
    complaints: list[str] = []
    for name, theirs in by_role.items():
        async with eye(browser, address, world.tokens[name]) as seen:
            for visit in theirs:
                try:
                    await look_around(seen, visit, photo)
                except Exception as error:  # noqa: BLE001 - one page that fails must not hide the others
                    seen.complain(f"could not be looked at: {type(error).__name__} {error}")
            complaints += seen.complaints
    return complaints


def wanted(visit: Visit, words: Sequence[str]) -> bool:
    """Whether its name or address holds one of these words; without any, all are."""
    return not words or any(word in f"{visit.name} {visit.path}" for word in words)


async def main(arguments: Sequence[str] | None = None) -> int:
    """Look, photograph, complain; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tests.looks", description=__doc__)
    parser.add_argument("words", nargs="*", help="look only at pages whose name or address holds one of these")
    parser.add_argument("--keep", action="store_true", help="write the sheets of docs/looks.md")
    parser.add_argument("--only", nargs="+", metavar="LOOK", help="such as 360-light 1440-dark, instead of all six")
    parser.add_argument("--folder", type=Path, help="where the pictures go")
    chosen = parser.parse_args(arguments)
    folder = chosen.folder or Path(tempfile.mkdtemp(prefix="training-looks-"))
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as place:
        url = f"sqlite:///{place}/looks.sqlite"
        world = await filled(url)
        visits = [visit for visit in every_visit() if wanted(visit, chosen.words)]
        with served(url, secret_key=KEY) as addresses:
            async with async_playwright() as playwright:
                browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
                looks = [look for look in LOOKS if not chosen.only or f"{look[1]}-{look[0]}" in chosen.only]
                complaints = await look_at_all(browser, addresses[0], world, visits, Photo(folder=folder, looks=looks))
                if chosen.keep:
                    await keep(browser, visits, folder)
                await browser.close()
    sys.stdout.write(f"{len(visits)} pages looked at, {len(complaints)} complaints; pictures: {folder}\n")
    return int(bool(complaints))


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
