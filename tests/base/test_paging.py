"""Cursors: there and back, and anything else is refused in one way."""

import base64
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from training.base.errors import Invalid
from training.base.paging import Page, decode_cursor, encode_cursor, page_of
from training.base.structs import Frozen


class Row(Frozen, frozen=True, kw_only=True):
    """A row of a list."""

    at: datetime
    id: UUID


ROWS = [Row(at=datetime(2026, 5, day, tzinfo=UTC), id=UUID(int=day)) for day in range(1, 5)]
Key = tuple[datetime, UUID]
KEY: Any = Key


@pytest.mark.parametrize(
    ("asked", "limit", "shown", "more"), [(0, 2, 0, False), (1, 2, 1, False), (2, 2, 2, False), (3, 2, 2, True)]
)
def test_a_page_shows_the_limit_and_knows_whether_there_is_more(asked: int, limit: int, shown: int, more: bool) -> None:
    page = page_of(ROWS[:asked], limit, "at", "id")
    assert page.items == tuple(ROWS[:shown])
    assert (page.next_cursor is not None) is more


def test_the_cursor_is_the_key_of_the_last_row_shown() -> None:
    cursor = page_of(ROWS, 2, "at", "id").next_cursor
    assert cursor is not None
    assert decode_cursor(cursor, KEY) == (ROWS[1].at, ROWS[1].id)
    assert cursor.isascii()
    assert not set("=+/&?#") & set(cursor)


def test_a_page_is_a_value() -> None:
    assert Page(items=(1,)) == Page(items=(1,), next_cursor=None)


@given(st.tuples(st.datetimes(datetime(1900, 1, 1), datetime(2199, 12, 31), timezones=st.just(UTC)), st.uuids()))
def test_there_and_back(key: Key) -> None:
    assert decode_cursor(encode_cursor(key), KEY) == key


@given(st.one_of(st.text(max_size=200), st.binary(max_size=100).map(lambda raw: encode_cursor([raw.hex()]))))
def test_what_we_did_not_write_is_refused(cursor: str) -> None:
    with pytest.raises(Invalid) as refused:
        decode_cursor(cursor, KEY)
    assert refused.value.fields.keys() == {"cursor"}


@pytest.mark.parametrize(
    ("key", "shape"),
    [
        ([2**31, str(UUID(int=1))], tuple[int, UUID]),
        ([-(10**30), str(UUID(int=1))], tuple[int, UUID]),
        (["0001-01-01T00:00:00+14:00", str(UUID(int=1))], KEY),
        (["9999-12-31T23:59:59-14:00", str(UUID(int=1))], KEY),
        (["2026-05-01T00:00:00", str(UUID(int=1))], KEY),
    ],
)
def test_what_no_engine_can_hold_is_refused(key: list[object], shape: Any) -> None:
    with pytest.raises(Invalid):
        decode_cursor(encode_cursor(key), shape)


def test_a_cursor_that_is_nested_without_end_is_refused() -> None:
    deep = "[" * 100_000 + "]" * 100_000
    with pytest.raises(Invalid):
        decode_cursor(base64.urlsafe_b64encode(deep.encode()).decode(), KEY)
