"""Real server processes on loopback, for what one process cannot show: races, sign-in in a browser, crashes."""

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

# A machine that runs other things, too, needs a while for what takes three seconds.
START_SECONDS = 120.0
END_SECONDS = 20.0


def free_port() -> int:
    """A port nobody listens on right now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def served(
    database_url: str, *, processes: int = 1, factory: str = "training.app:create_app", **settings: str
) -> Iterator[list[str]]:
    """So many servers of the same database, each a process of its own; yields their addresses."""
    running: list[subprocess.Popen[bytes]] = []
    try:
        addresses = []
        for _ in range(processes):
            port = free_port()
            running.append(begin(database_url, port, factory, settings))
            addresses.append(f"http://127.0.0.1:{port}")
        for process, address in zip(running, addresses, strict=True):
            wait_for(process, address)
        yield addresses
    finally:
        end(*running)


def begin(
    database_url: str,
    port: int,
    factory: str = "training.app:create_app",
    settings: Mapping[str, str] | None = None,
    *,
    own_group: bool = False,
) -> subprocess.Popen[bytes]:
    """A server on this port. With `own_group` it leads a group of processes, which can be killed at once."""
    environment = os.environ | {
        "TRAINING_DATABASE_URL": database_url,
        "TRAINING_SQLITE_SYNCHRONOUS": "OFF",
        "TRAINING_BASE_URL": f"http://127.0.0.1:{port}",
        "TRAINING_SECRET_KEY": "a key for tests only, long enough to be taken",
        "TRAINING_DEMO": "1",
        # One account stands for many here.
        "TRAINING_REQUESTS_PER_MINUTE_ACCOUNT": "0",
        "TRAINING_REQUESTS_PER_MINUTE_ADDRESS": "0",
        **{f"TRAINING_{name.upper()}": value for name, value in (settings or {}).items()},
    }
    command = [sys.executable, "-m", "granian", "--interface", "asgi", "--factory", factory]
    command += ["--host", "127.0.0.1", "--port", str(port), "--workers", "1", "--loop", "uvloop"]
    command += ["--no-access-log", "--log-level", "error", "--workers-kill-timeout", "3"]
    return subprocess.Popen(command, env=environment, start_new_session=own_group)


def end(*running: subprocess.Popen[bytes]) -> None:
    """Ask them to end, and wait for that; one that does not is killed."""
    for process in running:
        process.terminate()
    for process in running:
        try:
            process.wait(END_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def wait_for(process: subprocess.Popen[bytes], address: str) -> None:
    """Until the server answers that it is ready."""
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise RuntimeError(f"The server ended at once with code {process.returncode}")
        try:
            with urllib.request.urlopen(f"{address}/health/ready", timeout=1) as answer:  # noqa: S310 - loopback
                if answer.status == 200:
                    return
        except (urllib.error.URLError, OSError):
            time.sleep(0.05)
    raise RuntimeError(f"The server at {address} did not get ready within {START_SECONDS} s")
