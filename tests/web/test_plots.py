"""Plots: well-formed files in which nothing runs, with words for who does not see them, whatever is in the labels."""

import base64
import hashlib
import xml.etree.ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from training.web.plots import MOST_IN_A_LABEL, Series, Words, columns, lines, plot_response

SVG = "{http://www.w3.org/2000/svg}"
WORDS = Words(title='What <b>"did"</b> & how', description="One: 1. Two: 2.")
HOSTILE = "</text><script>alert(1)</script>\x00\x1b]]>\ud800&#x0;"
ALLOWED = {"svg", "g", "rect", "line", "text", "circle", "path", "title", "desc", "style"}


def read(svg: bytes) -> ET.Element:
    """The file as a browser reads it: well-formed, of drawing elements only, with no attribute that acts or loads."""
    root = ET.fromstring(svg)  # noqa: S314 - our own file, and whether it can be read is the question
    for element in root.iter():
        assert element.tag.startswith(SVG), element.tag
        assert element.tag.removeprefix(SVG) in ALLOWED
        assert not any(name.lower().startswith("on") or "href" in name or name == "style" for name in element.attrib)
    return root


def texts(root: ET.Element, tag: str = "text") -> list[str]:
    return [element.text or "" for element in root.iter(f"{SVG}{tag}")]


def test_columns_have_a_title_a_description_and_our_colours() -> None:
    root = read(columns(WORDS, [("1", 0), ("2", 3)]))
    assert (root.get("role"), root.get("aria-labelledby")) == ("img", "title desc")
    assert [(one.get("id"), one.text) for one in list(root)[:2]] == [
        ("title", WORDS.title),
        ("desc", WORDS.description),
    ]
    assert sum(element.get("class") == "own" for element in root.iter(f"{SVG}rect")) == 2
    assert not any(element.get("fill", "none").startswith("#") for element in root.iter())


def test_two_columns_of_the_same_name_are_two() -> None:
    long = "A very long option that "
    root = read(columns(WORDS, [(long + "begins alike", 1), (long + "begins alike too", 2)]))
    assert sum(element.get("class") == "own" for element in root.iter(f"{SVG}rect")) == 2
    assert all(len(text.rstrip("\u200b")) <= MOST_IN_A_LABEL for text in texts(root))


def test_a_line_has_a_dot_for_each_value_and_gaps_where_there_is_none() -> None:
    own = Series(name="Own", values=[3.5, None, 4.0])
    root = read(lines(WORDS, ["May", "June", "July"], [own], low=1, high=5))
    assert len(list(root.iter(f"{SVG}circle"))) == 2
    assert {"May", "June", "July"} <= set(texts(root))


def test_two_lines_differ_without_their_colours() -> None:
    pair = [Series(name="Own", values=[1, 2]), Series(name="Course", values=[3, 4])]
    root = read(lines(WORDS, ["a", "b"], pair, low=1, high=5))
    dashed = [path.get("stroke-dasharray") for path in root.iter(f"{SVG}path")]
    assert dashed == [None, "6 4"]
    assert [text for text in texts(root) if "Course" in text] == ["Course (dashed)"]
    with pytest.raises(ValueError, match="More than two"):
        lines(WORDS, ["a"], [*pair, pair[0]], low=1, high=5)


@pytest.mark.parametrize("count", [0, 1, 2, 7, 200])
def test_any_number_of_values(count: int) -> None:
    labels = [f"day {number}" for number in range(count)]
    series = Series(name="Own", values=[float(number % 5 + 1) for number in range(count)])
    read(columns(WORDS, [(label, 1) for label in labels]))
    if count:
        shown = texts(read(lines(WORDS, labels, [series], low=1, high=5)))
        assert sum(text.startswith("day") for text in shown) <= 6
        assert labels[-1] in shown


def test_long_labels_below_a_line_are_fewer() -> None:
    labels = [f"{day} May 2026" for day in range(10, 22)]
    shown = texts(read(lines(WORDS, labels, [Series(name="Own", values=[3.0] * 12)], low=1, high=5)))
    assert [text for text in shown if "May" in text] == ["12 May 2026", "15 May 2026", "18 May 2026", "21 May 2026"]


def test_hostile_words_are_words() -> None:
    words = Words(title=HOSTILE, description=HOSTILE)
    drawn = (
        columns(words, [(HOSTILE, 1)]),
        lines(words, [HOSTILE], [Series(name=HOSTILE, values=[1]), Series(name=HOSTILE, values=[2])], low=1, high=5),
    )
    for svg in drawn:
        root = read(svg)
        assert b"<script" not in svg
        assert "<script>alert(1)</script>" in texts(root, "title")[0]


@given(st.text(), st.lists(st.tuples(st.text(), st.integers(0, 10_000)), max_size=8))
def test_whatever_the_words_the_file_can_be_read(text: str, rows: list[tuple[str, int]]) -> None:
    read(columns(Words(title=text, description=text), rows))


def test_the_answer_allows_its_own_style_and_nothing_else() -> None:
    svg = columns(WORDS, [("1", 1)])
    (style,) = texts(read(svg), "style")
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    headers = plot_response(svg).headers
    policy = headers["content-security-policy"]
    assert f"style-src 'sha256-{digest}'" in policy
    assert "default-src 'none'" in policy
    assert policy.endswith("sandbox")


@pytest.mark.parametrize(("theme", "wanted"), [("light", "#ffffff"), ("dark", "#17211d")])
def test_a_chosen_theme_is_the_only_one(theme: str, wanted: str) -> None:
    svg = columns(WORDS, [("1", 1)], theme=theme).decode()
    assert wanted in svg
    assert "prefers-color-scheme" not in svg
    assert "prefers-color-scheme:dark" in columns(WORDS, [("1", 1)]).decode()
