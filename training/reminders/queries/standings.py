"""What became of reminders beyond their rows: where messages stand, who stopped them, and where mail comes back."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

import msgspec

from training.base.database import fetch, marks
from training.base.structs import Frozen
from training.outbox.queries import list_troubles
from training.outbox.rules.addresses import TroubleKind
from training.outbox.rules.states import MessageState
from training.reminders.rules.expecting import Facts
from training.reminders.rules.facts import Reader
from training.reminders.rules.plans import Audience

_PARTAKING = frozenset({Audience.ENROLLED, Audience.UNPREPARED, Audience.WAITLISTED})


class Repair(Frozen, frozen=True, kw_only=True):
    """A membership whose contact address is dead, and the name of its partner, whose coordinators can repair it."""

    person_id: UUID
    partner_id: UUID
    membership_id: UUID
    partner_name: str


class Standings(Frozen, frozen=True, kw_only=True):
    """Where messages stand, by their ids; who stopped somebody's reminders, by person and instant; and the addresses
    to which nothing is sent, because mail to them came back for good, with where whoever has one takes part: by person
    and partner, whose address can be repaired."""

    mails: dict[UUID, MessageState] = {}
    stopped_by: dict[tuple[UUID, datetime], str] = {}
    dead: frozenset[str] = frozenset()
    repairs: dict[tuple[UUID, UUID | None], Repair] = {}


class _Mail(Frozen, frozen=True, kw_only=True):
    id: UUID
    state: MessageState


class _Stopped(Frozen, frozen=True, kw_only=True):
    at: datetime
    actor_name: str
    kept: str


class _Whom(Frozen, frozen=True, kw_only=True):
    person_id: UUID


async def list_standings(facts: Sequence[Facts]) -> Standings:
    """What became of the reminders of these sessions. Three statements, one more for each thousand addresses,
    and one more where mail does not reach somebody."""
    session_ids = [each.session.id for each in facts]
    if not session_ids:
        return Standings()
    mails = await fetch(
        _Mail,
        "SELECT m.id, m.state FROM reminder r JOIN message m ON m.id = r.message_id"
        f" WHERE r.session_id IN ({marks(session_ids)})",
        *session_ids,
    )
    stopped = await fetch(
        _Stopped,
        'SELECT j.at, j.actor_name, j."data" AS kept FROM journal_entry j'
        f" WHERE j.event = 'RemindersStopped' AND j.subject_id IN ({marks(session_ids)})",
        *session_ids,
    )
    readers = [reader for each in facts for reader in each.readers]
    dead = await _dead(reader.email for reader in readers)
    return Standings(
        mails={mail.id: mail.state for mail in mails},
        stopped_by={(msgspec.json.decode(row.kept, type=_Whom).person_id, row.at): row.actor_name for row in stopped},
        dead=dead,
        repairs=await _repairs([reader for reader in readers if reader.email in dead]),
    )


async def _repairs(readers: Sequence[Reader]) -> dict[tuple[UUID, UUID | None], Repair]:
    """Only who takes part for a partner is written to at an address that can be repaired there."""
    asked = {(reader.person_id, reader.partner_id) for reader in readers if reader.audience in _PARTAKING}
    people = sorted({one for one, _ in asked})
    partners = sorted({other for _, other in asked if other is not None})
    if not partners:
        return {}
    found = await fetch(
        Repair,
        "SELECT n.person_id, n.partner_id, n.id AS membership_id, o.name AS partner_name FROM membership n"
        f" JOIN partner o ON o.id = n.partner_id WHERE n.person_id IN ({marks(people)})"
        f" AND n.partner_id IN ({marks(partners)}) AND n.state <> 'ended'",
        *people,
        *partners,
    )
    return {(row.person_id, row.partner_id): row for row in found if (row.person_id, row.partner_id) in asked}


async def _dead(addresses: Iterable[str]) -> frozenset[str]:
    troubles = await list_troubles(addresses)
    return frozenset(address for address, trouble in troubles.items() if trouble.kind is TroubleKind.HARD)
