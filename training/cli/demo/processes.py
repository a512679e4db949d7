"""Web and worker as processes of ours: started together, ended together, none left behind."""

import contextlib
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from pathlib import Path

from training.cli.saying import Failed

START_SECONDS = 30.0
STOP_SECONDS = 5.0
_ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Ended(KeyboardInterrupt):
    """Somebody asked us to end. No error, and nothing that a handler of errors should catch.

    A KeyboardInterrupt, because an event loop lets only that one (and SystemExit) out of a callback; any other
    exception that a signal raises there would be swallowed.
    """


class Processes:
    """The commands `training NAME`, each in a session of its own, so that a Ctrl-C reaches only us."""

    def __init__(self, folder: Path, settings: Mapping[str, str]) -> None:
        self._folder = folder
        self._settings = settings
        self._running: dict[str, subprocess.Popen[bytes]] = {}

    def start(self, name: str, *options: str) -> None:
        """Start `training name options`; what it says goes into a log beside the data."""
        with self._log(name).open("wb") as log:
            self._running[name] = subprocess.Popen(  # noqa: S603 - ourselves
                [sys.executable, "-m", "training", name, *options],
                env={**os.environ, **self._settings},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def _log(self, name: str) -> Path:
        return self._folder / f"{name}.log"

    def check(self) -> None:
        """Raise Failed when one of them has ended although nobody asked."""
        for name, process in self._running.items():
            if process.poll() is not None:
                said = self._log(name).read_text(errors="replace")[-2000:].strip()
                raise Failed(f"`training {name}` ended by itself (exit code {process.returncode}):\n{said}")

    def wait_until_ready(self, base_url: str) -> None:
        """Return when the web answers and is ready. Raises Failed when that takes too long or a process ends."""
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            self.check()
            try:
                with urllib.request.urlopen(f"{base_url}/health/ready", timeout=2) as answer:  # noqa: S310 - our own
                    if answer.status == 200:
                        return
            except (urllib.error.URLError, OSError):
                time.sleep(0.05)
        raise Failed(f"The web was not ready after {START_SECONDS:.0f} seconds; see {self._log('serve')}.")

    def watch(self) -> None:
        """Stay until somebody asks us to end. Raises Failed when a process ends before that."""
        while True:
            self.check()
            time.sleep(0.3)

    def stop(self) -> None:
        """End all of them and everything that they started; returns when nothing is left."""
        for process in self._running.values():
            if process.poll() is None:
                process.terminate()
        deadline = time.monotonic() + STOP_SECONDS
        for process in self._running.values():
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(max(0.1, deadline - time.monotonic()))
            # Each leads a group: whoever is left in it did not listen.
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()


@contextlib.contextmanager
def until_asked_to_end() -> Iterator[None]:
    """Inside, the first Ctrl-C, SIGTERM or closed terminal ends the block quietly; more of them change nothing."""

    def end(_number: int, _frame: object) -> None:
        for number in _ENDING:
            signal.signal(number, signal.SIG_IGN)
        raise Ended

    before = {number: signal.signal(number, end) for number in _ENDING}
    try:
        yield
    except Ended:
        pass
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
