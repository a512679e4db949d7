"""The journal of messages, as sentences."""

MAILED = {
    "MessageSentAgain": "sent it again, because it had not arrived.",
    "MessageTakenBack": "took it back before it left.",
}
"""What somebody did to a message, by event."""

RETURNED = {
    "MemberEdited": "changed the address, and what had not arrived was sent again.",
    "ContactRepaired": "said where mail reaches them, and what had not arrived was sent again.",
    "BounceReceived": "found that a message came back.",
    "ComplaintReceived": "found that a message was marked as unwanted.",
    "DeliveryConfirmed": "found that mail arrives.",
    "MailSettled": "looked at a mail that had come back.",
    "ReplyReceived": "read what a calendar answered.",
}
"""What followed from mail that came back, by event: as the cause of a message, or in the journal of a mail."""
