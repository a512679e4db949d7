"""Rows to verdicts: the traps one by one, and any text at all."""

import csv
import io
from collections.abc import Sequence
from datetime import datetime, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from training.base.zones import prefer_pinned_zones
from training.schedule.rules import Accepted, ImportPolicy, Refused, Verdict, judge, read_sheet
from training.schedule.rules.sheets import COLUMNS
from training.schedule.rules.times import resolve
from training.schedule.rules.verdicts import Assumed, Noticed, Reason

prefer_pinned_zones()

GOOD = {
    "slug": "2019-03-28-kiel",
    "tags": "SWC",
    "host_organization": "GEOMAR (Kiel)",
    "venue": "Wischhofstraße 1",
    "country": "DE",
    "latitude": "54.3276",
    "longitude": "10.1806",
    "start_date": "2019-03-28",
    "end_date": "2019-03-29",
    "trainers": "2",
    "helpers": "1",
}
NOWHERE = {"country": "", "latitude": "", "longitude": ""}
ONLINE = {"tags": "TTT,online", "venue": "Internet", "country": "W3", "latitude": "-48.876667", "longitude": "-123.39"}


def _file(*rows: dict[str, str]) -> bytes:
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS)
    writer.writeheader()
    writer.writerows({**GOOD, **row} for row in rows)
    return text.getvalue().encode()


def _judged(*rows: dict[str, str], **policy: object) -> list[Verdict]:
    return list(judge(read_sheet(_file(*rows)), ImportPolicy(**policy)))  # type: ignore[arg-type]


def _accepted(row: dict[str, str], **policy: object) -> Accepted:
    [verdict] = _judged(row, **policy)
    assert isinstance(verdict, Accepted), verdict
    return verdict


def _refused(row: dict[str, str], **policy: object) -> Refused:
    [verdict] = _judged(row, **policy)
    assert isinstance(verdict, Refused), verdict
    return verdict


def _assumed(verdict: Accepted) -> dict[Assumed, str]:
    return {assumption.code: assumption.sentence for assumption in verdict.assumptions}


def _noticed(verdict: Accepted) -> dict[Noticed, str]:
    return {remark.code: remark.sentence for remark in verdict.remarks}


def _locals(verdict: Accepted) -> list[str]:
    return [f"{meeting.start.local:%Y-%m-%d %H:%M}-{meeting.end.local:%H:%M}" for meeting in verdict.meetings]


def test_a_plain_row_is_accepted_with_everything_that_was_assumed() -> None:
    verdict = _accepted({})
    assert verdict.meetings[0].start == resolve(datetime.fromisoformat("2019-03-28T09:00"), "Europe/Berlin")
    assert _locals(verdict) == ["2019-03-28 09:00-17:00", "2019-03-29 09:00-17:00"]
    assert (verdict.line, verdict.key, verdict.course, verdict.zone) == (
        2,
        "2019-03-28-kiel",
        "Software Carpentry",
        "Europe/Berlin",
    )
    assert (verdict.capacity, verdict.trainers, verdict.helpers, verdict.online) == (30, 2, 1, False)
    assert (verdict.host, verdict.partner_key) == ("GEOMAR (Kiel)", "geomar kiel")
    assert _assumed(verdict) == {
        Assumed.MEETING_A_DAY: "2 days from 2019-03-28 to 2019-03-29: one meeting on each of them.",
        Assumed.ZONE_FROM_COORDINATES: "The time zone Europe/Berlin was taken from the coordinates.",
        Assumed.HOURS: "No times of day are given: 09:00 to 17:00, local time, is assumed.",
        Assumed.CAPACITY: "No capacity is given: 30 places are assumed.",
        Assumed.ONLY_COUNTED: "People are only counted, not named (trainers: 2, helpers: 1): nobody is assigned.",
    }
    assert verdict.remarks == ()


def test_the_policy_is_followed_and_said() -> None:
    verdict = _accepted({}, starts=time(10, 30), ends=time(16), capacity=12)
    assert _locals(verdict)[0] == "2019-03-28 10:30-16:00"
    assert verdict.capacity == 12
    assert "10:30 to 16:00" in _assumed(verdict)[Assumed.HOURS]
    assert "12 places" in _assumed(verdict)[Assumed.CAPACITY]


