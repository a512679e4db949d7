"""A verifier of other people for our badges: the libraries of the Digital Credentials Consortium, without a network.

What is not installed is named in `MISSING`, with how to get it; `tests/conftest.py` then counts the tests as not run.
"""

import json
import os
import subprocess
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from tests.ics.families import NODE
from training.base.structs import Frozen

SCRIPTS = Path(__file__).parent / "verifier"
MISSING: dict[str, str] = {}
if not NODE.exists() or not (SCRIPTS / "node_modules").is_dir():
    MISSING["badges"] = "the verifier of badges is not installed (cd tests/completion/verifier && npm ci)"


class Asked(Frozen, frozen=True, kw_only=True):
    """A badge, what is published about its revocation, and when somebody checks it."""

    badge: dict[str, Any]
    list: dict[str, Any]
    now: datetime


class Verdict(Frozen, frozen=True, kw_only=True):
    """Whether the badge was accepted, why not, and what it says as canonical N-Quads."""

    verified: bool
    why: str
    quads: str


def judge(asked: Sequence[Asked]) -> list[Verdict]:
    """What the verifier says of each, in one process for all of them."""
    given = json.dumps([{"badge": one.badge, "list": one.list, "now": one.now.isoformat()} for one in asked])
    run = subprocess.run(
        [NODE, SCRIPTS / "verify.mjs"], input=given, capture_output=True, text=True, check=False, timeout=120,
        cwd=SCRIPTS, env=os.environ,
    )  # fmt: skip
    assert run.returncode == 0, run.stderr[-2000:]
    return [Verdict(**one) for one in json.loads(run.stdout)]
