"""Sizes, room, parts."""

from datetime import UTC, datetime, timedelta

import pytest

from training.base.site import Site
from training.materials.rules.formats import FORMATS, NotAccepted
from training.materials.rules.limits import (
    Kept,
    PartWrong,
    StorageUsedUp,
    TooManyUploads,
    UploadBusy,
    UploadOver,
    check_format_size,
    check_open,
    check_room,
    check_share,
    check_size,
    missing_parts,
    most_bytes,
    part_count,
    size_of_part,
    size_words,
)

NOW = datetime(2026, 5, 4, 9, tzinfo=UTC)
SMALL = Site(largest_file=10_000_000, program_storage=1000, partner_storage=100)


@pytest.mark.parametrize(
    ("size", "words"),
    [
        (0, "0 bytes"),
        (1, "1 byte"),
        (999, "999 bytes"),
        (1000, "1 KB"),
        (100_000, "100 KB"),
        (3_440_000, "3.4 MB"),
        (999_990_000, "1 GB"),
        (4_096_000_000, "4.1 GB"),
        (1 << 50, "1.1 PB"),
    ],
)
def test_sizes_in_words(size: int, words: str) -> None:
    assert size_words(size) == words


def test_no_kind_may_be_larger_than_any_file() -> None:
    assert {most_bytes(found.kind, SMALL) for found in FORMATS.values()} == {10_000_000, 5_000_000}
    assert most_bytes(FORMATS["png"].kind, Site()) == 25_000_000
    assert most_bytes(FORMATS["mp4"].kind, Site()) == Site().largest_file


@pytest.mark.parametrize(
    ("name", "size", "words"),
    [
        ("a.txt", 0, "empty"),
        ("a.png", 25_000_001, "Pictures may have at most 25 MB; this file has 25,000,001 bytes"),
        ("a.vtt", 6_000_000, "Captions may have at most 5 MB"),
        ("a", 5_000_000_000, "at most 4.096 GB"),
    ],
)
def test_what_is_too_large_is_refused_when_it_is_announced(name: str, size: int, words: str) -> None:
    with pytest.raises(NotAccepted, match=words):
        check_size(name, size, Site())
    with pytest.raises(NotAccepted):
        check_format_size(FORMATS["txt"], 5_000_001, Site())
    check_size(name, 100, Site())


def test_room_in_the_program_and_with_the_partner() -> None:
    check_room(100, Kept(program=900, partner=900), SMALL, by_partner=False)
    with pytest.raises(StorageUsedUp, match="program has 99 bytes left"):
        check_room(100, Kept(program=901), SMALL, by_partner=False)
    with pytest.raises(StorageUsedUp, match="organization has 10 bytes left"):
        check_room(11, Kept(program=0, partner=90), SMALL, by_partner=True)


def test_the_refusal_says_what_is_only_announced_and_who_ends_it() -> None:
    with pytest.raises(
        StorageUsedUp, match=r"\(2 bytes kept, 998 bytes announced .* your own are on the page Materials"
    ):
        check_room(1, Kept(program=1000, program_coming=998), SMALL, by_partner=False)
    with pytest.raises(StorageUsedUp, match=r"999 bytes kept, 1 byte announced .* Remove files that nobody needs"):
        check_room(1, Kept(program=1000, program_coming=1), SMALL, by_partner=False)
    with pytest.raises(StorageUsedUp, match=r"10 bytes kept, 90 bytes announced .* Ask a program manager"):
        check_room(1, Kept(program=0, partner=100, partner_coming=90), SMALL, by_partner=True)


def test_one_person_takes_a_quarter_of_the_room_for_what_is_on_its_way() -> None:
    check_share(150, 100, SMALL)
    check_share(900, 0, SMALL)
    with pytest.raises(TooManyUploads, match=r"files of 100 bytes on their way .* has 151 bytes: .* at most 250 bytes"):
        check_share(151, 100, SMALL)


def test_parts_of_a_file() -> None:
    assert [part_count(size, 10) for size in (1, 10, 11, 30)] == [1, 1, 2, 3]
    assert [size_of_part(number, 25, 10) for number in (1, 2, 3)] == [10, 10, 5]
    for number in (0, 4, -1):
        with pytest.raises(PartWrong):
            size_of_part(number, 25, 10)
    assert missing_parts([2], 25, 10) == [1, 3]


def test_when_parts_are_taken() -> None:
    later = NOW + timedelta(days=1)
    check_open("open", later, NOW)
    for state, expires_at, error in (
        ("finished", later, UploadOver),
        ("refused", later, UploadOver),
        ("open", NOW, UploadOver),
        ("finishing", later, UploadBusy),
    ):
        with pytest.raises(error):
            check_open(state, expires_at, NOW)
