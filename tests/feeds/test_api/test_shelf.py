"""What a process keeps of calendars."""

import gzip
from datetime import UTC, datetime, timedelta

from training.feeds.api.shelf import Kept, Shelf
from training.feeds.rules.window import window_at

AT = datetime(2026, 5, 4, 9, 0, tzinfo=UTC)


def kept(body: bytes = b"calendar", version: object = 1) -> Kept:
    return Kept(body, version=version, changed_at=AT, window=window_at(AT), base=[])


def test_it_counts_for_its_version_and_its_day_only() -> None:
    shelf = Shelf()
    one = kept()
    shelf.keep("a", one)
    assert shelf.find("a", 1, AT) is one
    assert shelf.find("a", 2, AT) is None
    assert shelf.find("a", 1, AT + timedelta(hours=15)) is None
    assert shelf.find("b", 1, AT) is None


def test_what_is_longest_unasked_goes_first() -> None:
    shelf = Shelf(most_bytes=30)
    for key in ("a", "b"):
        shelf.keep(key, kept(b"x" * 8))
    shelf.find("a", 1, AT)
    shelf.keep("c", kept(b"x" * 8))
    assert [shelf.find(key, 1, AT) is not None for key in ("a", "b", "c")] == [True, False, True]
    shelf.keep("large", kept(b"x" * 1000))
    assert len(shelf) == 1, "one that is too large alone is kept alone"
    shelf.forget("large")
    shelf.forget("large")
    assert len(shelf) == 0


def test_the_compressed_twin_is_the_same_bytes_each_time_and_has_a_tag_of_its_own() -> None:
    one, two = kept(b"calendar" * 100), kept(b"calendar" * 100)
    assert one.zipped == two.zipped
    assert gzip.decompress(one.zipped) == one.body
    assert one.etag(True) != one.etag(False) == two.etag(False)
    assert kept(b"other").etag(False) != one.etag(False)
