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


class InviteAnswered(Event, frozen=True, kw_only=True):
    """Somebody's calendar answered one invite: accepted, tentative or declined. `role`: as what they were invited."""

    invite_id: UUID
    session_id: UUID
    meeting_id: UUID
    person_id: UUID
    role: str
    answer: str
