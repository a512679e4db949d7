"""Values of invites, with everything that does not matter left out."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from msgspec.structs import replace

from training.invites.rules.comparing import Carrier, Issued, Wanted
from training.invites.rules.told import Memory, Role, Told

START = datetime(2026, 5, 18, 9, tzinfo=UTC)
TOLD = Told(
    title="Safe messaging",
    local_start=START.replace(tzinfo=None),
    local_end=START.replace(tzinfo=None) + timedelta(hours=2),
    zone="UTC",
    start_fold=0,
    end_fold=0,
    starts_at=START,
    ends_at=START + timedelta(hours=2),
    mode="in_person",
)
LOUDER = replace(TOLD, title="Louder")
PERSON, MEETING, SESSION, ENROLLMENT = UUID(int=1), UUID(int=2), UUID(int=3), UUID(int=4)
WANTED = Wanted(
    meeting_id=MEETING,
    session_id=SESSION,
    person_id=PERSON,
    role=Role.LEARNER,
    subject_id=ENROLLMENT,
    address="ada@example.org",
    name="Ada",
    told=TOLD,
    sequence=3,
)


def issued(told: Told = TOLD, *, was: Told | None = None, ever: bool = False, **more: Any) -> Issued:
    """What a calendar was told, by a mail that left unless `carrier` says otherwise."""
    return Issued(
        **{
            "id": UUID(int=5),
            "meeting_id": MEETING,
            "session_id": SESSION,
            "person_id": PERSON,
            "role": Role.LEARNER,
            "subject_id": ENROLLMENT,
            "address": "ada@example.org",
            "name": "Ada",
            "withdrawn": False,
            "sequence": 3,
            "memory": Memory(told=told, was=was, ever=ever),
            "carrier": Carrier.LEFT,
            "message_id": UUID(int=6),
            "created_at": START - timedelta(days=9),
            **more,
        }
    )
