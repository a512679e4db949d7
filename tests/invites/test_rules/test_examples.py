"""Every reason has an example, and every example has words."""

import pytest

from tests.conftest import SITE
from training.invites.rules.along import OWN
from training.invites.rules.comparing import Why
from training.invites.rules.examples import EXAMPLES
from training.outbox.mails import render_message
from training.outbox.rules.examples import Example

ABOUT_ENTRIES = [example for example in EXAMPLES if example.kind in OWN]


def test_every_reason_is_shown() -> None:
    assert {example.values["why"] for example in ABOUT_ENTRIES} - {""} == {why.value for why in Why}


@pytest.mark.parametrize("example", ABOUT_ENTRIES, ids=lambda example: f"{example.template}: {example.case}")
def test_words(example: Example) -> None:
    words = render_message(example, SITE)
    assert "\n\n\n" not in words.text
    assert words.text.startswith("Hello Ada Brown,\n\n")
    assert words.subject
    assert "  " not in words.subject
    assert "(UTC" not in words.text + words.html


def test_reasons_read_differently() -> None:
    texts = {example.values["why"]: render_message(example, SITE).text for example in ABOUT_ENTRIES}
    assert len(set(texts.values())) == len(texts)
    assert "for everybody" in texts["session"]
    assert "takes place without" in texts["removed"]
