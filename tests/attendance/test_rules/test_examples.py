"""Every template of this room has an example, and is rendered in tests/desk/test_rules/test_examples.py."""

from pathlib import Path

from training.attendance.rules.examples import EXAMPLES
from training.outbox.rules.kinds import is_known

MAILS = Path(__file__).resolve().parents[3] / "training" / "attendance" / "templates" / "attendance" / "mails"


def test_every_template_has_an_example_of_a_known_kind() -> None:
    templates = {f"attendance/{path.stem}" for path in MAILS.glob("*.subject")}
    assert {example.template for example in EXAMPLES} == templates
    assert all(is_known(example.kind) for example in EXAMPLES)
