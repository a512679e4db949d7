"""What commands say: one plain sentence about what was done, progress on a terminal, failures as sentences."""

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

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
def progress(label: str, total: int) -> Iterator[Advance]:
    """A progress bar on the error output while it is a terminal; silent otherwise. Call the result to move on."""
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as shown:
        task = shown.add_task(label, total=total)
        yield lambda steps: shown.advance(task, steps)


def show_table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print rows under a header in aligned columns. Nothing is cut off: a link must stay whole to be copied."""
    widths = [max(len(row[column]) for row in [header, *rows]) for column in range(len(header))]
    for number, row in enumerate([header, *rows]):
        line = "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        click.secho(line, bold=number == 0)
    sys.stdout.flush()
