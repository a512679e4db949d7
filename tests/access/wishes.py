"""Somebody asks to take part, for each side, with the link that confirms it; and the links to the places there are."""

from datetime import timedelta

from tests.access.facts import SIDES, TOKENS, key
from training.base.work import Work
from training.booking.rules.guests import place_token
from training.booking.tables import Booking, Enrollment
from training.people.rules import Purpose, link_token, token_hash
from training.people.tables import OneTimeLink, Person
from training.schedule.tables import Occupancy


async def add_wishes(work: Work) -> None:
    """A request without a kept place, so that no counter moves, by somebody new; the canary is in the name."""
    for side in SIDES:
        for kind in ("enrollment", "gone"):
            TOKENS[f"place {kind} {side.name}"] = place_token(work.site.secret_key, key(f"{kind} {side.name}"), 1)
    for side in SIDES[:2]:
        letter = "z" if side.partner == "A" else "q"
        person_id, link_id = key(f"asker {side.base}"), key(f"wish link {side.base}")
        work.add(
            Person, id=person_id, email=f"{letter}asker@wish.example", name=f"{letter}asker", created_at=work.now
        )  # fmt: skip
        ids = {"session_id": key(f"session {side.name}")}
        work.add(
            Booking, id=key(f"wish booking {side.base}"), code=f"WISH-{letter}", created_at=work.now, **ids
        )  # fmt: skip
        enrollment_id = key(f"wish {side.base}")
        work.add(
            Enrollment, id=enrollment_id, booking_id=key(f"wish booking {side.base}"), person_id=person_id,
            state="requested", accepts="in_person", arrival=900, state_at=work.now, created_at=work.now,
            keeps_until=work.now + timedelta(hours=1), **ids,
        )  # fmt: skip
        work.add(
            Occupancy, id=key(f"wish time {side.base}"), kind="waiting", subject_id=person_id,
            meeting_id=key(f"meeting {side.name}"), source_id=enrollment_id, starts_at=work.now + timedelta(days=90),
            ends_at=work.now + timedelta(days=90, hours=1), **ids,
        )  # fmt: skip
        TOKENS[f"wish {side.base}"] = token = link_token(work.site.secret_key, Purpose.CONFIRM, link_id)
        work.add(
            OneTimeLink, id=link_id, purpose=Purpose.CONFIRM, person_id=person_id, subject_id=enrollment_id,
            token_hash=token_hash(token), created_at=work.now, expires_at=work.now + timedelta(hours=1),
        )  # fmt: skip
