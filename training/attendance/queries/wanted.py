"""Whether messages about rosters are still wanted, asked when they are about to leave."""

from collections.abc import Sequence
from uuid import UUID

from training.attendance.queries.absences import list_statuses, list_unreadable
from training.attendance.queries.chasing import list_still_asked
from training.attendance.rules.absences import status_words
from training.outbox.actions.delivery import Due

CLOSED = "The roster was closed meanwhile, or it is not theirs to close any more."
NOT_THEIRS = "Their account is switched off, or they do not coordinate this organization any more."
CHANGED = "What it says of the attendance is not so any more."


async def find_unwanted_chases(due: Sequence[Due]) -> dict[UUID, str]:
    """For each of these messages that ask for a roster and are not to leave any more, why. One statement."""
    asked = {one.id: one.subject_id for one in due if one.subject_id is not None}
    still = await list_still_asked(sorted(set(asked.values())))
    return {key: CLOSED for key, assignment_id in asked.items() if assignment_id not in still}


async def find_unwanted_absences(due: Sequence[Due]) -> dict[UUID, str]:
    """The same for messages to learners and coordinators about how people were recorded: one that says what is not so
    any more stays here, as does one to whom it does not concern any more; who gave their place back since does not keep
    the words about others. After the rest of a session was cancelled only corrections leave. Two statements."""
    said = {one.id: _said(one) for one in due}
    stands = await list_statuses(sorted({enrollment_id for told in said.values() for enrollment_id in told}))
    unreadable = await list_unreadable([one.id for one in due])
    unwanted = {}
    for one in due:
        meeting_id, told = UUID(one.values["meeting_id"]), said[one.id]
        now = {key: stands[key, meeting_id] for key in told if (key, meeting_id) in stands}
        if not _corrects(one):
            now = {key: found for key, found in now.items() if not found.cancelled}
        if one.id in unreadable:
            unwanted[one.id] = NOT_THEIRS
        elif not now or any(status_words(found.status) != told[key] for key, found in now.items()):
            unwanted[one.id] = CHANGED
    return unwanted


def _corrects(one: Due) -> bool:
    return one.kind == "absence-corrected" or bool(one.values.get("corrected"))


def _said(one: Due) -> dict[UUID, str]:
    """How a message says that these enrollments are recorded."""
    if one.kind != "absence-people":
        return {one.subject_id: one.values["status"]} if one.subject_id else {}
    told = zip(one.values["enrollments"], one.values["people"], strict=True)
    return {UUID(key): person["status"] for key, person in told}
