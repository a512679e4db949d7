"""What a person decides about a doubtful mail. Whoever calls these has judged that the person may."""

from uuid import UUID

from training.base.work import Work
from training.inbox import queries
from training.inbox.events import BounceReceived, MailSettled
from training.inbox.queries import StoredMail
from training.inbox.rules import MailKind, MailState, SettledAlready
from training.inbox.tables import IncomingMail


async def set_aside(work: Work, mail_id: UUID) -> StoredMail:
    """Nothing is to be done about this mail. Raises NotFound, SettledAlready."""
    mail = await _waiting(mail_id)
    _settle(work, mail, MailKind(mail.kind), MailState.DROPPED)
    work.emit(MailSettled(incoming_id=mail_id, outcome="nothing"))
    return mail


async def settle_as_bounce(work: Work, mail_id: UUID, recipient: str, *, about: UUID | None) -> StoredMail:
    """This mail says that messages to `recipient` come back, for good; `about` is the one it speaks of, if any.

    Raises NotFound, SettledAlready.
    """
    mail = await _waiting(mail_id)
    _settle(work, mail, MailKind.BOUNCE, MailState.HANDLED, recipient=recipient)
    work.emit(MailSettled(incoming_id=mail_id, outcome="bounce"))
    work.emit(
        BounceReceived(
            incoming_id=mail_id,
            message_id=about,
            recipient=recipient,
            permanent=True,
            reason="Somebody of the staff read the mail that came back.",
        )
    )
    return mail


async def settle_reply(work: Work, mail_id: UUID, state: MailState, reason: str) -> None:
    """Write down what became of a calendar's answer: nothing may have followed, and `reason` says why.

    Must follow in the same unit of work in which the mail was taken in.
    """
    await work.flush()
    kept = {} if state is MailState.REVIEW else {"excerpt": ""}
    work.change(IncomingMail, mail_id, state=state, reason=reason, **kept)


async def _waiting(mail_id: UUID) -> StoredMail:
    mail = await queries.lock_mail(mail_id)
    if mail.state != MailState.REVIEW:
        raise SettledAlready
    return mail


def _settle(work: Work, mail: StoredMail, kind: MailKind, state: MailState, **more: str) -> None:
    # The excerpt was kept for whoever had to look at it, and for nobody else.
    work.change(
        IncomingMail,
        mail.id,
        kind=kind,
        state=state,
        excerpt="",
        handled_by=work.actor.person_id,
        handled_at=work.now,
        **more,
    )
