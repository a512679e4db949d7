"""Messages as JSON, for those who run a program; mail to look at, for staff."""

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency, Provide
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter
from msgspec.structs import replace

from training.base.errors import Invalid
from training.base.paging import DEFAULT_LIMIT, MOST_LIMIT
from training.base.structs import Viewer, clean_text
from training.base.work import Works
from training.desk.actions import mail_is_bounce, mail_is_nothing, send_message_again, take_message_back
from training.desk.queries.inbox import list_recipients, page_doubtful
from training.desk.queries.messages import get_message_view, list_causes, list_names_in, page_messages
from training.desk.rules.messages import Shown, Wanted, day_span, whys
from training.desk.schemas import (
    BounceForm,
    DoubtfulMail,
    DoubtfulPage,
    MailSettledOut,
    MessageDetail,
    MessageOut,
    MessagePage,
    SentAgain,
    TakenBack,
)
from training.outbox.mails import shown_words
from training.outbox.rules.kinds import is_known
from training.people.guards import needs, permitted
from training.people.rules import Permission, TokenScope
from training.reminders.queries.reasons import list_reasons
from training.web.answers import answer
from training.web.keys import once
from training.web.render import site_of

Asked = Request[Any, Any, Any]
Handed = NamedDependency[Works]
Limit = Annotated[int, QueryParameter(ge=1, le=MOST_LIMIT)]
Cursor = Annotated[str, QueryParameter(max_length=500)]
Day = Annotated[date | None, QueryParameter(description="The day it was written, in UTC.")]
# Read by us: the framework would blame the name of our own argument, which nobody asked by.
State = Annotated[str, QueryParameter(name="state", max_length=20, schema_extra={"enum": ["", *Shown]})]
Address = Annotated[str, QueryParameter(max_length=254, description="A part of the address is enough.")]


def _ids(
    program_id: FromQuery[UUID | None] = None,
    partner_id: FromQuery[UUID | None] = None,
    announcement_id: FromQuery[UUID | None] = None,
) -> Wanted:
    return Wanted(program_id=program_id, partner_id=partner_id, announcement_id=announcement_id)


def _wanted(
    ids: NamedDependency[Wanted],
    shown: State = "",
    kind: Annotated[str, QueryParameter(max_length=40)] = "",
    address: Address = "",
    day: Day = None,
) -> Wanted:
    since, before = day_span(day, "UTC") if day else (None, None)
    try:
        kind, address = clean_text(kind), clean_text(address)
    except ValueError as error:
        raise Invalid(f"{error}.") from error
    if kind and not is_known(kind):
        raise Invalid(fields={"kind": "No message is of this kind. A message's own `kind` says how each is called."})
    if shown and shown not in set(Shown):
        raise Invalid(fields={"state": f"Use one of: {', '.join(Shown)}."})
    return replace(ids, shown=Shown(shown) if shown else None, kind=kind, address=address, since=since, before=before)


ASKED = {"ids": Provide(_ids, sync_to_thread=False), "wanted": Provide(_wanted, sync_to_thread=False)}


class MessageApi(Controller):
    """Messages of the programs one runs."""

    path = "/messages"
    tags = ["Messages"]
    guards = [permitted(Permission.OUTBOX_SEE)]
    opt = needs(TokenScope.MANAGE)

    @get("/", dependencies=ASKED)
    async def messages(
        self,
        request: Asked,
        viewer: NamedDependency[Viewer],
        wanted: NamedDependency[Wanted],
        cursor: Cursor = "",
        limit: Limit = DEFAULT_LIMIT,
    ) -> Response[MessagePage]:
        """Messages, the newest first. `state=undelivered`: what did not arrive, and nobody sent again."""
        found, site = await page_messages(viewer, wanted, cursor=cursor, limit=limit), site_of(request)
        items = [MessageOut.of(one, shown_words(one, site, subject_only=True).subject) for one in found.items]
        return answer(MessagePage(items=items, next_cursor=found.next_cursor))

    @get("/{message_id:uuid}")
    async def message(
        self, request: Asked, viewer: NamedDependency[Viewer], message_id: FromPath[UUID]
    ) -> Response[MessageDetail]:
        """One message: why it was written, what became of it, and its text; personal links end in dots."""
        message = await get_message_view(viewer, message_id)
        causes = await list_causes([message])
        found = whys(causes, await list_names_in(causes.values()), "UTC", _in_utc) or await list_reasons([message_id])
        why = found.get(message_id, "")
        return answer(MessageDetail.of_words(message, shown_words(message, site_of(request)), why))

    @post("/{message_id:uuid}/send-again")
    async def send_again(self, request: Asked, works: Handed, message_id: FromPath[UUID]) -> Response[SentAgain]:
        """Send a message that did not arrive once more. 409 with how it stands when it is none of those any more."""

        def to(new_id: UUID) -> SentAgain:
            return SentAgain(message_id=new_id, again_of=message_id)

        return await once(request, works, send_message_again, message_id, to=to)

    @post("/{message_id:uuid}/take-back", status_code=200)
    async def take_back(self, request: Asked, works: Handed, message_id: FromPath[UUID]) -> Response[TakenBack]:
        """Take back a message that waits. 409 with how it stands when it is on its way already."""
        return await once(request, works, take_message_back, message_id, to=_taken, status=200)


class DoubtfulMailApi(Controller):
    """Mail that came in and that no rule could settle. For staff."""

    path = "/inbox/review"
    tags = ["Inbox"]
    guards = [permitted(Permission.PLATFORM_RUN)]
    opt = needs(TokenScope.MANAGE)

    @get("/")
    async def doubtful(
        self, viewer: NamedDependency[Viewer], cursor: Cursor = "", limit: Limit = DEFAULT_LIMIT
    ) -> Response[DoubtfulPage]:
        """What waits for somebody to look at it, the newest first. Every text in it is a stranger's."""
        found = await page_doubtful(viewer, cursor, limit)
        sent = await list_recipients([mail.message_id for mail in found.items if mail.message_id])
        items = [DoubtfulMail.of(mail, sent) for mail in found.items]
        return answer(DoubtfulPage(items=items, next_cursor=found.next_cursor))

    @post("/{mail_id:uuid}/nothing", status_code=200)
    async def nothing(self, request: Asked, works: Handed, mail_id: FromPath[UUID]) -> Response[MailSettledOut]:
        """Nothing is to be done about it. 409 when somebody dealt with it already."""

        def to(_: None) -> MailSettledOut:
            return MailSettledOut(mail_id=mail_id, outcome="nothing")

        return await once(request, works, mail_is_nothing, mail_id, to=to, status=200)

    @post("/{mail_id:uuid}/bounce", status_code=200)
    async def bounce(
        self, request: Asked, works: Handed, mail_id: FromPath[UUID], data: JSONBody[BounceForm]
    ) -> Response[MailSettledOut]:
        """It says that mail to an address comes back, for good. 409 when somebody dealt with it already."""

        def to(_: None) -> MailSettledOut:
            return MailSettledOut(mail_id=mail_id, outcome="bounce")

        return await once(request, works, mail_is_bounce, mail_id, data.recipient, to=to, status=200)


def _taken(message_id: UUID) -> TakenBack:
    return TakenBack(message_id=message_id)


def _in_utc(at: datetime, _: str) -> str:
    return f"{at:%Y-%m-%d %H:%M} UTC"


CONTROLLERS = (MessageApi, DoubtfulMailApi)
