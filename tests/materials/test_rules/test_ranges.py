"""Ranges and conditions, case by case (RFC 9110)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from training.materials.rules.ranges import Asked, Span, Verdict, judge

ETAG = '"abc"'
SIZE = 1000
ALL = Span(start=0, end=SIZE, size=SIZE)


def part(start: int, end: int, size: int = SIZE) -> tuple[Verdict, Span]:
    return Verdict.PART, Span(start=start, end=end, size=size)


@pytest.mark.parametrize(
    ("field", "start", "end"),
    [
        ("bytes=0-499", 0, 500),
        ("bytes=500-999", 500, 1000),
        ("bytes=-500", 500, 1000),
        ("bytes=9-", 9, 1000),
        ("bytes=0-", 0, 1000),
        ("bytes=0-0", 0, 1),
        ("bytes=-1", 999, 1000),
        ("bytes=999-999", 999, 1000),
        ("bytes=990-2000", 990, 1000),
        ("bytes=-5000", 0, 1000),
        ("BYTES=0-1", 0, 2),
        ("bytes=0-1,", 0, 2),
        ("bytes= 0-1 ", 0, 2),
        ("bytes=,\t0-1", 0, 2),
        ("bytes=000000000000000000000000000000010-0000000000000000000000000000000000011", 10, 12),
        (f"bytes=0-{'9' * 5000}", 0, 1000),
        (f"bytes=-{'9' * 5000}", 0, 1000),
    ],
)
def test_one_range_is_a_part(field: str, start: int, end: int) -> None:
    assert judge(Asked(range=field), ETAG, SIZE) == part(start, end)


@pytest.mark.parametrize("field", ["bytes=1000-", "bytes=1000-2000", "bytes=-0", f"bytes={'9' * 5000}-", "bytes=-000"])
def test_what_lies_behind_the_end(field: str) -> None:
    assert judge(Asked(range=field), ETAG, SIZE) == (Verdict.BEYOND, ALL)


@pytest.mark.parametrize(
    "field",
    [
        "",
        "bytes",
        "bytes=",
        "bytes=-",
        "bytes=a-b",
        "bytes=5-4",
        "bytes=--1",
        "bytes=1-2-3",
        "bytes=1.5-2",
        "bytes=+1-2",
        "bytes=٠-٩",
        "bytes=0 - 9",
        "bytes=0x1-0x2",
        "seconds=0-9",
        "bytes:0-9",
        "0-9",
        "bytes=0-9, 20-29",
        "bytes=0-0,-1",
        "bytes=" + ",".join(["0-"] * 1300),
        "bytes=,",
        "none=0-1",
    ],
)
def test_what_is_no_range_or_several_gets_the_whole(field: str) -> None:
    assert judge(Asked(range=field), ETAG, SIZE) == (Verdict.WHOLE, ALL)


def test_of_nothing_there_is_no_part() -> None:
    nothing = Span(start=0, end=0, size=0)
    assert judge(Asked(range="bytes=0-"), ETAG, 0) == (Verdict.BEYOND, nothing)
    assert judge(Asked(range="bytes=-5"), ETAG, 0) == (Verdict.WHOLE, nothing)
    assert judge(Asked(), ETAG, 0) == (Verdict.WHOLE, nothing)


@pytest.mark.parametrize("if_range", ['"abc"', ' "abc" '])
def test_a_part_of_the_version_that_is_known(if_range: str) -> None:
    assert judge(Asked(range="bytes=0-9", if_range=if_range), ETAG, SIZE) == part(0, 10)


@pytest.mark.parametrize("if_range", ['"other"', 'W/"abc"', "abc", "Wed, 21 Oct 2026 07:28:00 GMT", "", "*"])
def test_of_another_version_the_whole(if_range: str) -> None:
    assert judge(Asked(range="bytes=0-9", if_range=if_range), ETAG, SIZE) == (Verdict.WHOLE, ALL)


def test_another_version_never_lies_behind_the_end() -> None:
    assert judge(Asked(range="bytes=5000-", if_range='"other"'), ETAG, SIZE) == (Verdict.WHOLE, ALL)


@pytest.mark.parametrize("field", ['"abc"', 'W/"abc"', '"x", "abc"', "*", " * ", '"x","y" , W/"abc"', '"a,b", "abc"'])
def test_what_is_known_is_not_sent(field: str) -> None:
    assert judge(Asked(if_none_match=field, range="bytes=0-9"), ETAG, SIZE) == (Verdict.KNOWN, ALL)


@pytest.mark.parametrize("field", ['"x"', "", "abc", '"abcd"', '"ab"c"', "**"])
def test_what_is_not_known_is_sent(field: str) -> None:
    assert judge(Asked(if_none_match=field), ETAG, SIZE) == (Verdict.WHOLE, ALL)


@pytest.mark.parametrize(
    ("field", "verdict"),
    [('"abc"', Verdict.WHOLE), ("*", Verdict.WHOLE), ('W/"abc"', Verdict.CHANGED), ('"x"', Verdict.CHANGED)],
)
def test_if_match_takes_the_very_same_only(field: str, verdict: Verdict) -> None:
    assert judge(Asked(if_match=field, if_none_match='"x"'), ETAG, SIZE) == (verdict, ALL)


def test_as_content_range_says_it() -> None:
    assert Span(start=0, end=500, size=1000).words == "bytes 0-499/1000"
    assert Span(start=0, end=500, size=1000).length == 500
    assert ALL.whole
    assert not Span(start=1, end=1000, size=1000).whole


@given(st.text(max_size=40), st.integers(0, 3))
def test_nothing_that_comes_is_a_fault(field: str, size: int) -> None:
    asked = Asked(range=f"bytes={field}", if_range=None, if_match=None, if_none_match=field)
    verdict, span = judge(asked, ETAG, size)
    assert 0 <= span.start <= span.end <= span.size == size
    assert verdict is not Verdict.PART or span.length > 0


@given(st.integers(0, 50), st.integers(0, 50), st.integers(1, 40))
def test_a_part_is_what_a_slice_is(first: int, last: int, size: int) -> None:
    content = bytes(range(size))
    verdict, span = judge(Asked(range=f"bytes={first}-{last}"), ETAG, size)
    if verdict is Verdict.PART:
        assert content[span.start : span.end] == content[first : last + 1]
    else:
        assert verdict is (Verdict.WHOLE if last < first else Verdict.BEYOND)
