"""`training serve`."""

import click
from granian import Granian
from granian.constants import Interfaces, Loops
from granian.errors import ConfigurationError
from granian.log import LogLevels

from training.app import create_app
from training.cli.logs import log_config
from training.cli.opening import opened, run, settings_or_fail
from training.cli.ports import check_port
from training.cli.saying import Failed, counted, say
from training.outbox.rules import SHORTEST_KEY
from training.settings import Settings

# After this, processes that did not end by themselves are ended: a browser may hold a connection open for ever.
STOP_SECONDS = 2


@click.command()
@click.option("--host", help="Where to listen; TRAINING_HOST otherwise.")
@click.option("--port", type=click.IntRange(1, 65535), help="Where to listen; TRAINING_PORT otherwise.")
@click.option("--access-log/--no-access-log", default=True, help="A line per request (without secrets). Default: yes.")
def serve(host: str | None, port: int | None, access_log: bool) -> None:
    """Serve pages and API until SIGTERM or Ctrl-C, which let running requests end (at most 2 seconds).

    TRAINING_PROCESSES says how many processes answer. Put a proxy that speaks https in front of it, and name the
    proxy in TRAINING_TRUSTED_PROXIES: nobody else is believed about whom a request comes from.
    """
    settings = settings_or_fail()
    host, port = host or settings.host, port or settings.port
    check_settings(settings)
    check_port(host, port)
    run(_check_database(settings))
    say(
        f"training is served at http://{f'[{host}]' if ':' in host else host}:{port} by "
        f"{counted(settings.processes, 'process', 'processes')}. Ctrl-C or SIGTERM ends it."
    )
    server = Granian(
        "training.app:create_app",
        address=host,
        port=port,
        interface=Interfaces.ASGI,
        workers=settings.processes,
        loop=Loops.uvloop,
        websockets=False,
        log_level=LogLevels(settings.log_level),
        log_dictconfig=log_config(settings.log_level),
        log_access=access_log,
        respawn_failed_workers=True,
        workers_kill_timeout=STOP_SECONDS,
        factory=True,
    )
    try:
        # Imported here already, so the processes share it and start at once.
        server.serve(target_loader=create_app, wrap_loader=False)
    except ConfigurationError as error:
        raise Failed(f"The server does not accept these settings: {error}.") from error
    say("training has ended.")


def check_settings(settings: Settings) -> None:
    """Raise Failed for settings that nobody should be served with."""
    if len(settings.secret_key) < SHORTEST_KEY:
        raise Failed(
            f"TRAINING_SECRET_KEY is missing or shorter than {SHORTEST_KEY} characters. Set it to a random text and "
            "keep it: python3 -c 'import secrets; print(secrets.token_urlsafe(32))'"
        )


async def _check_database(settings: Settings) -> None:
    async with opened(settings):
        pass
