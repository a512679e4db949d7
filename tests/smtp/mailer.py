"""A misbehaving mail server for as long as a `with` block lasts."""

import json
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from tests.smtp.server import HERE


class Mailer:
    """The mail server, as tests talk with it."""

    def __init__(self, process: subprocess.Popen[str], port: int) -> None:
        self._process = process
        self.port = port

    def url(self, *, login: str = "", tls: str = "none", timeout: float = 5, trusted: bool = True) -> str:
        """The address of this server, as TRAINING_SMTP_URL takes it."""
        ca = f"&ca={HERE / 'localhost.crt'}" if trusted and tls != "none" else ""
        return f"smtp://{login}127.0.0.1:{self.port}?tls={tls}&timeout={timeout}{ca}"

    def fail(self, fault: str, times: int = 1_000_000) -> None:
        """Do this wrong from now on, so many times."""
        self._tell(fault=fault, times=times)

    def behave(self) -> None:
        """Do everything right from now on."""
        self.fail("")

    def forget(self) -> None:
        """Forget what came."""
        self._tell(forget=True)

    def report(self) -> dict[str, Any]:
        """What came: `taken`, `connections`, the `last` message, how many faults are `left`."""
        return self._tell(report=True)

    def count(self) -> int:
        """How many messages were taken, repeated ones too."""
        return int(self._tell()["count"])

    def counted(self) -> Counter[str]:
        """How often each Message-ID was taken."""
        return Counter(one["id"] for one in self.report()["taken"])

    def _tell(self, **command: Any) -> dict[str, Any]:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(command) + "\n")
        self._process.stdin.flush()
        told: dict[str, Any] = json.loads(self._process.stdout.readline())
        return told


@contextmanager
def mail_server(*options: str) -> Iterator[Mailer]:
    """A server of its own: `--starttls`, `--tls`, `--password WORD`."""
    process = subprocess.Popen(
        [sys.executable, "-W", "ignore", "-m", "tests.smtp.server", *options],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        yield Mailer(process, int(process.stdout.readline()))
    finally:
        process.stdin.close()
        try:
            process.wait(5)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(5)
        process.stdout.close()
