"""Messages of the programs one runs: all of them with their states, one with its words, and what can be done."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Literal
from urllib.parse import urlencode
from uuid import UUID

from litestar import Controller, MediaType, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from training.base.errors import Conflict, Invalid
from training.base.paging import MOST_LIMIT
from training.base.structs import Viewer
from training.base.work import Works
from training.booking.queries import get_enrollment
from training.catalogue.queries import list_programs
from training.desk.actions import MOST_AT_ONCE, SentMany, send_message_again, send_messages_again, take_message_back
from training.desk.pages.session import frame, in_words
from training.desk.queries.messages import (
    MOST_COUNTED,
    MessageView,
    count_messages,
    count_unreached,
    find_dead_end,
    find_stuck,
    find_superseding,
    get_message_view,
    list_causes,
    list_done,
    list_names_in,
    list_sendable,
    page_messages,
)
from training.desk.queries.sessions import get_managed
from training.desk.rules.journal import told
from training.desk.rules.messages import Shown, Wanted, needs_somebody, trouble_of, whys
from training.desk.schemas import MessageQuery
from training.outbox.mails import shown_words
from training.outbox.pages import sandbox_headers
from training.outbox.queries import find_obstacle_to
from training.outbox.rules.again import MessageLinkOver, MessageOver, MessageReplaced, MessageUnreached
from training.outbox.rules.inlining import outlined
from training.outbox.rules.kinds import KINDS
from training.outbox.rules.shown import kind_label, masked, state_word
from training.partners.queries import list_partners
from training.people.guards import permitted
from training.people.rules import Permission
from training.reminders.queries.reasons import list_reasons
from training.web.exports import Rows, table_response
from training.web.forms import Form, read_form, read_query
from training.web.render import page, redirect, site_of, zone_of

Asked = Request[Any, Any, Any]
Handed = NamedDependency[Works]
MOST_EXPORTED = 20_000
HEADER = (
    *("Written (UTC)", "To", "Name", "About", "State", "What was wrong", "Attempts", "Sent (UTC)", "Bounced (UTC)"),
    *("Program", "Partner"),
)
WORDS = {
    "state": "State", "kind": "About", "program": "Program", "partner": "Partner", "address": "To", "day": "Written on",
    "announcement": "One announcement", "since": "Lately",
}  # fmt: skip


class MessagePages(Controller):
    """Messages, from the desk."""

    path = "/manage/messages"
    include_in_schema = False
    guards = [permitted(Permission.OUTBOX_SEE)]

    @get("/")
    async def messages(self, request: Asked, viewer: NamedDependency[Viewer], works: Handed) -> Response[str]:
        """Messages, newest first, and how many there are of each state."""
        return await _list(request, viewer, works)

    @get("/export/{fmt:str}")
    async def export(self, request: Asked, viewer: NamedDependency[Viewer], fmt: FromPath[str]) -> Response[bytes]:
        """The same messages as a file, without their words."""
        wanted, _ = _asked(request, read_query(request, MessageQuery))
        return table_response(fmt, "messages", HEADER, await _rows(viewer, wanted))

    @post("/send-again")
    async def send_all(self, request: Asked, viewer: NamedDependency[Viewer], works: Handed) -> Response[str]:
        """Send again what did not arrive among those that were looked at."""
        form = await read_form(request, MessageQuery)
        wanted, errors = _asked(request, form)
        if errors:
            return await _list(request, viewer, works, errors)
        said = _said(await works.run(viewer, send_messages_again, wanted))
        return redirect(f"/manage/messages?{_query(form)}", said[0], kind=said[1])

    @get("/{message_id:uuid}")
    async def message(
        self, request: Asked, viewer: NamedDependency[Viewer], works: Handed, message_id: FromPath[UUID]
    ) -> Response[str]:
        """One message: to whom, when, why, what became of it, and its words without what opens a door."""
        return await _message(request, viewer, works.clock(), message_id)

    @get("/{message_id:uuid}/html")
    async def as_html(
        self, request: Asked, viewer: NamedDependency[Viewer], message_id: FromPath[UUID]
    ) -> Response[str]:
        """The HTML of a message, masked, in a sandbox that runs nothing and loads nothing."""
        words = shown_words(await get_message_view(viewer, message_id), site_of(request))
        return Response(outlined(words.html), media_type=MediaType.HTML, headers=sandbox_headers())

    @post("/{message_id:uuid}/send-again")
    async def send_again(
        self, request: Asked, viewer: NamedDependency[Viewer], works: Handed, message_id: FromPath[UUID]
    ) -> Response[str]:
        """Send it once more."""
        try:
            again_id = await works.run(viewer, send_message_again, message_id)
        except Conflict as error:
            return await _message(request, viewer, works.clock(), message_id, error)
        return redirect(f"/manage/messages/{again_id}", "It goes out again. This is the new message.")

    @post("/{message_id:uuid}/take-back")
    async def take_back(
        self, request: Asked, viewer: NamedDependency[Viewer], works: Handed, message_id: FromPath[UUID]
    ) -> Response[str]:
        """Take it back before it leaves."""
        try:
            await works.run(viewer, take_message_back, message_id)
        except Conflict as error:
            return await _message(request, viewer, works.clock(), message_id, error)
        return redirect(f"/manage/messages/{message_id}", "It was taken back. Nobody gets it.")


class ToldPages(Controller):
    """What one person in a session was told."""

    path = "/manage/sessions"
    include_in_schema = False
    guards = [permitted(Permission.OUTBOX_SEE)]

    @get("/{session_id:uuid}/roster/{enrollment_id:uuid}/messages")
    async def told(
        self,
        request: Asked,
        viewer: NamedDependency[Viewer],
        session_id: FromPath[UUID],
        enrollment_id: FromPath[UUID],
    ) -> Response[str]:
        """Every message to this person in this program: what, when, and why."""
        session = await get_managed(viewer, session_id)
        person = await get_enrollment(viewer, enrollment_id)
        wanted = Wanted(person_id=person.person_id, program_id=session.program_id)
        found = await page_messages(viewer, wanted, cursor=request.query_params.get("cursor", "")[:500])
        causes = await _whys(found.items, zone_of(request))
        more: dict[str, Any] = {"person": person, "lines": _lines(request, found.items), "causes": causes}
        return page(request, "desk/told.html", **frame(session, "told"), **more, next_cursor=found.next_cursor)


def sends_mail(request: Asked) -> bool:
    """Whether mail is meant to leave: a demonstration without a mail server keeps all of it in its mailbox page."""
    return not site_of(request).keeps_mail


async def _whys(messages: Sequence[MessageView], zone: str) -> dict[UUID, str]:
    """Why each was written, by its id. Three statements at most."""
    causes = await list_causes(messages)
    found = whys(causes, await list_names_in(causes.values()), zone, in_words)
    return await list_reasons(message.id for message in messages if message.id not in found) | found


def _asked(request: Asked, form: Form[MessageQuery]) -> tuple[Wanted, dict[str, str]]:
    """What is asked for, and what of it cannot be understood."""
    try:
        return (form.value or MessageQuery()).wanted(zone_of(request)), form.errors
    except Invalid as error:
        return Wanted(), error.fields


async def _list(request: Asked, viewer: Viewer, works: Works, errors: Mapping[str, str] | None = None) -> Response[str]:
    form = read_query(request, MessageQuery)
    wanted, wrong = _asked(request, form)
    found = await page_messages(viewer, wanted, cursor=form.value.cursor if form.value else "")
    counts = await count_messages(viewer, wanted)
    programs = (await list_programs(viewer, managed=True, limit=MOST_LIMIT)).items
    partners = (await list_partners(viewer, limit=MOST_LIMIT)).items
    return page(
        request,
        "desk/messages.html",
        status=422 if errors else 200,
        lines=_lines(request, found.items),
        counts=counts,
        most=MOST_COUNTED,
        **await _sendable(viewer, wanted, works.clock(), any(counts[shown] for shown in UNDELIVERED)),
        typed=form.raw,
        errors={**wrong, **(errors or {})},
        programs=[(str(program.id), program.name) for program in programs],
        partners=[(str(partner.id), partner.name) for partner in partners],
        kinds=sorted(((kind, known.label) for kind, known in KINDS.items()), key=lambda pair: pair[1]),
        states=[("undelivered", "Did not arrive, nobody acted")]
        + [(shown.value, state_word(shown.value)) for shown in Shown if shown is not Shown.UNDELIVERED],
        stuck=await find_stuck(works.clock()) if sends_mail(request) else None,
        mailbox=not sends_mail(request),
        links=_links(form, found.next_cursor),
    )


async def _sendable(viewer: Viewer, wanted: Wanted, now: datetime, any_at_all: bool) -> dict[str, int]:
    """How many messages of the list one press sends again, and how many more have an address that is dead."""
    if not any_at_all or wanted.shown not in (None, *UNDELIVERED):
        return {"sendable": 0, "unreached": 0}
    return {
        "sendable": len(await list_sendable(viewer, wanted, now, MOST_AT_ONCE)),
        "unreached": await count_unreached(viewer, wanted, now),
    }


UNDELIVERED = (Shown.UNDELIVERED, Shown.FAILED, Shown.BOUNCED, Shown.EXPIRED)


def _lines(request: Asked, messages: Sequence[MessageView]) -> list[dict[str, Any]]:
    """What a list says of each message."""
    site = site_of(request)
    return [
        {
            "message": message,
            "subject": shown_words(message, site, subject_only=True).subject,
            "about": kind_label(message.kind),
            "trouble": trouble_of(message.state, message.error, message.kind),
            "needs": needs_somebody(message.state, repeated=message.repeated_by is not None),
        }
        for message in messages
    ]


def _query(form: Form[MessageQuery], **other: str | None) -> str:
    asked = {name: value for name, value in form.raw.items() if value and name in WORDS}
    return urlencode({name: value for name, value in {**asked, **other}.items() if value})


def _links(form: Form[MessageQuery], next_cursor: str | None) -> dict[str, Any]:
    """Addresses around the list: its files, its next page, each state, and each filter taken away."""
    active = [name for name in WORDS if form.raw.get(name)]
    return {
        "csv": f"/manage/messages/export/csv?{_query(form)}",
        "xlsx": f"/manage/messages/export/xlsx?{_query(form)}",
        "next": f"/manage/messages?{_query(form, cursor=next_cursor)}" if next_cursor else None,
        "newest": f"/manage/messages?{_query(form)}" if form.raw.get("cursor") else None,
        "of": {shown.value: f"/manage/messages?{_query(form, state=shown.value)}" for shown in Shown},
        "active": [(WORDS[name], f"/manage/messages?{_query(form, **{name: None})}") for name in active],
    }


async def _rows(viewer: Viewer, wanted: Wanted) -> Rows:
    rows: list[tuple[object, ...]] = []
    cursor: str | None = ""
    while cursor is not None and len(rows) < MOST_EXPORTED:
        found = await page_messages(viewer, wanted, cursor=cursor, limit=1_000)
        rows += [_row(message) for message in found.items]
        cursor = found.next_cursor
    return rows


def _row(message: MessageView) -> tuple[object, ...]:
    trouble = trouble_of(message.state, message.error, message.kind)
    about = (kind_label(message.kind), state_word(message.state), trouble.what if trouble else "")
    when = (message.attempts, message.sent_at, message.bounced_at)
    return (
        *(message.created_at, message.recipient, message.recipient_name, *about, *when),
        *(message.program_name, message.partner_name),
    )


async def _message(
    request: Asked, viewer: Viewer, now: datetime, message_id: UUID, refusal: Conflict | None = None
) -> Response[str]:
    message = await get_message_view(viewer, message_id)
    done = await list_done(message_id)
    names = await list_names_in(done)
    zone = zone_of(request)
    causes = await _whys([message], zone)
    words = shown_words(message, site_of(request))
    obstacle = await find_obstacle_to(message_id, now, moved=bool(message.moved_to))
    return page(
        request,
        "desk/message.html",
        status=409 if refusal else 200,
        refusal=refusal.detail if refusal else "",
        message=message,
        subject=words.subject,
        text=words.text,
        about=kind_label(message.kind),
        why=causes.get(message.id, ""),
        trouble=trouble_of(message.state, message.error, message.kind),
        error=masked(message.error),
        answer=masked(message.answer),
        superseded_by=await find_superseding(message) if message.state == Shown.SUPERSEDED else None,
        dead_end=await find_dead_end(message) if isinstance(obstacle, MessageUnreached | _IN_THE_WAY) else None,
        obstacle=obstacle if isinstance(obstacle, _IN_THE_WAY) else None,
        repeatable=obstacle is None,
        entries=[told(entry, names, zone, in_words) for entry in done],
    )


# What the page says by itself: that nobody may wish to send it again, that somebody did, that its address is dead.
_IN_THE_WAY = MessageLinkOver | MessageOver | MessageReplaced


def _said(sent: SentMany) -> tuple[str, Literal["success", "info"]]:
    number, left = sent.number, sent.unreached
    if not number and not left:
        return "There was nothing left to send again.", "info"
    words = [f"{_counted(number)} waiting to go out again."] if number else []
    if left:
        because = (
            "because mail to its address comes back" if left == 1 else "because mail to their addresses comes back"
        )
        words.append(f"{_counted(left)} left out, {because}: repair the address first.")
    return " ".join(words), "success" if number else "info"


def _counted(number: int) -> str:
    return "One message is" if number == 1 else f"{number} messages are"
