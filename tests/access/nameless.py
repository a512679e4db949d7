"""A place without a name for each side, with the link that names it."""

from datetime import timedelta

from tests.access.facts import SIDES, TOKENS, key
from training.base.work import Work
from training.booking.rules.open_places import NAMING_PURPOSE
from training.booking.tables import Booking, OpenPlace
from training.outbox.rules import derive_token
from training.people.rules import token_hash


async def add_open_places(work: Work) -> None:
    """Taken by each side's partner in the other date of its session; the canary is in the note."""
    for side in SIDES:
        session_id = key(f"second session {side.name.split()[0]}")
        letter = "z" if side.partner == "A" else "q"
        ids = {"session_id": session_id, "partner_id": key(f"partner {side.partner}")}
        booking_id, link_id = key(f"nameless {side.name}"), key(f"naming {side.name}")
        work.add(Booking, id=booking_id, code=f"NAMELESS-{letter}{side.name[-1]}"[:12], created_at=work.now, **ids)
        TOKENS[f"naming link {side.name}"] = token = derive_token(work.site.secret_key, NAMING_PURPOSE, link_id)
        work.add(
            OpenPlace, id=key(f"open place {side.name}"), booking_id=booking_id, mode="in_person", link_id=link_id,
            note=f"{letter}people", link_hash=token_hash(token), sent_at=work.now, state_at=work.now,
            created_at=work.now, keep_until=work.now + timedelta(days=180), **ids,
        )  # fmt: skip
        await work.execute("UPDATE session SET taken_in_person = taken_in_person + 1 WHERE id = {}", session_id)
