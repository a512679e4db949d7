"""What a partner's page shows: what needs somebody first, deadlines, places by session, places without a name."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any
from uuid import UUID

from training.base.structs import Frozen, Viewer
from training.booking.queries import EnrollmentView, list_first_of_partner, list_positions, list_program_managers
from training.booking.rules import State
from training.partners.queries import Unreached, list_chapters, list_participations, list_unreached
from training.people.rules import Permission, may
from training.portal.pages.ended import ended_with_session
from training.portal.pages.lately import lately_of
from training.portal.queries import count_members, list_absent, list_asked, list_standings, list_unnamed, list_visible
from training.portal.rules import Deadline, Standing, Unnamed, by_session, deadlines_of, needed_first, this_week

SESSIONS_SHOWN = 20
PEOPLE_SHOWN = 10
MOST_STANDINGS = 2000
MOST_DEADLINES = 100
MOST_UNNAMED = 200
# So long after a meeting coordinators are told of absences, and so long these stand here.
ABSENT_FOR = timedelta(days=60)


class Group(Frozen, frozen=True, kw_only=True):
    """A session and the first of a partner's people in it; `more` are not shown here."""

    session: Standing
    people: tuple[EnrollmentView, ...]
    too_late: bool

    @property
    def more(self) -> int:
        """How many people are not among `people`."""
        return max(0, self.session.people - len(self.people))


class Shown(Frozen, frozen=True, kw_only=True):
    """The part of the sessions that one page shows, and the addresses of the parts before and after it."""

    standings: tuple[Standing, ...]
    previous: str
    next: str


async def standing_of(viewer: Viewer, partner_id: UUID, now: datetime, start: int) -> dict[str, Any]:
    """Everything on the page. The same number of statements however much there is, but for what there is not at all."""
    standings = await list_standings(viewer, partner_id, now, MOST_STANDINGS)
    unnamed = sorted(await list_unnamed(viewer, partner_id), key=lambda place: (place.until, place.id))
    due = this_week(deadlines_of(standings, unnamed, await list_asked(viewer, partner_id)), now)
    shown = _part(standings, partner_id, start)
    return {
        "now": now,
        "sessions": len(standings),
        "enrolled": sum(one.keeps for one in standings),
        "waiting": sum(one.waiting for one in standings if not one.cancelled),
        "cut_short": len(standings) == MOST_STANDINGS,
        "due": due[:MOST_DEADLINES],
        "more_due": len(due) - MOST_DEADLINES,
        "first": needed_first(due[:MOST_DEADLINES]),
        "others": [deadline for deadline in due[:MOST_DEADLINES] if not deadline.needs_action],
        "unnamed": unnamed[:MOST_UNNAMED],
        "unnamed_count": sum(one.unnamed for one in standings if not one.cancelled),
        "shown": shown,
        **await _people(viewer, partner_id, shown, now),
        **await _around(viewer, partner_id, shown.standings, (due[:MOST_DEADLINES], unnamed[:MOST_UNNAMED]), now),
    }


def _part(standings: Sequence[Standing], partner_id: UUID, start: int) -> Shown:
    start = start if 0 <= start < len(standings) else 0
    address = f"/partners/{partner_id}?start="
    before, after = max(0, start - SESSIONS_SHOWN), start + SESSIONS_SHOWN
    return Shown(
        standings=tuple(standings[start:after]),
        previous=f"{address}{before}#to-come" if start else "",
        next=f"{address}{after}#to-come" if after < len(standings) else "",
    )


async def _people(viewer: Viewer, partner_id: UUID, shown: Shown, now: datetime) -> dict[str, Any]:
    ids = [one.session_id for one in shown.standings]
    rows = await list_first_of_partner(viewer, partner_id, ids, PEOPLE_SHOWN) if ids else []
    people: dict[UUID, list[EnrollmentView]] = {}
    for row in rows:
        people.setdefault(row.session_id, []).append(row)
    groups = [
        Group(session=one, people=tuple(people.get(one.session_id, ())), too_late=one.too_late(now))
        for one in shown.standings
    ]
    late = {group.session.program_id for group in groups if group.too_late and group.session.keeps}
    return {
        "groups": groups,
        "managers": await list_program_managers(viewer, late),
        "ended": await ended_with_session(by_session(rows, now)),
        "positions": await list_positions([row.id for row in rows if row.state == State.WAITLISTED]),
    }


async def _around(
    viewer: Viewer,
    partner_id: UUID,
    standings: Sequence[Standing],
    others: tuple[Sequence[Deadline], Sequence[Unnamed]],
    now: datetime,
) -> dict[str, Any]:
    lately = await lately_of(viewer, partner_id)
    coordinates = may(viewer, Permission.PARTNER_MANAGE, partner_id)
    absent = await list_absent(viewer, partner_id, now - ABSENT_FOR, now) if coordinates else []
    named = [one.session_id for group in (standings, *others, lately, absent) for one in group]
    return {
        "coordinates": coordinates,
        "absent": len(absent),
        "absences": [tuple(some) for _, some in groupby(absent, key=lambda row: row.meeting_id)],
        "unreached": await unreached_of(viewer, partner_id),
        "members": await count_members(partner_id) if coordinates else None,
        "visible": await list_visible(viewer, named),
        "participations": await list_participations(viewer, partner_id),
        "chapters": await list_chapters(viewer, partner_id),
        "lately": lately,
    }


async def unreached_of(viewer: Viewer, partner_id: UUID) -> dict[str, Unreached]:
    """Whom mail does not reach, by address, for those who can put it right; nothing for anybody else."""
    if not may(viewer, Permission.PARTNER_MANAGE, partner_id):
        return {}
    return {one.contact_email: one for one in await list_unreached(viewer, partner_id)}
