"""`training work`."""

import asyncio
import signal

import click
import uvloop

from training.base.clock import system_clock
from training.base.work import Works
from training.base.zones import prefer_pinned_zones
from training.cli.logs import start_logging
from training.cli.opening import opened, settings_or_fail
from training.cli.saying import counted, say
from training.cli.serving import check_settings
from training.reactions import REACTIONS
from training.settings import Settings
from training.worker import Worker, ticks_of


@click.command()
def work() -> None:
    """Do what is due until SIGTERM or Ctrl-C: sessions begin and end, old traces are forgotten.

    Any number of workers may run, on any machine: each thing that is due is done once. What is being done when the
    signal comes is finished first.
    """
    settings = settings_or_fail()
    check_settings(settings)
    start_logging(settings.log_level)
    prefer_pinned_zones()
    uvloop.run(_work(settings))
    say("The worker has ended.")


async def _work(settings: Settings) -> None:
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    async with opened(settings):
        works = Works(clock=system_clock, site=settings.site(), reactions=REACTIONS, origin="worker")
        ticks = ticks_of(settings)
        say(f"The worker asks {counted(len(ticks), 'question')} again and again. Ctrl-C or SIGTERM ends it.")
        await Worker(works, ticks).run(stop)
