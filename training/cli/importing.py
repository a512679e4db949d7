"""`training import`: a group, one command per kind of file."""

import sqlite3
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import asyncpg
import click

from training.base.errors import Invalid, NotFound, Unavailable
from training.booking.importer import enroll_file, preview_file
from training.booking.rules.files import REPORT_HEADER as ENROLLMENT_HEADER
from training.booking.rules.files import Fate as RowFate
from training.booking.rules.files import FileOutcome, FileRead, read_file
from training.booking.rules.files import report_rows as enrollment_rows
from training.catalogue.queries import get_program
from training.cli.accounts import no_program
from training.cli.opening import OPERATOR, opened, run, settings_or_fail, works_of
from training.cli.saying import Failed, counted, progress, say, show_table, warn
from training.partners.queries import get_partner
from training.schedule.importer import REPORT_HEADER, Imported, Judged, import_verdicts, judge_file, report_rows
from training.schedule.rules import FileUnreadable, ImportPolicy, summarize, summary_lines
from training.schedule.rules.outcomes import Fate, ImportOptions, Outcome, fate_lines
from training.schedule.rules.sheets import MAX_BYTES
from training.settings import Settings
from training.web.exports import table_bytes

MOST_SHOWN = 40
"""So many rows are told on the screen; the report has all of them."""

_TIME = click.DateTime(formats=["%H:%M"])
_LONGEST_SLUG = 60


@click.group("import")
def imports() -> None:
    """Read a file of sessions, or of people to enroll."""


@imports.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--program", required=True, metavar="SLUG", help="The program the sessions belong to.")
@click.option("--dry-run", is_flag=True, help="Judge every row, say what would happen, write nothing.")
@click.option("--update", is_flag=True, help="Take rows over whose content changed since they were imported.")
@click.option("--publish", is_flag=True, help="Publish new sessions that are still to come; otherwise they are drafts.")
@click.option(
    "--long-spans",
    type=click.Choice(["refuse", "first-and-last-day", "daily"]),
    default="refuse",
    show_default=True,
    help="How to read a span of more than seven days.",
)
@click.option("--online-zone", default="UTC", show_default=True, help="The zone of online sessions that name no place.")
@click.option("--starts", type=_TIME, default="09:00", metavar="HH:MM", show_default=True, help="When a day starts.")
@click.option("--ends", type=_TIME, default="17:00", metavar="HH:MM", show_default=True, help="When a day ends.")
@click.option("--capacity", type=click.IntRange(1, 100_000), default=30, show_default=True, help="Places per session.")
@click.option(
    "--report",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Write every row with its verdict into a .csv or .json file.",
)
def sessions(file: Path, program: str, report: Path | None, **flags: Any) -> None:
    """Bring the sessions of a CSV FILE into a program: docs/howto/import-sessions.md says what the file holds.

    Rows are recognised by their slug, so importing twice changes nothing, and an import that was interrupted goes on.
    Exit code 0: every row is in. 1: some rows were refused or differ from what is there, or nothing could be done.
    2: used wrongly.
    """
    policy, options = _policy(flags), ImportOptions(**{name: flags[name] for name in ("publish", "update", "dry_run")})
    _check_report(file, report)
    settings = settings_or_fail()
    data = _read(file)
    imported = run(_import(settings, data, program, policy, options))
    if report is not None:
        report.write_bytes(table_bytes(report.suffix[1:].lower(), REPORT_HEADER, report_rows(imported.outcomes)))
    _tell(imported, report, dry_run=options.dry_run)
    if any(outcome.fate in (Fate.REFUSED, Fate.DIFFERS) for outcome in imported.outcomes):
        raise click.exceptions.Exit(1)


@imports.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--partner", required=True, metavar="SLUG", help="The partner for whose people places are booked.")
@click.option("--dry-run", is_flag=True, help="Judge every row, say what would happen, write nothing.")
@click.option(
    "--report",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Write every row with what became of it into a .csv or .json file.",
)
def enrollments(file: Path, partner: str, dry_run: bool, report: Path | None) -> None:
    """Enroll the people of a CSV FILE: docs/howto/enroll-from-a-file.md says what the file holds.

    Whoever has a place already is unchanged, so the same file changes nothing the second time. Exit code 0: everybody
    is enrolled, waits, or was before. 1: rows were refused, or nothing could be done. 2: used wrongly.
    """
    _check_report(file, report)
    settings = settings_or_fail()
    try:
        read = read_file(_read(file))
    except FileUnreadable as error:
        raise Failed(f"{error.detail} Nobody was enrolled.") from error
    found = run(_enroll(settings, partner, read, dry_run))
    if report is not None:
        rows = enrollment_rows(found.outcomes)
        report.write_bytes(table_bytes(report.suffix[1:].lower(), ENROLLMENT_HEADER, rows))
    _tell_enrolled(found, report, dry_run=dry_run)
    if found.count(RowFate.REFUSED):
        raise click.exceptions.Exit(1)


async def _enroll(settings: Settings, slug: str, read: FileRead, dry_run: bool) -> FileOutcome:
    async with opened(settings):
        works = works_of(settings)
        try:
            partner = await get_partner(OPERATOR, slug)
        except NotFound as error:
            raise Failed(
                f"There is no partner {slug!r}. Its slug is the end of the names of its exported files."
            ) from error
        if dry_run:
            return await preview_file(OPERATOR, partner.id, read, works.clock())
        return await works.run(OPERATOR, enroll_file, partner.id, read)


