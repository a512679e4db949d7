"""Messages about certificates: one was issued, one is no longer good."""

from datetime import datetime
from uuid import UUID

from training.base.structs import Frozen
from training.base.work import Work
from training.booking.mails import clock_values
from training.booking.rules.requests import is_nobody
from training.completion.queries.earned import Holder
from training.completion.rules.certificates import Said, path_of
from training.outbox.actions import NewMessage, enqueue, enqueue_decoy
from training.outbox.rules.kinds import expires_at

ISSUED, REVOKED = "certificate", "certificate-revoked"


class Told(Frozen, frozen=True, kw_only=True):
    """A certificate that its holder is told of."""

    id: UUID
    enrollment_id: UUID
    program_id: UUID
    partner_id: UUID | None
    code: str
    holder: str
    said: Said
    edition: int
    valid_until: datetime | None


def topic_of(enrollment_id: UUID) -> str:
    """What messages about the certificates of an enrollment are called in the outbox: newer words replace older."""
    return f"certificate:{enrollment_id}"


async def tell(work: Work, kind: str, told: Told, holder: Holder, reason: str = "") -> None:
    """Write one message about a certificate: it was issued (ISSUED), or is no longer good (REVOKED) and why."""
    said = told.said
    values = {
        "title": said.title,
        "code": told.code,
        "held_at": said.starts_at,
        "held_until": said.ends_at,
        "zone": said.zone,
        "path": path_of(told.code),
        "edition": told.edition,
        "valid_until": told.valid_until,
        "reason": reason,
        **clock_values(said.zone, holder.zone, holder.locale),
    }
    message: NewMessage = {
        "kind": kind,
        "template": f"completion/{kind}",
        "recipient": holder.email,
        "recipient_name": told.holder,
        "person_id": holder.person_id,
        "subject_id": told.id,
        "program_id": told.program_id,
        "partner_id": told.partner_id,
        "topic": topic_of(told.enrollment_id),
        "expires_at": expires_at(kind, work.now),
        "values": values,
    }
    if is_nobody(holder.email):
        enqueue_decoy(work, **message)
    else:
        await enqueue(work, **message)
