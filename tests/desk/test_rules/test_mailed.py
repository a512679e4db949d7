"""Every event of messages has its sentence."""

from training.base.structs import Event
from training.desk.rules.mailed import MAILED, RETURNED
from training.inbox import events as inbox
from training.outbox import events
from training.partners import events as partners


def test_every_event_of_messages_has_a_sentence() -> None:
    kinds = [kind for kind in vars(events).values() if isinstance(kind, type) and issubclass(kind, Event)]
    assert {kind.__name__ for kind in kinds if kind is not Event} == MAILED.keys()
    assert all(sentence.endswith(".") for sentence in MAILED.values())


def test_every_event_of_mail_that_came_in_has_a_sentence() -> None:
    kinds = [kind for kind in vars(inbox).values() if isinstance(kind, type) and issubclass(kind, Event)]
    repairs = {partners.MemberEdited.__name__, partners.ContactRepaired.__name__}
    assert {kind.__name__ for kind in kinds if kind is not Event} | repairs == RETURNED.keys()
    assert all(sentence.endswith(".") for sentence in RETURNED.values())