def _tell_enrolled(found: FileOutcome, report: Path | None, *, dry_run: bool) -> None:
    for note in found.notes:
        warn(_plain(note))
    counted_rows = [(str(found.count(fate)), fate.value) for fate in RowFate]
    show_table(("rows", "what would become of them" if dry_run else "what became of them"), counted_rows)
    concerned = [one for one in found.outcomes if one.reason]
    if concerned:
        say("")
        rows = [
            (str(one.line), _plain(one.email), one.fate.value, _plain(one.reason)) for one in concerned[:MOST_SHOWN]
        ]
        show_table(("line", "e-mail", "outcome", "reason"), rows)
    if len(concerned) > MOST_SHOWN:
        more = counted(len(concerned) - MOST_SHOWN, "more row")
        say(f"... and {more}{'' if report else '; --report FILE.csv writes all of them'}")
    if report is not None:
        say(f"\n{report} has what became of every row.")
    if dry_run:
        say("\nThis was a dry run: nothing was written.")


def _policy(flags: dict[str, Any]) -> ImportPolicy:
    starts: datetime = flags["starts"]
    ends: datetime = flags["ends"]
    told = {name: flags[name] for name in ("capacity", "online_zone", "long_spans")}
    try:
        return ImportPolicy(starts=starts.time(), ends=ends.time(), **told)
    except Invalid as error:
        raise click.UsageError(error.detail) from error


def _check_report(file: Path, report: Path | None) -> None:
    if report is None:
        return
    if report.suffix.lower() not in (".csv", ".json"):
        raise click.UsageError("--report: name a file that ends in .csv or .json.")
    if not report.parent.is_dir():
        raise click.UsageError(f"--report: there is no folder {report.parent}.")
    if report.exists() and report.samefile(file):
        raise click.UsageError("--report: this is the file to be imported, which would be lost.")


def _read(file: Path) -> bytes:
    """The bytes of the file, one more than allowed at most: a device has no size and no end."""
    try:
        with file.open("rb") as stream:
            return stream.read(MAX_BYTES + 1)
    except OSError as error:
        raise Failed(f"{file} cannot be read: {error.strerror or error}.") from error


async def _import(
    settings: Settings, data: bytes, program: str, policy: ImportPolicy, options: ImportOptions
) -> Imported:
    async with opened(settings):
        try:
            program_id = (await get_program(program)).id
        except NotFound as error:
            raise Failed(await no_program(program)) from error
        judged = _judged(data, policy)
        done = 0
        with progress("Importing" if not options.dry_run else "Comparing", len(judged.verdicts)) as shown:

            def advance(rows: int) -> None:
                nonlocal done
                done += rows
                shown(rows)

            try:
                return await import_verdicts(
                    works_of(settings), OPERATOR, program_id, judged.verdicts, options, advance
                )
            except (Unavailable, OSError, sqlite3.Error, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
                raise Failed(
                    f"The database could not go on after {counted(done, 'row')} of {len(judged.verdicts):,}: {error}. "
                    "These are done. Run the same command again: they will be recognised."
                ) from error


def _judged(data: bytes, policy: ImportPolicy) -> Judged:
    rows = data.count(b"\n")
    try:
        with progress("Judging", rows) as advance:
            judged = judge_file(data, policy, advance)
    except FileUnreadable as error:
        raise Failed(f"{error.detail} Nothing was imported.") from error
    for note in judged.notes:
        warn(_plain(note))
    for line in summary_lines(summarize(judged.verdicts)):
        say(line)
    return judged


def _tell(imported: Imported, report: Path | None, *, dry_run: bool) -> None:
    say("")
    show_table(
        ("rows", "what became of them" if not dry_run else "what would become of them"), _totals(imported, dry_run)
    )
    concerned = [outcome for outcome in imported.outcomes if outcome.sentence]
    if concerned:
        say("")
        show_table(("line", "slug", "outcome", "reason"), [_row(outcome) for outcome in concerned[:MOST_SHOWN]])
    if len(concerned) > MOST_SHOWN:
        more = counted(len(concerned) - MOST_SHOWN, "more row")
        say(f"... and {more}{'' if report else '; --report FILE.csv writes all of them'}")
    if report is not None:
        say(f"\n{report} has the verdict of every row.")
    if dry_run:
        say("\nThis was a dry run: nothing was written.")


def _totals(imported: Imported, dry_run: bool) -> Sequence[Sequence[str]]:
    added = [
        counted(imported.partners, "partner"),
        counted(imported.venues, "venue"),
        counted(imported.courses, "course"),
    ]
    will = "would be added" if dry_run else "added"
    return [*fate_lines(imported.outcomes, dry_run=dry_run), ("", f"{', '.join(added)} {will}")]


def _row(outcome: Outcome) -> tuple[str, ...]:
    code = outcome.fate.value if outcome.fate is not Fate.REFUSED else f"refused: {outcome.code}"
    return (str(outcome.line), _plain(outcome.slug)[:_LONGEST_SLUG], code, _plain(outcome.sentence))


def _plain(text: str) -> str:
    """Text of a stranger without what would steer a terminal."""
    return "".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in text)
