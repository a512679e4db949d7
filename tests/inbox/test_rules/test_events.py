"""A provider's own word: which message it names, however it writes that."""

import pytest

from tests.inbox.mails import ABOUT, BASE_URL, KEY
from training.base.envelopes import envelope_sender
from training.base.errors import Invalid
from training.inbox.rules import Verdict, judge_event
from training.inbox.schemas import MailEventIn


def judged(**said: object) -> Verdict:
    return judge_event(MailEventIn(kind="bounce", **said), BASE_URL, KEY)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "written",
    [
        f"<{ABOUT}@testserver.example>",
        f"{ABOUT}@testserver.example",
        f" <{ABOUT}@testserver.example> ",
        envelope_sender("bounces@testserver.example", ABOUT, KEY),
    ],
)
def test_a_message_is_named_in_several_ways(written: str) -> None:
    assert judged(message_id=written).message_id == ABOUT


def test_a_recipient_alone_is_enough() -> None:
    verdict = judged(recipient="ada@example.org", permanent=True, reason="No\nsuch user")
    assert (verdict.state, verdict.message_id, verdict.recipient) == ("handled", None, "ada@example.org")
    assert (verdict.permanent, verdict.reason) == (True, "No such user")


def test_what_is_about_no_message_of_ours_is_dropped() -> None:
    assert judged(message_id="1@elsewhere.example").state == "dropped"
    with pytest.raises(Invalid):
        judged(reason="nobody is named")
