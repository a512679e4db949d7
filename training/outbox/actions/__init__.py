"""Verbs of messages: enqueue one in the transaction of its cause, withdraw those of a topic."""

from training.outbox.actions.enqueue import NewMessage, enqueue, enqueue_decoy, forget_decoys
from training.outbox.actions.withdraw import supersede_all, withdraw

__all__ = ["NewMessage", "enqueue", "enqueue_decoy", "forget_decoys", "supersede_all", "withdraw"]
