"""Whoever logs whatever: secrets are hidden, and what helps to find a fault is not."""

import pytest

from training.cli.logs import HIDDEN, masked, without_controls, without_secrets

TOKEN = "AaIDrC2mdhaiSmnqv8eOb-Q5beNZLMbqb5PNaxt7A6fjd1dcVq2Kp3ZYPGJMM12T"
UUID = "0197a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"/sign-in/{TOKEN}", f"/sign-in/{HIDDEN}"),
        ("/sign-in/short", f"/sign-in/{HIDDEN}"),
        ("/sign-in", "/sign-in"),
        (f"/invitations/{TOKEN}/accept", f"/invitations/{HIDDEN}/accept"),
        (f"https://x.example/feeds/{TOKEN}.ics", f"https://x.example/feeds/{HIDDEN}"),
        (f"https://x.example/calendars/{TOKEN}.ics", f"https://x.example/calendars/{HIDDEN}"),
        (f"GET /calendars//{TOKEN}.ics", f"GET /calendars//{HIDDEN}"),
        (f"GET /Calendars/{TOKEN}.ics", f"GET /Calendars/{HIDDEN}"),
        (f"GET /{TOKEN}.ics", f"GET /{HIDDEN}"),
        (f"/elsewhere/{UUID}.ics", None),
        ("GET /calendars/-_short.ics?x=1", f"GET /calendars/{HIDDEN}?x=1"),
        (f"GET /any/{TOKEN} HTTP/1.1", f"GET /any/{HIDDEN} HTTP/1.1"),
        (f"/sessions/{UUID}/places", None),
        ("/programs/mental-health-awareness-month-for-everybody", None),
        ("/static/0123456789ab/css/components.css", None),
        ('File "/srv/training/booking/actions/ledger.py", line 7', None),
        ("postgresql://ada:secret@db/x", f"postgresql://ada:{HIDDEN}@db/x"),
        (f"refused trn_{TOKEN}, sorry", f"refused {HIDDEN}, sorry"),
        (f"?q=trn_{TOKEN}&r=1", f"?q={HIDDEN}&r=1"),
        ("trn_ is how they begin", None),
        ("plain words", None),
    ],
)  # fmt: skip
def test_text(text: str, expected: str | None) -> None:
    assert masked(text) == (expected or text)


def test_names_and_depths() -> None:
    event = {
        "event": "x",
        "token": "a",
        "Authorization": "Bearer b",
        "headers": {"Cookie": "c", "host": "d"},
        "list": [f"/sign-in/{TOKEN}"],
        "count": 3,
    }
    assert without_secrets(None, "info", event) == {
        "event": "x",
        "token": HIDDEN,
        "Authorization": HIDDEN,
        "headers": {"Cookie": HIDDEN, "host": "d"},
        "list": [f"/sign-in/{HIDDEN}"],
        "count": 3,
    }


def test_nothing_that_a_terminal_obeys_is_left() -> None:
    event = {
        "path": "/\x1b]0;owned\x07\x9b2J\n2026 [info] all is well",
        "list": ["a\u202eb", {"c\u2028": "d\u200be"}],
        "trace": "first\n\x1bsecond",
        "said": "Größe – 李",
        "count": 3,
    }
    assert without_controls(None, "info", event) == {
        "path": "/\\x1b]0;owned\\x07\\x9b2J\\n2026 [info] all is well",
        "list": ["a\\u202eb", {"c\\u2028": "d\\u200be"}],
        "trace": "first\n\\x1bsecond",
        "said": "Größe – 李",
        "count": 3,
    }
