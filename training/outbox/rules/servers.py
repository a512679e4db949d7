"""The mail server as one address: `smtp://user:password@host:587?tls=starttls`. Pure."""

from enum import StrEnum
from ipaddress import ip_address
from urllib.parse import parse_qsl, unquote, urlsplit

from training.base.structs import Frozen

_TIMEOUT = 30.0
_LONGEST_TIMEOUT = 300.0
_KNOWN = frozenset({"tls", "timeout", "ca"})


class Tls(StrEnum):
    """How the line is encrypted: from its first byte, after a greeting in the clear, or not at all."""

    TLS = "tls"
    STARTTLS = "starttls"
    NONE = "none"


class MailServer(Frozen, frozen=True, kw_only=True):
    """A mail server that takes our messages. `timeout`: seconds for each of its answers. `ca`: a file of certificates
    to trust instead of the system's; empty for those."""

    host: str
    port: int
    tls: Tls
    user: str = ""
    password: str = ""
    timeout: float = _TIMEOUT
    ca: str = ""

    def __repr__(self) -> str:
        """Without user and password: a representation ends up in tracebacks and logs."""
        return f"MailServer({self.host}:{self.port}, {self.tls.value})"


def parse_mail_url(url: str) -> MailServer:
    """The server of `smtp://` (STARTTLS unless `?tls=` says otherwise) or `smtps://` (TLS from the first byte).

    Raises ValueError in words for a person, never with what was written: it may hold a password.
    """
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
        options = dict(parse_qsl(parts.query, strict_parsing=True)) if parts.query else {}
    except ValueError:
        raise ValueError("it cannot be read as an address") from None
    if parts.scheme not in ("smtp", "smtps"):
        raise ValueError("it begins with smtp:// or smtps://")
    if not _is_host(host) or port == 0 or parts.path not in ("", "/") or parts.fragment:
        raise ValueError("it names a host and a port, and nothing behind them but ?tls=, timeout= and ca=")
    if unknown := options.keys() - _KNOWN:
        raise ValueError(f"it knows no option {', '.join(sorted(unknown))}")
    tls = _tls(parts.scheme, options.get("tls", ""))
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    if bool(user) != bool(password):
        raise ValueError("user and password belong together")
    if user and tls is Tls.NONE and not _is_here(host):
        raise ValueError("a password is not sent to another machine without encryption: tls=starttls or tls=tls")
    return MailServer(
        host=host,
        port=port or {Tls.TLS: 465, Tls.STARTTLS: 587, Tls.NONE: 25}[tls],
        tls=tls,
        user=user,
        password=password,
        timeout=_seconds(options.get("timeout", "")),
        ca=options.get("ca", ""),
    )


def _tls(scheme: str, wanted: str) -> Tls:
    otherwise = Tls.TLS if scheme == "smtps" else Tls.STARTTLS
    if wanted and wanted not in tuple(Tls):
        raise ValueError("tls= is tls, starttls or none")
    if wanted and scheme == "smtps" and wanted != Tls.TLS:
        raise ValueError("smtps:// is encrypted from the first byte")
    return Tls(wanted) if wanted else otherwise


def _seconds(written: str) -> float:
    try:
        seconds = float(written) if written else _TIMEOUT
    except ValueError:
        seconds = 0
    if not 0.1 <= seconds <= _LONGEST_TIMEOUT:
        raise ValueError(f"timeout= is a number of seconds, at most {_LONGEST_TIMEOUT:.0f}")
    return seconds


def _is_host(host: str) -> bool:
    return bool(host) and host.isascii() and host.isprintable() and not any(char in " \"'<>," for char in host)


def _is_here(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False
