"""What is done from the desk and from nowhere else: moves as agreed, roles given and taken by staff."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from training.attendance.queries.marks import LeftBehind, count_left_behind
from training.attendance.rules.moving import moved_away
from training.base.errors import Invalid
from training.base.structs import Frozen
from training.base.work import Work
from training.booking.actions.ledger import Ledger
from training.booking.actions.telling import list_told_of_open
from training.catalogue.queries import get_program
from training.completion.queries.certificates import Standings, count_good
from training.desk.queries.inbox import list_recipients
from training.desk.queries.messages import count_unreached, get_message_view, list_sendable
from training.desk.rules.accounts import check_not_own
from training.desk.rules.messages import Wanted
from training.desk.rules.moves import unagreed
from training.feeds.actions.feeds import revoke_feeds_of
from training.inbox.actions import set_aside, settle_as_bounce
from training.inbox.queries import lock_mail
from training.invites.actions.checking import OwnMails, count_own_mails
from training.outbox.actions import send_again, send_all_again, take_back
from training.people.actions import disable_person, end_devices, ensure_person, grant_role, revoke_role
from training.people.queries import get_person
from training.people.rules import Permission, Role, require
from training.schedule.actions import cancel_session, move_meetings
from training.schedule.queries import list_meetings, lock_session
from training.schedule.rules.clashes import Clash, ClashesFound
from training.schedule.rules.placing import MeetingMove
from training.schedule.rules.steps import other_clocks
from training.schedule.rules.values import MeetingChange


class MovePlan(Frozen, frozen=True, kw_only=True):
    """What moving would come to: what attendees would see differently, what would be taken twice, the enrollments
    that would move up from the waitlist because the session begins later, what rosters would lose, what calendars
    would be told by mails of their own, the addresses of messages about places without a name, and by meeting what to
    notice of the clocks in its room."""

    moves: tuple[MeetingMove, ...]
    clashes: tuple[Clash, ...]
    promoted: tuple[UUID, ...]
    left_behind: LeftBehind
    calendars: OwnMails
    nameless_told: tuple[str, ...]
    elsewhere: Mapping[UUID, str]


class CancelPlan(Frozen, frozen=True, kw_only=True):
    """What calendars would be told of a cancelled session by mails of their own, the addresses of messages
    about places without a name, and which certificates would be revoked."""

    calendars: OwnMails
    nameless_told: tuple[str, ...]
    certificates: Standings

    @property
    def to(self) -> tuple[str, ...]:
        """The addresses of these messages, but for those about certificates."""
        return (*self.calendars.to, *self.nameless_told)

    @property
    def number(self) -> int:
        """How many messages these are."""
        return len(self.to) + self.certificates.told


async def try_move(work: Work, session_id: UUID, changes: Sequence[MeetingChange], version: int) -> MovePlan:
    """Move meetings whatever they clash with, and say with what. To be rehearsed. Raises as `move_meetings`."""
    clashes: tuple[Clash, ...] = ()
    try:
        moves = await move_meetings(work, session_id, changes, expected_version=version)
    except ClashesFound as found:
        # Judged before anything was written, so the same unit of work can go on.
        clashes = found.clashes
        moves = await move_meetings(work, session_id, changes, expected_version=version, accept_warnings=True)
    # A rehearsal ends before its reactions; this one decides about people, so it is tried too.
    given = await Ledger(work, await lock_session(session_id)).promote()
    left = await count_left_behind(moved_away(moves, work.now))
    calendars = await count_own_mails(work, session_id)
    moved, planned = {move.meeting_id for move in moves}, await list_meetings([session_id])
    looked_at = [(one.id, other_clocks(one, f"Meeting {one.number}")) for one in planned if one.id in moved]
    return MovePlan(
        moves=moves,
        clashes=clashes,
        promoted=tuple(place.key for place in given),
        left_behind=left,
        calendars=calendars,
        nameless_told=await list_told_of_open(session_id),
        elsewhere={meeting_id: sentence for meeting_id, sentence in looked_at if sentence},
    )


async def try_cancel(work: Work, session_id: UUID) -> CancelPlan:
    """Cancel a session for no reason, and say who would be told of it besides those enrolled or waiting. To be
    rehearsed. Raises as `cancel_session`."""
    nameless, certificates = await list_told_of_open(session_id), await count_good(session_id)
    await cancel_session(work, session_id, "-")
    calendars = await count_own_mails(work, session_id)
    return CancelPlan(calendars=calendars, nameless_told=nameless, certificates=certificates)


async def move_as_agreed(
    work: Work, session_id: UUID, changes: Sequence[MeetingChange], version: int, agreed: Mapping[UUID, str]
) -> tuple[MeetingMove, ...]:
    """Move meetings, accepting exactly the clashes that were shown and agreed to, by meeting.

    Raises ClashesFound for those that nobody agreed to, also when they came up since; else as `move_meetings`.
    """
    try:
        return await move_meetings(work, session_id, changes, expected_version=version)
    except ClashesFound as found:
        if unagreed(found.clashes, agreed):
            raise
        return await move_meetings(work, session_id, changes, expected_version=version, accept_warnings=True)


async def give_role(work: Work, person_id: UUID, role: Role, program_id: UUID | None) -> bool:
    """Give somebody a role of the platform or of a program; whether it is new to them. Only for staff.

    Raises NotFound for a missing person or program, Invalid for a program manager without a program.
    """
    require(work.actor, Permission.PLATFORM_RUN)
    await get_person(person_id)
    return await grant_role(work, person_id, role, await _scope(role, program_id))


async def give_role_to_address(work: Work, email: str, name: str, role: Role, program_id: UUID | None) -> UUID:
    """The same for an address; an account is made if there is none. Raises AddressUnusable too."""
    require(work.actor, Permission.PLATFORM_RUN)
    scope = await _scope(role, program_id)
    person_id = await ensure_person(work, email, name)
    await grant_role(work, person_id, role, scope)
    return person_id


async def _scope(role: Role, program_id: UUID | None) -> UUID | None:
    if role is Role.STAFF:
        return None
    if program_id is None:
        raise Invalid(fields={"program_id": "Choose the program that this person will run."})
    return (await get_program(program_id)).id


async def take_role(work: Work, person_id: UUID, role: Role, scope_id: UUID | None) -> bool:
    """Take a role from somebody; whether they had it. Only for staff, and not one's own staff role (OwnAccount)."""
    require(work.actor, Permission.PLATFORM_RUN)
    if role is Role.STAFF:
        check_not_own(work.actor, person_id)
    return await revoke_role(work, person_id, role, scope_id)


