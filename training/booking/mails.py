"""What this room writes to people: template keys and frozen values."""

from typing import Any
from uuid import UUID

from training.base.structs import Frozen
from training.base.work import Work
from training.booking.rules import cancel_until
from training.catalogue.rules import Mode
from training.outbox.actions import enqueue
from training.schedule.rules.sessions import Session


class Addressee(Frozen, frozen=True, kw_only=True):
    """Whom to write to about which enrollment."""

    id: UUID
    person_id: UUID
    name: str
    email: str


def session_values(session: Session) -> dict[str, Any]:
    """What every message about a session says of it."""
    return {
        "title": session.title,
        "path": f"/sessions/{session.id}",
        "starts_at": session.starts_at,
        "zone": session.zone,
        "cancel_until": cancel_until(session.starts_at, session.cancellation_hours) if session.starts_at else None,
    }


async def write_to(work: Work, key: str, to: Any, session: Session, mode: Mode | None = None, **more: Any) -> None:
    """Enqueue the message `key` about a session to an addressee (anything with id, person_id, name, email)."""
    await enqueue(
        work,
        kind=f"booking-{key}",
        template=f"booking/{key}",
        recipient=to.email,
        recipient_name=to.name,
        person_id=to.person_id,
        topic=f"enrollment:{to.id}",
        values={**session_values(session), "mode": mode.value if mode else "", "name": to.name, **more},
    )
