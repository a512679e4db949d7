"""The filter of a query: what it means, and what it refuses."""

from datetime import UTC, datetime

import pytest

from tests.feeds.test_dav.asking import SPACES
from training.feeds.dav.filters import MOST_TESTS, lines_of, overlaps, passes, read_filter, read_span
from training.feeds.dav.holdings import Held, held
from training.feeds.dav.names import Refusal
from training.feeds.dav.reading import read_xml
from training.ics.entries import Entry


def made(**values: object) -> Held:
    fields: dict[str, object] = {
        "uid": "0190a000-0000-7000-8000-000000000001",
        "local_start": datetime(2026, 7, 1, 11),
        "local_end": datetime(2026, 7, 1, 12),
        "zone": "Europe/Dublin",
        "starts_at": datetime(2026, 7, 1, 10, tzinfo=UTC),
        "ends_at": datetime(2026, 7, 1, 11, tzinfo=UTC),
        "title": "Safe; messaging, ÉTÉ",
        "description": "One\nTwo",
        "stamp": datetime(2026, 5, 1, tzinfo=UTC),
    }
    one = held(Entry(**{**fields, **values}))  # type: ignore[arg-type]
    assert one is not None
    return one


def filter_of(inside: str, component: str = "VCALENDAR") -> str:
    return f'<c:filter {SPACES}><c:comp-filter name="{component}">{inside}</c:comp-filter></c:filter>'


def event(inside: str) -> str:
    return filter_of(f'<c:comp-filter name="VEVENT">{inside}</c:comp-filter>')


def prop(name: str, inside: str = "") -> str:
    return event(f'<c:prop-filter name="{name}">{inside}</c:prop-filter>')


def match(text: str, **attributes: str) -> str:
    given = "".join(f' {key.replace("_", "-")}="{value}"' for key, value in attributes.items())
    return f"<c:text-match{given}>{text}</c:text-match>"


NOT = "<c:is-not-defined/>"
PASSES = (
    filter_of(""),
    event(""),
    filter_of(f'<c:comp-filter name="VTODO">{NOT}</c:comp-filter>'),
    filter_of('<c:comp-filter name="VTIMEZONE"/>'),
    event(f'<c:comp-filter name="VALARM">{NOT}</c:comp-filter>'),
    event('<c:time-range start="20260701T100000Z" end="20260701T110000Z"/>'),
    event('<c:time-range start="20260701T105959Z"/>'),
    event('<c:time-range end="20260701T100001Z"/>'),
    prop("uid"),
    prop("UID", match("0190A000")),
    prop("SUMMARY", match("SAFE; MESSAGING")),
    prop("SUMMARY", match("été", collation="i;unicode-casemap")),
    prop("SUMMARY", match("Safe", collation="i;octet")),
    prop("SUMMARY", match("nothing", negate_condition="yes")),
    prop("DESCRIPTION", match("one\ntwo")),
    prop("RRULE", NOT),
    prop("DTSTART", '<c:param-filter name="TZID"/>'),
    prop("DTSTART", f'<c:param-filter name="tzid">{match("europe/dublin")}</c:param-filter>'),
    prop("DTSTART", f'<c:param-filter name="VALUE">{NOT}</c:param-filter>'),
    filter_of(f'<c:prop-filter name="VERSION">{match("2.0")}</c:prop-filter><c:comp-filter name="VEVENT"/>'),
)
FAILS = (
    filter_of('<c:comp-filter name="VTODO"/>'),
    filter_of(f'<c:comp-filter name="VEVENT">{NOT}</c:comp-filter>'),
    event('<c:comp-filter name="VALARM"/>'),
    event('<c:time-range start="20260701T110000Z"/>'),
    event('<c:time-range end="20260701T100000Z"/>'),
    prop("RRULE"),
    prop("UID", NOT),
    prop("SUMMARY", match("été")),
    prop("SUMMARY", match("safe", collation="i;octet")),
    prop("SUMMARY", match("safe", negate_condition="yes")),
    prop("DTSTART", f'<c:param-filter name="TZID">{NOT}</c:param-filter>'),
    prop("DTSTART", f'<c:param-filter name="TZID">{match("Berlin")}</c:param-filter>'),
    filter_of('<c:comp-filter name="VTIMEZONE"><c:prop-filter name="TZID"/></c:comp-filter>'),
)
REFUSED = (
    (f"<c:filter {SPACES}/>", "valid-filter"),
    (filter_of("", component="VEVENT"), "valid-filter"),
    (filter_of(NOT), "valid-filter"),
    (event("<c:time-range/>"), "valid-filter"),
    (event('<c:time-range start="2026-07-01"/>'), "valid-filter"),
    (event('<c:time-range start="20260701T000000Z" end="20260701T000000Z"/>'), "valid-filter"),
    (event('<c:time-range start="20261301T000000Z"/>'), "valid-filter"),
    (event('<c:time-range start="20260701T000000"/>'), "valid-filter"),
    (event("<c:prop-filter/>"), "valid-filter"),
    (event("<c:strange/>"), "supported-filter"),
    (prop("DTSTART", '<c:time-range start="20260701T000000Z"/>'), "supported-filter"),
    (prop("UID", '<c:param-filter name="X"><c:other/></c:param-filter>'), "supported-filter"),
    (prop("UID", match("x", collation="i;unknown")), "supported-collation"),
    (event('<c:prop-filter name="UID"/>' * (MOST_TESTS + 1)), "supported-filter"),
    (f"<c:filter {SPACES}><c:other/></c:filter>", "supported-filter"),
)


@pytest.mark.parametrize("body", PASSES)
def test_it_passes(body: str) -> None:
    assert passes(made(), read_filter(read_xml(body.encode())))


@pytest.mark.parametrize("body", FAILS)
def test_it_does_not_pass(body: str) -> None:
    assert not passes(made(), read_filter(read_xml(body.encode())))


@pytest.mark.parametrize(("body", "condition"), REFUSED)
def test_what_is_wrong_is_named(body: str, condition: str) -> None:
    with pytest.raises(Refusal) as caught:
        read_filter(read_xml(body.encode()))
    assert (caught.value.status, caught.value.condition.rpartition("}")[2]) == (403, condition)


def test_without_a_filter_nothing_is_asked() -> None:
    with pytest.raises(Refusal):
        read_filter(None)


def test_an_entry_without_length_counts_at_its_instant() -> None:
    at = datetime(2026, 7, 1, 10, tzinfo=UTC)
    one = made(local_end=datetime(2026, 7, 1, 11), ends_at=at)
    inside = read_span(read_xml(b'<r start="20260701T100000Z" end="20260701T100001Z"/>'))
    before = read_span(read_xml(b'<r start="20260701T090000Z" end="20260701T100000Z"/>'))
    assert (overlaps(one, inside), overlaps(one, before)) == (True, False)


def test_lines_are_unfolded_and_unescaped() -> None:
    long = made(title="é" * 200, description="a\\n,b;")
    lines = {line.name: line.value for line in lines_of(long.data, "VEVENT")}
    assert lines["SUMMARY"] == "é" * 200
    assert lines["DESCRIPTION"] == "a\\n,b;"
    assert {line.name for line in lines_of(long.data, "VCALENDAR")} >= {"VERSION", "PRODID"}
