"""How the list is laid out, and which variant comes first for whom."""

from datetime import UTC, datetime, timedelta

import pytest
from msgspec.structs import replace

from training.base.structs import Frozen
from training.materials.rules.arranging import arrange, group, languages_of, rank, read_languages

NOW = datetime(2026, 5, 12, 9, tzinfo=UTC)


class Item(Frozen, frozen=True, kw_only=True):
    """A material as far as the list looks at it."""

    title: str
    asked: bool = False
    visible: bool = True
    from_at: datetime | None = None
    acknowledged_at: datetime | None = None


class Shape(Frozen, frozen=True, kw_only=True):
    """A variant as far as an order looks at it."""

    form: str
    language: str = ""


READ, DONE = Item(title="Read this", asked=True), Item(title="Watch this", asked=True, acknowledged_at=NOW)
SLIDES = Item(title="Slides")
RECORDING = Item(title="Recording", visible=False)
HANDOUT = Item(title="Handout", visible=False, from_at=NOW + timedelta(days=1))
EXERCISE = Item(title="Exercise", visible=False, from_at=NOW + timedelta(hours=1))
ALL = (READ, RECORDING, SLIDES, HANDOUT, DONE, EXERCISE)


def test_before_the_session_what_is_to_be_done_stands_alone_and_what_comes_is_in_order_of_time() -> None:
    found = arrange(ALL)
    assert found.before == (READ, DONE)
    assert found.here == (SLIDES,)
    assert found.later == (EXERCISE, HANDOUT, RECORDING)
    assert (found.done, found.left, found.open) == (1, 1, 3)


def test_what_is_too_late_to_be_done_before_stands_with_what_is_there() -> None:
    found = arrange(replace(one, asked=False) for one in ALL)
    assert found.before == ()
    assert [one.title for one in found.here] == ["Read this", "Slides", "Watch this"]
    assert (found.done, found.left, found.open) == (0, 0, 3)


def test_nothing_is_three_empty_parts() -> None:
    nothing: list[Item] = []
    found = arrange(nothing)
    assert (found.before, found.here, found.later, found.open) == ((), (), (), 0)


@pytest.mark.parametrize(
    ("header", "usual", "read"),
    [
        ("", (), ()),
        ("", ("en", ""), ("en",)),
        ("es-MX,es;q=0.9,en;q=0.8", ("en", "de"), ("es-mx", "es", "en", "de")),
        ("en;q=0.2, uk", (), ("uk", "en")),
        ("de;q=0, *;q=0.5, <script>, fr;q=x, it;q=nan", ("de",), ("de",)),
        (", ;q=1,,", (), ()),
    ],
)
def test_the_languages_that_somebody_reads(header: str, usual: tuple[str, ...], read: tuple[str, ...]) -> None:
    assert read_languages(header, *usual) == read


def test_no_more_languages_are_read_than_anybody_speaks() -> None:
    assert len(read_languages(",".join(f"a{number}" for number in range(5_000)))) == 10


def test_what_is_for_everybody_stands_before_what_one_does_not_read() -> None:
    read = ("es", "en")
    tags = ["uk", "", "en-GB", "en", "es-MX", "es"]
    assert sorted(tags, key=lambda tag: rank(tag, read)) == ["es", "es-MX", "en", "en-GB", "", "uk"]


def test_each_form_begins_with_the_language_that_the_reader_knows_best() -> None:
    shapes = [
        Shape(form="captions", language="en"),
        Shape(form="handout", language="en"),
        Shape(form="handout", language="es"),
        Shape(form="handout", language="es"),
        Shape(form="video", language="en"),
        Shape(form="transcript", language="es"),
        Shape(form="zine"),
    ]
    found = group(shapes, ("es", "en"))
    assert [(one.form, [v.language for v in one.first], [v.language for v in one.others]) for one in found] == [
        ("video", ["en"], []),
        ("handout", ["es", "es"], ["en"]),
        ("zine", [""], []),
        ("transcript", [], ["es"]),
        ("captions", [], ["en"]),
    ]
    assert languages_of(shapes, ("es",)) == ("es", "en")
    films = [Shape(form="video", language=tag) for tag in ("uk", "", "en", "")]
    (video,) = group(films, ("en",))
    assert [v.language for v in video.first] == ["en", "", ""], "what has no language is no other language"
    assert [v.language for v in video.others] == ["uk"]
    assert group([], ("en",)) == ()
