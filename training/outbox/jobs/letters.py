"""A message as the letter that the mail server is handed."""

from datetime import datetime

from training.base.site import Site
from training.outbox.mails import render_message
from training.outbox.queries import StoredMessage
from training.outbox.rules.kinds import Sort, sort_of
from training.outbox.rules.mime import Letter, build_letter
from training.outbox.rules.unsubscribing import unsubscribe_link


def make_letter(message: StoredMessage, site: Site, now: datetime) -> bytes:
    """The message as it travels, dated `now`. Raises what `render_message` raises, ValueError for an unusable address.

    A message whose frozen values hold `reply_to` is answered there, not to the installation.
    """
    sort = sort_of(message.kind)
    ends = message.person_id if sort is not Sort.NONE else None
    letter = Letter(
        id=message.id,
        message_id=message.message_id,
        at=now,
        sender=site.sender,
        sender_name=site.name,
        recipient=message.recipient,
        recipient_name=message.recipient_name,
        words=render_message(message, site),
        reply_to=str(message.values.get("reply_to", "")),
        unsubscribe=unsubscribe_link(site, ends, sort) if ends else "",
    )
    return build_letter(letter)
