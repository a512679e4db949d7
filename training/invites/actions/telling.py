"""Tell calendars what differs: the invite's row, the calendar object, and the mail that carries it."""

from collections.abc import Collection, Sequence
from uuid import UUID

import structlog

from training.base.database import fetch, for_update, marks
from training.base.structs import Frozen, as_data
from training.base.work import Work
from training.ics.texts import Unwritable
from training.invites.events import InvitesTold
from training.invites.mails import Telling, calendar_of, kind_of, values_of, worth_until
from training.invites.queries.facts import Facts
from training.invites.rules.comparing import (
    Carrier,
    Change,
    Issue,
    Issued,
    Update,
    Wanted,
    Withdraw,
    compare,
    only_follows,
)
from training.invites.rules.told import Memory, Role, Told, changes
from training.invites.rules.wanting import why_withdrawn
from training.invites.tables import Invite
from training.outbox.actions import enqueue
from training.outbox.actions.delivery import GoesAlong
from training.outbox.actions.withdraw import withdraw_some

log = structlog.get_logger()


class _Id(Frozen, frozen=True, kw_only=True):
    id: UUID


class Past(Frozen, frozen=True, kw_only=True):
    """What a calendar shows of an invite (None: nothing), and whether it ever showed it."""

    known: Told | None
    ever: bool


async def lock_invites(work: Work, session_ids: Sequence[UUID], person_ids: Sequence[UUID]) -> None:
    """Lock what these people's calendars were told of these sessions: of two who compare at once, one waits."""
    await work.flush()
    await fetch(
        _Id,
        f"SELECT id FROM invite WHERE session_id IN ({marks(session_ids)}) AND person_id IN ({marks(person_ids)})"
        f" ORDER BY id{for_update()}",
        *session_ids,
        *person_ids,
    )


def changes_of(work: Work, facts: Facts, *, along: bool = False) -> list[Change]:
    """All that is to be told about a session, person by person. Meetings that are over are left alone."""
    found = []
    for key in sorted(facts.wanted.keys() | facts.issued.keys()):
        meeting = facts.meetings.get(key[1])
        if meeting is None or meeting.ends_at <= work.now:
            continue
        wanted, issued = facts.wanted.get(key), facts.issued.get(key)
        change = compare(wanted, issued, meeting_sequence=meeting.sequence, along=along)
        if change is not None:
            found.append(change)
    return found


