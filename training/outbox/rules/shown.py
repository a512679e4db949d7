"""Messages on screens: states and kinds in words, and dots for whatever opens a door. Pure."""

import re

from training.outbox.rules.kinds import find_kind
from training.outbox.rules.states import MessageState

STATE_WORDS: dict[str, tuple[str, str]] = {
    MessageState.WAITING: ("Waiting", "It goes out as soon as its time has come and the mail server takes it."),
    MessageState.CLAIMED: ("On its way", "The worker is handing it to the mail server now."),
    MessageState.SENT: ("Sent", "The mail server took it. Nothing came back."),
    MessageState.FAILED: ("Failed", "It could not be sent, and nobody tries any more."),
    MessageState.BOUNCED: ("Bounced", "It was sent and came back."),
    MessageState.EXPIRED: ("Too late", "When its turn came it was no longer worth sending."),
    MessageState.WITHDRAWN: ("Taken back", "It was taken back before it left. Nobody got it."),
    MessageState.SUPERSEDED: ("Replaced", "A newer message says everything that this one said. Nobody got it."),
}
"""Each state in one word and in a sentence."""

# Every secret of ours in an address has at least so many letters in a row; an id has 36. A code to scan is shorter.
_SECRET = re.compile(r"(?<=[/=.+])[A-Za-z0-9_-]{40,}|(?<=/check-in/)[A-Za-z0-9_-]{32}")


def state_word(state: str) -> str:
    """A state in one or two words."""
    return STATE_WORDS[state][0] if state in STATE_WORDS else state.capitalize()


def kind_label(kind: str) -> str:
    """What a message is about, in words."""
    known = find_kind(kind)
    return known.label if known else kind.replace("-", " ").capitalize()


def masked(text: str) -> str:
    """`text` with dots for whatever looks like the secret part of an address: no screen shows one by accident."""
    return _SECRET.sub("...", text)
