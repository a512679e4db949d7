"""The examples are of this room's messages, one for each template."""

from training.outbox.rules.kinds import find_kind
from training.surveys.rules.examples import EXAMPLES


def test_every_message_has_an_example_of_a_known_kind() -> None:
    assert [example.template for example in EXAMPLES] == ["surveys/asked", "surveys/reminder"]
    assert all(find_kind(example.kind) is not None for example in EXAMPLES)
