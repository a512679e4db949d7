"""Every setting, read once from the environment. Only the composition roots and `piccolo_conf` see this."""

import os
import shlex
from collections.abc import Callable, Mapping
from ipaddress import ip_network
from pathlib import Path
from urllib.parse import urlsplit
from uuid import UUID

from training.base.envelopes import MOST_LOCAL, envelope_sender
from training.base.site import Site
from training.base.structs import Frozen
from training.materials.rules.storages import is_storage
from training.outbox.rules import safe_recipient
from training.outbox.rules.servers import parse_mail_url


class Settings(Frozen, frozen=True, kw_only=True):
    """What can be set. Each field is the variable TRAINING_<FIELD>; `docs/reference/settings.md` explains them."""

    database_url: str = "sqlite:///training.sqlite"
    sqlite_synchronous: str = "FULL"
    pool_size: int = 8
    base_url: str = "http://127.0.0.1:8000"
    host: str = "127.0.0.1"
    port: int = 8000
    processes: int = 1
    name: str = "training"
    sender: str = "training@localhost.localdomain"
    secret_key: str = ""
    smtp_url: str = ""
    bounce_address: str = ""
    reply_address: str = ""
    imap_url: str = ""
    inbox_key: str = ""
    fonts_dir: str = ""
    storage_url: str = "training-files"
    files_url: str = ""
    scan_command: str = ""
    largest_file_mb: int = 4096
    program_storage_gb: int = 50
    partner_storage_gb: int = 5
    demo: bool = False
    trusted_proxies: tuple[str, ...] = ()
    requests_per_minute_account: int = 1200
    requests_per_minute_address: int = 1200
    log_level: str = "info"

    def __repr__(self) -> str:
        """Without what is secret: a representation ends up in tracebacks and logs."""
        return f"Settings(base_url={self.base_url!r}, demo={self.demo})"

    def site(self) -> Site:
        """The values that features may know."""
        return Site(
            name=self.name,
            base_url=self.base_url.rstrip("/"),
            sender=self.sender,
            demo=self.demo,
            mails=bool(self.smtp_url),
            secret_key=self.secret_key,
            reply_address=self.reply_address,
            fonts_dir=self.fonts_dir,
            files_url=self.files_url.rstrip("/"),
            scans=bool(self.scan_command),
            largest_file=self.largest_file_mb * 1_000_000,
            program_storage=self.program_storage_gb * 1_000_000_000,
            partner_storage=self.partner_storage_gb * 1_000_000_000,
        )


LOG_LEVELS = ("debug", "info", "warning", "error", "critical")
_SYNCHRONOUS = ("OFF", "NORMAL", "FULL", "EXTRA")
_WORDS = {"1": True, "true": True, "yes": True, "on": True, "0": False, "false": False, "no": False, "off": False}


def _is_base_url(value: str) -> bool:
    parts = urlsplit(value)
    plain = value.isascii() and value.isprintable() and " " not in value and not (parts.query or parts.fragment)
    # Asking for the port is what finds one that is none.
    return plain and parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0


def _are_networks(values: tuple[str, ...]) -> bool:
    return all(ip_network(value, strict=False) for value in values)


def _is_mailbox(value: str) -> bool:
    parts = urlsplit(value)
    whole = parts.hostname and parts.username and parts.password and parts.port != 0
    return not value or (parts.scheme == "imaps" and bool(whole))


def _is_mail_server(value: str) -> bool:
    return not value or bool(parse_mail_url(value))


def _is_storage(value: str) -> bool:
    return bool(value) and is_storage(value)


def _is_command(value: str) -> bool:
    return not value or bool(shlex.split(value))


def _is_sender(value: str) -> bool:
    return bool(safe_recipient(value)) and value.isascii()


def _has_room(value: str) -> bool:
    return not value or (_is_sender(value) and bool(envelope_sender(value, UUID(int=0), "")))


# What is wrong with them is told without telling them.
_SECRETS = frozenset({"smtp_url", "imap_url", "inbox_key", "storage_url"})
_SHORTEST_KEY = 16
_MOST_REQUESTS = 1_000_000
_MOST_MB = 100_000
_REQUESTS = (lambda value: 0 <= value <= _MOST_REQUESTS, f"a number from 0 (no limit) to {_MOST_REQUESTS}")