@pytest.mark.parametrize(
    ("row", "reason", "said"),
    [
        ({"slug": " "}, Reason.SLUG_MISSING, "no slug"),
        ({"slug": "=HYPERLINK(1)"}, Reason.SLUG_UNUSABLE, '"=HYPERLINK(1)"'),
        ({"slug": "2019/03"}, Reason.SLUG_UNUSABLE, "hyphens"),
        ({"slug": "a" * 101}, Reason.CELL_TOO_LONG, "slug has 101 characters; 100 fit"),
        ({"venue": "x" * 100_000}, Reason.CELL_TOO_LONG, "venue has 100000 characters; 200 fit"),
        ({"latitude": "1" * 60}, Reason.CELL_TOO_LONG, "latitude"),
        ({"venue": "a\0b"}, Reason.CHARACTER_UNUSABLE, "U+0000 cannot be used here (column venue)"),
        ({"host_organization": "\x1b[31mred"}, Reason.CHARACTER_UNUSABLE, "U+001B"),
        ({"tags": ""}, Reason.COURSE_UNKNOWN, "SWC, DC, LC, TTT"),
        ({"tags": "online,WiSE"}, Reason.COURSE_UNKNOWN, '"online,WiSE"'),
        ({"host_organization": ""}, Reason.HOST_MISSING, "No host organization"),
        ({"host_organization": "--- ..."}, Reason.HOST_MISSING, "No host organization"),
        ({"country": "UK"}, Reason.COUNTRY_UNKNOWN, '"UK" is not a country code'),
        ({"country": "de"}, Reason.COUNTRY_UNKNOWN, '"de"'),
        (
            {"country": "US"},
            Reason.COUNTRY_CONTRADICTS_COORDINATES,
            "US (United States), but the coordinates (54.3276, 10.1806) lie in DE (Germany)",
        ),
        (NOWHERE, Reason.PLACE_UNKNOWN, "Add one of them"),
        (
            {"country": "US", "latitude": "", "longitude": ""},
            Reason.ZONE_UNCLEAR,
            "US (United States) has more than one",
        ),
        ({"country": "US", "longitude": ""}, Reason.ZONE_UNCLEAR, "(54.3276, none) were not used"),
        (NOWHERE | {"latitude": "-48.9", "longitude": "-123.4"}, Reason.PLACE_UNKNOWN, "they lie at sea"),
        ({"country": "CN", "latitude": "43.8", "longitude": "87.6"}, Reason.ZONE_UNCLEAR, "Asia/Shanghai, Asia/Urumqi"),
        ({"start_date": ""}, Reason.DATE_UNREADABLE, 'start_date says ""'),
        ({"start_date": "20190328"}, Reason.DATE_UNREADABLE, "2019-03-28"),
        ({"start_date": "2019-W13-4"}, Reason.DATE_UNREADABLE, "2019-W13-4"),
        ({"start_date": "2019-02-29"}, Reason.DATE_UNREADABLE, "2019-02-29"),
        ({"end_date": "28.3.2019"}, Reason.DATE_UNREADABLE, "end_date"),
        ({"start_date": "0001-01-01"}, Reason.DATE_UNREADABLE, "from 1900 to 2199"),
        ({"end_date": "9999-12-31"}, Reason.DATE_UNREADABLE, "from 1900 to 2199"),
        ({"start_date": "２０１９-03-28"}, Reason.DATE_UNREADABLE, "start_date"),
        ({"end_date": "2019-03-27"}, Reason.ENDS_BEFORE_START, "ends on 2019-03-27, before it starts on 2019-03-28"),
        ({"end_date": "2019-04-04"}, Reason.SPAN_TOO_LONG, "8 days from 2019-03-28 to 2019-04-04"),
        ({"trainers": "two"}, Reason.COUNT_UNREADABLE, 'trainers says "two"'),
        ({"helpers": "-1"}, Reason.COUNT_UNREADABLE, 'helpers says "-1"'),
        ({"helpers": "99999"}, Reason.COUNT_UNREADABLE, "99999"),
    ],
)
def test_a_row_is_refused_with_a_reason(row: dict[str, str], reason: Reason, said: str) -> None:
    verdict = _refused(row)
    assert (verdict.line, verdict.reason) == (2, reason)
    assert said in verdict.sentence


