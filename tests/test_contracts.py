"""The import contracts in pyproject.toml, tried on a small house: kept when obeyed, broken when not."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
LINT_IMPORTS = Path(sys.executable).with_name("lint-imports")

OBEDIENT = {
    "__init__": "",
    "__main__": "from training.cli import main",
    "cli/__init__": "from training.cli.serve import main",
    "cli/serve": "import granian\nfrom training import app, worker\nmain = None",
    "app": "from training import reactions, settings\nfrom training.booking import api, pages",
    "worker": "import apscheduler\nfrom training import reactions\nfrom training.outbox import jobs",
    "reactions": "from training.booking import actions, events\nfrom training.outbox import mails",
    "settings": "from training.base import site",
    "ics": "import icalendar\nfrom training.base import site",
    "base/__init__": "",
    "base/site": "",
    "base/work": "import piccolo",
    "base/database/__init__": "import piccolo",
    "web/__init__": "import litestar\nfrom training.base import site",
    "outbox/__init__": "",
    "outbox/jobs": "from training.outbox import queries, sender",
    "outbox/mails": "",
    "outbox/queries": "from training.outbox import tables",
    "outbox/sender": "import aiosmtplib",
    "outbox/tables": "import piccolo\nfrom training.outbox import rules",
    "outbox/rules": "from training.base import site",
    "people/__init__": "",
    "people/guards": "from training.people import queries",
    "people/queries": "from training.base import database",
    "booking/__init__": "",
    "booking/api": "import litestar\nfrom training.booking import actions, schemas\nfrom training.people import guards",
    "booking/pages": "from training import web\nfrom training.booking import actions, importer",
    "booking/importer": "from training.booking import actions",
    "booking/schemas": "from training.booking import rules",
    "booking/actions": "from training.base import work\nfrom training.booking import events, queries, rules",
    "booking/queries": "from training.booking import rules, tables",
    "booking/tables": "import piccolo",
    "booking/events": "from training.booking import rules",
    "booking/rules/__init__": "",
    "booking/rules/places": "from training.base import site",
}

# Contract -> what is added to which module -> the line that must say so.
VIOLATIONS: dict[str, list[tuple[str, str, str]]] = {
    "One direction": [
        ("lounge/__init__", "", "- training.lounge"),
        ("things", "", "- training.things"),
        ("people/queries", "import training.booking.rules", "training.people.queries -> training.booking.rules"),
        ("base/work", "import training.people.queries", "training.base.work -> training.people.queries"),
        ("worker", "import training.app", "training.worker -> training.app"),
        ("inbox/__init__", "import training.outbox.rules", "training.inbox -> training.outbox.rules"),
    ],
    "Inside a room": [
        ("booking/queries", "import training.booking.actions", "training.booking.queries -> training.booking.actions"),
        ("booking/api", "import training.booking.pages", "training.booking.api -> training.booking.pages"),
        ("booking/events", "import training.booking.tables", "training.booking.events -> training.booking.tables"),
        ("people/queries", "import training.people.guards", "training.people.queries -> training.people.guards"),
    ],
    "Rules and events are pure": [
        ("booking/rules/places", "import litestar", "training.booking.rules.places -> litestar"),
        ("booking/rules/places", "import training.base.work", "training.booking.rules.places -> training.base.work"),
        ("booking/events", "import training.base.database", "training.booking.events -> training.base.database"),
        # Not the rule itself but what it builds on: the chain is followed.
        ("base/site", "import asyncpg", "training.base.site -> asyncpg"),
    ],
    "Each of these libraries has one home": [
        ("booking/actions", "import icalendar", "training.booking.actions -> icalendar"),
        ("app", "import apscheduler", "training.app -> apscheduler"),
        ("outbox/jobs", "import aiosmtplib", "training.outbox.jobs -> aiosmtplib"),
        ("worker", "import granian", "training.worker -> granian"),
    ],
    "No circles": [
        ("base/site", "import training.base.work\n", "training.base"),
        ("base/work", "import training.base.site\n", "training.base"),
    ],
}


def _lint(root: Path, files: dict[str, str]) -> subprocess.CompletedProcess[str]:
    for name, text in files.items():
        path = root / "training" / f"{name}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text + "\n")
    shutil.copy(ROOT / "pyproject.toml", root)
    return subprocess.run(
        [LINT_IMPORTS, "--no-cache", "--no-logo"],
        check=False,
        cwd=root,
        capture_output=True,
        text=True,
        # The small house comes first, before the real one, which the environment has installed.
        env=os.environ | {"PYTHONPATH": str(root), "COLUMNS": "200"},
    )


def test_an_obedient_house_keeps_every_contract(tmp_path: Path) -> None:
    done = _lint(tmp_path, OBEDIENT)
    assert done.returncode == 0, done.stdout
    assert "5 kept, 0 broken" in done.stdout


@pytest.mark.parametrize(("contract", "violations"), VIOLATIONS.items(), ids=list(VIOLATIONS))
def test_every_violation_is_named(contract: str, violations: list[tuple[str, str, str]], tmp_path: Path) -> None:
    files = dict(OBEDIENT)
    for place, text, _ in violations:
        files[place] = f"{files.get(place, '')}\n{text}"
    done = _lint(tmp_path, files)
    assert done.returncode == 1, done.stdout + done.stderr
    assert any(line.startswith(contract) and " BROKEN" in line for line in done.stdout.splitlines()), done.stdout
    assert [complaint for *_, complaint in violations if complaint not in done.stdout] == [], done.stdout


def test_the_real_house_keeps_every_contract() -> None:
    done = subprocess.run(
        [LINT_IMPORTS, "--no-cache", "--no-logo"], check=False, cwd=ROOT, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr
