"""Who invites, and where answers go."""

from uuid import UUID

from training.base.envelopes import invite_of_address
from training.base.site import Site
from training.invites.rules.organizing import asks_for_answers, organizer_of

ID = UUID("0192f0c1-2345-7abc-8def-0123456789ab")
SITE = Site(name="Harbour", sender="training@example.org", secret_key="a key for tests only")


def test_without_an_address_for_answers_the_sender_invites_and_asks_for_none() -> None:
    assert organizer_of(SITE, ID).address == "training@example.org"
    assert not asks_for_answers(SITE)


def test_with_one_each_invite_has_an_address_of_its_own_for_life() -> None:
    site = Site(
        name="Harbour", sender="training@example.org", secret_key=SITE.secret_key, reply_address="in@example.org"
    )
    organizer = organizer_of(site, ID)
    assert organizer.name == "Harbour"
    assert organizer == organizer_of(site, ID)
    assert invite_of_address(organizer.address, SITE.secret_key) == ID
    assert asks_for_answers(site)
