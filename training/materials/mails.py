"""What this room writes: what changed since somebody was given it."""

from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime
from typing import Any

from training.base.errors import Gone
from training.booking.mails import clock_values
from training.booking.rules.guests import check_place_link, place_link
from training.booking.rules.requests import is_nobody
from training.materials.queries.telling import Told
from training.materials.rules.telling import Change
from training.outbox.rules.recipients import Recipient


def changed_recipient(told: Told, now: datetime) -> Recipient:
    """Somebody who hears of changes in their session, on their own clocks. A stand-in gets nothing.

    The mail leads by the link to their place, for which nobody need sign in, as long as that is good; then to the page
    behind the sign-in.
    What came after the end of their session has changed since; what came by its end is what it gave, also where they
    are told later, and stands in a list of its own."""
    to = told.follower
    link = {}
    with suppress(Gone):
        check_place_link(to.ends_at, now)
        link = {"place_link": place_link(to.enrollment_id, to.link_generation)}
    since, by_then = _listed(told.changes, after=True), _listed(told.changes, after=False)
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
            "over": bool(since),
            "path": f"/sessions/{to.session_id}/materials",
            "changes": since or by_then,
            "earlier": by_then if since else [],
        }
        | link,
    )


def _listed(changes: Iterable[Change], *, after: bool) -> list[dict[str, Any]]:
    """What came after the end of the session, or else by its end, as a mail keeps it."""
    return [
        {"id": str(one.material_id), "title": one.title, "notes": list(one.notes)}
        for one in changes
        if one.after is after
    ]
