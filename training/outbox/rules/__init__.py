"""Rules of messages: their states, frozen values, secret links, safe header lines. Pure.

A message's values are frozen when it is enqueued and thawed when its text is made. A secret link is frozen as
its purpose and id only; its token is derived from them and the installation's key (docs/decisions/0003).
"""

from training.outbox.rules.lines import MOST_HEADER, Rendered, header_line, message_id_of, safe_recipient
from training.outbox.rules.links import SHORTEST_KEY, SecretLink, derive_token, token_id
from training.outbox.rules.states import MessageState
from training.outbox.rules.values import freeze, thaw

__all__ = [
    "MOST_HEADER",
    "SHORTEST_KEY",
    "MessageState",
    "Rendered",
    "SecretLink",
    "derive_token",
    "freeze",
    "header_line",
    "message_id_of",
    "safe_recipient",
    "thaw",
    "token_id",
]
