"""Reading a mailbox over IMAP: the only importer of the IMAP client. Nothing in the mailbox is changed.

Blocking: `jobs.py` calls this in a thread. Every answer of the server is awaited for TIMEOUT seconds at the longest.
"""

import contextlib
import imaplib
import ssl
import time
from collections.abc import Callable
from urllib.parse import unquote, urlsplit

from imap_tools import BaseMailBox, MailBox
from imap_tools.errors import ImapToolsError

from training.base.structs import Frozen
from training.inbox.rules import MOST_BYTES, line

TIMEOUT = 20.0
"""Seconds that one answer of the server may take."""
LONGEST = 100.0
"""Seconds after which no further mail is begun: less than a lease."""
# A server may be away, refuse us, or say what no server should; the client then fails in many ways.
_TROUBLE = (ImapToolsError, imaplib.IMAP4.error, OSError, ValueError, LookupError, TypeError, AttributeError)
_PORT = 993


class Account(Frozen, frozen=True, kw_only=True):
    """A mailbox and the right to read it."""

    host: str
    port: int
    user: str
    password: str
    folder: str

    def __repr__(self) -> str:
        """Without the password: a representation ends up in logs."""
        return f"Account({self.name!r})"

    @property
    def name(self) -> str:
        """What the mailbox is called, without a password: "reader@mail.example.org/INBOX"."""
        return f"{self.user}@{self.host}:{self.port}/{self.folder}"[:300]


class Fetched(Frozen, frozen=True, kw_only=True):
    """A mail as the server handed it over: at most its first MOST_BYTES and one more. `size` is that of the whole."""

    uid: int
    raw: bytes
    size: int


class Unreadable(Exception):
    """The mailbox cannot be read now. The text says why, without a password."""


def account_of(url: str) -> Account:
    """The mailbox of an address such as imaps://user:password@host/INBOX. Raises ValueError, without the password."""
    parts = urlsplit(url)
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    folder = unquote(parts.path.strip("/")) or "INBOX"
    # TLS from the start and nothing else (RFC 8314): whoever stands between cannot talk a reader out of it.
    if parts.scheme != "imaps" or not parts.hostname or not user or not password:
        raise ValueError("a mailbox is imaps://user:password@host/INBOX")
    if not all(text.isprintable() for text in (user, password, folder)):
        raise ValueError("a mailbox has no control characters in its name or password")
    port = parts.port or _PORT
    return Account(host=parts.hostname, port=port, user=user, password=password, folder=folder)


def enter(account: Account) -> BaseMailBox:
    """Sign in over TLS and open the folder for reading only. The server must prove its name."""
    secure = ssl.create_default_context()
    return sign_in(MailBox(account.host, account.port, timeout=TIMEOUT, ssl_context=secure), account)


def sign_in(box: BaseMailBox, account: Account) -> BaseMailBox:
    """Open the folder of an account on a connection, which is closed when that fails."""
    ascii_only = account.password.isascii() and account.user.isascii()
    try:
        (box.login if ascii_only else box.login_utf8)(account.user, account.password, initial_folder=None)
        box.folder.set(account.folder, readonly=True)
    except BaseException:
        box.client.shutdown()
        raise
    return box


Enter = Callable[[Account], BaseMailBox]


def read_new(
    account: Account, validity: str, last_uid: int, most: int, enter: Enter = enter
) -> tuple[str, list[Fetched]]:
    """The mailbox's UIDVALIDITY, and at most `most` mails after `last_uid` in order.

    A mailbox that was rebuilt is read from its first mail. What was fetched before the line was cut is handed over.
    Raises Unreadable.
    """
    try:
        box = enter(account)
    except _TROUBLE as error:
        raise Unreadable(_told(error, account)) from None
    fetched: list[Fetched] = []
    now = validity
    try:
        now = str(box.folder.status(account.folder, ["UIDVALIDITY"])["UIDVALIDITY"])
        after = last_uid if now == validity else 0
        # "5:*" means the last mail even when its number is 3.
        uids = sorted(uid for text in box.uids(f"UID {after + 1}:*") if (uid := int(text)) > after)
        _fetch(box, uids[:most], fetched)
    except _TROUBLE as error:
        if not fetched:
            raise Unreadable(_told(error, account)) from None
    finally:
        with contextlib.suppress(*_TROUBLE):
            box.logout()
        with contextlib.suppress(OSError):
            box.client.shutdown()
    return now, fetched


def _fetch(box: BaseMailBox, uids: list[int], into: list[Fetched]) -> None:
    stop = time.monotonic() + LONGEST
    for uid in uids:
        if time.monotonic() > stop:
            return
        # A part of the mail and its size, so that nobody fills our memory.
        status, answers = box.client.uid("FETCH", str(uid), f"(RFC822.SIZE BODY.PEEK[]<0.{MOST_BYTES + 1}>)")
        found = next((answer for answer in answers if isinstance(answer, tuple)), None)
        # Without one, it was deleted since it was listed, or the server refuses it: nothing there to read.
        if status == "OK" and found is not None:
            raw = bytes(found[1])
            into.append(Fetched(uid=uid, raw=raw, size=_size(bytes(found[0]), len(raw))))


def _size(head: bytes, otherwise: int) -> int:
    words = head.upper().replace(b"(", b" ").split()
    try:
        return int(words[words.index(b"RFC822.SIZE") + 1])
    except (ValueError, IndexError):
        return otherwise


def _told(error: BaseException, account: Account) -> str:
    words = line(str(error), 400).replace(account.password, "...")
    return f"{type(error).__name__}: {words}"
