"""What this room writes: what changed since somebody was given it."""

from contextlib import suppress
from datetime import datetime

from training.base.errors import Gone
from training.booking.mails import clock_values
from training.booking.rules.guests import check_place_link, place_link
from training.booking.rules.requests import is_nobody
from training.materials.queries.telling import Told
from training.materials.rules.arranging import is_over
from training.outbox.rules.recipients import Recipient


def changed_recipient(told: Told, now: datetime) -> Recipient:
    """Somebody who hears of changes in their session, on their own clocks. A stand-in gets nothing.

    The mail leads by the link to their place, for which nobody need sign in, as long as that is good; then to the page
    behind the sign-in.
    Whether the session is over at `now` decides what they are told: before, nothing was given to them yet."""
    to = told.follower
    link = {}
    with suppress(Gone):
        check_place_link(to.ends_at, now)
        link = {"place_link": place_link(to.enrollment_id, to.link_generation)}
    changes = [{"id": str(one.material_id), "title": one.title, "notes": list(one.notes)} for one in told.changes]
    return Recipient(
        cursor=str(to.enrollment_id),
        email="" if is_nobody(to.email) else to.email,
        name=to.name,
        person_id=to.person_id,
        subject_id=to.enrollment_id,
        partner_id=to.partner_id,
        topic=f"materials:{to.enrollment_id}",
        values=clock_values(to.zone, to.person_zone, to.locale)
        | {
            "title": to.title,
            "starts_at": to.starts_at,
            "over": is_over(to.ends_at, now),
            "path": f"/sessions/{to.session_id}/materials",
            "changes": changes,
        }
        | link,
    )
