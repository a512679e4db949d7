"""Invites that go along with a message which is written anyway, and with one about an entry that is sent once more."""

from collections.abc import Sequence
from uuid import UUID

from msgspec.structs import replace

from training.base.database import fetch, marks
from training.base.structs import Frozen
from training.base.work import Work
from training.invites.actions.telling import (
    Teller,
    address_of,
    changes_of,
    in_order,
    lock_invites,
    person_of,
    subject_of,
    take_back,
)
from training.invites.queries.facts import Facts, list_facts
from training.invites.rules.along import ENDINGS, OWN
from training.invites.rules.comparing import Change, Issue, Update, Withdraw, next_sequence
from training.outbox.actions.delivery import Due, GoesAlong, take_along


class _About(Frozen, frozen=True, kw_only=True):
    """An enrollment, and the one that the same person left for it."""

    id: UUID
    session_id: UUID
    person_id: UUID
    left_id: UUID | None
    left_session_id: UUID | None


async def go_along(work: Work, asked: Sequence[Due]) -> dict[UUID, GoesAlong]:
    """What goes along with messages that are about to leave, by message; it is written into their rows.

    The invite of the first meeting concerned travels with the message itself, so that one change is one mail; those
    of further meetings get mails of their own, because no calendar program reads several from one.
    """
    about = {row.id: row for row in await _list_about([due.subject_id for due in asked if due.subject_id])}
    sessions = {row.session_id for row in about.values()} | {r.left_session_id for r in about.values()}
    session_ids = sorted(key for key in sessions if key is not None)
    again = [due for due in asked if due.kind in OWN]
    session_ids = sorted({*session_ids, *await _sessions_of(again)})
    people = sorted({row.person_id for row in about.values()} | {due.person_id for due in again if due.person_id})
    if not session_ids or not people:
        return {}
    await lock_invites(work, session_ids, people)
    known = {facts.session.id: facts for facts in await list_facts(session_ids, work.now, people)}
    found: list[tuple[Facts, Change]] = [
        (facts, change) for facts in known.values() for change in changes_of(work, facts, along=True)
    ]
    taken_back = await take_back(work, [change for _, change in found])
    tellers = {key: Teller(work, facts, taken_back) for key, facts in known.items()}
    made: dict[UUID, GoesAlong] = {}
    for due in asked:
        own = _once_more(due, known) if due.kind in OWN else _mine(due, about, found)
        for number, (facts, change) in enumerate(own):
            found = [other for other in found if other[1] is not change]
            carries = number == 0 and address_of(change) == due.recipient
            along = await tellers[facts.session.id].tell(change, due.id if carries else None)
            if along is not None and carries:
                made[due.id] = along
                take_along(work, due.id, along)
    for teller in tellers.values():
        teller.done()
    return made


def _mine(due: Due, about: dict[UUID, _About], found: Sequence[tuple[Facts, Change]]) -> list[tuple[Facts, Change]]:
    """What a message may tell: of its own enrollment, or of the one that was left for it; of an end only the end."""
    row = about.get(due.subject_id) if due.subject_id else None
    if row is None:
        return []
    subjects = {row.id, row.left_id}
    mine = [
        (facts, change)
        for facts, change in found
        if person_of(change) == row.person_id
        and subject_of(change) in subjects
        and (due.kind not in ENDINGS or isinstance(change, Withdraw))
    ]
    ordered: list[tuple[Facts, Change]] = []
    for facts in {facts.session.id: facts for facts, _ in mine}.values():
        ordered += [(facts, change) for change in in_order([c for f, c in mine if f is facts], facts)]
    return sorted(ordered, key=lambda one: isinstance(one[1], Withdraw))


def _once_more(due: Due, known: dict[UUID, Facts]) -> list[tuple[Facts, Change]]:
    """What a mail about one entry tells that somebody sent once more: how it is today, to where that mail goes."""
    meeting_id = UUID(due.values["meeting_id"])
    for facts in known.values():
        key = (due.person_id, meeting_id)
        issued = next((one for one in facts.issued.values() if (one.person_id, one.meeting_id) == key), None)
        meeting = facts.meetings.get(meeting_id)
        if issued is None or meeting is None:
            continue
        wanted = next((one for one in facts.wanted.values() if (one.person_id, one.meeting_id) == key), None)
        sequence = next_sequence(meeting.sequence, issued.sequence)
        if wanted is None:
            return [(facts, Withdraw(before=issued, sequence=sequence, silent=False))]
        there = replace(wanted, address=due.recipient)
        if issued.address == due.recipient and not issued.withdrawn:
            return [(facts, Update(wanted=there, before=issued, sequence=sequence))]
        return [(facts, Issue(wanted=there, before=issued, sequence=sequence))]
    return []


async def _list_about(subject_ids: Sequence[UUID]) -> list[_About]:
    if not subject_ids:
        return []
    return await fetch(
        _About,
        "SELECT e.id, e.session_id, e.person_id, f.id AS left_id, f.session_id AS left_session_id FROM enrollment e"
        " LEFT JOIN enrollment f ON f.id = e.follows_id AND f.person_id = e.person_id"
        f" WHERE e.id IN ({marks(subject_ids)})",
        *subject_ids,
    )


class _Of(Frozen, frozen=True, kw_only=True):
    session_id: UUID


async def _sessions_of(again: Sequence[Due]) -> list[UUID]:
    """The sessions of the meetings that these mails are about."""
    if not again:
        return []
    ids = sorted({UUID(due.values["meeting_id"]) for due in again})
    rows = await fetch(_Of, f"SELECT DISTINCT session_id FROM meeting WHERE id IN ({marks(ids)})", *ids)
    return [row.session_id for row in rows]
