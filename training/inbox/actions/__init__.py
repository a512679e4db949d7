"""Verbs of the inbox: take a mail in, settle a doubtful one, claim and leave a mailbox."""

from training.inbox.actions.marks import Claim, claim_mailbox, leave_mailbox, note_failure, take_from_mailbox
from training.inbox.actions.settling import set_aside, settle_as_bounce, settle_reply
from training.inbox.actions.taking import Received, Taken, forget_mails, received_mail, take_in, unreadable

__all__ = [
    "Claim",
    "Received",
    "Taken",
    "claim_mailbox",
    "forget_mails",
    "leave_mailbox",
    "note_failure",
    "received_mail",
    "set_aside",
    "settle_as_bounce",
    "settle_reply",
    "take_from_mailbox",
    "take_in",
    "unreadable",
]
