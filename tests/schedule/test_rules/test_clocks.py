"""The same wall times by two versions of the rules of clocks."""

from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest

from tests.schedule.clocked import LIKE_LAGOS, new_rules
from tests.schedule.made import T
from training.schedule.rules.clocks import Dated, Derived, Undecided, derived, is_moved
from training.schedule.rules.times import resolve

BERLIN = "Europe/Berlin"


def dated(local: str, hours: float = 2, zone: str = BERLIN, fold: int | None = None) -> Dated:
    """A meeting whose instants are derived by the rules of now."""
    start, end = T(local), T(local) + timedelta(hours=hours)
    first, last = resolve(start, zone, fold), resolve(end, zone, fold)
    return Dated(
        id=UUID(int=1),
        session_id=UUID(int=2),
        local_start=start,
        local_end=end,
        zone=zone,
        start_fold=first.fold,
        end_fold=last.fold,
        starts_at=first.at,
        ends_at=last.at,
    )


def found(kept: Dated) -> tuple[datetime, datetime, int, int]:
    now = derived(kept)
    return now.starts_at, now.ends_at, now.start_fold, now.end_fold


@pytest.mark.parametrize("local", ["2026-05-11T10:00", "2026-12-11T10:00", "2026-10-25T01:30", "2027-03-28T03:00"])
def test_by_the_same_rules_nothing_moves(local: str) -> None:
    kept = dated(local)
    now = derived(kept)
    assert now == Derived(start_fold=0, end_fold=0, starts_at=kept.starts_at, ends_at=kept.ends_at)
    assert not is_moved(kept, now)


@pytest.mark.parametrize("fold", [0, 1])
def test_what_happens_twice_stays_what_it_was(fold: int) -> None:
    kept = dated("2026-10-25T02:15", 0.5, fold=fold)
    assert found(kept) == (kept.starts_at, kept.ends_at, fold, fold)


def test_summer_time_is_given_up(tmp_path: Path) -> None:
    summer, winter, night = dated("2026-05-11T10:00"), dated("2026-12-11T10:00"), dated("2026-10-25T02:15", 0.5, fold=0)
    with new_rules(tmp_path, {BERLIN: LIKE_LAGOS}):
        assert found(summer) == (T("2026-05-11T09:00Z"), T("2026-05-11T11:00Z"), 0, 0)
        assert found(winter) == (winter.starts_at, winter.ends_at, 0, 0)
        # It happens only once now, an hour later than the first of the two did.
        assert found(night) == (T("2026-10-25T01:15Z"), T("2026-10-25T01:45Z"), 0, 0)
        assert [is_moved(each, derived(each)) for each in (summer, winter, night)] == [True, False, True]
    assert found(summer)[0] == T("2026-05-11T08:00Z")


def test_summer_time_is_brought_in(tmp_path: Path) -> None:
    day = dated("2026-05-11T10:00", zone=LIKE_LAGOS)
    twice = dated("2026-10-25T02:15", 0.5, zone=LIKE_LAGOS)
    over = dated("2026-10-25T01:30", 1.0, zone=LIKE_LAGOS)
    with new_rules(tmp_path, {LIKE_LAGOS: BERLIN}):
        assert found(day) == (T("2026-05-11T08:00Z"), T("2026-05-11T10:00Z"), 0, 0)
        # Twice now, and the second of them is the instant it always was: nobody is told.
        assert found(twice) == (T("2026-10-25T01:15Z"), T("2026-10-25T01:45Z"), 1, 1)
        assert not is_moved(twice, derived(twice))
        assert found(over) == (T("2026-10-24T23:30Z"), T("2026-10-25T01:30Z"), 0, 1)


def test_a_time_that_is_skipped_now_is_for_a_person_to_decide(tmp_path: Path) -> None:
    gap, end_in_gap = dated("2027-03-28T02:30", zone=LIKE_LAGOS), dated("2027-03-28T00:30", zone=LIKE_LAGOS)
    with new_rules(tmp_path, {LIKE_LAGOS: BERLIN}):
        for kept in (gap, end_in_gap):
            with pytest.raises(Undecided, match="from 02:00 to 03:00, so 02:30 does not happen"):
                derived(kept)


def test_a_zone_that_is_gone_is_for_a_person_to_decide() -> None:
    kept = dated("2026-05-11T10:00")
    values = {name: getattr(kept, name) for name in kept.__struct_fields__}
    with pytest.raises(Undecided, match="time zone is not known"):
        derived(Dated(**{**values, "zone": "Europe/Atlantis"}))


def test_what_would_end_before_it_starts_is_for_a_person_to_decide(tmp_path: Path) -> None:
    short = dated("2026-10-25T02:15", 0.5, fold=0)
    values = {name: getattr(short, name) for name in short.__struct_fields__}
    # From the first 02:45 to the second 02:15 it lasted half an hour; without the change it would run backwards.
    night = {"local_start": short.local_end, "local_end": short.local_start, "starts_at": short.ends_at, "end_fold": 1}
    with new_rules(tmp_path, {BERLIN: LIKE_LAGOS}), pytest.raises(Undecided, match="before it starts"):
        derived(Dated(**{**values, **night, "ends_at": T("2026-10-25T01:15Z")}))