async def switch_off(work: Work, person_id: UUID) -> None:
    """Switch an account off, not one's own (OwnAccount). Only for staff."""
    require(work.actor, Permission.PLATFORM_RUN)
    check_not_own(work.actor, person_id)
    await disable_person(work, person_id)


async def end_calendars(work: Work, person_id: UUID) -> int:
    """End every calendar link and device password of a person, and return how many ended. Only for staff.

    What has been copied into their calendar programs stays there. Raises NotFound for nobody.
    """
    require(work.actor, Permission.PLATFORM_RUN)
    return await revoke_feeds_of(work, person_id) + await end_devices(work, person_id)


MOST_AT_ONCE = 500
"""So many messages are sent again by one press: a press must not hold the database for long."""


async def send_message_again(work: Work, message_id: UUID) -> UUID:
    """Send a message of a program that one runs once more, to the repaired address if there is one, and return the new
    one's id. Raises as `send_again`."""
    message = await get_message_view(work.actor, message_id, Permission.OUTBOX_MANAGE)
    return await send_again(work, message_id, recipient=message.moved_to)


class SentMany(Frozen, frozen=True, kw_only=True):
    """How many messages go out again, and how many do not because mail to their addresses comes back."""

    number: int
    unreached: int


async def send_messages_again(work: Work, wanted: Wanted) -> SentMany:
    """Send again what did not arrive among what is asked for, at most 500, the oldest first.

    What is over, what newer words replaced and what would come back is left out. Raises NotFound for somebody who runs
    nothing.
    """
    require(work.actor, Permission.OUTBOX_MANAGE)
    found = await list_sendable(work.actor, wanted, work.now, MOST_AT_ONCE)
    made = await send_all_again(work, found, recipients={key: to for key, to in found.items() if to})
    return SentMany(number=len(made), unreached=await count_unreached(work.actor, wanted, work.now))


async def take_message_back(work: Work, message_id: UUID) -> UUID:
    """Take back a message of a program that one runs, and return its id. Raises as `take_back`."""
    await get_message_view(work.actor, message_id, Permission.OUTBOX_MANAGE)
    await take_back(work, message_id)
    return message_id


async def mail_is_nothing(work: Work, mail_id: UUID) -> None:
    """Nothing follows from a doubtful mail. Only for staff. Raises NotFound, SettledAlready."""
    require(work.actor, Permission.PLATFORM_RUN)
    await set_aside(work, mail_id)


async def mail_is_bounce(work: Work, mail_id: UUID, recipient: str) -> None:
    """A doubtful mail says that mail does not reach an address. Only for staff. Raises as `mail_is_nothing`."""
    require(work.actor, Permission.PLATFORM_RUN)
    mail, address = await lock_mail(mail_id), recipient.lower()
    sent = await list_recipients([mail.message_id]) if mail.message_id else {}
    # The mail may name any message; it counts only for one that went to the address which a person has seen there.
    about = next((message_id for message_id, to in sent.items() if to == address), None)
    await settle_as_bounce(work, mail_id, address, about=about)
