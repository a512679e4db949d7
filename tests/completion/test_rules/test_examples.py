"""The examples of this room's messages are its own, each once."""

from training.completion.rules.examples import EXAMPLES


def test_each_is_of_this_room_and_there_once() -> None:
    assert all(example.template.startswith("completion/") for example in EXAMPLES)
    assert len({(example.template, example.case) for example in EXAMPLES}) == len(EXAMPLES)
