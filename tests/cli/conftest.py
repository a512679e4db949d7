"""Databases of their own for commands, and commands as an operator starts them."""

import os
import secrets
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import asyncpg
import click
import pytest
from click.testing import CliRunner, Result

from tests.cli.commands import KEY, NewDatabase, change, run_alone, tell
from training.cli.entry import cli


@pytest.fixture
def new_database(engine_name: str, database_url: str, tmp_path: Path) -> Iterator[NewDatabase]:
    """Makes empty databases of the engine under test (or of SQLite, when asked); they are gone after the test."""
    made: list[str] = []

    def make(engine: str = engine_name) -> str:
        name = f"t_{secrets.token_hex(6)}"
        if engine == "sqlite":
            return f"sqlite:///{tmp_path}/{name}.sqlite"
        run_alone(_execute(database_url, f"CREATE DATABASE {name}"))
        made.append(name)
        return _beside(database_url, name)

    yield make
    for name in made:
        run_alone(_execute(database_url, f"DROP DATABASE {name} WITH (FORCE)"))


@pytest.fixture(scope="session")
def told(engine_name: str, database_url: str, tmp_path_factory: pytest.TempPathFactory, files_folder: str) -> str:
    """A database with the demo's story, to be copied and not to be used: telling it takes longer than a copy."""
    if engine_name == "sqlite":
        url = f"sqlite:///{tmp_path_factory.mktemp('told')}/story.sqlite"
    else:
        run_alone(_execute(database_url, "CREATE DATABASE told"))
        url = _beside(database_url, "told")
    tell(url, files_folder)
    return url


@pytest.fixture
def story(new_database: NewDatabase, told: str, database_url: str, engine_name: str) -> NewDatabase:
    """Makes databases in which the demo's story has been told a moment ago, changed by the statements given."""

    def make(*statements: str) -> str:
        url = new_database()
        if engine_name == "sqlite":
            shutil.copy(told.removeprefix("sqlite:///"), url.removeprefix("sqlite:///"))
        else:
            name = url.partition("?")[0].rpartition("/")[2]
            run_alone(_execute(database_url, f"DROP DATABASE {name}"))
            run_alone(_execute(database_url, f"CREATE DATABASE {name} TEMPLATE told"))
        if statements:
            change(url, *statements)
        return url

    return make


def _beside(dsn: str, name: str) -> str:
    address, question, query = dsn.partition("?")
    return f"{address.rpartition('/')[0]}/{name}{question}{query}"


async def _execute(dsn: str, statement: str) -> None:
    connection = await asyncpg.connect(dsn)
    try:
        await connection.execute(statement)
    finally:
        await connection.close()


@pytest.fixture(scope="session")
def files_folder(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Where the files of the demo's story lie, and those of every command that names no other storage."""
    return str(tmp_path_factory.mktemp("files") / "files")


@pytest.fixture
def training(monkeypatch: pytest.MonkeyPatch, files_folder: str) -> Callable[..., Result]:
    """`training(url, "check", "--json")`: the command in this process, its result with exit code and output."""

    def command(url: str, *arguments: str, **settings: str) -> Result:
        for name in [name for name in os.environ if name.startswith("TRAINING_")]:
            monkeypatch.delenv(name)
        values = {"database_url": url, "secret_key": KEY, "storage_url": files_folder, **settings}
        for name, value in values.items():
            monkeypatch.setenv(f"TRAINING_{name.upper()}", value)
        return CliRunner().invoke(cli, arguments, prog_name="training")

    return command


@pytest.fixture
def process(tmp_path: Path, files_folder: str) -> Iterator[Callable[..., subprocess.Popen[str]]]:
    """`process(url, "serve", "--port", "8123")`: the command as a process of its own, ended after the test."""
    started: list[subprocess.Popen[str]] = []

    def start(url: str, *arguments: str, cwd: Path = tmp_path, **settings: str) -> subprocess.Popen[str]:
        environment = environment_of({"database_url": url, "secret_key": KEY, "storage_url": files_folder, **settings})
        command = [sys.executable, "-m", "training", *arguments]
        begun = subprocess.Popen(
            command, env=environment, cwd=cwd, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
        )
        started.append(begun)
        return begun

    yield start
    for each in started:
        if each.poll() is None:
            each.terminate()
            each.wait(60)
        if each.stdout is not None:
            each.stdout.close()


def environment_of(settings: Mapping[str, str]) -> dict[str, str]:
    around = {name: value for name, value in os.environ.items() if not name.startswith("TRAINING_")}
    return around | {f"TRAINING_{name.upper()}": value for name, value in settings.items()}


@pytest.fixture(autouse=True)
def plain_output(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.setattr(click, "get_terminal_size", lambda: (100, 40), raising=False)
