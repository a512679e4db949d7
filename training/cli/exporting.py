"""`training export`."""

import sys
from pathlib import Path
from zoneinfo import ZoneInfo

import click

from training.cli.listings import LISTINGS, listed
from training.cli.opening import opened, run, settings_or_fail
from training.cli.saying import Failed, ZoneName, counted, say
from training.cli.snapshots import snapshot
from training.settings import Settings
from training.web.exports import CONTENT_TYPES, table_bytes


@click.command()
@click.argument("what", type=click.Choice(sorted(LISTINGS)), metavar="WHAT")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, allow_dash=True))
@click.option("--format", "fmt", type=click.Choice(sorted(CONTENT_TYPES)), help="Default: what FILE ends in, or csv.")
@click.option("--zone", type=ZoneName(), default="UTC", show_default=True, help="Whose clocks instants are told on.")
def export(what: str, file: Path, fmt: str | None, zone: ZoneInfo) -> None:
    """Write the list WHAT, as staff sees it, into FILE ("-" for the standard output).

    WHAT is courses, enrollments, members, partners, programs or sessions. When a session takes place is told on the
    clocks there and as an instant; every instant is UTC, or on the clocks of --zone, as its column says. Text that a
    spreadsheet would take for a formula begins with an apostrophe.
    """
    chosen = fmt or (file.suffix[1:] if file.suffix[1:] in CONTENT_TYPES else "csv")
    content, rows = run(_export(settings_or_fail(), what, chosen, zone))
    if str(file) == "-":
        sys.stdout.buffer.write(content)
        return
    try:
        file.write_bytes(content)
    except OSError as error:
        raise Failed(f"{file} cannot be written: {error.strerror}.") from error
    say(f"{counted(rows, 'row')} of {what} are in {file}.")


async def _export(settings: Settings, what: str, fmt: str, zone: ZoneInfo) -> tuple[bytes, int]:
    async with opened(settings) as engine, snapshot(engine):
        header, rows = await listed(what, zone)
    return table_bytes(fmt, header, rows), len(rows)
