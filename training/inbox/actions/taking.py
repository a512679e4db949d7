"""Take a mail in: once, however often it is handed over, with its consequences in the same transaction."""

import hashlib
from datetime import timedelta
from uuid import UUID

from training.base.structs import Frozen, as_data
from training.base.work import Work
from training.inbox import queries
from training.inbox.events import BounceReceived, ComplaintReceived, DeliveryConfirmed, ReplyReceived
from training.inbox.rules import Mail, MailKind, MailState, Verdict, judge, line, read_mail
from training.inbox.tables import IncomingMail

KEPT = timedelta(days=90)
"""What was handled or dropped is forgotten after so long; what waits for somebody stays."""
_MOST_EXCERPT = 1_000


class Received(Frozen, frozen=True, kw_only=True):
    """A mail, or a provider's word about one, judged but not taken in. `source_key` is the same for the same thing."""

    source: str
    source_key: str
    verdict: Verdict
    sender: str = ""
    recipient: str = ""
    subject: str = ""
    size: int = 0
    excerpt: str = ""


class Taken(Frozen, frozen=True, kw_only=True):
    """What became of a mail. `new` is false for one that was taken in before."""

    id: UUID
    new: bool


def received_mail(raw: bytes, source: str, base_url: str, secret_key: str, size: int | None = None) -> Received:
    """A raw mail, read and judged; never raises. `size` is its whole size where `raw` is only its beginning.

    Its key is made from what it says, so that the same mail by another way, or from a mailbox that was rebuilt and
    numbers its mails anew, is known.
    """
    mail = read_mail(raw)
    key = f"mail:{hashlib.sha256(raw).hexdigest()}"
    verdict = judge(mail, base_url, secret_key)
    return Received(
        source=source,
        source_key=key,
        verdict=verdict,
        sender=mail.sender,
        # The address of an invite is what proves an answer: it is kept nowhere where people look.
        recipient=verdict.recipient or ("" if verdict.invite_id else next(iter(mail.recipients), "")),
        subject=mail.subject,
        size=len(raw) if size is None else size,
        excerpt=_excerpt(mail, verdict),
    )


def unreadable(raw: bytes, source: str, error: Exception) -> Received:
    """A mail that could not be handled, for a person to know of: it must not come again and again."""
    reason = line(f"It could not be handled: {type(error).__name__}.")
    verdict = Verdict(kind=MailKind.UNKNOWN, state=MailState.REVIEW, reason=reason)
    key = f"mail:{hashlib.sha256(raw).hexdigest()}"
    return Received(source=source, source_key=key, verdict=verdict, size=len(raw))


def _excerpt(mail: Mail, verdict: Verdict) -> str:
    # Whether an answer fits is judged later; then it goes, unless somebody has to look at it.
    kept = verdict.state is MailState.REVIEW or verdict.reply is not None
    return mail.text[:_MOST_EXCERPT] if kept else ""


async def take_in(work: Work, received: Received) -> Taken:
    """Write down that a mail came in, with what follows from it, unless it did before."""
    known = await queries.find_by_key(received.source_key)
    if known is not None:
        return Taken(id=known, new=False)
    verdict, mail_id = received.verdict, work.new_id()
    work.add(
        IncomingMail,
        id=mail_id,
        source=received.source,
        source_key=received.source_key,
        received_at=work.now,
        sender=received.sender,
        recipient=received.recipient,
        subject=received.subject,
        kind=verdict.kind,
        state=verdict.state,
        reason=verdict.reason,
        message_id=verdict.message_id,
        invite_id=verdict.invite_id,
        reply=as_data(verdict.reply) if verdict.reply else {},
        size=received.size,
        excerpt=received.excerpt,
    )
    if verdict.state is MailState.HANDLED:
        _tell(work, mail_id, received)
    return Taken(id=mail_id, new=True)


def _tell(work: Work, mail_id: UUID, received: Received) -> None:
    verdict = received.verdict
    if verdict.reply is not None and verdict.invite_id is not None:
        said = {name: getattr(verdict.reply, name) for name in verdict.reply.__struct_fields__}
        work.emit(ReplyReceived(incoming_id=mail_id, invite_id=verdict.invite_id, sender=received.sender, **said))
        return
    about = {"incoming_id": mail_id, "message_id": verdict.message_id, "recipient": verdict.recipient}
    match verdict.kind:
        case MailKind.BOUNCE:
            work.emit(BounceReceived(**about, permanent=verdict.permanent, reason=verdict.reason))  # type: ignore[arg-type]
        case MailKind.COMPLAINT:
            work.emit(ComplaintReceived(**about, reason=verdict.reason))  # type: ignore[arg-type]
        case MailKind.DELIVERED:
            work.emit(DeliveryConfirmed(**about))  # type: ignore[arg-type]


async def forget_mails(work: Work, most: int) -> int:
    """Delete at most `most` mails that nobody has to look at any more; returns how many that were."""
    gone = await work.execute(
        "DELETE FROM incoming_mail WHERE id IN (SELECT id FROM incoming_mail WHERE state <> {} AND received_at < {}"
        " ORDER BY received_at LIMIT {}) RETURNING id",
        MailState.REVIEW.value,
        work.now - KEPT,
        most,
    )
    return len(gone)
