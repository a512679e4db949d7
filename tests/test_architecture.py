"""The house as it stands obeys its habits, and each check can fail."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests import architecture as house

ROOT = Path(__file__).resolve().parent.parent
CHECKS = (
    house.file_names,
    house.packages,
    house.empty_names,
    house.mirrors,
    house.budgets,
    house.clock_reads,
    house.inline_imports,
    house.awaiting_rules,
    house.implicit_columns,
    house.spliced_values,
    house.left_out_tests,
    house.locks,
)
Check = Callable[[Path], list[str]]

HASH_A, HASH_B = f"--hash=sha256:{'a' * 64}", f"--hash=sha256:{'b' * 64}"
OBEDIENT = {
    "training/__init__.py": '"""A package."""\n__version__ = "1"\n',
    "training/app.py": '"""The root."""\nfrom training.base.clock import now\n',
    "training/base/__init__.py": '"""The kernel."""\n',
    "training/base/clock.py": "from datetime import UTC, datetime\n\n\ndef now():\n    return datetime.now(UTC)\n",
    "training/booking/__init__.py": '"""What this room is."""\n',
    "training/booking/rules.py": "def fits(free, wanted):\n    return wanted <= free\n",
    "training/booking/pages.py": "@get('/')\nasync def show(works):\n    return await works.read()\n",
    "training/booking/queries.py": (
        "COLUMNS = 'a, b'\n\n\ndef read(alias: LiteralString, ids):\n"
        "    return f'SELECT {COLUMNS} FROM c AS {alias} WHERE id IN ({marks(ids)}){for_update()}'\n"
    ),
    "tests/booking/test_queries.py": "def test_read():\n    assert True\n",
    "training/booking/tables.py": (
        "from piccolo.columns import UUID, ForeignKey\n\n\nclass Booking:\n"
        "    id = UUID(primary_key=True, default=None)\n    session = ForeignKey('Session', null=False)\n"
    ),
    "training/booking/templates/booking/show.html": "<p>",
    "tests/booking/test_rules.py": "def test_fits():\n    assert True\n",
    "tests/booking/test_pages.py": "def test_show():\n    assert True\n",
    "benchmarks/__init__.py": "",
    "pyproject.toml": '[project]\ndependencies = ["click>=8"]\n[project.optional-dependencies]\ndev = ["pytest>=9"]\n',
    "requirements.lock": f"click==8.5.1 \\\n    {HASH_A}\npytest==9.2.0 \\\n    {HASH_B}\n",
    "deploy/requirements.lock": f"click==8.5.1 \\\n    {HASH_A}\n",
}

VIOLATIONS: list[tuple[Check, str, str, str]] = [
    (house.file_names, "training/booking/views.py", "", "views.py: not one of the names"),
    (house.file_names, "training/booking/sender.py", "", "sender.py: not one of the names"),
    (house.file_names, "training/booking/notes.txt", "", "notes.txt: not one of the names"),
    (house.file_names, "training/booking/templates/other/show.html", "", "holds exactly one folder, booking/"),
    (house.file_names, "training/things.py", "", "things.py: beside the rooms"),
    (house.packages, "training/catalogue/rules.py", "", "catalogue: needs an __init__.py"),
    (house.packages, "training/booking/__init__.py", '"""Words."""\nX = 1\n', "a docstring and nothing else"),
    (house.empty_names, "training/base/utils.py", "", "the name says nothing"),
    (house.empty_names, "training/base/helpers/times.py", "", "the name says nothing"),
    (house.empty_names, "tests/booking/test_helpers.py", "", "the name says nothing"),
    (house.empty_names, "training/base/work.py", "class BookingService: ...\n", "BookingService says nothing"),
    (house.empty_names, "training/base/work.py", "class BookingManager: ...\n", "BookingManager says nothing"),
    (house.mirrors, "training/booking/jobs.py", "", "no tests in tests/booking/test_jobs.py"),
    (house.mirrors, "tests/booking/test_rules.py", "CASES = ()\n", "no tests in tests/booking/test_rules.py"),
    (house.mirrors, "training/booking/actions/book.py", "", "no tests in tests/booking/test_actions/test_book.py"),
    (house.budgets, "training/base/work.py", "#\n" * 401, "401 lines"),
    (house.budgets, "tests/test_long.py", "def f():\n" + "    x = 1\n" * 60, "f has 61 lines"),
    (house.budgets, "training/base/work.py", "def f(a, b, c, *, d, e, f, g): ...\n", "f has 7 parameters"),
    (
        house.budgets,
        "training/booking/api.py",
        "@get('/')\ndef f():\n" + "    x = 1\n" * 16,
        "the handler f has 16 lines",
    ),
    (house.clock_reads, "training/app.py", "import datetime\nx = datetime.datetime.now()\n", "datetime.datetime.now"),
    (house.clock_reads, "training/base/work.py", "from datetime import date as d\nx = d.today()\n", "date.today"),
    (house.clock_reads, "training/base/work.py", "from time import time\nx = time\n", "reads the clock (time.time)"),
    (house.clock_reads, "training/base/work.py", "X = 'SELECT a WHERE b < CURRENT_TIMESTAMP'\n", "CURRENT_TIMESTAMP"),
    (
        house.clock_reads,
        "training/booking/tables.py",
        "from piccolo.columns.defaults import TimestamptzNow\nx = TimestamptzNow()\n",
        "TimestamptzNow",
    ),
    (house.inline_imports, "training/booking/rules.py", "def f():\n    import os\n", "import inside f"),
    (house.inline_imports, "tests/booking/test_rules.py", "def f():\n    from os import path\n", "import inside f"),
    (house.awaiting_rules, "training/booking/rules.py", "async def f(): ...\n", "never awaits"),
    (house.awaiting_rules, "training/booking/events/moved.py", "async def f(): ...\n", "never awaits"),
    (
        house.implicit_columns,
        "training/booking/tables.py",
        "from piccolo.columns import Varchar\nx = Varchar(default='')\n",
        "Varchar without null",
    ),
    (
        house.implicit_columns,
        "training/booking/tables/places.py",
        "from piccolo import columns\nx = columns.ForeignKey('Y')\ny = columns.Integer(null=True)\n",
        "ForeignKey without null",
    ),
    (
        house.spliced_values,
        "training/booking/queries.py",
        "def f(name: str):\n    return f\"SELECT a FROM b WHERE c = '{name}'\"\n",
        "name is spliced into SQL",
    ),
    (
        house.spliced_values,
        "training/booking/actions.py",
        "def f(row):\n    return f'DELETE FROM b WHERE c = {row.name}'\n",
        "row.name is spliced into SQL",
    ),
    (
        house.spliced_values,
        "training/booking/actions.py",
        "def f(names):\n    return f\"UPDATE b SET c = 1 WHERE d IN ({', '.join(names)})\"\n",
        "join(names) is spliced into SQL",
    ),
    (house.left_out_tests, "tests/booking/test_rules.py", "import pytest\npytest.skip('later')\n", "pytest.skip"),
    (house.left_out_tests, "tests/booking/test_rules.py", "import pytest as p\n@p.mark.xfail\ndef f(): ...\n", "xfail"),
    (house.locks, "requirements.lock", "click==8.5.1\n", "not a name, a version and hashes"),
    (house.locks, "requirements.lock", f"click==8.5.1 {HASH_A}\n", "pytest: declared and not locked"),
    (house.locks, "requirements.lock", "click @ https://files.example/click.whl\n", "not a name, a version and hashes"),
    (house.locks, "deploy/requirements.lock", f"click==8.5.0 {HASH_A}\n", "click differs"),
]


def _tree(root: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return root


@pytest.mark.parametrize("check", CHECKS)
def test_the_house_obeys(check: Check) -> None:
    problems = check(ROOT)
    assert not problems, "\n".join(problems)


def test_the_top_level_is_what_was_decided() -> None:
    assert house.top_level(house.committed(ROOT)) == []


@pytest.mark.parametrize("check", CHECKS)
def test_an_obedient_house_passes(check: Check, tmp_path: Path) -> None:
    assert check(_tree(tmp_path, OBEDIENT)) == []


@pytest.mark.parametrize(("check", "place", "text", "complaint"), VIOLATIONS)
def test_a_violation_is_seen(check: Check, place: str, text: str, complaint: str, tmp_path: Path) -> None:
    problems = check(_tree(tmp_path, OBEDIENT | {place: text}))
    assert any(complaint in problem for problem in problems), problems


def test_every_check_is_tried_with_a_violation() -> None:
    assert {check for check, *_ in VIOLATIONS} == set(CHECKS)


def test_a_stranger_at_the_top_level_is_seen(tmp_path: Path) -> None:
    (tmp_path / ".gitignore").write_text("/.venv/\n")
    for name in (*house.REQUIRED, "README.md", ".venv", "utils"):
        (tmp_path / name).mkdir()
    assert house.top_level(house.committed(tmp_path) - {"docs"}) == [
        "utils: does not belong at the top level",
        "docs: is missing",
    ]
