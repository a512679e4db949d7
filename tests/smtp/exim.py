"""A mail server that we did not write, for as long as a `with` block lasts: Debian's exim, which keeps what it takes.

`make prove` installs it where it is missing and may; nothing of it runs before or after, and nothing leaves it.
"""

import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

from tests.served import free_port

EXIM = Path("/usr/sbin/exim4")
INSTALL = ("install", "-y", "-qq", "--no-install-recommends", "exim4-daemon-light")
START_SECONDS = 60.0
OWNER = "Debian-exim"
SETTINGS = """
spool_directory = {folder}/spool
log_file_path = {folder}/%slog
pid_file_path = {folder}/pid
primary_hostname = localhost
local_interfaces = 127.0.0.1
daemon_smtp_ports = {port}
smtp_accept_max_per_connection = 1000000
smtp_accept_queue_per_connection = 0
smtputf8_advertise_hosts = *
queue_only
acl_smtp_rcpt = take
begin acl
take:
  accept
"""


class Exim:
    """The running server."""

    def __init__(self, folder: Path, port: int) -> None:
        self._folder = folder
        self.url = f"smtp://127.0.0.1:{port}?tls=none&timeout=10"

    def ids(self) -> list[str]:
        """The Message-ID of everything that was taken, by what lies in its spool."""
        return [self._headers(path)["Message-ID"] for path in self._kept("-H")]

    def bodies(self) -> list[bytes]:
        """What was taken, without headers; each begins with the name of its own file, on a line of its own."""
        return [path.read_bytes().partition(b"\n")[2] for path in self._kept("-D")]

    def said(self) -> str:
        """What it wrote down."""
        return "".join(path.read_text(errors="replace") for path in self._folder.glob("*log"))

    def _kept(self, end: str) -> list[Path]:
        return sorted((self._folder / "spool" / "input").rglob(f"*{end}"))

    @staticmethod
    def _headers(path: Path) -> EmailMessage:
        """The headers as exim keeps them: its own notes, an empty line, then each header behind its length and kind."""
        kept = path.read_bytes().partition(b"\n\n")[2]
        lines = [line[5:] if line[:3].isdigit() else line for line in kept.split(b"\n")]
        return message_from_bytes(b"\n".join(lines), _class=EmailMessage, policy=policy.default)


@contextmanager
def exim() -> Iterator[Exim]:
    """The server. Raises RuntimeError where it is missing and cannot be installed, or does not start."""
    if not EXIM.exists():
        install()
    # Not the test's own folder: exim gives up being root, and must be able to enter.
    folder = Path(tempfile.mkdtemp(prefix="training-exim-"))
    try:
        shutil.chown(folder, OWNER, OWNER)
        port = free_port()
        settings = folder / "settings"
        settings.write_text(SETTINGS.format(folder=folder, port=port))
        process = subprocess.Popen([EXIM, "-C", settings, "-bdf"], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        try:
            _wait(process, port)
            yield Exim(folder, port)
        finally:
            process.terminate()
            process.communicate(timeout=10)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def install() -> None:
    """Install it, without the service that Debian would start. Raises RuntimeError with what to do."""
    apt = shutil.which("apt-get")
    if os.geteuid() != 0 or apt is None:
        raise RuntimeError("This proof needs Debian's exim: apt-get install exim4-daemon-light")
    # A runlevel in which nothing is started.
    quiet = os.environ | {"DEBIAN_FRONTEND": "noninteractive", "RUNLEVEL": "1"}
    subprocess.run([apt, "update", "-qq"], check=False, env=quiet, capture_output=True)
    done = subprocess.run([apt, *INSTALL], check=False, env=quiet, capture_output=True, text=True)
    if done.returncode or not EXIM.exists():
        raise RuntimeError(f"exim could not be installed:\n{done.stderr[-2000:]}")


def _wait(process: subprocess.Popen[bytes], port: int) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.05)
    process.kill()
    raise RuntimeError(f"exim does not answer: {process.communicate()[1].decode(errors='replace')[-2000:]}")
