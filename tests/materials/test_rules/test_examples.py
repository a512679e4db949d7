"""The examples of this room; tests/desk/test_rules/test_examples.py renders every one of them."""

from training.materials.rules.examples import EXAMPLES


def test_they_are_of_this_room_and_made_for_nobody() -> None:
    assert all(example.template.startswith("materials/") for example in EXAMPLES)
    assert len({(example.template, example.case) for example in EXAMPLES}) == len(EXAMPLES)
