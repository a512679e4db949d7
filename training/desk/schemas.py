"""The forms of the desk."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Annotated, Any, Literal, Self
from uuid import UUID

from msgspec import Meta

from training.base.structs import EmailAddress, Frozen, Input, OptionalLine, Paragraphs
from training.desk.queries.messages import MessageView
from training.desk.rules.messages import Shown, Wanted, day_span, trouble_of
from training.inbox.queries import StoredMail
from training.outbox.rules import Rendered
from training.outbox.rules.shown import kind_label, masked
from training.schedule.rules.values import Fold, Link, Zone

GrantableRole = Literal["program_manager", "staff"]
Typed = Annotated[str, Meta(max_length=20)]


class BoardChoice(Input, frozen=True, kw_only=True):
    """What of the board is shown: one program, one kind of need in full."""

    program: UUID | None = None
    show: str = ""


class TeachingChoice(Input, frozen=True, kw_only=True):
    """Of which trainers: of one program, and the hours of which year."""

    program: UUID | None = None
    year: int | None = None


class MeetingFields(Input, frozen=True, kw_only=True):
    """A meeting in the form that moves it. Day and clock are read by the rules, which explain what is wrong."""

    date: Typed = ""
    start: Typed = ""
    end: Typed = ""
    end_date: Typed = ""
    zone: Zone = ""
    room_id: UUID | None = None
    link: Link = ""
    start_fold: Fold | None = None
    end_fold: Fold | None = None
    agreed: Typed = ""


class MoveFrame(Input, frozen=True, kw_only=True):
    """The rest of that form: where one stands, and what one had seen when one began."""

    step: Literal["check", "edit", "confirm"] = "check"
    version: int = 0
    seen_at: Annotated[str, Meta(max_length=40)] = ""


class CancelForm(Input, frozen=True, kw_only=True):
    """Why a session will not take place."""

    reason: Paragraphs = ""
    version: int = 0


class RemoveForm(Input, frozen=True, kw_only=True):
    """Why somebody loses a place."""

    reason: Annotated[str, Meta(max_length=2_000)] = ""
    version: int = 0


class GiveForm(Input, frozen=True, kw_only=True):
    """A place for somebody who waits: how they would take part as it was shown, and why it is above the capacity."""

    mode: Literal["in_person", "online"]
    above: bool = False
    reason: Annotated[str, Meta(max_length=500)] = ""
    version: int = 0


class PeopleSearch(Input, frozen=True, kw_only=True):
    """Whom one looks for."""

    q: Annotated[str, Meta(max_length=200)] = ""


class RoleForm(Input, frozen=True, kw_only=True):
    """A role for somebody with an account. `program_id` for a program manager."""

    role: GrantableRole
    program_id: UUID | None = None


class RoleEnd(Input, frozen=True, kw_only=True):
    """A role to be taken away."""

    role: GrantableRole
    scope_id: UUID | None = None


class NewRole(Input, frozen=True, kw_only=True):
    """A role for an address, whether or not there is an account."""

    email: EmailAddress
    name: OptionalLine = ""
    role: GrantableRole = "program_manager"
    program_id: UUID | None = None


class MessageQuery(Input, frozen=True, kw_only=True):
    """Which messages somebody asks for. `day` is when they were written, on the clocks that the page tells times in;
    `since` is the first day."""

    state: Shown | None = None
    kind: Annotated[str, Meta(max_length=40)] = ""
    program: UUID | None = None
    partner: UUID | None = None
    announcement: UUID | None = None
    address: Annotated[str, Meta(max_length=254)] = ""
    day: date | None = None
    since: date | None = None
    cursor: Annotated[str, Meta(max_length=500)] = ""

    def wanted(self, zone: str) -> Wanted:
        """The same for the queries. Raises Invalid for a day far away."""
        since, before = day_span(self.day, zone) if self.day else (None, None)
        if self.since and not self.day:
            since = day_span(self.since, zone)[0]
        return Wanted(
            shown=self.state,
            kind=self.kind,
            program_id=self.program,
            partner_id=self.partner,
            announcement_id=self.announcement,
            address=self.address,
            since=since,
            before=before,
        )


class MessageOut(Frozen, frozen=True, kw_only=True):
    """A message as programs read it. `trouble` and `what_to_do` are plain words, empty when nothing is wrong.

    `state` is waiting, claimed, sent, failed, bounced, expired, withdrawn or superseded. `again_of` is the message that
    this one repeats, `repeated_by` the one that repeats it.
    """

    id: UUID
    kind: str
    about: str
    subject: str
    recipient: str
    recipient_name: str
    person_id: UUID | None
    program_id: UUID | None
    partner_id: UUID | None
    state: str
    attempts: int
    created_at: datetime
    not_before: datetime
    expires_at: datetime | None
    first_tried_at: datetime | None
    sent_at: datetime | None
    bounced_at: datetime | None
    trouble: str
    what_to_do: str
    again_of: UUID | None
    repeated_by: UUID | None

    @classmethod
    def of(cls, message: MessageView, subject: str) -> Self:
        """From what is kept."""
        trouble = trouble_of(message.state, message.error, message.kind)
        told = {
            "about": kind_label(message.kind),
            "subject": subject,
            "trouble": trouble.what if trouble else "",
            "what_to_do": trouble.do if trouble and message.repeated_by is None else "",
        }
        kept: dict[str, Any] = {name: getattr(message, name) for name in cls.__struct_fields__ if name not in told}
        return cls(**kept | told)


class MessagePage(Frozen, frozen=True, kw_only=True):
    """Some messages, the newest first."""

    items: list[MessageOut]
    next_cursor: str | None


class MessageDetail(Frozen, frozen=True, kw_only=True):
    """One message with why it was written, what the mail servers said, and its text; personal links end in dots."""

    message: MessageOut
    why: str
    error: str
    answer: str
    text: str

    @classmethod
    def of_words(cls, message: MessageView, words: Rendered, why: str) -> Self:
        """From what is kept, its words masked, and why it was written."""
        return cls(
            message=MessageOut.of(message, words.subject),
            why=why,
            error=masked(message.error),
            answer=masked(message.answer),
            text=words.text,
        )


class SentAgain(Frozen, frozen=True, kw_only=True):
    """The message that goes out in place of one that did not arrive."""

    message_id: UUID
    again_of: UUID


class TakenBack(Frozen, frozen=True, kw_only=True):
    """The message that nobody gets."""

    message_id: UUID
    state: str = "withdrawn"


class DoubtfulMail(Frozen, frozen=True, kw_only=True):
    """A mail that somebody must look at. Every text in it is a stranger's; `excerpt` is the beginning of what it says.

    `reason` tells why no rule could settle it. `message_id` is the message of ours that it names, and `sent_to` the
    address to which that one went, empty when there is none: what it names, it may have made up.
    """

    id: UUID
    kind: str
    source: str
    received_at: datetime
    sender: str
    recipient: str
    subject: str
    reason: str
    excerpt: str
    size: int
    message_id: UUID | None
    sent_to: str

    @classmethod
    def of(cls, mail: StoredMail, sent: Mapping[UUID, str]) -> Self:
        """From what is kept, and whom the messages went to that such mails name."""
        kept: dict[str, Any] = {name: getattr(mail, name) for name in cls.__struct_fields__ if name != "sent_to"}
        return cls(**kept, sent_to=sent.get(mail.message_id, "") if mail.message_id else "")


class DoubtfulPage(Frozen, frozen=True, kw_only=True):
    """Some mails to look at, the newest first."""

    items: list[DoubtfulMail]
    next_cursor: str | None


class MailSettledOut(Frozen, frozen=True, kw_only=True):
    """What somebody said of a mail: `nothing` is to be done about it, or it was a `bounce`."""

    mail_id: UUID
    outcome: Literal["nothing", "bounce"]


class InboxQuery(Input, frozen=True, kw_only=True):
    """Which part of the doubtful mail is shown."""

    cursor: Annotated[str, Meta(max_length=500)] = ""


class BounceForm(Input, frozen=True, kw_only=True):
    """Which address a mail says that mail does not reach."""

    recipient: EmailAddress
