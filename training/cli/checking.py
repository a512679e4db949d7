"""`training check`."""

import sqlite3
from datetime import datetime
from urllib.parse import urlsplit

import click
import msgspec

from training import __version__
from training.base.clock import system_clock
from training.base.database import EmbeddedEngine, bound_engine, execute
from training.base.database.migrating import missing
from training.base.structs import Frozen
from training.base.zones import zone_data_version
from training.cli.checks import CHECKS, Violation, find_damage, find_violations
from training.cli.clocks import find_zone_changes
from training.cli.completions import COMPLETION_CHECKS, find_wrong_completions
from training.cli.days import DAY_CHECKS, find_wrong_days
from training.cli.files import FILE_CHECKS, look_at_files
from training.cli.letters import font_line
from training.cli.mailing import mail_lines
from training.cli.opening import opened, run, settings_or_fail, shown_url
from training.cli.saying import Failed, counted, say, show_table
from training.cli.snapshots import snapshot
from training.outbox.rules import SHORTEST_KEY
from training.settings import Settings

LOOPBACK = ("127.0.0.1", "localhost", "::1")


class Line(Frozen, frozen=True, kw_only=True):
    """One thing that was looked at. `ok` is false when it needs somebody."""

    check: str
    ok: bool
    said: str


class Report(Frozen, frozen=True, kw_only=True):
    """Everything that was looked at, and each violation with the row it is about."""

    ok: bool
    at: datetime
    lines: tuple[Line, ...]
    violations: tuple[Violation, ...]


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.option("--files", "hashes", is_flag=True, help="Read every byte of every file and compare it with its hash.")
def check(as_json: bool, hashes: bool) -> None:
    """Prove that settings, database and bookings are in order; exit 1 when something is not.

    Counters of every session are compared with its enrollments, occupancy with who is enrolled, waitlists with the
    rule that gives places, attendance with the marks of rosters, files with what lies in the storage. It only reads,
    and may run while the service runs.
    """
    report = run(make_report(settings_or_fail(), hashes=hashes))
    if as_json:
        say(msgspec.json.format(msgspec.json.encode(report), indent=1).decode())
    else:
        show_table(("check", "", "found"), [(x.check, "ok" if x.ok else "WRONG", x.said) for x in report.lines])
        for violation in report.violations:
            say(f"{violation.check}: {violation.subject_id or ''} {violation.detail}")
    if not report.ok:
        wrong = sum(not line.ok for line in report.lines)
        raise Failed(f"{counted(wrong, 'check')} found something wrong.")
    if not as_json:
        say("All is in order.")


async def make_report(settings: Settings, *, hashes: bool = False) -> Report:
    """Look at everything, at the present instant; with `hashes` at every byte of every file.

    Raises Failed when the database cannot be reached.
    """
    now = system_clock()
    lines = [*_settings_lines(settings), Line(check="zone data", ok=True, said=f"tzdata {zone_data_version()}")]
    violations: list[Violation] = []
    async with opened(settings, migrated=False) as engine:
        lines.append(Line(check="engine", ok=True, said=await _engine_version()))
        behind = await missing(engine)
        said = f"{counted(len(behind), 'migration')} missing: training migrate" if behind else "up to date"
        lines.append(Line(check="migrations", ok=not behind, said=said))
        if not behind:
            # One moment, or a booking made meanwhile looks like a difference.
            async with snapshot(engine):
                violations = await find_damage() + await find_violations(now) + await find_zone_changes(now)
                violations += await find_wrong_days()
                violations += await find_wrong_completions(now)
                told = [*await mail_lines(settings, now), await font_line(settings)]
            of_files, wrong = await look_at_files(settings, now, hashes=hashes)
            violations += wrong
            lines += [Line(check=name, ok=ok, said=said) for name, ok, said in (*told, *of_files)]
    if not behind:
        lines += [_verdict(name, violations) for name in (*CHECKS, *DAY_CHECKS, *COMPLETION_CHECKS, *FILE_CHECKS)]
    return Report(ok=all(line.ok for line in lines), at=now, lines=tuple(lines), violations=tuple(violations))


def _verdict(name: str, violations: list[Violation]) -> Line:
    number = sum(violation.check == name for violation in violations)
    return Line(check=name, ok=not number, said=counted(number, "violation") if number else "no violation")


def _settings_lines(settings: Settings) -> list[Line]:
    key = len(settings.secret_key) >= SHORTEST_KEY
    said = f"version {__version__}, {shown_url(settings.database_url)}, {settings.base_url}"
    secure = settings.base_url.startswith("https://") or urlsplit(settings.base_url).hostname in LOOPBACK
    return [
        Line(check="settings", ok=True, said=said),
        Line(check="secret key", ok=key, said="set" if key else f"TRAINING_SECRET_KEY needs {SHORTEST_KEY} characters"),
        Line(
            check="encryption",
            ok=secure or settings.demo,
            said="https, or this machine only"
            if secure
            else "TRAINING_BASE_URL is not https: sign-ins can be overheard",
        ),
    ]


async def _engine_version() -> str:
    if isinstance(bound_engine(), EmbeddedEngine):
        return f"SQLite {sqlite3.sqlite_version}"
    return f"PostgreSQL {(await execute('SHOW server_version'))[0]['server_version']}"
