"""Who invites: the organizer of an entry is the sender of the mail that carries it. Pure."""

from uuid import UUID

from training.base.site import Site
from training.ics.entries import Organizer


def organizer_of(site: Site, invite_id: UUID) -> Organizer:  # noqa: ARG001 - an address per invite takes answers
    """The organizer of one person's invite, the same for its whole life."""
    return Organizer(name=site.name, address=site.sender)


def asks_for_answers(site: Site) -> bool:  # noqa: ARG001 - an installation that reads answers says so
    """Whether an invite asks for an answer: only where somebody reads it."""
    return False