# field -> (whether a value of its type will do, what will do in words)
_RULES: dict[str, tuple[Callable[..., bool], str]] = {
    "sqlite_synchronous": (_SYNCHRONOUS.__contains__, f"one of {', '.join(_SYNCHRONOUS)}"),
    "pool_size": (lambda value: value >= 1, "a number from 1"),
    "base_url": (_is_base_url, "an address such as https://training.example.org"),
    "port": (lambda value: 1 <= value <= 65535, "a number from 1 to 65535"),
    "processes": (lambda value: value >= 1, "a number from 1"),
    "sender": (_is_sender, "one address such as training@example.org, without a name"),
    "smtp_url": (_is_mail_server, "a mail server such as smtp://user:password@mail.example.org:587?tls=starttls"),
    "bounce_address": (
        _has_room,
        f"an address such as bounces@example.org, with at most {MOST_LOCAL} characters before its @ and no +",
    ),
    "reply_address": (
        _has_room,
        f"an address such as invites@example.org, with at most {MOST_LOCAL} characters before its @ and no +",
    ),
    "imap_url": (_is_mailbox, "a mailbox such as imaps://user:password@mail.example.org/INBOX"),
    "inbox_key": (
        lambda value: not value or len(value) >= _SHORTEST_KEY,
        f"at least {_SHORTEST_KEY} random characters, or nothing",
    ),
    "fonts_dir": (lambda value: not value or Path(value).is_dir(), "a folder with fonts that is there, or nothing"),
    "storage_url": (_is_storage, "a folder, or a bucket such as s3://key:secret@bucket/prefix?endpoint=https://..."),
    "files_url": (
        lambda value: not value or _is_base_url(value),
        "an address such as https://files.example.org, or nothing",
    ),
    "scan_command": (_is_command, "a command that reads a file from its input, such as clamdscan --no-summary -"),
    "largest_file_mb": (lambda value: 1 <= value <= _MOST_MB, f"a number from 1 to {_MOST_MB}"),
    "program_storage_gb": (lambda value: value >= 1, "a number from 1"),
    "partner_storage_gb": (lambda value: value >= 1, "a number from 1"),
    # `_read` has looked at the word already.
    "demo": (lambda _: True, "yes or no"),
    "trusted_proxies": (_are_networks, "addresses or networks such as 10.0.0.0/8, with commas between them"),
    "requests_per_minute_account": _REQUESTS,
    "requests_per_minute_address": _REQUESTS,
    "log_level": (LOG_LEVELS.__contains__, f"one of {', '.join(LOG_LEVELS)}"),
}


def _read(value: str, default: object) -> object:
    if isinstance(default, bool):
        word = value.strip().lower()
        if word and word not in _WORDS:
            raise ValueError(word)
        return _WORDS.get(word, default)
    if isinstance(default, int):
        return int(value)
    if isinstance(default, tuple):
        return tuple(part.strip() for part in value.split(",") if part.strip())
    return value


def load_settings(environ: Mapping[str, str] | None = None) -> Settings:
    """Settings from TRAINING_* variables. Raises ValueError naming the variable that cannot be used, and what can."""
    source = os.environ if environ is None else environ
    values: dict[str, object] = {}
    for field in Settings.__struct_fields__:
        variable = f"TRAINING_{field.upper()}"
        if variable in source:
            values[field] = _checked(field, source[variable])
    return Settings(**values)  # type: ignore[arg-type]


def _checked(field: str, value: str) -> object:
    fits, said = _RULES.get(field, (lambda _: True, ""))
    try:
        read = _read(value, getattr(Settings(), field))
        if not fits(read):
            raise ValueError(value)
    except ValueError as error:
        if field in _SECRETS:
            # The words about a mail server are our own and hold nothing of it; nothing else is repeated.
            why = f" ({error})" if field == "smtp_url" else ""
            raise ValueError(f"TRAINING_{field.upper()} cannot be what it is set to: it is {said}{why}") from None
        raise ValueError(f"TRAINING_{field.upper()} cannot be {value!r}: it is {said}") from error
    return read
