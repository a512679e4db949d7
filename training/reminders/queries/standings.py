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


class Standings(Frozen, frozen=True, kw_only=True):
    """Where messages stand, by their ids; who stopped somebody's reminders, by person and instant; and the addresses
    to which nothing is sent, because mail to them came back for good."""

    mails: dict[UUID, MessageState] = {}
    stopped_by: dict[tuple[UUID, datetime], str] = {}
    dead: frozenset[str] = frozenset()


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
    """What became of the reminders of these sessions. Three statements, one more for each thousand addresses."""
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
    return Standings(
        mails={mail.id: mail.state for mail in mails},
        stopped_by={(msgspec.json.decode(row.kept, type=_Whom).person_id, row.at): row.actor_name for row in stopped},
        dead=await _dead(reader.email for each in facts for reader in each.readers),
    )


async def _dead(addresses: Iterable[str]) -> frozenset[str]:
    troubles = await list_troubles(addresses)
    return frozenset(address for address, trouble in troubles.items() if trouble.kind is TroubleKind.HARD)
