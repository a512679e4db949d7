"""Mailboxes to read: Debian's dovecot where it is installed, and a small server that can be made to misbehave."""

import base64
import grp
import os
import pwd
import shutil
import socket
import socketserver
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from imap_tools import BaseMailBox, MailBoxUnencrypted

from training.inbox.mailbox import Account, sign_in

USER, PASSWORD = "reader", "a pass/word: 100%"
DOVECOT = shutil.which("dovecot") or next((p for p in ["/usr/sbin/dovecot"] if Path(p).exists()), None)
OPENSSL = shutil.which("openssl")


class FakeMailbox:
    """A mailbox and how it misbehaves. `fault` is one of refuse, hang, nonsense, cut, drop, deleted, or nothing."""

    def __init__(self) -> None:
        self.validity = 7
        self.mails: dict[int, bytes] = {}
        self.fault = ""
        self.port = 0

    def put(self, raw: bytes) -> int:
        """A new mail; returns its number."""
        uid = max(self.mails, default=0) + 1
        self.mails[uid] = raw
        return uid

    @property
    def account(self) -> Account:
        return Account(host="127.0.0.1", port=self.port, user=USER, password=PASSWORD, folder="INBOX")


def enter_unencrypted(account: Account) -> BaseMailBox:
    """As the product enters, without TLS: the fake has no certificate."""
    return sign_in(MailBoxUnencrypted(account.host, account.port, timeout=3), account)


class _Talk(socketserver.StreamRequestHandler):
    """One client: the few commands that reading needs (RFC 3501)."""

    def handle(self) -> None:
        box: FakeMailbox = self.server.box  # type: ignore[attr-defined]
        with suppress(OSError, UnicodeDecodeError):
            if box.fault == "drop":
                return
            self._say("* OK ready")
            while command := self.rfile.readline():
                tag, _, rest = command.decode().strip().partition(" ")
                if not self._answer(box, tag, rest):
                    return

    def _say(self, text: str | bytes) -> None:
        self.wfile.write((text if isinstance(text, bytes) else text.encode()) + b"\r\n")

    def _answer(self, box: FakeMailbox, tag: str, said: str) -> bool:
        words = said.upper().split()
        name = " ".join(words[:2]) if words[0] == "UID" else words[0]
        if name == "LOGIN" and box.fault == "refuse":
            self._say(f"{tag} NO the password {PASSWORD} is wrong")
            return True
        if name == "UID SEARCH" and box.fault == "hang":
            time.sleep(9)
            return False
        if name == "UID SEARCH" and box.fault == "nonsense":
            self._say(b"* SEARCH \xff\xfe one two")
        elif name == "UID FETCH":
            if not self._fetch(box, int(words[2])):
                return False
        else:
            for line in self._told(box, name, words):
                self._say(line)
        self._say(f"{tag} OK done")
        return name != "LOGOUT"

    def _told(self, box: FakeMailbox, name: str, words: list[str]) -> Iterator[str]:
        if name == "CAPABILITY":
            yield "* CAPABILITY IMAP4rev1"
        elif name in ("EXAMINE", "SELECT"):
            yield f"* {len(box.mails)} EXISTS"
        elif name == "STATUS":
            yield f"* STATUS INBOX (UIDVALIDITY {box.validity})"
        elif name == "UID SEARCH":
            first = int(words[-1].split(":")[0].strip("()"))
            found = [uid for uid in box.mails if uid >= first] or list(box.mails)[-1:]
            yield "* SEARCH " + " ".join(map(str, found))
        elif name == "LOGOUT":
            yield "* BYE"

    def _fetch(self, box: FakeMailbox, uid: int) -> bool:
        if box.fault == "deleted" and uid == 1:
            return True
        whole = box.mails[uid]
        raw = whole[:1_000_001]
        self._say(f"* {uid} FETCH (UID {uid} RFC822.SIZE {len(whole)} BODY[]<0> {{{len(raw)}}}".encode())
        if box.fault == "cut" and uid == 2:
            self.wfile.write(raw[: len(raw) // 2])
            return False
        self._say(raw + b")")
        return True


@contextmanager
def fake() -> Iterator[FakeMailbox]:
    """The small server, on a port of its own."""
    box = FakeMailbox()
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), _Talk) as server:
        server.daemon_threads = True
        server.box = box  # type: ignore[attr-defined]
        box.port = server.server_address[1]
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        try:
            yield box
        finally:
            server.shutdown()


