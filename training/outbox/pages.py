"""The mailbox of the demonstration: what would have been mailed. Outside demo mode these addresses do not exist."""

import base64
import hashlib
from functools import cache
from typing import Annotated, Any
from urllib.parse import urlencode
from uuid import UUID

from litestar import Controller, MediaType, Request, Response, get
from litestar.connection import ASGIConnection
from litestar.handlers import BaseRouteHandler
from litestar.params import FromPath
from msgspec import Meta

from training.base.errors import NotFound
from training.base.structs import Input
from training.outbox.mails import make_letter, render_message, render_subject, style_sheet
from training.outbox.queries import StoredMessage, find_neighbours, get_message, list_messages
from training.outbox.rules.inlining import on_page
from training.outbox.rules.kinds import brings_entry
from training.outbox.rules.shown import STATE_WORDS, state_word
from training.outbox.rules.states import MessageState
from training.web.forms import read_query
from training.web.render import page, site_of

PAGE_SIZE = 25


class Asked(Input, frozen=True, kw_only=True):
    """Which messages to show: those to an address that contains `to`, from the cursor `after` on."""

    to: Annotated[str, Meta(max_length=254)] = ""
    after: Annotated[str, Meta(max_length=500)] = ""


async def in_demo_only(connection: ASGIConnection[Any, Any, Any, Any], _: BaseRouteHandler) -> None:
    """Let nobody in outside demo mode: these messages hold sign-in links."""
    if not connection.app.state.site.demo:
        raise NotFound


class MailboxPages(Controller):
    """Messages of the demonstration."""

    path = "/mailbox"
    include_in_schema = False
    guards = [in_demo_only]

    @get("/")
    async def mailbox(self, request: Request[Any, Any, Any]) -> Response[str]:
        """Messages, newest first."""
        form = read_query(request, Asked)
        asked = form.value or Asked()
        found = await list_messages(recipient=asked.to, cursor=asked.after, limit=PAGE_SIZE)
        site = site_of(request)
        onward = {"to": asked.to, "after": found.next_cursor or ""}
        return page(
            request,
            "outbox/mailbox.html",
            messages=[(message, render_subject(message, site)) for message in found.items],
            states={state: word for state, (word, _) in STATE_WORDS.items()},
            to=str(form.raw["to"]),
            error=form.errors.get("to", form.errors.get("", "")),
            newest=f"/mailbox?{urlencode({'to': asked.to})}" if asked.after else None,
            older=f"/mailbox?{urlencode(onward)}" if found.next_cursor else None,
        )

    @get("/{message_id:uuid}")
    async def message(self, request: Request[Any, Any, Any], message_id: FromPath[UUID]) -> Response[str]:
        """One message as text, as a mail program would show it, and as it travels; the ones beside it."""
        message, site = await get_message(message_id), site_of(request)
        letter = make_letter(message, site, message.sent_at or message.created_at)
        newer, older = await find_neighbours(message)
        return page(
            request,
            "outbox/message.html",
            message=message,
            state=state_word(message.state),
            entry_to_come=_entry_to_come(message),
            words=render_message(message, site),
            source=letter.decode("utf-8", "replace").replace("\r\n", "\n"),
            newer=f"/mailbox/{newer}" if newer else None,
            older=f"/mailbox/{older}" if older else None,
        )

    @get("/{message_id:uuid}/source")
    async def source(self, request: Request[Any, Any, Any], message_id: FromPath[UUID]) -> Response[bytes]:
        """The message as it travels: every header, and both its forms as they are encoded."""
        message = await get_message(message_id)
        letter = make_letter(message, site_of(request), message.sent_at or message.created_at)
        return Response(letter, media_type=MediaType.TEXT)

    @get("/{message_id:uuid}/html")
    async def as_html(self, request: Request[Any, Any, Any], message_id: FromPath[UUID]) -> Response[str]:
        """The HTML of a message, in a sandbox that runs nothing, loads nothing and leads only to where one clicks."""
        words = render_message(await get_message(message_id), site_of(request))
        html = on_page(words).replace("<head>", '<head>\n<base target="_top">', 1)
        return Response(html, media_type=MediaType.HTML, headers=sandbox_headers())


def _entry_to_come(message: StoredMessage) -> bool:
    return message.state == MessageState.WAITING and not message.calendar and brings_entry(message.kind)


@cache
def sandbox_headers() -> dict[str, str]:
    """The headers of a mail's HTML: its one style is allowed by its hash and nothing else is."""
    style = hashlib.sha256(style_sheet().encode()).digest()
    policy = (
        "default-src 'none'",
        f"style-src 'sha256-{base64.b64encode(style).decode()}'",
        # The pictures that travel inside the message, and no others.
        "img-src data:",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'self'",
        "sandbox allow-top-navigation-by-user-activation",
    )
    return {"content-security-policy": "; ".join(policy), "x-frame-options": "SAMEORIGIN"}


CONTROLLERS = (MailboxPages,)
