"""Server processes to measure, ended when done."""

import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager

from tests.served import free_port


@contextmanager
def granian(target: str, *, factory: bool, workers: int, probe: str, **environment: str) -> Iterator[int]:
    """Granian with so many workers on one port; yields the port."""
    port = free_port()
    command = [
        sys.executable,
        "-m",
        "granian",
        "--interface",
        "asgi",
        *(["--factory"] if factory else []),
        target,
        "--host",
        "127.0.0.1",
        "--port",
        str(port),
        "--workers",
        str(workers),
        "--loop",
        "uvloop",
        "--no-access-log",
        "--log-level",
        "error",
        "--workers-kill-timeout",
        "3",
    ]
    process = subprocess.Popen(command, env=os.environ | environment)
    try:
        _wait(process, f"http://127.0.0.1:{port}{probe}")
        yield port
    finally:
        process.terminate()
        process.wait(15)


def _wait(process: subprocess.Popen[bytes], address: str) -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise RuntimeError("The server ended at once")
        try:
            with urllib.request.urlopen(address, timeout=1):  # noqa: S310 - loopback
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.05)
    raise RuntimeError("The server did not get ready")
