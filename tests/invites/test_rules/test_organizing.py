"""The organizer is the sender; nobody is asked for an answer that nobody reads."""

from uuid import UUID

from training.base.site import Site
from training.invites.rules.organizing import asks_for_answers, organizer_of


def test_without_an_address_for_answers_the_sender_invites() -> None:
    site = Site(name="Host", sender="mail@host.example")
    assert organizer_of(site, UUID(int=1)).address == "mail@host.example"
    assert organizer_of(site, UUID(int=1)).name == "Host"
    assert not asks_for_answers(site)
