"""Every message that an invite goes along with is a kind that exists, and speaks of an enrollment."""

from training.booking.rules.wanted import OF_NOTHING_LEFT, OF_OPEN_PLACE, OF_OPEN_PLACES
from training.invites.rules.along import ALONG, BEGINNINGS, ENDINGS, OWN
from training.outbox.rules.kinds import KINDS


def test_kinds() -> None:
    assert KINDS.keys() >= ALONG | OWN
    assert not ENDINGS & BEGINNINGS
    assert not ALONG & (OF_NOTHING_LEFT | OF_OPEN_PLACE | OF_OPEN_PLACES)


def test_the_mailbox_announces_an_entry_where_one_is_sure_to_come() -> None:
    """Of a session that takes place as planned, calendars know already."""
    announced = {kind for kind, known in KINDS.items() if known.brings_entry}
    assert announced == (BEGINNINGS - {"booking-session-confirmed"}) | OWN
