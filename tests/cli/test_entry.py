"""The table of commands says what is there, and exit codes say what happened."""

import subprocess
import sys
from collections.abc import Callable

import click
import pytest
from click.testing import Result

from tests.cli.commands import NewDatabase
from training.base.errors import Conflict
from training.cli.entry import COMMANDS, cli

Command = Callable[..., Result]


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_every_command_exists_and_has_help(training: Command, name: str) -> None:
    command = cli.get_command(click.Context(cli), name)
    assert command is not None
    assert command.name == name
    helped = training("sqlite:///none", name, "--help")
    assert helped.exit_code == 0
    assert helped.output.startswith(f"Usage: training {name}")


def test_help_names_every_command_without_importing_it() -> None:
    script = (
        "import sys; sys.argv = ['training', '--help']\n"
        "from training.cli import main\n"
        "try: main()\n"
        "except SystemExit: pass\n"
        "print('litestar' in sys.modules, 'piccolo' in sys.modules)\n"
    )
    said = subprocess.run([sys.executable, "-c", script], check=True, capture_output=True, text=True).stdout
    assert said.endswith("False False\n")
    assert [line.split()[0] for line in said.partition("Commands:\n")[2].splitlines()[:-1]] == sorted(COMMANDS)


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["nothing-like-this"], 2),
        (["check", "--no-such-option"], 2),
        (["export", "everything", "x.csv"], 2),
        (["add-manager", "ada@example.org"], 2),
        (["check"], 1),
        (["backup", "x.zip"], 1),
        (["--version"], 0),
        (["--help"], 0),
    ],
)
def test_exit_codes(training: Command, new_database: NewDatabase, arguments: list[str], code: int) -> None:
    result = training(new_database("sqlite"), *arguments)
    assert result.exit_code == code
    assert "Traceback" not in result.output


@pytest.mark.parametrize(
    ("url", "settings", "sentence"),
    [
        ("sqlite:////nowhere/at/all.sqlite", {}, "There is no database at /nowhere/at/all.sqlite yet"),
        ("postgresql://ada:secret@127.0.0.1:1/x", {}, "postgresql://ada@127.0.0.1:1/x cannot be used"),
        ("mysql://x", {}, "must start with sqlite:/// or postgresql://"),
        ("sqlite:///x.sqlite", {"port": "many"}, "TRAINING_PORT cannot be 'many'"),
        ("sqlite:///x.sqlite", {"pool_size": "0"}, "TRAINING_POOL_SIZE cannot be '0': it is a number from 1."),
        ("sqlite:///x.sqlite", {"trusted_proxies": "x"}, "TRAINING_TRUSTED_PROXIES cannot be 'x'"),
    ],
)
def test_what_is_wrong_is_said_in_one_sentence(
    training: Command, url: str, settings: dict[str, str], sentence: str
) -> None:
    result = training(url, "check", **settings)
    assert result.exit_code == 1
    assert sentence in result.output
    assert "secret" not in result.output.replace("secret_key", "")
    assert result.output.count("\n") == 1


@click.command("twice")
def twice() -> None:
    raise Conflict("This exists already.", constraint="uq_venue_name")


def test_of_a_duplicate_it_is_said_what_there_is_already(training: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(COMMANDS, "twice", (f"{__name__}:twice", "Make something that there is."))
    result = training("sqlite:///none", "twice")
    assert (result.exit_code, result.output) == (1, "training: This exists already: venue name.\n")
