"""Mails as systems of several makers and languages write them, made by hand for these tests.

`{verp}` is the envelope sender of the message, `{id}` its Message-ID, `{forged}` an envelope sender that nobody made.
"""

from pathlib import Path
from uuid import UUID

from training.base.envelopes import envelope_sender

KEY = "a key for tests only"
BASE_URL = "http://testserver.example"
ABOUT = UUID("0192f0c1-2345-7abc-8def-0123456789ab")
FOLDER = Path(__file__).parent


def sample(name: str, about: UUID = ABOUT) -> bytes:
    """The mail of this name, speaking of the message `about`, with line ends as they travel."""
    verp = envelope_sender("bounces@testserver.example", about, KEY)
    forged = f"bounces+{about.hex}.{'0' * 16}@testserver.example"
    words = {"{verp}": verp, "{id}": f"<{about}@testserver.example>", "{forged}": forged}
    text = (FOLDER / f"{name}.eml").read_text(encoding="utf-8")
    for mark, word in words.items():
        text = text.replace(mark, word)
    return text.replace("\n", "\r\n").encode()
