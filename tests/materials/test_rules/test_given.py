"""The version that a session gives: pinned, newest, or what it was when the session ended."""

from datetime import datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.materials.test_rules.showings import START, moments
from training.base.structs import Frozen
from training.materials.rules.given import came_after, given_version, kept_version, newer_version, newer_versions

END = START + timedelta(hours=2)
DAY = timedelta(days=1)


class One(Frozen, frozen=True, kw_only=True):
    id: UUID
    number: int
    published_at: datetime | None


def at(number: int, published_at: datetime | None) -> One:
    return One(id=UUID(int=number), number=number, published_at=published_at)


BEFORE = (at(1, START - 9 * DAY), at(2, START - 2 * DAY))
CASES: dict[str, tuple[tuple[One, ...], datetime | None, datetime, int | None]] = {
    "nothing published": ((at(1, None),), END, START, None),
    "a draft does not count": ((*BEFORE, at(3, None)), END, START, 2),
    "the newest while it goes on": (BEFORE, END, START, 2),
    "the newest without a date": (BEFORE, None, END + DAY, 2),
    "what was given, when it is over": ((*BEFORE, at(3, END + DAY)), END, END + 2 * DAY, 2),
    "published at the very end counts": ((*BEFORE, at(3, END)), END, END + DAY, 3),
    "at the very end it is not over": ((*BEFORE, at(3, END)), END, END, 3),
    "a recording that came later": ((at(1, END + DAY),), END, END + 3 * DAY, 1),
    "a recording that was put right": ((at(1, END + DAY), at(2, END + 2 * DAY)), END, END + 3 * DAY, 2),
    "a draft of the end is none": ((at(1, None),), END, END + DAY, None),
}


@pytest.mark.parametrize("name", CASES)
def test_which_version_is_given(name: str) -> None:
    versions, ends_at, now, expected = CASES[name]
    found = given_version(versions, ends_at, now, None)
    assert (found.number if found else None) == expected


def test_the_pinned_one_is_given_before_and_after() -> None:
    versions = (*BEFORE, at(3, END + DAY))
    for now in (START, END + 2 * DAY):
        assert given_version(versions, END, now, UUID(int=1)) == versions[0]
    # What was never published cannot be given, whatever says so.
    assert given_version((*BEFORE, at(3, None)), END, START, UUID(int=3)) == BEFORE[1]


def test_what_changed_since() -> None:
    versions = (*BEFORE, at(3, END + DAY))
    assert newer_version(versions, BEFORE[1]) == versions[2]
    assert newer_version(versions, versions[2]) is None
    assert newer_version((*BEFORE, at(3, None)), BEFORE[1]) is None
    assert newer_version(versions, None) is None
    assert newer_version((), None) is None
    assert newer_versions((*reversed(versions), at(4, None)), BEFORE[0]) == (BEFORE[1], versions[2])
    assert newer_versions(versions, None) == ()


histories = st.lists(moments, max_size=6).map(
    lambda found: tuple(at(number, moment) for number, moment in enumerate(sorted(found), 1))
)


@pytest.mark.parametrize("pinned", [1, 2])
def test_what_came_after_can_be_pinned_like_everything_else(pinned: int) -> None:
    versions = (at(1, END + DAY), at(2, END + 2 * DAY))
    found = given_version(versions, END, END + 3 * DAY, UUID(int=pinned))
    assert found == versions[pinned - 1]
    assert came_after(found, END, None)
    assert not came_after(found, END, UUID(int=pinned)), "it stays, so no newer one takes its place"


def test_what_did_not_come_after() -> None:
    for one in (None, at(1, None), at(1, END), at(1, START)):
        assert not came_after(one, END, None)
    assert not came_after(at(1, END + DAY), None, None)


@given(versions=histories, ends_at=moments, now=moments, later=moments, pinned=st.none() | st.integers(1, 6))
def test_what_was_given_never_changes(
    versions: tuple[One, ...], ends_at: datetime, now: datetime, later: datetime, pinned: int | None
) -> None:
    pinned_id = UUID(int=pinned) if pinned else None
    known = tuple(one for one in versions if one.published_at is not None and one.published_at <= now)
    if now <= ends_at or later < now or (pinned and pinned > len(known)):
        return
    given_now = given_version(known, ends_at, now, pinned_id)
    if given_now is not None and not came_after(given_now, ends_at, pinned_id):
        # Whatever is published from now on.
        assert given_version(versions, ends_at, later, pinned_id) == given_now


@given(versions=histories, ends_at=moments, now=moments)
def test_what_came_after_the_end_can_always_be_put_right(
    versions: tuple[One, ...], ends_at: datetime, now: datetime
) -> None:
    known = tuple(one for one in versions if one.published_at is not None and one.published_at <= now)
    found = given_version(known, ends_at, now, None)
    if came_after(found, ends_at, None):
        assert found == known[-1]
        assert kept_version(known, ends_at, now) is None
    elif now > ends_at:
        assert found == kept_version(known, ends_at, now)
        assert found is None or found.published_at is None or found.published_at <= ends_at
    else:
        assert kept_version(known, ends_at, now) is None


@given(versions=histories, ends_at=st.none() | moments, now=moments)
def test_something_is_given_as_soon_as_something_is_published(
    versions: tuple[One, ...], ends_at: datetime | None, now: datetime
) -> None:
    found = given_version(versions, ends_at, now, None)
    assert (found is None) == (not versions)
    newer = newer_version(versions, found)
    if found is not None:
        assert (newer is None) == (found == versions[-1])


@given(versions=histories, ends_at=moments, now=moments)
def test_before_it_is_over_nothing_is_newer(versions: tuple[One, ...], ends_at: datetime, now: datetime) -> None:
    if now <= ends_at:
        assert newer_version(versions, given_version(versions, ends_at, now, None)) is None
