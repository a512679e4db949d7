"""What a file is, by its content: good ones of every kind, and those of `tests.materials.hostile`."""

import io
import random

import pytest

from tests.materials.files import GOOD, PNG
from tests.materials.hostile import HOSTILE, Hostile
from training.materials.rules.formats import FORMATS, NotAccepted, file_name
from training.materials.rules.kinds import judge

# A browser runs none of these.
HARMLESS = {found.media_type for found in FORMATS.values()}
RUN = ("html", "svg", "javascript", "xml;", "xhtml")


def judged(name: str, content: bytes) -> str:
    return judge(name, io.BytesIO(content), len(content)).ending


@pytest.mark.parametrize("ending", GOOD)
def test_good_files_are_known_by_their_content(ending: str) -> None:
    assert judged(f"a.{ending}", GOOD[ending]) == ending
    if ending not in ("txt", "md", "csv", "srt"):
        assert judged("without an ending", GOOD[ending]) == ending


def test_there_is_a_good_file_of_every_format() -> None:
    assert set(GOOD) == set(FORMATS)


@pytest.mark.parametrize("hostile", HOSTILE, ids=lambda one: f"{one.name[:40]!a} {one.why or one.kept}")
def test_hostile_files_are_refused_or_harmless(hostile: Hostile) -> None:
    if hostile.why:
        with pytest.raises(NotAccepted) as refusal:
            judged(hostile.name, hostile.content)
        assert hostile.why in refusal.value.detail
        assert refusal.value.detail.endswith(".")
        assert refusal.value.fields
    else:
        found = judge(hostile.name, io.BytesIO(hostile.content), len(hostile.content))
        assert found.media_type == hostile.kept
        assert file_name(hostile.name, found.ending).endswith(f".{found.ending}")


def test_enough_are_tried_and_nothing_is_kept_that_a_browser_runs() -> None:
    assert len(HOSTILE) >= 74
    assert not [kind for kind in HARMLESS if any(word in kind.replace("openxml", "") for word in RUN)]


def test_whatever_comes_is_judged_or_refused() -> None:
    """Good files with bytes changed anywhere: never another error."""
    chance = random.Random(7)
    for ending, content in GOOD.items():
        for _ in range(60):
            changed = bytearray(content)
            for _ in range(chance.randint(1, 4)):
                changed[chance.randrange(len(changed))] = chance.randrange(256)
            cut = changed[: chance.randint(1, len(changed))] if chance.random() < 0.3 else changed
            try:
                judged(f"a.{ending}", bytes(cut))
            except NotAccepted as refusal:
                assert refusal.detail


def test_a_name_says_nothing_about_a_picture() -> None:
    assert judged("summer.mp4", PNG) == "png"
    assert file_name("summer.mp4", "png") == "summer.png"
