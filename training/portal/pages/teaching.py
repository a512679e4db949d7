"""A trainer's own page: rosters still open, what is to come, what was, and the hours of it."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from litestar import Controller, Request, Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath

from training.attendance.queries.contests import list_to_answer
from training.attendance.queries.teaching import list_taught
from training.attendance.rules.teaching import Sum, Taught, hours_of, split_taught, sums_of
from training.base.errors import SignInRequired
from training.base.structs import Frozen, Viewer
from training.base.work import Works
from training.materials.queries.preparing import count_unprepared
from training.people.guards import signed_in
from training.reports.rules.hours import in_hours
from training.web.exports import WHEN, mode_words, table_response, when_cells
from training.web.render import page

PAST_SHOWN = 30
SOON = timedelta(days=7)
HEADER = (
    *("Session", "Program", "Meeting", *WHEN, "Takes place", "Role", "People"),
    *("Minutes", "Hours", "Counts", "Roster closed"),
)


class TeachingPages(Controller):
    """What one teaches."""

    path = "/teaching"
    include_in_schema = False
    guards = [signed_in]

    @get("/")
    async def teaching(
        self, request: Request[Any, Any, Any], viewer: NamedDependency[Viewer], works: NamedDependency[Works]
    ) -> Response[str]:
        """What runs now, then what waits for one, what is to come, and what was."""
        if viewer.person_id is None:
            raise SignInRequired
        rows, now = await list_taught(viewer), works.clock()
        waiting, coming, over = split_taught(rows, now)
        return page(
            request,
            "portal/teaching.html",
            waiting=waiting,
            contested=await list_to_answer(viewer, now),
            unprepared=await _unprepared(coming, now),
            running=[row for row in coming if row.starts_at <= now],
            coming=[row for row in coming if row.starts_at > now],
            **_over(over),
            **_hours(sums_of(rows, now)),
        )

    @get("/export/{fmt:str}")
    async def export(
        self, viewer: NamedDependency[Viewer], works: NamedDependency[Works], fmt: FromPath[str]
    ) -> Response[bytes]:
        """Every meeting that one teaches or taught, as a file."""
        if viewer.person_id is None:
            raise SignInRequired
        rows = [_row(row, works.clock()) for row in await list_taught(viewer) if not row.gone]
        return table_response(fmt, "teaching", HEADER, rows)


class Unready(Frozen, frozen=True, kw_only=True):
    """A session that one teaches soon, and how many of its people have not done what is to be done before."""

    session_id: UUID
    title: str
    starts_at: datetime
    people: int
    missing: int


async def _unprepared(coming: Sequence[Taught], now: datetime) -> list[Unready]:
    """The sessions of the next week in which somebody has something left to do before."""
    soon = {row.session_id: row for row in reversed(coming) if now < row.starts_at <= now + SOON and not row.gone}
    counted = await count_unprepared(sorted(soon), now)
    return [
        Unready(
            session_id=row.session_id,
            title=row.title,
            starts_at=row.starts_at,
            people=counted[row.session_id].people,
            missing=counted[row.session_id].missing,
        )
        for row in sorted(soon.values(), key=lambda one: one.starts_at)
        if row.session_id in counted
    ]


def _over(over: list[Taught]) -> dict[str, Any]:
    return {"over": over[:PAST_SHOWN], "more": len(over) - PAST_SHOWN}


def _hours(sums: list[Sum]) -> dict[str, Any]:
    return {"sums": sums, "in_hours": in_hours, "all_hours": in_hours(sum(one.minutes for one in sums))}


def _row(row: Taught, now: datetime) -> tuple[object, ...]:
    return (
        row.title,
        row.program_name,
        row.number,
        *when_cells(row.starts_at, row.ends_at, row.zone),
        mode_words(row.mode),
        row.role.value,
        row.people,
        row.minutes,
        hours_of(row.minutes),
        "yes" if row.counts(now) else "no",
        row.closed_at,
    )
