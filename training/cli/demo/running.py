"""`training demo`."""

import time
from pathlib import Path

import click

from training.base.clock import system_clock
from training.base.database.migrating import migrate
from training.cli.demo.cast import COORDINATOR, LEARNER, PROGRAM_MANAGER, STAFF, TRAINER
from training.cli.demo.folder import ANY_PORT, DemoFolder, how_to_get_links
from training.cli.demo.make import MAKER, Story
from training.cli.demo.processes import Processes, until_asked_to_end
from training.cli.demo.volume import Volume
from training.cli.listings import listed
from training.cli.opening import OPERATOR, opened, run, works_of
from training.cli.ports import free_port
from training.cli.saying import counted, progress, say, show_table
from training.materials.storage.keeping import Storage
from training.people.actions import sign_in_link
from training.settings import Settings, load_settings

ROLES = (
    ("staff", STAFF),
    ("program manager", PROGRAM_MANAGER),
    ("coordinator of two partners", COORDINATOR),
    ("trainer", TRAINER),
    ("learner", LEARNER),
)


@click.command()
@click.option("--sessions", type=click.IntRange(0, 100_000), default=0, help="So many more sessions, for volume.")
@click.option("--fresh", is_flag=True, help="Throw the demo's data away and make it anew.")
@click.option("--port", type=click.IntRange(1, 65535), default=8000, help="The first port to try. Default: 8000.")
@click.option("--links", is_flag=True, help="Only print new sign-in links for the demo that runs in this folder.")
def demo(sessions: int, fresh: bool, port: int, links: bool) -> None:
    """Start web and worker with demo data in the folder .demo, and print a sign-in link per role.

    Ctrl-C ends all of it; the data stays for the next time. Settings of the environment are not used.
    """
    folder = DemoFolder(Path(".demo"))
    folder.adopt()
    if links:
        _show_links(load_settings(folder.settings(folder.port())))
        return
    with folder.only_one(), until_asked_to_end():
        if fresh:
            folder.forget(folder.database)
            folder.forget_files()
        chosen = free_port("127.0.0.1", port)
        if chosen != port:
            say(f"Port {port} is in use by another program, so this is port {chosen}.")
        prepare(folder, sessions, chosen)
        with folder.listening(chosen):
            _run(folder, chosen)
    say("The demo has ended. Its data stays in .demo for the next time.")


def prepare(folder: DemoFolder, sessions: int, port: int) -> None:
    """Make the data if there is none, bring its shape up to date otherwise.

    `port` is the one it will be served on: what the story writes into people's calendars names it for good.
    """
    if folder.database.exists():
        run(_update(load_settings(folder.settings(ANY_PORT))))
        if sessions:
            say("There is demo data already, and it stays as it is; --fresh makes it anew.")
        return
    began = time.monotonic()
    # Made under another name, so that a demo that is interrupted meanwhile is not taken for a whole one.
    making = folder.place / "making.sqlite"
    folder.forget(making)
    environment = folder.settings(port, making) | {"TRAINING_SQLITE_SYNCHRONOUS": "OFF"}
    made = run(_make(load_settings(environment), sessions))
    making.replace(folder.database)
    say(f"The demo data is ready: {counted(made, 'session')}, made in {time.monotonic() - began:.1f} s.")


async def _update(settings: Settings) -> None:
    async with opened(settings, migrated=False) as engine:
        await migrate(engine)


async def _make(settings: Settings, sessions: int) -> int:
    async with opened(settings, create=True, migrated=False) as engine:
        await migrate(engine)
        story = Story(system_clock(), settings.site(), Storage(settings.storage_url))
        with progress("Making the demo", story.steps + sessions) as advance:
            await story.tell(advance)
            if sessions:
                await Volume(story.works, MAKER, story.partners, sessions).make(advance)
        return len((await listed("sessions"))[1])


def _run(folder: DemoFolder, port: int) -> None:
    settings = load_settings(folder.settings(port))
    processes = Processes(folder.place, folder.settings(port))
    try:
        processes.start("serve", "--no-access-log")
        processes.start("work")
        processes.wait_until_ready(settings.base_url)
        say(f"\ntraining runs at {settings.base_url}\n")
        _show_links(settings)
        say(f"\nEach link signs in once, within ten minutes; `{how_to_get_links()}` elsewhere prints new ones.")
        say(f"Messages that would be mailed: {settings.base_url}/mailbox   Logs: .demo/   Ctrl-C ends everything.")
        processes.watch()
    finally:
        processes.stop()


def _show_links(settings: Settings) -> None:
    links = run(_links(settings))
    rows = [(role, person.name, link) for (role, person), link in zip(ROLES, links, strict=True)]
    show_table(("sign in as", "", "link"), rows)


async def _links(settings: Settings) -> list[str]:
    async with opened(settings):
        works = works_of(settings)
        return [await works.run(OPERATOR, sign_in_link, person.email) for _, person in ROLES]
