"""A contested mark of each side, and the links that close a roster by mail."""

from uuid import UUID

from tests.access.facts import SIDES, TEACHING, TOKENS, key
from training.attendance.rules.chasing import Asked, by_mail_token
from training.attendance.tables import Contest
from training.base.database import fetch
from training.base.structs import Frozen
from training.base.work import Work


class _Whose(Frozen, frozen=True, kw_only=True):
    id: UUID
    person_id: UUID


async def add_contests(work: Work) -> None:
    """Whoever has the place of a side says that a mark is wrong; the trainers of a side were asked for its roster."""
    await work.flush()
    people = {row.id: row.person_id for row in await fetch(_Whose, "SELECT id, person_id FROM enrollment")}
    for side in SIDES:
        name, coach = side.name.split()[0], TEACHING[side.name]
        meeting_id, enrollment_id = key(f"meeting {name}"), key(f"enrollment {side.name}")
        work.add(
            Contest, id=key(f"contest {side.name}"), meeting_id=meeting_id, session_id=key(f"session {name}"),
            enrollment_id=enrollment_id, person_id=people[enrollment_id], claims="present", words="I was there.",
            made_at=work.now,
        )  # fmt: skip
        asked = Asked(
            assignment_id=key(f"assignment {coach}"), meeting_id=meeting_id, person_id=key(f"person {coach}"), name="",
            email="", zone="UTC", locale="en", role="lead", ends_at=work.now,
        )  # fmt: skip
        TOKENS[f"roster {name}"] = by_mail_token(work.site.secret_key, asked)
