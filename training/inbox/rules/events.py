"""What a mail provider's own word comes to. It is believed: whoever says it has the key of the inbox."""

from typing import Protocol
from uuid import UUID

from training.base.envelopes import message_of_envelope
from training.base.errors import Invalid
from training.inbox.rules.mails import ids_in, line, paragraphs
from training.inbox.rules.verdicts import MOST_REASON, MailKind, MailState, Verdict, ours

_KINDS = {"bounce": MailKind.BOUNCE, "complaint": MailKind.COMPLAINT, "delivered": MailKind.DELIVERED}


class ProviderEvent(Protocol):
    """What a provider says became of a message."""

    @property
    def kind(self) -> str: ...
    @property
    def message_id(self) -> str: ...
    @property
    def recipient(self) -> str: ...
    @property
    def reason(self) -> str: ...
    @property
    def permanent(self) -> bool: ...


def judge_event(event: ProviderEvent, base_url: str, secret_key: str) -> Verdict:
    """The verdict on a provider's word. Raises Invalid when it names neither a message nor a recipient."""
    if not event.message_id and not event.recipient:
        raise Invalid(fields={"message_id": "Say which message, or whom it was for."})
    about = _named(event.message_id, base_url, secret_key)
    if about is None and not event.recipient:
        return Verdict(kind=_KINDS[event.kind], state=MailState.DROPPED, reason="It is about no message of ours.")
    return Verdict(
        kind=_KINDS[event.kind],
        state=MailState.HANDLED,
        reason=line(paragraphs(event.reason), MOST_REASON),
        message_id=about,
        recipient=event.recipient,
        permanent=event.permanent,
    )


def _named(written: str, base_url: str, secret_key: str) -> UUID | None:
    """Providers write a Message-ID with and without its angle brackets."""
    found = message_of_envelope(written, secret_key)
    return found or next(iter(ours(ids_in(f"<{written.strip().strip('<>')}>"), base_url)), None)
