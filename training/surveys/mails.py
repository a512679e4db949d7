"""What this room writes: the question how it was, and the same once more."""

from datetime import datetime
from typing import Any
from uuid import UUID

from training.booking.mails import clock_values
from training.booking.queries.queue import Contact
from training.booking.rules.requests import is_nobody
from training.outbox.rules.recipients import Recipient
from training.surveys.rules.asking import survey_link


def asked_values(title: str, starts_at: datetime | None, zone: str, minimum: int) -> dict[str, Any]:
    """What is the same for everybody who is asked about a session."""
    return {"title": title, "starts_at": starts_at, "zone": zone, "minimum": minimum}


def asked_recipient(to: Contact, zone: str, closes_at: datetime) -> Recipient:
    """Somebody who is asked about a session on the clocks of `zone`. A stand-in gets nothing."""
    return Recipient(
        cursor=str(to.id),
        email="" if is_nobody(to.email) else to.email,
        name=to.name,
        person_id=to.person_id,
        subject_id=to.id,
        partner_id=to.partner_id,
        topic=survey_topic(to.id),
        values=clock_values(zone, to.person_zone, to.person_locale)
        | {"survey_link": survey_link(to.id, to.link_generation), "closes_at": closes_at},
    )


def survey_topic(enrollment_id: UUID) -> str:
    """What the messages about one request are called in the outbox."""
    return f"survey:{enrollment_id}"
