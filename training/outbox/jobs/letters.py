"""A message as the letter that the mail server is handed."""

from datetime import datetime

import msgspec
from msgspec.structs import replace

from training.base.site import Site
from training.outbox.mails import make_letter, render_message
from training.outbox.queries import StoredMessage
from training.outbox.rules import MessageState, Rendered, message_id_of
from training.outbox.rules.examples import NOBODY, Example

__all__ = ["example_letter", "example_words", "make_letter"]
_NO_KEY = "not the key of this installation"


def example_letter(example: Example, site: Site, now: datetime) -> bytes:
    """An example as it would travel. Its links open nothing: they are not made with this installation's key."""
    message = StoredMessage(
        id=NOBODY,
        kind=example.kind,
        template=example.template,
        recipient="ada@example.org",
        recipient_name=example.recipient_name,
        person_id=example.person_id,
        topic="",
        kept=msgspec.json.encode(example.values).decode(),
        state=MessageState.WAITING,
        attempts=0,
        not_before=now,
        message_id=message_id_of(NOBODY, site.base_url),
        error="",
        created_at=now,
        sent_at=None,
    )
    return make_letter(message, replace(site, secret_key=_NO_KEY), now)


def example_words(example: Example, site: Site) -> Rendered:
    """The words of an example, with links that open nothing. Raises what `render_message` raises."""
    return render_message(example, replace(site, secret_key=_NO_KEY))