@pytest.mark.parametrize(
    ("row", "zone", "code", "said"),
    [
        ({}, "Europe/Berlin", Assumed.ZONE_FROM_COORDINATES, "from the coordinates"),
        ({"country": ""}, "Europe/Berlin", Assumed.ZONE_FROM_COORDINATES, "from the coordinates"),
        (
            {"country": "ZA", "latitude": "", "longitude": ""},
            "Africa/Johannesburg",
            Assumed.ZONE_FROM_COUNTRY,
            "no other",
        ),
        ({"latitude": "", "longitude": ""}, "Europe/Berlin", Assumed.ZONE_FROM_COUNTRY, "same time on these days"),
        ({"country": "GB", "latitude": "51.5", "longitude": ""}, "Europe/London", Assumed.ZONE_FROM_COUNTRY, "Britain"),
        ({"country": "NO", "latitude": "0", "longitude": "0"}, "Europe/Oslo", Assumed.ZONE_FROM_COUNTRY, "Norway"),
        (ONLINE, "UTC", Assumed.ZONE_FOR_ONLINE, "its times are read in UTC"),
        (ONLINE | {"country": "GB"}, "Europe/London", Assumed.ZONE_FROM_COUNTRY, "Britain"),
        (ONLINE | {"country": "AU"}, "UTC", Assumed.ZONE_FOR_ONLINE, "its times are read in UTC"),
        (ONLINE | {"latitude": "39", "longitude": "-77.1"}, "America/New_York", Assumed.ZONE_FROM_COORDINATES, "taken"),
    ],
)
def test_where_a_zone_comes_from_is_said(row: dict[str, str], zone: str, code: Assumed, said: str) -> None:
    verdict = _accepted(row)
    assert verdict.zone == zone
    assert said in _assumed(verdict)[code]


def test_the_country_stays_as_the_file_says() -> None:
    verdict = _accepted({"country": ""})
    assert verdict.country == ""
    assert Noticed.COUNTRY_MISSING in _noticed(verdict)


def test_the_look_up_is_an_argument() -> None:
    def somewhere(latitude: float, longitude: float) -> Sequence[str]:
        assert (latitude, longitude) == (54.3276, 10.1806)
        return ["Etc/GMT-1", "Europe/Busingen"]

    [verdict] = judge(read_sheet(_file({})), ImportPolicy(), somewhere)
    assert isinstance(verdict, Accepted)
    assert verdict.zone == "Europe/Busingen"


@pytest.mark.parametrize(
    "source", [{"tags": "TTT,online"}, {"country": "W3"}, {"venue": "ONLINE"}, {"venue": "Internet"}]
)
def test_what_makes_a_workshop_online_is_said(source: dict[str, str]) -> None:
    verdict = _accepted(source, online_zone="America/Toronto")
    assert verdict.online
    assert Assumed.ONLINE in _assumed(verdict)


def test_an_online_zone_can_be_told_and_letters_in_a_slug_are_only_remarked() -> None:
    verdict = _accepted(ONLINE | {"slug": "2019-03-28-ttt-online_EST"}, online_zone="America/New_York")
    assert verdict.zone == "America/New_York"
    assert "read in America/New_York" in _assumed(verdict)[Assumed.ZONE_FOR_ONLINE]
    assert '"EST"' in _noticed(verdict)[Noticed.SLUG_NAMES_ZONE]


