"""What fits into a calendar, and what goes first."""

from datetime import UTC, datetime, timedelta

from training.feeds.rules.window import MOST_BYTES, about, fitted, window_at
from training.ics.entries import CalendarName, Entry
from training.ics.writing import write_calendar

START = datetime(2026, 5, 4, 9, 30, tzinfo=UTC)


def entries(count: int, description: str) -> list[Entry]:
    made = []
    for number in range(count):
        start = START + timedelta(hours=number)
        made.append(
            Entry(
                uid=f"uid-{number}",
                local_start=start.replace(tzinfo=None),
                local_end=start.replace(tzinfo=None) + timedelta(hours=1),
                zone="UTC",
                starts_at=start,
                ends_at=start + timedelta(hours=1),
                title="A title",
                stamp=START,
                description=description,
            )
        )
    return made


def test_the_window_is_that_of_the_day() -> None:
    early, late = window_at(START), window_at(START + timedelta(hours=14))
    assert early == late
    assert (early.past, early.cancelled) == (datetime(2026, 2, 3, tzinfo=UTC), datetime(2026, 4, 4, tzinfo=UTC))
    assert window_at(early.until) != early


def test_what_fits_stays_as_it_is() -> None:
    made = entries(10, "words")
    assert fitted(made) == (tuple(made), False, False)


def test_texts_go_before_entries_and_everything_stays_below_the_limit() -> None:
    for length in (900, 3_000, 20_000):
        kept, shortened, left_out = fitted(entries(1_000, "ä\n;" * (length // 3)))
        written = write_calendar(kept, name=CalendarName(name="N", description=about(shortened, left_out))).data
        assert (len(kept), shortened, left_out) == (1_000, True, False)
        assert len(written) < MOST_BYTES


def test_the_last_ones_go_first_when_nothing_else_helps() -> None:
    kept, shortened, left_out = fitted(entries(100, "words"), most_bytes=20_000)
    assert (shortened, left_out) == (True, True)
    assert 10 < len(kept) < 100
    assert kept[0].uid == "uid-0"
    assert "too large" in about(shortened, left_out)
    assert "shortened" in about(shortened, left_out)
