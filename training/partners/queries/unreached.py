"""People of a partner whom mail does not reach. As every list of members, for coordinators and staff only."""

from datetime import datetime
from uuid import UUID

from training.base.database import fetch
from training.base.structs import Frozen, Viewer
from training.people.rules import Permission, require

MOST_UNREACHED = 200


class Unreached(Frozen, frozen=True, kw_only=True):
    """A member at whose contact address mail comes back: `kind` is hard (for good) or soft (for now).

    `since` is when it began, `last_at` the last time, `reason` what the mail system said then. `missed` counts what did
    not arrive and was not sent again.
    """

    membership_id: UUID
    name: str
    contact_email: str
    kind: str
    reason: str
    since: datetime
    last_at: datetime
    missed: int
    version: int

    @property
    def called(self) -> str:
        """The name, or the address where no name was given."""
        return self.name or self.contact_email


async def list_unreached(
    viewer: Viewer, partner_id: UUID, membership_id: UUID | None = None, limit: int = MOST_UNREACHED
) -> list[Unreached]:
    """The active members of a partner, or the one, whom mail does not reach; the latest first. Raises NotFound."""
    require(viewer, Permission.PARTNER_MANAGE, partner_id)
    one = " AND m.id = {}" if membership_id else ""
    return await fetch(
        Unreached,
        "SELECT m.id AS membership_id, m.name, m.contact_email, t.kind, t.reason, t.since, t.last_at, m.version,"
        " (SELECT COUNT(*) FROM message g WHERE g.recipient = m.contact_email AND g.person_id = m.person_id"
        " AND g.partner_id = m.partner_id AND g.state IN ('bounced', 'failed')"
        " AND NOT EXISTS (SELECT 1 FROM message a WHERE a.again_of = g.id)) AS missed"
        " FROM membership m JOIN address_trouble t ON t.address = m.contact_email"
        " WHERE m.partner_id = {} AND m.state <> 'ended' AND t.cleared_at IS NULL AND t.kind IN ('hard', 'soft')"
        f"{one} ORDER BY t.last_at DESC, m.id LIMIT {{}}",
        partner_id,
        *([membership_id] if membership_id else []),
        limit,
    )
