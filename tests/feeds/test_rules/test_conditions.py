"""Conditional requests as RFC 9110 says."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from training.feeds.rules.conditions import (
    SETTLES,
    Conditions,
    Verdict,
    date_line,
    http_date,
    judged,
    last_modified,
    matches,
    takes_gzip,
)

TAG = '"abc"'
AT = datetime(2026, 5, 4, 9, 0, tzinfo=UTC)
SAME, EARLIER, LATER = (date_line(AT + timedelta(seconds=shift)) for shift in (0, -1, 1))
WHOLE, NOT, FAILED = Verdict.WHOLE, Verdict.NOT_MODIFIED, Verdict.FAILED


@pytest.mark.parametrize(
    ("asked", "verdict"),
    [
        (Conditions(), WHOLE),
        (Conditions(if_none_match=TAG), NOT),
        (Conditions(if_none_match=f"W/{TAG}"), NOT),
        (Conditions(if_none_match=f'"x",{TAG} , "y"'), NOT),
        (Conditions(if_none_match=f'"a,b", {TAG}'), NOT),
        (Conditions(if_none_match="*"), NOT),
        (Conditions(if_none_match='"ABC"'), WHOLE),
        (Conditions(if_none_match="abc"), WHOLE),
        (Conditions(if_none_match=f"{TAG} rubbish"), WHOLE),
        (Conditions(if_none_match=""), WHOLE),
        (Conditions(if_modified_since=SAME), NOT),
        (Conditions(if_modified_since=LATER), NOT),
        (Conditions(if_modified_since=EARLIER), WHOLE),
        (Conditions(if_modified_since="rubbish"), WHOLE),
        (Conditions(if_none_match='"x"', if_modified_since=LATER), WHOLE),
        (Conditions(if_none_match=TAG, if_modified_since=EARLIER), NOT),
        (Conditions(if_match=TAG), WHOLE),
        (Conditions(if_match="*"), WHOLE),
        (Conditions(if_match=f"W/{TAG}"), FAILED),
        (Conditions(if_match='"x"'), FAILED),
        (Conditions(if_match=TAG, if_none_match=TAG), NOT),
        (Conditions(if_match=TAG, if_unmodified_since=EARLIER), WHOLE),
        (Conditions(if_unmodified_since=EARLIER), FAILED),
        (Conditions(if_unmodified_since=SAME), WHOLE),
        (Conditions(if_unmodified_since="rubbish"), WHOLE),
    ],
)
def test_what_a_condition_leads_to(asked: Conditions, verdict: Verdict) -> None:
    assert judged(asked, TAG, AT) is verdict


def test_while_the_date_is_unknown_dates_decide_nothing() -> None:
    for asked in (Conditions(if_modified_since=LATER), Conditions(if_unmodified_since=EARLIER)):
        assert judged(asked, TAG, None) is WHOLE


@pytest.mark.parametrize(
    ("text", "known"),
    [
        ("Mon, 04 May 2026 09:00:00 GMT", True),
        ("Monday, 04-May-26 09:00:00 GMT", True),
        ("Mon May  4 09:00:00 2026", True),
        ("Mon, 04 May 2026 09:00:00 CET", False),
        ("Mon, 04 May 2026 09:00:00 +0000", False),
        ("2026-05-04T09:00:00Z", False),
        ("Mon, 31 Feb 2026 09:00:00 GMT", False),
        ("Mon, 04 May 2026 25:00:00 GMT", False),
        ("", False),
    ],
)
def test_dates_have_three_forms(text: str, known: bool) -> None:
    assert http_date(text) == (AT if known else None)


@given(st.text(max_size=200))
def test_no_header_breaks_anything(text: str) -> None:
    assert matches(text, TAG, weakly=True) in (True, False)
    assert takes_gzip(text) in (True, False)
    http_date(text)


@pytest.mark.parametrize(
    ("header", "takes"),
    [
        (None, False),
        ("", False),
        ("gzip", True),
        ("GZIP;q=0.001", True),
        ("br, x-gzip", True),
        ("gzip;q=0", False),
        ("gzip;q=0.000", False),
        ("gzip;q=much", False),
        ("*", False),
        ("identity", False),
        ("gzipped", False),
    ],
)
def test_only_by_name_is_it_asked_for(header: str | None, takes: bool) -> None:
    assert takes_gzip(header) is takes


def test_a_date_is_told_of_one_content_only() -> None:
    changed = AT + timedelta(milliseconds=700)
    told = last_modified(changed, AT - timedelta(days=1))
    assert told > changed + SETTLES - timedelta(seconds=1)
    assert told.microsecond == 0
    assert last_modified(AT - timedelta(days=3), AT) == AT, "the window moves with the day"
