"""Mail handed in by providers: the raw mail, or what they say became of a message."""

import asyncio
import hashlib
from typing import Any

import msgspec
from litestar import Controller, Request, Response, post
from litestar.di import NamedDependency
from litestar.exceptions import ValidationException

from training.base.site import Site
from training.base.structs import Viewer
from training.base.work import Works
from training.inbox.actions import Received, received_mail, take_in
from training.inbox.rules import check_signature, judge_event, line
from training.inbox.rules.signatures import HEADER
from training.inbox.schemas import MailEventIn, TakenOut
from training.web.answers import answer

PROVIDER = Viewer.machine("mail provider")
RAW = "message/rfc822"
_SIGNATURE = {
    "name": HEADER,
    "in": "header",
    "required": True,
    "description": "t=<seconds since 1970>,v1=<hex of the HMAC-SHA256 of that number, a dot and the body>. "
    "Without a good one, made less than five minutes ago, the answer is 404.",
    "schema": {"type": "string", "pattern": "^t=[0-9]{1,12},v1=[0-9a-f]{64}$"},
}


class InboxApi(Controller):
    """Mail that providers hand in by webhook."""

    path = "/inbox"
    tags = ["Inbox"]
    # Its signature is what counts; with the bearer of an API token besides, that must be one for managing.
    opt = {"takes": {"application/json": MailEventIn, RAW: bytes}, "headers": (_SIGNATURE,), "scope": "manage"}

    @post("/mail", status_code=202)
    async def take(self, request: Request[Any, Any, Any], works: NamedDependency[Works]) -> Response[TakenOut]:
        """Hand in a mail, or say what became of a message. For mail providers, signed with the key of the inbox.

        The same mail handed in twice counts once.
        """
        body = await request.body()
        key, given = request.app.state.settings.inbox_key, request.headers.get(HEADER, "")
        check_signature(key, given, body, works.clock())
        raw = request.headers.get("content-type", "").split(";")[0].strip().lower() == RAW
        site = works.site
        if raw:
            # In a thread: a mail is what a stranger wrote, and nobody else's request waits for it to be read.
            received = await asyncio.to_thread(received_mail, body, "webhook", site.base_url, site.secret_key)
        else:
            received = _event(body, site, given)
        taken = await works.run(PROVIDER, take_in, received)
        return answer(TakenOut(id=taken.id, new=taken.new), status=202)


def _event(body: bytes, site: Site, signed: str) -> Received:
    """What a provider says. Raises ValidationException for what cannot be read, Invalid for what says nothing."""
    try:
        event = msgspec.json.decode(body, type=MailEventIn)
    except msgspec.DecodeError as error:
        # As everywhere, a body that cannot be read is 400. The text names the field.
        raise ValidationException(extra=[{"key": "", "message": line(str(error))}]) from error
    # About an address alone the same may be said twice and be true twice; its signature tells when it was said.
    said = b"" if event.id or event.message_id else signed.partition(",")[0].strip().encode()
    verdict = judge_event(event, site.base_url, site.secret_key)
    return Received(
        source="webhook",
        source_key=f"event:{hashlib.sha256(msgspec.json.encode(event) + said).hexdigest()}",
        verdict=verdict,
        recipient=verdict.recipient,
        size=len(body),
    )


CONTROLLERS = (InboxApi,)
