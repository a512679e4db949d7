"""Who invites: the organizer of an entry is the sender of the mail that carries it. Pure."""

from uuid import UUID

from training.base.envelopes import answer_address
from training.base.site import Site
from training.ics.entries import Organizer


def organizer_of(site: Site, invite_id: UUID) -> Organizer:
    """The organizer of one person's invite, the same for its whole life.

    Where somebody reads answers, its address belongs to this invite alone: an answer that comes there was written by a
    calendar that holds it. Else it is the sender of every mail.
    """
    if not asks_for_answers(site):
        return Organizer(name=site.name, address=site.sender)
    return Organizer(name=site.name, address=answer_address(site.reply_address, invite_id, site.secret_key))


def asks_for_answers(site: Site) -> bool:
    """Whether an invite asks for an answer: only where somebody reads it."""
    return bool(site.reply_address)
