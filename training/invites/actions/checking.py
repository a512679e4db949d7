"""What is told without another message: changes of a session reach every calendar that holds it."""

from collections.abc import Iterable, Sequence
from datetime import timedelta
from uuid import UUID

from training.base.database import fetch, marks
from training.base.structs import Frozen
from training.base.work import Work
from training.catalogue.events import VenueEdited
from training.invites.actions.telling import (
    Teller,
    address_of,
    changes_of,
    in_order,
    lock_invites,
    person_of,
    subject_of,
    take_back,
    teaches,
    waiting_of,
)
from training.invites.queries.facts import list_facts
from training.invites.queries.waiting import list_told_anyway
from training.people.events import PersonChanged
from training.schedule.events import (
    MeetingAdded,
    MeetingDropped,
    MeetingsMoved,
    RoomEdited,
    SessionCancelled,
    SessionEdited,
    SessionPublished,
    TrainerAssigned,
    TrainerWithdrawn,
)

SETTLES = timedelta(seconds=60)
"""Two changes within so long are one update."""
LONGEST = timedelta(minutes=5)
"""However often something changes, nobody waits longer for the first."""
_IN_ENTRIES = frozenset({"title", "mode"})
_PLACES = frozenset({"name", "address"})


class _Session(Frozen, frozen=True, kw_only=True):
    id: UUID


Changed = (
    MeetingAdded
    | MeetingDropped
    | MeetingsMoved
    | SessionCancelled
    | SessionPublished
    | TrainerAssigned
    | TrainerWithdrawn
)


async def check_session(work: Work, event: Changed) -> None:
    """Reaction: compare the invites of a session soon."""
    if not isinstance(event, MeetingAdded) or event.announced:
        await ask_check(work, [event.session_id])


async def check_published(work: Work, event: SessionPublished) -> None:
    """Reaction: the same for a draft that people see now, where somebody may teach it already."""
    if not event.imported:
        await ask_check(work, [event.session_id])


async def check_edited(work: Work, event: SessionEdited) -> None:
    """Reaction: the same, where an entry shows what was edited."""
    if _IN_ENTRIES & set(event.changed):
        await ask_check(work, [event.session_id])


async def check_room(work: Work, event: RoomEdited) -> None:
    """Reaction: a room has another name, so every entry of a meeting there has."""
    if "name" in event.changed:
        sql = "SELECT DISTINCT m.session_id AS id FROM meeting m WHERE m.room_id = {} AND m.ends_at > {}"
        rows = await fetch(_Session, sql, event.room_id, work.now)
        await ask_check(work, [row.id for row in rows])


async def check_venue(work: Work, event: VenueEdited) -> None:
    """Reaction: a venue has another name or address, so every entry of a meeting there has."""
    if _PLACES & set(event.changed):
        rows = await fetch(
            _Session,
            "SELECT DISTINCT m.session_id AS id FROM meeting m JOIN room r ON r.id = m.room_id"
            " WHERE r.venue_id = {} AND m.ends_at > {}",
            event.venue_id,
            work.now,
        )
        await ask_check(work, [row.id for row in rows])


async def check_named(work: Work, event: PersonChanged) -> None:
    """Reaction: somebody is called otherwise, so every entry of a meeting that they teach names them so."""
    if event.renamed:
        rows = await fetch(
            _Session,
            "SELECT DISTINCT m.session_id AS id FROM meeting m JOIN trainer_assignment t ON t.meeting_id = m.id"
            " WHERE t.person_id = {} AND m.ends_at > {}",
            event.person_id,
            work.now,
        )
        await ask_check(work, [row.id for row in rows])


async def ask_check(work: Work, session_ids: Iterable[UUID]) -> None:
    """Let the invites of these sessions be compared in a minute; once more asked, a minute later, but not for ever.

    One statement, or none. Nobody's calendar holds a draft.
    """
    asked = sorted(session_ids)
    if not asked:
        return
    await work.execute(
        "INSERT INTO invite_check (id, due_at, asked_at) SELECT s.id, {}, {}"
        f" FROM session s WHERE s.id IN ({marks(asked)}) AND s.state <> 'draft' ON CONFLICT (id) DO UPDATE"
        " SET due_at = CASE WHEN invite_check.asked_at >= {} THEN excluded.due_at ELSE invite_check.due_at END",
        work.now + SETTLES,
        work.now,
        *asked,
        work.now + SETTLES - LONGEST,
    )


async def end_check(work: Work, check: tuple[UUID, object]) -> None:
    """A check is done, unless somebody asked for it once more meanwhile."""
    await work.execute("DELETE FROM invite_check WHERE id = {} AND due_at = {}", *check)


async def list_differing(work: Work, session_id: UUID) -> list[UUID]:
    """Whose calendars differ from what is so, in one session. Nothing is told yet, and nothing is locked."""
    found = await list_facts([session_id], work.now)
    return sorted({person_of(change) for facts in found for change in changes_of(work, facts)})


class OwnMails(Frozen, frozen=True, kw_only=True):
    """Where mails about nothing but calendar entries would go, one address for each, and who of those who teach would
    get one."""

    to: tuple[str, ...]
    trainers: frozenset[UUID]

    @property
    def number(self) -> int:
        """How many mails that are."""
        return len(self.to)


async def count_own_mails(work: Work, session_id: UUID) -> OwnMails:
    """What calendars would be told of a change by mails of their own, when everybody with a place gets a message about
    it with which the first entry goes along. To be rehearsed after that change; nothing is told."""
    await work.flush()
    to: list[str] = []
    trainers = set[UUID]()
    for facts in await list_facts([session_id], work.now):
        own = [change for change in changes_of(work, facts) if teaches(change)]
        teller = Teller(work, facts, frozenset(waiting_of(own)))
        mailed = [change for change in own if teller.has_mail(change)]
        trainers |= {person_of(change) for change in mailed}
        to.extend(map(address_of, mailed))
        along = [change for change in changes_of(work, facts, along=True) if not teaches(change)]
        teller = Teller(work, facts, frozenset(waiting_of(along)))
        carried = set[UUID]()
        for change in in_order(along, facts):
            person_id = person_of(change)
            first, learner = person_id not in carried, facts.learners.get(person_id)
            carried.add(person_id)
            if first and learner is not None and address_of(change) == learner.address:
                continue
            if teller.has_mail(change):
                to.append(address_of(change))
    return OwnMails(to=tuple(to), trainers=frozenset(trainers))


async def tell_people(work: Work, session_id: UUID, person_ids: Sequence[UUID]) -> int:
    """Tell these people's calendars what differs in a session, and return how many tellings that were.

    Whoever gets a message with which it goes along is left out.
    """
    await lock_invites(work, [session_id], person_ids)
    told = 0
    for facts in await list_facts([session_id], work.now, person_ids):
        found = changes_of(work, facts)
        anyway = await list_told_anyway(sorted({subject_of(change) for change in found}))
        own = in_order([change for change in found if subject_of(change) not in anyway], facts)
        teller = Teller(work, facts, await take_back(work, own))
        for change in own:
            await teller.tell(change)
        told += teller.done()
    return told
