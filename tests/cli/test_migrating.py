"""Migrations: all or nothing, once, however many processes try at the same time, and from a wheel elsewhere."""

import os
import subprocess
import sys
import venv
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from tests.cli.commands import KEY, NewDatabase, rows
from training.piccolo_app import MIGRATIONS

ROOT = Path(__file__).resolve().parent.parent.parent
ALL = len(list(MIGRATIONS.glob("training_*.py")))
APPLIED = "SELECT name FROM migration WHERE app_name = 'training' ORDER BY name"


def test_what_is_applied_is_printed_and_the_second_time_nothing_is(
    training: Callable[..., Result], new_database: NewDatabase
) -> None:
    url = new_database()
    if url.startswith("sqlite"):
        assert training(url, "migrate", "--check").exit_code == 1
    first = training(url, "migrate")
    assert first.exit_code == 0
    assert first.output.count("applied  ") == ALL
    second = training(url, "migrate")
    assert (second.exit_code, second.output.count("applied  ")) == (0, 0)
    assert "Nothing to do" in second.output
    checked = training(url, "migrate", "--check")
    assert (checked.exit_code, checked.output.startswith("The database")) == (0, True)


def test_check_names_what_is_missing_and_changes_nothing(
    training: Callable[..., Result], new_database: NewDatabase
) -> None:
    url = new_database()
    training(url, "migrate")
    rows(url, "DELETE FROM migration WHERE name = (SELECT MAX(name) FROM migration) RETURNING name")
    checked = training(url, "migrate", "--check")
    assert checked.exit_code == 1
    assert checked.output.count("missing  ") == 1
    assert len(rows(url, APPLIED)) == ALL - 1


def test_three_processes_at_once_apply_everything_once(
    process: Callable[..., subprocess.Popen[str]], new_database: NewDatabase
) -> None:
    url = new_database()
    started = [process(url, "migrate") for _ in range(3)]
    said = [each.communicate(timeout=60)[0] for each in started]
    assert [each.returncode for each in started] == [0, 0, 0], said
    assert sum(text.count("applied  ") for text in said) == ALL
    assert sum("Nothing to do" in text for text in said) == 2
    assert len(rows(url, APPLIED)) == ALL


@pytest.fixture(scope="session")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project as a wheel, installed without its dependencies into a folder of its own."""
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    [wheel] = folder.glob("*.whl")
    target = folder / "installed"
    pip = [sys.executable, "-m", "pip", "install", "-q", "--no-deps", "--no-index", "--disable-pip-version-check"]
    subprocess.run([*pip, "--target", str(target), str(wheel)], check=True, capture_output=True)
    return target


def test_an_installed_wheel_brings_its_migrations_along(
    installed: Path, new_database: NewDatabase, tmp_path: Path
) -> None:
    """A fresh environment sees our dependencies, but the package only where the wheel was unpacked."""
    url = new_database()
    home = tmp_path / "environment"
    venv.create(home, with_pip=False, symlinks=True)
    dependencies = Path(os.__file__).parent / "site-packages"
    paths = [path for path in sys.path if path.endswith("site-packages")] or [str(dependencies)]
    # As PYTHONPATH, site-packages are plain folders: the editable installation in them is not followed.
    environment = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": os.pathsep.join([str(installed), *paths]),
        "TRAINING_DATABASE_URL": url,
        "TRAINING_SECRET_KEY": KEY,
    }
    python = str(home / "bin" / "python")

    def run(*arguments: str) -> str:
        result = subprocess.run(
            [python, *arguments], cwd=tmp_path, env=environment, check=False, capture_output=True, text=True
        )
        assert result.returncode == 0, result.stdout + result.stderr
        return result.stdout

    assert str(installed) in run("-c", "import training; print(training.__file__)")
    assert run("-m", "training", "migrate").count("applied  ") == ALL
    assert "up to date" in run("-m", "training", "migrate")
    assert "All is in order." in run("-m", "training", "check")
    assert len(rows(url, APPLIED)) == ALL
