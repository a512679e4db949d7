"""Who and what is busy when: judged under lock, and kept in step with meetings in the same transaction."""

from collections.abc import Iterable, Mapping, Sequence
from uuid import UUID

from training.base.structs import Frozen
from training.base.work import Work
from training.people.rules import Permission, reach
from training.schedule import tables
from training.schedule.events import ClashesAccepted
from training.schedule.queries import list_busy, list_taken, lock_people, lock_rooms
from training.schedule.rules.clashes import ClashesFound, Taking, clashes
from training.schedule.rules.placing import NoSuchRoom
from training.schedule.rules.sessions import Meeting, NoSuchTrainer, Room


class Sitting(Frozen, frozen=True, kw_only=True):
    """A meeting as it will be, and the people who will teach it. `room` is None when it needs no judging again."""

    meeting: Meeting
    room: Room | None
    trainer_ids: tuple[UUID, ...]


async def take_rooms(room_ids: Iterable[UUID | None]) -> dict[UUID, Room]:
    """The rooms, locked. Raises NoSuchRoom."""
    wanted = sorted({room_id for room_id in room_ids if room_id is not None})
    found = {room.id: room for room in await lock_rooms(wanted)}
    if len(found) < len(wanted):
        raise NoSuchRoom(fields={"room_id": "This room does not exist."})
    return found


async def judge(
    work: Work, session_id: UUID, about: tuple[UUID, str], sittings: Sequence[Sitting], *, accept_warnings: bool
) -> None:
    """Raise ClashesFound when a room or trainer is taken twice or a trainer busy, or journal that this was accepted.

    `about` is the program and the title of the session. The rooms must be locked already (`take_rooms`); the trainers
    are locked here, after them, so that everybody locks in the same order: session, rooms, people. Meetings that are
    over are not judged.
    """
    to_come = [sitting for sitting in sittings if sitting.meeting.ends_at > work.now]
    people = sorted({person_id for sitting in sittings for person_id in sitting.trainer_ids})
    names = {person.id: person.name or person.email for person in await lock_people(people)}
    if len(names) < len(people):
        raise NoSuchTrainer(fields={"person_id": "This person does not exist."})
    wanted = [taking for sitting in to_come for taking in _wanted(sitting, about, session_id, names)]
    if not wanted:
        return
    subjects = sorted({taking.subject_id for taking in wanted})
    first, last = min(taking.starts_at for taking in wanted), max(taking.ends_at for taking in wanted)
    taken = await list_taken(subjects, first, last, [sitting.meeting.id for sitting in sittings])
    busy = await list_busy(people, first, last)
    granted = reach(work.actor, Permission.SESSION_MANAGE)
    found = clashes(wanted, taken, None if granted.everywhere else granted.scope_ids, busy)
    if found and not accept_warnings:
        raise ClashesFound(found)
    if found:
        work.emit(ClashesAccepted(session_id=session_id, clashes=found))


def _wanted(sitting: Sitting, about: tuple[UUID, str], session_id: UUID, names: Mapping[UUID, str]) -> Iterable[Taking]:
    subjects = [("trainer", person_id, names[person_id]) for person_id in sitting.trainer_ids]
    if sitting.room is not None:
        subjects.append(("room", sitting.room.id, sitting.room.name))
    for kind, subject_id, name in subjects:
        yield Taking(
            kind=kind,
            subject_id=subject_id,
            subject_name=name,
            program_id=about[0],
            session_id=session_id,
            session_title=about[1],
            meeting_id=sitting.meeting.id,
            starts_at=sitting.meeting.starts_at,
            ends_at=sitting.meeting.ends_at,
        )


def occupy(work: Work, kind: str, subject_id: UUID, source_id: UUID, meeting: Meeting) -> None:
    """Note that somebody or something is busy during a meeting."""
    work.add(
        tables.Occupancy,
        id=work.new_id(),
        kind=kind,
        subject_id=subject_id,
        session_id=meeting.session_id,
        meeting_id=meeting.id,
        source_id=source_id,
        starts_at=meeting.starts_at,
        ends_at=meeting.ends_at,
    )


async def follow(work: Work, before: Meeting, after: Meeting) -> None:
    """Let occupancy follow a changed meeting: one update for room, trainers and learners together."""
    if (before.starts_at, before.ends_at) != (after.starts_at, after.ends_at):
        sql = "UPDATE occupancy SET starts_at = {}, ends_at = {} WHERE meeting_id = {}"
        await work.execute(sql, after.starts_at, after.ends_at, after.id)
    if before.room_id != after.room_id:
        await work.execute("DELETE FROM occupancy WHERE meeting_id = {} AND kind = 'room'", after.id)
        if after.room_id is not None:
            occupy(work, "room", after.room_id, after.id, after)
