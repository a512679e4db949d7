"""The words of a message, made from its template and frozen values when it is sent or shown.

A template key "<room>/<key>" names three files: `<room>/mails/<key>.subject`, `.txt` and `.html`. They see the
message's values, `site` (name, base_url, demo) and `recipient_name`. HTML ones extend `outbox/mails/layout.html`.
"""

from typing import Any

from training.base.site import Site
from training.base.texts import render
from training.outbox.queries import StoredMessage
from training.outbox.rules import Rendered, header_line, thaw


def render_message(message: StoredMessage, site: Site, *, reveal: bool = True) -> Rendered:
    """The words of `message`. With `reveal` off, one-time links end in dots, for screens that others may see.

    Raises jinja2.TemplateError for a template that is missing or lacks a value, ValueError without a secret key.
    """
    known = _values(message, site, reveal=reveal)
    subject = header_line(render(_file(message, "subject"), **known))
    return Rendered(
        subject=subject,
        text=render(_file(message, "txt"), **known).strip() + "\n",
        html=render(_file(message, "html"), **known, subject=subject),
    )


def render_subject(message: StoredMessage, site: Site) -> str:
    """Only the subject, for lists; no one-time link is in it."""
    return header_line(render(_file(message, "subject"), **_values(message, site, reveal=False)))


def _values(message: StoredMessage, site: Site, *, reveal: bool) -> dict[str, Any]:
    values = thaw(message.values, site.base_url, site.secret_key if reveal else "")
    return {**values, "site": site, "recipient_name": message.recipient_name}


def _file(message: StoredMessage, part: str) -> str:
    room, _, key = message.template.partition("/")
    return f"{room}/mails/{key}.{part}"
