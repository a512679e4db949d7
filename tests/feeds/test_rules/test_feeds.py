"""Feed links: orders, secrets, marks."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from training.base.errors import Invalid
from training.feeds.rules.feeds import (
    FAREWELL,
    FeedKind,
    FeedOrder,
    checked_order,
    mark_of,
    new_secret,
    path_of,
    said_farewell,
)

ME, SCOPE = UUID(int=1), UUID(int=2)


def test_secrets_are_long_and_never_the_same() -> None:
    secrets = {new_secret() for _ in range(1_000)}
    assert len(secrets) == 1_000
    assert {len(secret) for secret in secrets} == {43}
    assert path_of("x") == "/calendars/x.ics"


@pytest.mark.parametrize(
    ("kind", "mark"),
    [
        (FeedKind.MINE, f"person:{ME}"),
        (FeedKind.TEACHING, f"person:{ME}"),
        (FeedKind.COORDINATING, f"partner:{SCOPE}"),
        (FeedKind.ROOM, f"room:{SCOPE}"),
    ],
)
def test_marks(kind: FeedKind, mark: str) -> None:
    assert mark_of(kind, ME, SCOPE) == mark


def test_an_order_says_only_what_has_a_meaning() -> None:
    mine = checked_order(FeedOrder(kind=FeedKind.MINE, label="  My \n phone ", scope_id=SCOPE, names=False))
    assert mine == FeedOrder(kind=FeedKind.MINE, label="My phone")
    theirs = FeedOrder(kind=FeedKind.COORDINATING, label="X", scope_id=SCOPE, names=False, alarm_minutes=10)
    assert checked_order(theirs) == FeedOrder(kind=FeedKind.COORDINATING, label="X", scope_id=SCOPE, names=False)


@pytest.mark.parametrize(
    ("order", "field"),
    [
        (FeedOrder(kind=FeedKind.MINE, label="  "), "label"),
        (FeedOrder(kind=FeedKind.MINE, label="x" * 81), "label"),
        (FeedOrder(kind=FeedKind.MINE, label="X", alarm_minutes=-5), "alarm_minutes"),
        (FeedOrder(kind=FeedKind.ROOM, label="X"), "kind"),
        (FeedOrder(kind=FeedKind.COORDINATING, label="X"), "kind"),
    ],
)
def test_what_cannot_be_is_named(order: FeedOrder, field: str) -> None:
    with pytest.raises(Invalid) as raised:
        checked_order(order)
    assert set(raised.value.fields) == {field}


def test_farewell_lasts_thirty_days() -> None:
    at = datetime(2026, 5, 4, tzinfo=UTC)
    assert not said_farewell(None, at)
    assert not said_farewell(at, at + FAREWELL - timedelta(seconds=1))
    assert said_farewell(at, at + FAREWELL)