CONFIGURATION = """
base_dir = {folder}/run
log_path = {folder}/log
protocols = imap
listen = 127.0.0.1
ssl = required
ssl_cert = <{folder}/cert.pem
ssl_key = <{folder}/key.pem
auth_mechanisms = plain login
mail_location = maildir:{folder}/mail
first_valid_uid = 1
default_internal_user = {internal}
default_internal_group = {group}
default_login_user = {login}
passdb {{
  driver = passwd-file
  args = {folder}/passwords
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={folder}
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = {tls_port}
    ssl = yes
  }}
}}
service anvil {{
  chroot =
}}
service stats {{
  chroot =
}}
"""


class Dovecot:
    """A running dovecot with one mailbox. `put` delivers a mail as a mail system would: a file in its folder."""

    def __init__(self, folder: Path, port: int, tls_port: int) -> None:
        self.folder, self.port, self.tls_port = folder, port, tls_port
        self._count = 0

    def put(self, raw: bytes) -> int:
        self._count += 1
        name = f"{1_700_000_000 + self._count}.M{self._count}.test"
        waiting = self.folder / "mail" / "tmp" / name
        waiting.write_bytes(raw)
        waiting.rename(self.folder / "mail" / "new" / name)
        return self._count

    @property
    def account(self) -> Account:
        return Account(host="localhost", port=self.tls_port, user=USER, password=PASSWORD, folder="INBOX")


def _free_ports() -> tuple[int, int]:
    with socket.socket() as one, socket.socket() as two:
        one.bind(("127.0.0.1", 0))
        two.bind(("127.0.0.1", 0))
        return one.getsockname()[1], two.getsockname()[1]


def _certificate(folder: Path) -> None:
    files = ["-keyout", str(folder / "key.pem"), "-out", str(folder / "cert.pem")]
    names = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"]
    command: list[str] = [str(OPENSSL), "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", *names, *files]
    subprocess.run(command, check=True, capture_output=True)


def _who() -> dict[str, Any]:
    """Who its processes are: ourselves; or, as dovecot asks for when root starts it, the users of its package."""
    if os.getuid():
        name, group = pwd.getpwuid(os.getuid()).pw_name, grp.getgrgid(os.getgid()).gr_name
        return {"uid": os.getuid(), "gid": os.getgid(), "internal": name, "login": name, "group": group}
    nobody = pwd.getpwnam("nobody")
    return {"uid": nobody.pw_uid, "gid": nobody.pw_gid, "internal": "dovecot", "login": "dovenull", "group": "dovecot"}


@contextmanager
def dovecot() -> Iterator[Dovecot]:
    """A dovecot of this test's own, with a certificate made now."""
    port, tls_port = _free_ports()
    who = _who()
    # Not pytest's own folder, into which only its owner can look.
    with tempfile.TemporaryDirectory(prefix="dovecot-") as made:
        folder = Path(made)
        folder.chmod(0o755)
        for name in ("", "new", "cur", "tmp"):
            (folder / "mail" / name).mkdir()
            os.chown(folder / "mail" / name, who["uid"], who["gid"])
        _certificate(folder)
        secret = base64.b64encode(PASSWORD.encode()).decode()
        (folder / "passwords").write_text(f"{USER}:{{PLAIN.b64}}{secret}::::::\n")
        told = CONFIGURATION.format(folder=folder, port=port, tls_port=tls_port, **who)
        (folder / "dovecot.conf").write_text(told)
        process = subprocess.Popen([str(DOVECOT), "-F", "-c", str(folder / "dovecot.conf")])
        try:
            _wait_for(port, process, folder)
            yield Dovecot(folder, port, tls_port)
        finally:
            process.terminate()
            process.wait(10)


def _wait_for(port: int, process: subprocess.Popen[bytes], folder: Path) -> None:
    for _ in range(1_000):
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), 0.5) as line:
            if line.recv(4) == b"* OK":
                return
        if process.poll() is not None:
            break
        time.sleep(0.05)
    log = folder / "log"
    raise RuntimeError(f"dovecot does not answer: {log.read_text() if log.exists() else ''}")
