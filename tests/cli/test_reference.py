"""The manual names every command, option and setting, and nothing that is not there; its examples can be typed."""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from training.cli.entry import COMMANDS, cli
from training.settings import Settings

DOCS = Path(__file__).resolve().parent.parent.parent / "docs"
SECTION = re.compile(r"^## training (\S+)$", re.MULTILINE)
OPTION = re.compile(r"`(--[a-z-]+)`")
SETTING = re.compile(r"^\| `TRAINING_(\w+)` \| (.+?) \| .{20,} \|$", re.MULTILINE)
FENCED = re.compile(r"^```sh\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def command_named(*names: str) -> click.Command:
    command: click.Command | None = cli
    for name in names:
        assert isinstance(command, click.Group)
        command = command.get_command(click.Context(command), name)
    assert command is not None, names
    return command


def leaves(command: click.Command) -> Iterator[click.Command]:
    if isinstance(command, click.Group):
        for name in command.list_commands(click.Context(command)):
            yield from leaves(command_named("import", name))
    else:
        yield command


def options_of(command: click.Command) -> set[str]:
    return {
        name
        for leaf in leaves(command)
        for option in leaf.params
        if isinstance(option, click.Option)
        for name in [*option.opts, *option.secondary_opts]
    }


def test_every_command_has_its_section_and_no_other() -> None:
    assert SECTION.findall((DOCS / "reference/commands.md").read_text()) == sorted(COMMANDS)


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_every_option_is_explained_and_no_other(name: str) -> None:
    text = (DOCS / "reference/commands.md").read_text()
    section = text.partition(f"## training {name}\n")[2].partition("\n## ")[0]
    listed = {option for line in section.splitlines() if line.startswith("- ") for option in OPTION.findall(line)}
    assert listed == options_of(command_named(name))


def test_the_list_of_commands_says_what_each_does() -> None:
    for name, (_, line) in COMMANDS.items():
        assert line.endswith("."), name
        assert len(line) <= 70, name


def test_every_setting_is_explained_with_its_default_and_no_other() -> None:
    found = dict(SETTING.findall((DOCS / "reference/settings.md").read_text()))
    assert list(found) == [name.upper() for name in Settings.__struct_fields__]
    for name, written in found.items():
        default = getattr(Settings(), name.lower())
        expected = "(nothing)" if default in ("", ()) else "no" if default is False else f"`{default}`"
        assert written == expected, name


def examples() -> Iterator[tuple[str, str]]:
    for page in sorted(DOCS.rglob("*.md")):
        for block in FENCED.findall(page.read_text()):
            for line in block.replace("\\\n", " ").splitlines():
                if line.startswith("training "):
                    yield page.name, line


@pytest.mark.parametrize(("page", "line"), sorted(set(examples())))
def test_examples_can_be_typed(page: str, line: str) -> None:
    words = shlex.split(line, comments=True)[1:]
    names = words[:2] if words[0] == "import" else words[:1]
    command = command_named(*names)
    options = {word.partition("=")[0] for word in words if word.startswith("--")}
    assert options <= options_of(command) | {"--help"}, page
