"""The words of a message for screens that others may see, and why it was written, in a sentence."""

from collections.abc import Sequence
from uuid import UUID

from jinja2 import TemplateError

from training.base.site import Site
from training.desk.pages.session import in_words
from training.desk.queries.messages import MessageView, list_causes, list_names_in
from training.desk.rules.journal import told
from training.desk.rules.messages import kind_label
from training.outbox.mails import render_message, render_subject
from training.outbox.queries import StoredMessage
from training.outbox.rules import Rendered

UNREADABLE = "The words of this message cannot be made."


def facing(message: StoredMessage, site: Site, *, subject_only: bool = False) -> Rendered:
    """The words of a message with its secret links ending in dots. One whose words cannot be made is called after its
    kind: a list must open although one message in it is broken."""
    try:
        if subject_only:
            return Rendered(subject=render_subject(message, site), text="", html="")
        return render_message(message, site, reveal=False)
    except (TemplateError, ValueError, TypeError, KeyError):
        return Rendered(subject=kind_label(message.kind), text=UNREADABLE, html=UNREADABLE)


async def causes_in_words(messages: Sequence[MessageView], zone: str) -> dict[UUID, str]:
    """Why each message was written, by its id, as the journal tells it. Two statements."""
    causes = await list_causes(messages)
    names = await list_names_in(causes.values())
    lines = {message_id: told(entry, names, zone, in_words) for message_id, entry in causes.items()}
    return {message_id: f"{line.who} {line.what}".strip() for message_id, line in lines.items()}
