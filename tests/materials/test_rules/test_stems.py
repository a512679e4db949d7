"""What belongs together by its name."""

import pytest

from training.materials.rules.stems import split_name, stem_of


@pytest.mark.parametrize(
    ("name", "split"),
    [
        ("welcome.en.vtt", ("welcome", "en")),
        ("handout_pt_BR.pdf", ("handout", "pt-BR")),
        ("words [es].srt", ("words", "es")),
        ("part.no.mp4", ("part.no", "")),
        ("welcome", ("welcome", "")),
    ],
)
def test_a_name_may_end_with_its_language(name: str, split: tuple[str, str]) -> None:
    assert split_name(name) == split


def test_captions_are_called_as_their_film() -> None:
    assert stem_of("Welcome_Day 1.webm") == stem_of("welcome-day-1.en.vtt") == "welcome day 1"
    assert stem_of("welcome.webm") != stem_of("good.vtt")
