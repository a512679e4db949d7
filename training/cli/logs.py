"""Structured logs without secrets: lines of JSON, or coloured ones on a terminal.

A path can hold a secret (a sign-in link, a feed link), and so can an address of a database or a header. Everything that
is logged goes through `without_secrets`, whoever logged it.
"""

import logging
import logging.config
import re
import sys
import unicodedata
from collections.abc import MutableMapping
from typing import Any

import structlog

HIDDEN = "[hidden]"
_SECRET_NAMES = re.compile(
    r"(token|secret|passw|authorization|cookie|api_?key|signature|access_code|sign_in_link)", re.IGNORECASE
)
_LINKS = re.compile(r"(/(?:sign-in|invitations?|join|feeds?|calendars|links?)/)[^/\s\"'?#]+")
_PASSWORDS = re.compile(r"(://[^:/@\s]*):[^@/\s]+@")
# A long part of a path with digits or capitals in it is a secret until proven a UUID or one of our own files.
_LONG_PART = re.compile(r"(?<=/)(?=[^/\s\"'?#]*[A-Z0-9])[A-Za-z0-9_\-=.~]{20,}")
# API tokens, wherever they stand: their prefix is there to be recognised (training.people.rules.tokens).
_API_TOKENS = re.compile(r"\btrn_[A-Za-z0-9_\-]{16,}")
_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", re.IGNORECASE)
_FILE = re.compile(r"\.(py|css|js|svg|png|ico|woff2|csv|xlsx|json|sqlite|zip)$")
_OF_SEVERAL_LINES = frozenset({"exception", "stack", "trace"})

Event = MutableMapping[str, Any]


def without_secrets(_logger: Any, _method: str, event: Event) -> Event:
    """A structlog processor: hides what names or looks like a secret, at any depth."""
    for name in list(event):
        if not name.startswith("_"):
            event[name] = HIDDEN if _SECRET_NAMES.search(name) else masked(event[name])
    return event


def masked(value: Any) -> Any:
    """The value with every secret in its text hidden."""
    if isinstance(value, dict):
        return {key: HIDDEN if _SECRET_NAMES.search(str(key)) else masked(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [masked(item) for item in value]
    if not isinstance(value, str):
        return value
    text = _PASSWORDS.sub(rf"\1:{HIDDEN}@", value)
    text = _API_TOKENS.sub(HIDDEN, text)
    text = _LINKS.sub(rf"\1{HIDDEN}", text)
    return _LONG_PART.sub(_long_part, text)


def without_controls(_logger: Any, _method: str, event: Event) -> Event:
    """A structlog processor: escapes what a terminal would obey or hide, in every text at any depth.

    A path comes from a stranger; an escape sequence in it would reach the operator's terminal, a line break would
    look like another line of the log. Only a traceback keeps its line breaks.
    """
    for name in list(event):
        if not name.startswith("_"):
            event[name] = _escaped(event[name], "\n" if name in _OF_SEVERAL_LINES else "")
    return event


def _escaped(value: Any, kept: str = "") -> Any:
    if isinstance(value, dict):
        return {_escaped(key): _escaped(item, kept) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_escaped(item, kept) for item in value]
    if not isinstance(value, str) or value.isprintable():
        return value
    return "".join(char if char in kept or not _obeyed(char) else ascii(char)[1:-1] for char in value)


def _obeyed(char: str) -> bool:
    return unicodedata.category(char) in ("Cc", "Cf", "Cs", "Zl", "Zp")


def _long_part(found: re.Match[str]) -> str:
    # A calendar's name is its secret, however the path before it is spelled; public ones are called by an id.
    return found[0] if _UUID.fullmatch(found[0].removesuffix(".ics")) or _FILE.search(found[0]) else HIDDEN


def _access(_logger: Any, _method: str, event: Event) -> Event:
    """The server's line about a request as fields; never its query."""
    said = event.pop("positional_args", None)
    if event.get("logger") == "granian.access" and isinstance(said, dict):
        event["event"] = "request"
        for name in ("method", "path", "status"):
            event[name] = said.get(name)
        event["ms"] = round(float(said.get("dt_ms", 0)), 1)
        event["from"] = said.get("addr")
    return event


def formatter() -> structlog.stdlib.ProcessorFormatter:
    """The formatter of every handler. Called by `logging` in each process, which also sets up structlog there."""
    shared: list[Any] = [
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.stdlib.filter_by_level,
            *shared,
            structlog.stdlib.PositionalArgumentsFormatter(),
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    on_terminal = structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)
    finish: list[Any] = [
        structlog.stdlib.ProcessorFormatter.remove_processors_meta,
        structlog.processors.format_exc_info,
        without_secrets,
        without_controls,
        on_terminal if sys.stderr.isatty() else structlog.processors.JSONRenderer(sort_keys=True),
    ]
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=[*shared, _access], processors=finish, pass_foreign_args=True
    )


def log_config(level: str) -> dict[str, Any]:
    """What `logging.config.dictConfig` needs; also handed to the server, which applies it in each of its processes."""
    name = level.upper()
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"plain": {"()": "training.cli.logs.formatter"}},
        "handlers": {"errors": {"class": "logging.StreamHandler", "formatter": "plain", "stream": "ext://sys.stderr"}},
        "root": {"handlers": ["errors"], "level": name},
        "loggers": {
            "_granian": {"handlers": ["errors"], "level": name, "propagate": False},
            "granian.access": {"handlers": ["errors"], "level": name, "propagate": False},
            # Every tick says so itself; the scheduler would say it twice more.
            "apscheduler": {"level": "ERROR"},
            "piccolo": {"level": "WARNING"},
        },
    }


def start_logging(level: str) -> None:
    """Log to the error output from now on."""
    logging.config.dictConfig(log_config(level))
