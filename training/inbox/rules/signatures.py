"""How a provider proves that it sends us a mail: HMAC-SHA256 over a timestamp and the body, with a key we share."""

import hashlib
import hmac
import re
from datetime import datetime, timedelta

from training.base.errors import NotFound

TOLERANCE = timedelta(minutes=5)
"""A signature is good for so long before and after its moment: a copy of the request is worth nothing later."""
HEADER = "Training-Signature"
_SHAPE = re.compile(r"t=(?P<at>[0-9]{1,12}),v1=(?P<mac>[0-9a-f]{64})")


class SignatureWrong(NotFound):
    """There is nothing here without a signature made with the key of the inbox, less than five minutes ago."""

    code = "signature-wrong"


def signature(key: str, at: datetime, body: bytes) -> str:
    """The value of the header for a body sent at `at`: "t=1770000000,v1=<64 hex digits>"."""
    seconds = int(at.timestamp())
    return f"t={seconds},v1={_mac(key, str(seconds), body)}"


def check_signature(key: str, given: str, body: bytes, now: datetime) -> None:
    """Raise SignatureWrong unless `given` was made with `key` over this body within TOLERANCE of `now`.

    Without a key every signature is wrong, and the answer is the same: nobody learns whether there is one.
    """
    found = _SHAPE.fullmatch(given.strip())
    stamp, mac = (found["at"], found["mac"]) if found else ("0", "")
    good = hmac.compare_digest(_mac(key, stamp, body), mac)
    if not key or not good or abs(now.timestamp() - int(stamp)) > TOLERANCE.total_seconds():
        raise SignatureWrong


def _mac(key: str, stamp: str, body: bytes) -> str:
    return hmac.new(key.encode(), stamp.encode() + b"." + body, hashlib.sha256).hexdigest()
