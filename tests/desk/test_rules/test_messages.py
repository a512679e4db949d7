"""What went wrong with a message in plain words, and why it was written."""

from datetime import UTC, date, datetime
from uuid import UUID

import pytest

from tests.conftest import START
from training.base.errors import Invalid
from training.desk.rules.journal import Entry
from training.desk.rules.messages import (
    Shown,
    cause_among,
    day_span,
    needs_somebody,
    trouble_of,
)
from training.outbox.rules import MessageState
from training.outbox.rules.delivery import DEAD_ADDRESS


@pytest.mark.parametrize(
    ("state", "error", "what"),
    [
        ("failed", "550 5.1.1 <x@y.example>: Recipient address rejected", "There is no such mailbox."),
        ("bounced", "5.1.10", "There is no such mailbox."),
        ("bounced", "550 User unknown in local table", "There is no such mailbox."),
        ("bounced", "452 4.2.2 mailbox is full", "Their mailbox is full."),
        ("bounced", "552 5.2.2 over quota", "Their mailbox is full."),
        ("failed", "550 5.7.26 unauthenticated", "The receiving server does not take mail from us."),
        ("failed", "552 5.3.4 too big", "The message is too big for the receiving server."),
        ("failed", "451 4.3.0 try later", "The receiving server asked us to come back later, until we gave up."),
        ("failed", "421 greylisted", "The receiving server asked us to come back later, until we gave up."),
        ("failed", DEAD_ADDRESS, "It was not sent, because mail to this address has come back before."),
        ("failed", "554 no", "The mail server refused it for good."),
        ("failed", "", "The mail server refused it for good."),
        ("failed", "UndefinedError: 'title' is undefined", "The words of this message could not be made."),
        ("bounced", "", "It came back without a reason that we understand."),
        ("expired", "", "It waited longer than it was worth sending: for the mail server, or for a worker."),
    ],
)
def test_what_went_wrong(state: str, error: str, what: str) -> None:
    found = trouble_of(state, error)
    assert found is not None
    assert found.what == what
    assert found.do.endswith(".")


@pytest.mark.parametrize("state", ["waiting", "claimed", "sent", "withdrawn", "superseded"])
def test_nothing_went_wrong(state: str) -> None:
    assert trouble_of(state, "550 5.1.1") is None


def test_every_state_can_be_asked_for() -> None:
    assert {shown.value for shown in Shown} == {"undelivered", *MessageState}


def test_a_day_on_the_readers_clocks() -> None:
    first, second = day_span(date(2026, 3, 29), "Europe/Berlin")
    assert first.astimezone(UTC) == datetime(2026, 3, 28, 23, tzinfo=UTC)
    assert second.astimezone(UTC) == datetime(2026, 3, 29, 22, tzinfo=UTC), "the clocks went forward"
    for far in (date.min, date.max):
        with pytest.raises(Invalid):
            day_span(far, "UTC")


def test_who_needs_somebody() -> None:
    assert needs_somebody("failed", repeated=False)
    assert not needs_somebody("failed", repeated=True)
    assert not needs_somebody("sent", repeated=False)


def entry(event: str, subject: int) -> Entry:
    return Entry(
        id=UUID(int=subject),
        at=START,
        event=event,
        subject_id=UUID(int=subject),
        actor_id=None,
        actor_name="",
        data_json="{}",
        before_json=None,
        after_json=None,
    )


def test_the_cause_is_what_happened_to_its_subject_or_what_began_it() -> None:
    began, own = entry("PlacesBooked", 1), entry("EnrollmentPromoted", 2)
    assert cause_among([began, own], UUID(int=2)) == own
    assert cause_among([began, own], UUID(int=3)) == began
    assert cause_among([entry("SessionResized", 4), began], None) == began
    assert cause_among([], None) is None
