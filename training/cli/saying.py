"""What commands say: one plain sentence about what was done, progress on a terminal, failures as sentences."""

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import click
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from training.base.zones import zone_named

Advance = Callable[[int], None]


class Failed(click.ClickException):
    """It could not be done, and here is why. Exit code 1."""

    exit_code = 1

    def show(self, file: object = None) -> None:
        """Print the sentence on the error output."""
        click.echo(f"training: {self.format_message()}", err=True)


def say(sentence: str) -> None:
    """Tell what was done, on the standard output, at once (also into a pipe)."""
    click.echo(sentence)
    sys.stdout.flush()


def warn(sentence: str) -> None:
    """Tell what deserves attention, on the error output."""
    click.echo(f"training: {sentence}", err=True)


def counted(number: int, thing: str, things: str = "") -> str:
    """'1 row', '2,000 rows'."""
    return f"{number:,} {thing if number == 1 else things or thing + 's'}"


@contextmanager
def progress(label: str, total: int, *, of_bytes: bool = False) -> Iterator[Advance]:
    """A progress bar on the error output while it is a terminal; silent otherwise. Call the result to move on."""
    console = Console(stderr=True)
    done = DownloadColumn() if of_bytes else MofNCompleteColumn()
    columns = (TextColumn("{task.description}"), BarColumn(), done, TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as shown:
        task = shown.add_task(label, total=total)
        yield lambda steps: shown.advance(task, steps)


class ZoneName(click.ParamType[ZoneInfo]):
    """A time zone by its name, such as Europe/Berlin."""

    name = "zone"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> ZoneInfo:
        """The zone; a wrong use of the command for a name that no zone has."""
        found = value if isinstance(value, ZoneInfo) else zone_named(str(value))
        if found is None:
            self.fail(f"{value!r} is no time zone. For example: Europe/Berlin", param, ctx)
        return found


def at(instant: datetime, zone: ZoneInfo) -> str:
    """'2026-05-04 10:00' on the clocks of `zone`, which the header of the column names; other than in UTC with the
    distance from it, because one column may hold summer and winter."""
    there = instant.astimezone(zone)
    return f"{there:%Y-%m-%d %H:%M}" if zone.key == "UTC" else there.isoformat(" ", "minutes")


def show_table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print rows under a header in aligned columns. Nothing is cut off: a link must stay whole to be copied."""
    widths = [max(len(row[column]) for row in [header, *rows]) for column in range(len(header))]
    for number, row in enumerate([header, *rows]):
        line = "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        click.secho(line, bold=number == 0)
    sys.stdout.flush()
