"""Who may hand in mail: whoever has the key, within five minutes."""

from datetime import UTC, datetime, timedelta

import pytest

from training.inbox.rules import SignatureWrong, check_signature, signature

KEY = "the key of the inbox"
NOW = datetime(2026, 5, 4, 9, 0, tzinfo=UTC)
BODY = b"a mail"
GOOD = signature(KEY, NOW, BODY)


@pytest.mark.parametrize("minutes", [-5, 0, 5])
def test_a_good_signature_within_five_minutes(minutes: int) -> None:
    check_signature(KEY, GOOD, BODY, NOW + timedelta(minutes=minutes))


@pytest.mark.parametrize(
    ("key", "given", "body", "minutes"),
    [
        (KEY, GOOD, b"another mail", 0),
        (KEY, GOOD, BODY, 6),
        (KEY, GOOD, BODY, -6),
        ("another key of an inbox", GOOD, BODY, 0),
        ("", GOOD, BODY, 0),
        ("", signature("", NOW, BODY), BODY, 0),
        (KEY, "", BODY, 0),
        (KEY, GOOD.replace("v1=", "v2="), BODY, 0),
        (KEY, GOOD.upper(), BODY, 0),
        (KEY, GOOD[:-1], BODY, 0),
        (KEY, "t=" + "9" * 500 + GOOD[12:], BODY, 0),
        (KEY, GOOD.replace("t=1", "t=2"), BODY, 0),
        (KEY, "t=١٢٣,v1=" + "0" * 64, BODY, 0),
    ],
)
def test_everything_else_is_refused_alike(key: str, given: str, body: bytes, minutes: int) -> None:
    with pytest.raises(SignatureWrong):
        check_signature(key, given, body, NOW + timedelta(minutes=minutes))
