"""Ids sort by time, codes can be read aloud."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from training.base.ids import CODE_LETTERS, human_code, uuid7

NOW = datetime(2026, 5, 4, 9, 0, tzinfo=UTC)
MILLISECOND = timedelta(milliseconds=1)


def test_it_is_a_uuid_of_version_7() -> None:
    made = uuid7(NOW)
    assert (made.version, made.variant) == (7, "specified in RFC 4122")
    assert made.int >> 80 == int(NOW.timestamp() * 1000)


@given(st.datetimes(datetime(1970, 1, 2), datetime(9999, 12, 30)), st.integers(1, 10**9))
def test_later_ids_are_greater(at: datetime, milliseconds: int) -> None:
    early = at.replace(tzinfo=UTC, microsecond=0)
    late = min(early + milliseconds * MILLISECOND, datetime(9999, 12, 31, tzinfo=UTC))
    assert uuid7(early) < uuid7(late)
    assert str(uuid7(early)) < str(uuid7(late)), "as text too, which is how SQLite keeps them"


def test_a_counter_orders_ids_of_the_same_millisecond() -> None:
    ids = [uuid7(NOW, number) for number in range(4096)]
    assert ids == sorted(ids)
    assert [made.int >> 64 & 0xFFF for made in ids] == list(range(4096))


def test_ids_differ_even_with_everything_else_the_same() -> None:
    assert len({uuid7(NOW, 1) for _ in range(1000)}) == 1000
    assert isinstance(uuid7(NOW), UUID)


def test_codes_can_be_read_aloud() -> None:
    codes = {human_code() for _ in range(500)}
    assert len(codes) == 500
    for code in codes:
        left, dash, right = code.partition("-")
        assert (len(left), dash, len(right)) == (4, "-", 4)
        assert set(left + right) <= set(CODE_LETTERS)
    assert not set("01258BILOSUVZ") & set(CODE_LETTERS)


def test_a_code_has_the_length_that_was_asked() -> None:
    assert [len(human_code(length).replace("-", "")) for length in (1, 4, 6, 12)] == [1, 4, 6, 12]