@pytest.mark.parametrize(
    ("end", "long_spans", "days", "code"),
    [
        ("", "refuse", ["03-28"], Assumed.ONE_DAY),
        ("2019-03-28", "refuse", ["03-28"], None),
        (
            "2019-04-03",
            "refuse",
            ["03-28", "03-29", "03-30", "03-31", "04-01", "04-02", "04-03"],
            Assumed.MEETING_A_DAY,
        ),
        ("2019-03-29", "first-and-last-day", ["03-28", "03-29"], Assumed.MEETING_A_DAY),
        ("2019-04-04", "first-and-last-day", ["03-28", "04-04"], Assumed.FIRST_AND_LAST_DAY),
        ("2020-03-28", "first-and-last-day", ["03-28", "03-28"], Assumed.FIRST_AND_LAST_DAY),
    ],
)
def test_a_span_becomes_meetings(end: str, long_spans: str, days: list[str], code: Assumed | None) -> None:
    verdict = _accepted({"end_date": end}, long_spans=long_spans)
    assert [f"{meeting.start.local:%m-%d}" for meeting in verdict.meetings] == days
    spans = {Assumed.ONE_DAY, Assumed.MEETING_A_DAY, Assumed.FIRST_AND_LAST_DAY}
    assert spans & set(_assumed(verdict)) == ({code} if code else set())


def test_a_long_span_read_daily_has_a_limit() -> None:
    assert len(_accepted({"end_date": "2019-07-05"}, long_spans="daily").meetings) == 100
    refusal = _refused({"end_date": "2019-07-06"}, long_spans="daily")
    assert (refusal.reason, refusal.sentence) == (
        Reason.SPAN_TOO_LONG,
        "101 days from 2019-03-28 to 2019-07-06: more than 100 meetings are not one session.",
    )


def test_a_skipped_hour_is_refused_and_a_doubled_one_is_assumed() -> None:
    gap = _refused({"start_date": "2019-03-31", "end_date": ""}, starts=time(2, 30))
    assert gap.reason is Reason.TIME_DOES_NOT_EXIST
    assert "The next possible time is 03:00" in gap.sentence
    twice = _accepted({"start_date": "2019-10-27", "end_date": ""}, starts=time(2, 30))
    assert twice.meetings[0].start.fold == 0
    assert "2019-10-27 02:30 twice" in _assumed(twice)[Assumed.FIRST_OF_TWO]


@pytest.mark.parametrize(
    ("row", "code", "said"),
    [
        ({"slug": "2019-02-28-kiel"}, Noticed.SLUG_DATE_DIFFERS, "start date 2019-03-28, which counts"),
        ({"slug": "2019-03-kiel"}, Noticed.SLUG_DATE_DIFFERS, "2019-03-kiel"),
        ({"tags": "SWC,unresponsive"}, Noticed.LABEL, "unresponsive"),
        ({"tags": "SWC,WiSE"}, Noticed.LABEL, "women"),
        ({"tags": "SWC,fun"}, Noticed.TAG_UNKNOWN, '"fun"'),
        ({"tags": "LC, SWC"}, Noticed.SEVERAL_COURSES, "Library Carpentry and Software Carpentry; the first"),
        ({"venue": ""}, Noticed.VENUE_MISSING, "where to go"),
        ({"latitude": "95", "longitude": "-35"}, Noticed.COORDINATES_UNUSABLE, "(95, -35) were not used"),
        ({"latitude": "149", "longitude": "-35"}, Noticed.COORDINATES_UNUSABLE, "the wrong way round"),
        ({"latitude": "nan"}, Noticed.COORDINATES_UNUSABLE, "(nan, 10.1806)"),
        ({"latitude": "54,3"}, Noticed.COORDINATES_UNUSABLE, "decimal degrees"),
        ({"latitude": "1e1"}, Noticed.COORDINATES_UNUSABLE, "decimal degrees"),
        ({"latitude": "0", "longitude": "0"}, Noticed.COORDINATES_UNUSABLE, "they lie at sea"),
        ({"helpers": ""}, Noticed.COUNT_MISSING, "helpers is empty and was read as 0"),
        ({"venue": "=1+1"}, Noticed.FORMULA_LIKE, "kept as text: venue"),
        ({"host_organization": " A  B\n"}, Noticed.TEXT_CLEANED, "host_organization"),
        ({"venue": "Umea\u030a"}, Noticed.TEXT_CLEANED, "venue"),
        ({"venue": "Hall <BR/> Annex"}, Noticed.TEXT_CLEANED, "venue"),
    ],
)
def test_what_is_odd_is_remarked_and_changes_nothing(row: dict[str, str], code: Noticed, said: str) -> None:
    verdict = _accepted(row)
    assert said in _noticed(verdict)[code]
    assert (_locals(verdict)[0], verdict.zone) == ("2019-03-28 09:00-17:00", "Europe/Berlin")