class Teller:
    """Tells what differs in one session, in one unit of work. Say what, then `done`."""

    def __init__(self, work: Work, facts: Facts, taken_back: Collection[UUID]) -> None:
        self._work = work
        self._facts = facts
        self._taken_back = taken_back
        self._people: set[UUID] = set()
        self._counts = {"issued": 0, "updated": 0, "withdrawn": 0}

    async def tell(self, change: Change, message_id: UUID | None = None) -> GoesAlong | None:
        """Tell one change with the message `message_id`, or with a mail of its own; returns what goes along with it.

        None where nothing has to be told, and where an entry cannot be written: that is logged, and nothing is kept.
        What a calendar shows already gets no mail of its own, only because another enrollment stands behind it.
        """
        if message_id is None and isinstance(change, Update) and only_follows(change):
            self._work.change(Invite, change.before.id, subject_id=change.wanted.subject_id)
            return None
        past = self._past(change)
        if self._needs_nothing(change, past):
            self._settle(change)
            return None
        telling = self._telling(change, past)
        try:
            along = calendar_of(telling, self._facts, self._work.site, self._work.now)
        except Unwritable as error:
            log.error("an invite cannot be written", meeting=str(telling.meeting_id), error=type(error).__name__)
            return None
        carrier = message_id or await self._mail(telling, along)
        self._write(change, telling, past, carrier)
        return along

    def has_mail(self, change: Change) -> bool:
        """Whether this change would be told by a mail of its own. Writes nothing."""
        return not (isinstance(change, Update) and only_follows(change)) and self.has_news(change)

    def has_news(self, change: Change) -> bool:
        """Whether the calendar needs a word about this change. Writes nothing."""
        return not self._needs_nothing(change, self._past(change))

    def done(self) -> int:
        """Say in the journal what was told; returns how many tellings that were."""
        told = sum(self._counts.values())
        if told:
            session_id = self._facts.session.id
            self._work.emit(InvitesTold(session_id=session_id, people=len(self._people), **self._counts))
        return told

    def _past(self, change: Change) -> Past:
        before = change.before
        if before is None:
            return Past(known=None, ever=False)
        taken = before.message_id in self._taken_back
        gone = before.carrier in (Carrier.LEFT, Carrier.NONE) or (before.carrier is Carrier.UNDERWAY and not taken)
        ever = before.memory.ever or (gone and before.carrier is not Carrier.NONE)
        known = before.memory.told if gone else before.memory.was
        return Past(known=known if ever else None, ever=ever)

    def _needs_nothing(self, change: Change, past: Past) -> bool:
        """Whether the calendar needs no word: it never held what is to go, or what was taken back is undone."""
        if isinstance(change, Withdraw):
            return change.before.dead or not past.ever
        if isinstance(change, Issue):
            return False
        same = (change.before.role, change.before.subject_id) == (change.wanted.role, change.wanted.subject_id)
        return same and past.known == change.wanted.told and change.before.message_id in self._taken_back

    def _settle(self, change: Change) -> None:
        """Keep what is so, without a word to anybody."""
        before = change.before
        if before is None:
            return
        if isinstance(change, Withdraw):
            self._work.change(Invite, before.id, state="withdrawn")
            return
        memory = Memory(told=change.wanted.told, was=None, ever=True)
        self._work.change(Invite, before.id, told=as_data(memory), message_id=None)

    def _telling(self, change: Change, past: Past) -> Telling:
        if isinstance(change, Withdraw):
            return self._withdrawal(change, past)
        wanted, before = change.wanted, change.before
        stays = isinstance(change, Update)
        same_time = past.known is not None and _times(past.known) == _times(wanted.told)
        return Telling(
            invite_id=before.id if before else self._work.new_id(),
            meeting_id=wanted.meeting_id,
            role=wanted.role,
            subject_id=wanted.subject_id,
            person_id=wanted.person_id,
            address=before.address if before and stays else wanted.address,
            name=wanted.name,
            told=wanted.told,
            was=past.known if stays else None,
            sequence=change.sequence,
            created_at=before.created_at if before else self._work.now,
            answer=before.answer if before and stays and same_time else "",
        )

    def _withdrawal(self, change: Withdraw, past: Past) -> Telling:
        before, facts = change.before, self._facts
        learner = facts.learners.get(before.person_id)
        ended = learner if learner and learner.subject_id == before.subject_id else None
        return Telling(
            invite_id=before.id,
            meeting_id=before.meeting_id,
            role=before.role,
            subject_id=before.subject_id,
            person_id=before.person_id,
            address=before.address,
            name=before.name,
            told=past.known or before.memory.told,
            was=None,
            sequence=change.sequence,
            created_at=before.created_at,
            why=why_withdrawn(before.role, facts.session, facts.meetings.get(before.meeting_id), ended),
        )

    async def _mail(self, telling: Telling, along: GoesAlong) -> UUID:
        kind, facts = kind_of(telling), self._facts
        learner = facts.learners.get(telling.person_id)
        trains = telling.role is Role.TRAINER
        return await enqueue(
            self._work,
            kind=kind,
            template=f"invites/{kind.partition('-')[2]}",
            recipient=telling.address,
            recipient_name=telling.name,
            person_id=telling.person_id,
            subject_id=telling.subject_id,
            program_id=facts.session.program_id,
            partner_id=None if trains or learner is None else learner.partner_id,
            topic=f"invite:{facts.session.id}:{telling.person_id}" if trains else f"enrollment:{telling.subject_id}",
            values=values_of(telling, facts),
            expires_at=worth_until(kind, telling.told, self._work.now),
            calendar=along.calendar,
            calendar_method=along.method,
        )

    def _write(self, change: Change, telling: Telling, past: Past, message_id: UUID) -> None:
        """Keep what was told. `was` is what the calendar shows until this telling has left."""
        stays = not isinstance(change, Issue)
        memory = Memory(told=telling.told, was=past.known if stays else None, ever=past.ever and not _anew(change))
        columns = {
            "role": telling.role,
            "subject_id": telling.subject_id,
            "address": telling.address,
            "name": telling.name,
            "state": "withdrawn" if telling.why else "issued",
            "sequence": telling.sequence,
            "told": as_data(memory),
            "told_at": self._work.now,
            # What is told anew is answered anew, unless it is at the same time as before.
            "answer": telling.answer,
            "message_id": message_id,
        }
        self._people.add(telling.person_id)
        self._counts["withdrawn" if telling.why else "updated" if telling.was else "issued"] += 1
        if change.before is not None:
            self._work.change(Invite, change.before.id, **columns)
            return
        self._work.add(
            Invite,
            id=telling.invite_id,
            meeting_id=telling.meeting_id,
            session_id=self._facts.session.id,
            person_id=telling.person_id,
            created_at=self._work.now,
            **columns,
        )


def _anew(change: Change) -> bool:
    """Whether the telling goes to an address that knows nothing yet."""
    return isinstance(change, Issue) and change.before is not None and change.before.address != change.wanted.address


def _times(told: Told) -> tuple[object, ...]:
    return told.starts_at, told.ends_at


def only_counted(change: Change) -> bool:
    """Whether nothing differs but how many parts there are: of several changes that is told last."""
    return isinstance(change, Update) and changes(change.before.memory.told, change.wanted.told) == ("parts",)


def in_order(found: Sequence[Change], facts: Facts) -> list[Change]:
    """First what comes to a calendar or changes in it, then what leaves it; each by time."""
    return sorted(
        found,
        key=lambda one: (
            isinstance(one, Withdraw),
            only_follows(one),
            only_counted(one),
            facts.meetings[meeting_of(one)].starts_at,
            meeting_of(one),
        ),
    )


def meeting_of(change: Change) -> UUID:
    """The meeting that a change is about."""
    return _of(change).meeting_id


def person_of(change: Change) -> UUID:
    """Whose calendar a change is about."""
    return _of(change).person_id


def subject_of(change: Change) -> UUID:
    """The enrollment, or for a trainer the session, that a change is about."""
    return _of(change).subject_id


def teaches(change: Change) -> bool:
    """Whether a change is about the calendar of somebody who teaches."""
    return _of(change).role is Role.TRAINER


def address_of(change: Change) -> str:
    """Where a change is told: an entry stays with the address to which it went first."""
    return change.wanted.address if isinstance(change, Issue) else change.before.address


def _of(change: Change) -> Wanted | Issued:
    return change.before if isinstance(change, Withdraw) else change.wanted


async def take_back(work: Work, found: Sequence[Change]) -> frozenset[UUID]:
    """Take back the mails about nothing but these entries that have not begun to leave: newer words follow."""
    return await withdraw_some(work, waiting_of(found))


def waiting_of(found: Sequence[Change]) -> list[UUID]:
    """The mails about nothing but these entries that have not begun to leave."""
    return [
        one.before.message_id
        for one in found
        if one.before is not None
        and one.before.message_id is not None
        and one.before.own_mail
        and one.before.carrier is Carrier.UNDERWAY
    ]
