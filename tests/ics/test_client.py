"""The model of a calendar program ends in the same calendar, whatever the order and however often mails come."""

import random
from datetime import datetime, timedelta
from email.message import EmailMessage
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.ics.client import Client
from tests.ics.made import ATTENDEE, CALENDAR, ORGANIZER, STAMP, entry, invitation
from training.ics.entries import Attendee, Organizer
from training.ics.writing import Method, write_calendar, write_invite


def mail(sequence: int, method: Method = "REQUEST", **changes: Any) -> bytes:
    """The calendar of one mail: version `sequence` of a meeting."""
    return write_invite(
        invitation(**({"sequence": sequence, "stamp": STAMP + timedelta(minutes=sequence)} | changes)), method
    )


def reader(*mails: bytes) -> Client:
    client = Client(ATTENDEE.address)
    for one in mails:
        client.receive(one)
    return client


def test_the_newest_version_is_shown() -> None:
    client = reader(mail(0), mail(1, title="Renamed"))
    assert [event.title for event in client.invited().values()] == ["Renamed"]


def test_late_and_doubled_mails_change_nothing() -> None:
    client = reader(mail(0), mail(2, title="New"), mail(1, title="Late"), mail(2, title="New"), mail(0))
    assert [event.title for event in client.shown().values()] == ["New"]


def test_a_withdrawal_that_overtakes_its_invitation_counts() -> None:
    client = reader(mail(1, "CANCEL"), mail(0))
    assert client.shown() == {}
    assert client.withdrawn() == {invitation().uid}
    client.receive(mail(2))
    assert len(client.shown()) == 1


@pytest.mark.parametrize(
    ("mails", "mistake"),
    [
        ((mail(1), mail(1, "CANCEL", stamp=STAMP + timedelta(days=1))), "outdated"),
        ((mail(1), mail(1, local_start=datetime(2027, 5, 4, 9), stamp=STAMP + timedelta(days=1))), "new time"),
        ((mail(1), mail(1, title="Other")), "two things"),
        ((mail(1), mail(2, organizer=Organizer(name="x", address="other@mail.example"))), "organizer"),
        ((mail(1, attendee=Attendee(name="x", address="other@learners.example")),), "somebody else"),
        ((write_calendar([invitation()], name=CALENDAR).data,), "without a method"),
    ],
)
def test_mistakes_of_a_sender_are_seen(mails: tuple[bytes, ...], mistake: str) -> None:
    with pytest.raises(AssertionError, match=mistake):
        reader(*mails)


def test_a_feed_shows_what_is_in_it_now() -> None:
    client = Client(ATTENDEE.address)
    client.subscribe("mine", write_calendar([entry(uid="a"), entry(uid="b")], name=CALENDAR).data)
    off = entry(uid="a", sequence=1, cancelled=True, stamp=STAMP + timedelta(days=1))
    client.subscribe("mine", write_calendar([off], name=CALENDAR).data)
    assert client.subscribed("mine")["a"].cancelled
    assert client.shown() == {}
    for mistake, again in (
        ("went back", entry(uid="a")),
        ("two things", entry(uid="a", sequence=1, title="x", stamp=STAMP + timedelta(days=1))),
    ):
        with pytest.raises(AssertionError, match=mistake):
            client.subscribe("mine", write_calendar([again], name=CALENDAR).data)
    with pytest.raises(AssertionError, match="no method"):
        client.subscribe("mine", mail(0))


def test_a_mail_and_a_feed_of_the_same_meeting_are_one_event() -> None:
    client = reader(mail(3))
    client.subscribe("mine", write_calendar([entry(sequence=3)], name=CALENDAR).data)
    assert list(client.shown()) == [entry().uid]


def test_a_whole_message_is_opened_at_its_calendar() -> None:
    message = EmailMessage()
    message.set_content("You have a place.")
    message.add_alternative("<p>You have a place.</p>", subtype="html")
    message.add_alternative(
        mail(0), maintype="text", subtype="calendar", params={"method": "REQUEST", "charset": "utf-8"}
    )
    message.add_attachment(mail(0), maintype="text", subtype="calendar", filename="invite.ics")
    client = Client(ATTENDEE.address)
    client.open(message.as_bytes())
    assert len(client.shown()) == 1


@settings(deadline=None, max_examples=60)
@given(
    st.lists(st.sampled_from(["move", "rename", "place", "withdraw", "invite"]), min_size=1, max_size=8),
    st.randoms(use_true_random=False),
)
def test_any_order_with_late_and_doubled_mails_ends_in_the_same_calendar(
    steps: list[str], chance: random.Random
) -> None:
    values: dict[str, Any] = {}
    mails = [mail(0)]
    for sequence, step in enumerate(steps, start=1):
        if step == "move":
            values["local_start"] = datetime(2027, 5, 3, 9) + timedelta(days=sequence)
        elif step in ("rename", "place"):
            values["title" if step == "rename" else "place"] = f"{step} {sequence}"
        mails.append(mail(sequence, "CANCEL" if step == "withdraw" else "REQUEST", **values))
    expected = reader(*mails)
    shuffled = mails + chance.choices(mails, k=4)
    chance.shuffle(shuffled)
    again = reader(*shuffled)
    assert (again.shown(), again.withdrawn()) == (expected.shown(), expected.withdrawn())
    assert bool(expected.shown()) == (steps[-1] != "withdraw")


def test_the_reader_of_these_tests_is_the_invited_one() -> None:
    assert (ATTENDEE.address, ORGANIZER.address) == ("zoe@learners.example", "training+0192.abc@mail.example")
