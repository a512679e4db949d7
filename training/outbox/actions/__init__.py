"""Verbs of messages: enqueue one in the transaction of its cause, withdraw those of a topic."""

from training.outbox.actions.enqueue import NewMessage, enqueue, enqueue_decoy, forget_decoys
from training.outbox.actions.repeat import send_again, send_all_again
from training.outbox.actions.take_back import take_back
from training.outbox.actions.withdraw import supersede_all, supersede_kind, withdraw, withdraw_all

__all__ = [
    "NewMessage",
    "enqueue",
    "enqueue_decoy",
    "forget_decoys",
    "send_again",
    "send_all_again",
    "supersede_all",
    "supersede_kind",
    "take_back",
    "withdraw",
    "withdraw_all",
]
