"""`training check` names the scripts of names that paper cannot show."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from tests.cli.commands import NewDatabase
from training.web.fonts import our_folders

Command = Callable[..., Result]
ENROLLED = (
    "UPDATE membership SET name = '{}' WHERE id = (SELECT membership_id FROM enrollment WHERE state = 'enrolled'"
    " AND membership_id IS NOT NULL ORDER BY id LIMIT 1)"
)


def fonts(training: Command, url: str, **settings: str) -> tuple[bool, str]:
    """What `training check` says of fonts."""
    report = json.loads(training(url, "check", "--json", **settings).output.partition("\ntraining:")[0])
    (found,) = [line for line in report["lines"] if line["check"] == "fonts"]
    return found["ok"], found["said"]


def test_every_name_of_the_story_can_be_shown(training: Command, story: NewDatabase) -> None:
    assert fonts(training, story()) == (True, "every name on attendance sheets and certificates can be shown")


@pytest.mark.parametrize(
    ("name", "ok", "said"),
    [
        ("中村 สมชาย", False, "no font for Han (中村), Thai (ชมยสา) in 1 name: put one into a folder"),
        ("Ana 🌻", True, "no font for Symbols (🌻) in 1 name"),
    ],
)
def test_a_script_without_a_font_is_named(
    training: Command, story: NewDatabase, name: str, ok: bool, said: str
) -> None:
    found = fonts(training, story(ENROLLED.format(name)))
    assert found[0] is ok
    assert found[1].startswith(said)


def test_the_operators_folder_counts(training: Command, story: NewDatabase, tmp_path: Path) -> None:
    source = next(path for folder in our_folders() for path in folder.rglob("NotoSansTamil*.ttf"))
    folder = tmp_path / "fonts"
    folder.mkdir()
    shutil.copy(source, folder)
    url = story(ENROLLED.format("中村"))
    ok, said = fonts(training, url, fonts_dir=str(folder))
    assert (ok, said) == (False, f"no font for Han (中村) in 1 name: put one into {folder}")
    refused = training(url, "check", fonts_dir=str(tmp_path / "nowhere"))
    assert refused.exit_code == 1
    assert "TRAINING_FONTS_DIR" in refused.output


def test_names_that_are_on_no_paper_are_not_looked_at(training: Command, story: NewDatabase) -> None:
    only = "UPDATE person SET name = '中村' WHERE id NOT IN (SELECT person_id FROM enrollment)"
    assert fonts(training, story(f"{only} AND id NOT IN (SELECT person_id FROM trainer_assignment)"))[0]
