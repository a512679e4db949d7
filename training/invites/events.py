"""What can happen to invites. The first field names the subject."""

from uuid import UUID

from training.base.structs import Event


class InvitesTold(Event, frozen=True, kw_only=True):
    """Calendars were told of a session's meetings: so many entries new, so many changed, so many taken out."""

    session_id: UUID
    people: int
    issued: int
    updated: int
    withdrawn: int
