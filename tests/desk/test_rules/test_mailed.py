"""Every event of messages has its sentence."""

from training.base.structs import Event
from training.desk.rules.mailed import MAILED
from training.outbox import events


def test_every_event_of_messages_has_a_sentence() -> None:
    kinds = [kind for kind in vars(events).values() if isinstance(kind, type) and issubclass(kind, Event)]
    assert {kind.__name__ for kind in kinds if kind is not Event} == MAILED.keys()
    assert all(sentence.endswith(".") for sentence in MAILED.values())
