"""The journal of messages, as sentences."""

MAILED = {
    "MessageSentAgain": "sent it again, because it had not arrived.",
    "MessageTakenBack": "took it back before it left.",
}
"""What somebody did to a message, by event."""
