"""The week of a partner is gathered for each of its coordinators, once."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from training.base.work import Work
from training.outbox.actions import enqueue
from training.reminders import tables
from training.reminders.queries.digests import Candidate, list_candidates, list_done, list_standings
from training.reminders.rules.digests import Standing, Week, week_due, week_of, weeks_near

MOST_AT_ONCE = 50
_KEPT = timedelta(days=3)


async def write_digests(work: Work, *, most: int = MOST_AT_ONCE) -> int:
    """Gather the week for at most so many coordinators for whom it is Monday 08:00 or a little later; returns for how
    many. Whoever has nothing in that week gets no message, and is not asked about again.

    Two workers who do the same are kept apart by the unique index; the second finds it done.
    """
    weeks = weeks_near(work.now)
    if not weeks:
        return 0
    done = {(one.person_id, one.partner_id, one.week) for one in await list_done(weeks)}
    waiting = [
        one
        for one in await list_candidates()
        if any((one.person_id, one.partner_id, week) not in done for week in weeks)
    ]
    standings = await _standings(work, waiting)
    written = 0
    for one in waiting:
        known = standings.get(one.partner_id, [])
        # UTC is what an account has before anybody chose: then the clocks of the next session say more.
        zone = known[0].zone if one.zone == "UTC" and known else one.zone
        week = week_due(work.now, zone)
        if week is None or (one.person_id, one.partner_id, week) in done:
            continue
        message_id = await _write(work, one, week_of(known, work.now), zone)
        columns = {"person_id": one.person_id, "partner_id": one.partner_id, "week": week, "created_at": work.now}
        work.add(tables.Digest, id=work.new_id(), message_id=message_id, **columns)
        written += 1
        if written == most:
            break
    return written


async def _standings(work: Work, waiting: Sequence[Candidate]) -> dict[UUID, list[Standing]]:
    found: dict[UUID, list[Standing]] = {}
    if waiting:
        for standing in await list_standings(sorted({one.partner_id for one in waiting}), work.now):
            found.setdefault(standing.partner_id, []).append(standing)
    return found


async def _write(work: Work, to: Candidate, week: Week, zone: str) -> UUID | None:
    if week.empty:
        return None
    try:
        return await enqueue(
            work,
            kind="digest",
            template="reminders/digest",
            recipient=to.email,
            recipient_name=to.name,
            person_id=to.person_id,
            partner_id=to.partner_id,
            topic=f"digest:{to.partner_id}:{to.person_id}",
            values=digest_values(to, week, zone),
            expires_at=work.now + _KEPT,
        )
    except ValueError:
        # An address that nobody can write to must not hold up the others.
        return None


def digest_values(to: Candidate, week: Week, zone: str) -> dict[str, Any]:
    """The frozen values of a weekly summary."""
    return {
        "reader_zone": zone,
        "locale": to.locale,
        "partner": to.partner_name,
        "partner_path": f"/partners/{to.partner_id}",
        "sessions": [
            {
                "title": each.title,
                "path": f"/sessions/{each.session_id}",
                "starts_at": each.starts_at,
                "zone": each.zone,
                "enrolled": each.enrolled,
                "waiting": each.waiting,
                "unnamed": each.unnamed,
            }
            for each in week.sessions
        ],
        "deadlines": [
            {
                "kind": each.kind,
                "at": each.at,
                "title": each.title,
                "path": f"/sessions/{each.session_id}",
                "count": each.count,
            }
            for each in week.deadlines
        ],
    }
