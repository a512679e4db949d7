"""Somebody marked a message as unwanted: what can be switched off is switched off for them."""

from typing import Protocol
from uuid import UUID

from training.base.database import fetch_one
from training.base.structs import Frozen
from training.base.work import Work
from training.outbox.rules.kinds import SORT_LABELS
from training.people.actions.mail import switch_sorts
from training.people.queries import get_mail_choices


class Complaint(Protocol):
    """Which message it is about, or at least whose address."""

    @property
    def message_id(self) -> UUID | None: ...
    @property
    def recipient(self) -> str: ...


class _For(Frozen, frozen=True, kw_only=True):
    person_id: UUID | None


async def switch_off_unwanted(work: Work, event: Complaint) -> None:
    """Switch off every sort of message that can be; those of a place or a sign-in go on, for they were asked for."""
    person_id = await _person_of(event)
    if person_id is not None:
        await switch_sorts(work, person_id, await get_mail_choices(person_id), dict.fromkeys(SORT_LABELS, True))


async def _person_of(event: Complaint) -> UUID | None:
    if event.message_id is not None:
        sql = "SELECT p.id AS person_id FROM message m JOIN person p ON p.id = m.person_id WHERE m.id = {}"
        found = await fetch_one(_For, sql, event.message_id)
        return found.person_id if found else None
    # Who signs in with an address may be another than whom mail there is for: a partner writes where it was told to.
    found = await fetch_one(
        _For,
        "SELECT p.id AS person_id FROM message m JOIN person p ON p.id = m.person_id WHERE m.recipient = {}"
        " AND m.sent_at IS NOT NULL ORDER BY m.sent_at DESC, m.id DESC LIMIT 1",
        event.recipient.strip().lower(),
    )
    return found.person_id if found else None