def test_a_slug_in_the_file_twice_is_refused_the_second_time() -> None:
    first, second = _judged({"slug": "2019-03-28-Kiel"}, {"slug": "2019-03-28-kiel", "venue": "Elsewhere"})
    assert isinstance(first, Accepted)
    assert second == Refused(
        line=3,
        slug="2019-03-28-kiel",
        reason=Reason.SLUG_REPEATED,
        sentence='The slug "2019-03-28-kiel" stands on line 2 already.',
    )


def test_a_slug_is_free_again_when_its_first_row_was_refused() -> None:
    first, second = _judged({"tags": ""}, {})
    assert (type(first), type(second)) == (Refused, Accepted)


def test_hosts_are_one_partner_only_when_their_names_fold_to_the_same() -> None:
    names = ["University of Surrey", "university  of surrey", "University of Surey", "Universität Surrey"]
    rows = [{"slug": f"2019-03-28-{n}", "host_organization": name} for n, name in enumerate(names)]
    same, variant, typo, other = [verdict for verdict in _judged(*rows) if isinstance(verdict, Accepted)]
    assert same.partner_key == variant.partner_key
    assert len({same.partner_key, typo.partner_key, other.partner_key}) == 3
    assert _noticed(variant)[Noticed.HOST_SPELLING] == 'Taken as the same partner as "University of Surrey" on line 2.'
    assert _noticed(typo)[Noticed.HOST_LOOKALIKE] == 'The host looks like "University of Surrey", but was kept apart.'
    assert _noticed(other) == {}
    assert variant.host == "university of surrey"


def test_a_zone_taken_from_a_country_in_which_the_host_never_is_gets_a_remark() -> None:
    finland = {"slug": "2019-03-28-x", "country": "FI", "latitude": "", "longitude": ""}
    home, away = _judged({}, finland)
    assert isinstance(home, Accepted)
    assert isinstance(away, Accepted)
    assert away.zone == "Europe/Helsinki"
    assert "places the host in FI, all others in DE" in _noticed(away)[Noticed.HOST_ELSEWHERE]
    assert home.remarks == ()


@pytest.mark.parametrize("extra", ["", ",surplus"])
def test_a_row_with_too_few_or_too_many_cells_is_refused_and_the_next_is_not(extra: str) -> None:
    lines = _file({}, {"slug": "2019-03-28-next"}).decode().splitlines()
    lines[1] = lines[1] + extra if extra else lines[1].rpartition(",")[0]
    first, second = judge(read_sheet("\n".join(lines).encode()), ImportPolicy())
    assert isinstance(first, Refused)
    assert first.reason is Reason.CELLS_MISCOUNTED
    assert f"The row has {12 if extra else 10} cells and the header 11" in first.sentence
    assert isinstance(second, Accepted)


texts = st.text(max_size=30) | st.sampled_from([*GOOD.values(), "", "W3", "US", "2019-04-30", "-179.9", "SWC,online"])


@given(rows=st.lists(st.fixed_dictionaries(dict.fromkeys(COLUMNS, texts)), max_size=4))
def test_any_cells_at_all_get_one_verdict_each(rows: list[dict[str, str]]) -> None:
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS, quoting=csv.QUOTE_ALL)
    writer.writeheader()
    writer.writerows(rows)
    sheet = read_sheet(text.getvalue().encode("utf-8", "replace"))
    verdicts = list(judge(sheet, ImportPolicy()))
    assert [verdict.line for verdict in verdicts] == [row.line for row in sheet.rows]
    assert len(verdicts) == len(rows)
    assert all(verdict.sentence for verdict in verdicts if isinstance(verdict, Refused))
