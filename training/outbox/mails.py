"""The words of a message, made from its template and frozen values when it is sent or shown.

A template key "<room>/<key>" names three files: `<room>/mails/<key>.subject`, `.txt` and `.html`. They see the
message's values, `site` (name, base_url, demo), `recipient_name`, `locale` (how its reader writes dates),
`carries_entry` (whether one for the calendar is attached) and `unsubscribe`. HTML ones extend
`outbox/mails/layout.html`.
"""

from datetime import datetime
from functools import cache
from typing import Any, Protocol
from uuid import UUID

from jinja2 import TemplateError

from training.base.site import Site
from training.base.texts import LOCALE, render
from training.outbox.queries import StoredMessage
from training.outbox.rules import Rendered, header_line, thaw
from training.outbox.rules.inlining import inlined
from training.outbox.rules.kinds import Sort, sort_of, unsubscribe_words
from training.outbox.rules.lines import Picture
from training.outbox.rules.mime import Letter, build_letter, organizer_of
from training.outbox.rules.plain import harmless, preheader_of, wrapped
from training.outbox.rules.shown import kind_label, masked
from training.outbox.rules.unsubscribing import unsubscribe_link
from training.outbox.rules.values import codes_in
from training.web.codes import make_png


class Worded(Protocol):
    """What of a message is needed to make its words."""

    @property
    def kind(self) -> str: ...
    @property
    def template(self) -> str: ...
    @property
    def recipient_name(self) -> str: ...
    @property
    def person_id(self) -> UUID | None: ...
    @property
    def values(self) -> dict[str, Any]: ...


def render_message(message: Worded, site: Site, *, reveal: bool = True) -> Rendered:
    """The words of `message`. With `reveal` off, one-time links end in dots, for screens that others may see.

    Raises jinja2.TemplateError for a template that is missing or lacks a value, ValueError without a secret key.
    """
    known = _values(message, site, reveal=reveal)
    subject = header_line(render(_file(message, "subject"), **known))
    text = wrapped(render(_file(message, "txt"), **known))
    html = render(_file(message, "html"), **known, subject=subject, preheader=preheader_of(text))
    return Rendered(
        subject=subject,
        text=text,
        html=inlined(html, style_sheet()),
        unsubscribe=known["unsubscribe"],
        pictures=_pictures(known, html),
    )


def render_subject(message: Worded, site: Site) -> str:
    """Only the subject, for lists; no one-time link is in it."""
    return header_line(render(_file(message, "subject"), **_values(message, site, reveal=False)))


def make_letter(message: StoredMessage, site: Site, now: datetime) -> bytes:
    """The message as it travels, dated `now`. Raises what `render_message` raises, ValueError for an unusable address.

    A message whose frozen values hold `reply_to` is answered there, not to the installation. One that carries a
    calendar comes from the organizer whom that names.
    """
    sort = sort_of(message.kind)
    ends = message.person_id if sort is not Sort.NONE else None
    letter = Letter(
        id=message.id,
        message_id=message.message_id,
        at=now,
        sender=organizer_of(message.calendar) or site.sender,
        sender_name=site.name,
        recipient=message.recipient,
        recipient_name=message.recipient_name,
        words=render_message(message, site),
        reply_to=str(message.values.get("reply_to", "")),
        unsubscribe=unsubscribe_link(site, ends, sort) if ends else "",
        calendar=message.calendar,
        calendar_method=message.calendar_method,
    )
    return build_letter(letter)


UNREADABLE = "The words of this message cannot be made."


def shown_words(message: Worded, site: Site, *, subject_only: bool = False) -> Rendered:
    """The words of `message` for a screen that others may see: whatever opens a door ends in dots. One whose words
    cannot be made is called after its kind, because a list must open although one message in it is broken."""
    try:
        if subject_only:
            return Rendered(subject=masked(render_subject(message, site)), text="", html="")
        words = render_message(message, site, reveal=False)
    except (TemplateError, ValueError, TypeError, KeyError):
        return Rendered(subject=kind_label(message.kind), text=UNREADABLE, html=UNREADABLE)
    return Rendered(subject=masked(words.subject), text=masked(words.text), html=masked(words.html))


@cache
def style_sheet() -> str:
    """The one style of all mails, as it stands in the head of each."""
    return render("outbox/mails/style.css")


def _values(message: Worded, site: Site, *, reveal: bool) -> dict[str, Any]:
    values = harmless(thaw(message.values, site.base_url, site.secret_key if reveal else ""))
    sort = sort_of(message.kind)
    known = {"locale": LOCALE, "unsubscribe": "", "unsubscribe_words": "", **values}
    if sort is not Sort.NONE and message.person_id is not None:
        known["unsubscribe"] = unsubscribe_link(site, message.person_id, sort, reveal=reveal)
        known["unsubscribe_words"] = unsubscribe_words(sort)
    # Not every sort of message can carry a calendar; one that was sent without says nothing of it.
    known["carries_entry"] = getattr(message, "calendar_method", "") == "REQUEST"
    return {**known, "site": site, "recipient_name": harmless(message.recipient_name)}


def _pictures(known: dict[str, Any], html: str) -> tuple[Picture, ...]:
    """The codes that the HTML shows, as pictures that travel with it: no mail program loads them from anywhere."""
    shown = {name: link for name, link in codes_in(known).items() if f'"{name}"' in html}
    return tuple(Picture(name=name.removeprefix("cid:"), content=make_png(link)) for name, link in shown.items())


def _file(message: Worded, part: str) -> str:
    room, _, key = message.template.partition("/")
    return f"{room}/mails/{key}.{part}"
