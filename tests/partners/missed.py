"""Messages of a partner that came back."""

from uuid import UUID

from tests.partners.made import STAFF
from training.base.database import execute
from training.base.structs import Frozen
from training.base.work import Works
from training.outbox.actions import enqueue
from training.outbox.actions.bounces import mark_bounced
from training.partners.rules import Membership


class Bounce(Frozen, frozen=True, kw_only=True):
    """As the inbox tells it."""

    message_id: UUID | None
    recipient: str = ""
    permanent: bool = True
    reason: str = "550 <b>No such user</b>"


async def missed_by(works: Works, member: Membership, times: int = 1, *, permanent: bool = True) -> list[UUID]:
    """So many messages to a member's contact address, sent for the partner, that came back."""
    ids = []
    for _ in range(times):
        message_id = await works.run(
            STAFF,
            enqueue,
            kind="booking-enrolled",
            template="people/sign-in",
            recipient=member.contact_email,
            person_id=member.person_id,
            partner_id=member.partner_id,
        )
        await execute("UPDATE message SET state = 'sent', sent_at = created_at WHERE id = {}", message_id)
        await works.run(STAFF, mark_bounced, Bounce(message_id=message_id, permanent=permanent))
        ids.append(message_id)
    return ids


async def sent_again() -> list[tuple[str, str]]:
    """Whom what was repeated goes to, and how it stands."""
    rows = await execute("SELECT recipient, state FROM message WHERE again_of IS NOT NULL ORDER BY id")
    return [(str(row["recipient"]), str(row["state"])) for row in rows]
