"""What a mail is, of which message it speaks, and whose word is believed."""

from uuid import UUID

import pytest

from tests.inbox.mails import ABOUT, BASE_URL, FOLDER, KEY, sample
from training.inbox.rules import Verdict, judge, read_mail
from training.inbox.rules.verdicts import is_permanent, ours

# name: kind, state, whether it names the message, permanent, a part of the reason
CASES: dict[str, tuple[str, str, bool, bool, str]] = {
    "postfix": ("bounce", "handled", True, True, "550 5.1.1 <ada@lighthouse.example>: User unknown"),
    "exim": ("bounce", "handled", True, True, "550 No such recipient here"),
    "exchange": ("bounce", "handled", True, True, "RESOLVER.ADR.RecipientNotFound; Recipient not found"),
    "gmail_like_full": ("bounce", "handled", True, False, "over quota"),
    "qmail": ("bounce", "handled", True, True, "User unknown (#5.1.1)"),
    "spanish": ("bounce", "handled", True, True, "El buzón ada@correo.example no existe"),
    "french_full": ("bounce", "handled", True, False, "est pleine"),
    "blocked": ("bounce", "handled", True, False, "5.7.1 Message blocked"),
    "late": ("automatic", "dropped", True, False, "being tried again"),
    "delivered": ("automatic", "dropped", True, False, "It was delivered."),
    "away": ("automatic", "dropped", True, False, "A machine answered."),
    "away_unmarked": ("automatic", "dropped", True, False, "A machine answered."),
    "complaint": ("complaint", "handled", True, False, "unwanted"),
    "complaint_unproven": ("complaint", "review", True, False, "without proof"),
    "not_spam": ("complaint", "dropped", True, False, "not-spam"),
    "calendar_reply": ("reply", "review", False, False, "own address"),
    "spoofed": ("bounce", "review", True, True, "does not come from a mail system"),
    "forged_envelope": ("bounce", "review", True, True, "does not come from a mail system"),
    "of_a_stranger": ("bounce", "review", False, True, "names no message of ours"),
    "person": ("unknown", "review", True, False, "Nobody can tell"),
}


def judged(name: str) -> Verdict:
    return judge(read_mail(sample(name)), BASE_URL, KEY)


@pytest.mark.parametrize("name", sorted(CASES))
def test_what_a_mail_is(name: str) -> None:
    kind, state, named, permanent, reason = CASES[name]
    verdict = judged(name)
    told = (verdict.kind.value, verdict.state.value, verdict.message_id, verdict.permanent)
    assert told == (kind, state, ABOUT if named else None, permanent)
    assert reason in verdict.reason


def test_every_sample_is_judged() -> None:
    assert {path.stem for path in FOLDER.glob("*.eml")} == set(CASES)


def test_whom_a_bounce_is_about_is_told() -> None:
    assert judged("postfix").recipient == judged("exim").recipient == "ada@lighthouse.example"


def test_without_the_key_of_the_installation_nothing_is_proven() -> None:
    """A mail system's own bounce still names the Message-ID; a complaint has nothing but the proof."""
    assert judge(read_mail(sample("complaint")), BASE_URL, "another key for tests").state == "review"
    assert judge(read_mail(sample("qmail")), "http://elsewhere.example", "another key for tests").state == "review"


def test_a_proof_is_believed_whoever_sends_it() -> None:
    raw = sample("postfix").replace(b"Return-Path: <>", b"Return-Path: <relay@host.example>", 1)
    assert judge(read_mail(raw), BASE_URL, KEY).state == "handled"


def test_a_mail_without_a_return_path_is_believed_by_the_name_of_its_author() -> None:
    raw = sample("exim").replace(b"Return-path: <>\r\n", b"", 1)
    assert judge(read_mail(raw), BASE_URL, KEY).state == "handled"
    raw = raw.replace(b"Mailer-Daemon@smtp", b"eve@smtp")
    assert judge(read_mail(raw), BASE_URL, KEY).state == "review"


@pytest.mark.parametrize(
    ("status", "text", "permanent"),
    [
        ("5.1.1", "", True),
        ("5.1.2", "", True),
        ("5.2.1", "mailbox disabled", True),
        ("5.2.2", "full", False),
        ("5.3.4", "message too big", False),
        ("5.4.4", "host not found", True),
        ("5.4.7", "delivery time expired", False),
        ("5.7.1", "blocked", False),
        ("5.7.1", "550 5.7.1 no such user", True),
        ("5.0.0", "rejected", True),
        ("5.0.0", "mailbox full", False),
        ("4.4.1", "no answer", False),
        ("", "Benutzer unbekannt", True),
        ("", "Das Postfach ist voll", False),
        ("", "nobody said why", False),
    ],
)
def test_what_will_happen_again(status: str, text: str, permanent: bool) -> None:
    assert is_permanent(status, text) is permanent


@pytest.mark.parametrize(
    ("written", "found"),
    [
        (f"<{ABOUT}@testserver.example>", [ABOUT]),
        (f"<{ABOUT}@TESTSERVER.example>", [ABOUT]),
        (f"<{ABOUT}@elsewhere.example>", []),
        ("<1@testserver.example>", []),
        (f"<x{ABOUT}@testserver.example>", []),
    ],
)
def test_which_message_ids_are_ours(written: str, found: list[UUID]) -> None:
    assert ours([written], BASE_URL) == found
    assert ours([f"<{ABOUT}@[::1]>"], "http://[::1]:8000") == [ABOUT]
