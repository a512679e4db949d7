"""The board: today, tomorrow, and what needs a decision, each with a button to where it is put right."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from litestar import Controller, Request, Response, get
from litestar.di import NamedDependency

from training.base.paging import MOST_LIMIT
from training.base.structs import Frozen, Viewer
from training.base.work import Works
from training.catalogue.queries import get_program, list_programs
from training.catalogue.rules import Program
from training.desk.pages.messages import sends_mail
from training.desk.queries.board import MOST_SESSIONS, BoardRows, load_board
from training.desk.queries.inbox import find_inbox_trouble
from training.desk.queries.messages import find_mail_trouble
from training.desk.queries.overdue import list_contested, list_left_open
from training.desk.rules.board import (
    HORIZON,
    Kind,
    Need,
    day_bounds,
    how_soon,
    needs,
    on_the_day,
)
from training.desk.rules.overdue import marks_contested, rosters_left_open
from training.desk.schemas import BoardChoice
from training.people.guards import permitted
from training.people.rules import Permission, require
from training.web.forms import read_query
from training.web.render import page, zone_of

SHOWN_OF_A_KIND = 6
"""How many lines of one kind the board shows before it offers all of them."""

Days = tuple[datetime, datetime, datetime]
# Where each need is put right, below /manage/sessions/<id>.
FIXED_AT = {
    Kind.CLASH: "/move",
    Kind.TRAINER: "/trainers",
    Kind.DECLINED: "/trainers",
    Kind.ROSTER: "",
    Kind.CONTEST: "",
    Kind.ROOM: "/move",
    Kind.LINK: "/move",
    Kind.LOW: "",
    Kind.WAITLIST: "/edit",
    Kind.DRAFT: "",
    Kind.NOTES: "/edit",
}


class Part(Frozen, frozen=True, kw_only=True):
    """The needs of one kind, as far as they are shown."""

    kind: Kind
    count: int
    shown: tuple[Need, ...]
    first: str
    """How soon the first of them begins; empty for what is over."""


class BoardPages(Controller):
    """The board."""

    path = "/manage"
    include_in_schema = False
    guards = [permitted(Permission.SESSION_MANAGE)]

    @get("/")
    async def board(
        self, request: Request[Any, Any, Any], viewer: NamedDependency[Viewer], works: NamedDependency[Works]
    ) -> Response[str]:
        """What needs somebody, in the programs that this viewer runs."""
        choice, now, zone = read_query(request, BoardChoice).value or BoardChoice(), works.clock(), zone_of(request)
        programs = (await list_programs(viewer, managed=True, limit=MOST_LIMIT)).items
        chosen = await _chosen(viewer, programs, choice.program)
        days = day_bounds(now, zone)
        rows = await load_board(viewer, choice.program, starts_before=now + HORIZON, ends_after=days[0])
        only = Kind(choice.show) if choice.show in set(Kind) else None
        shown: dict[str, Any] = {"now": now, "programs": programs, "chosen": chosen, "only": only, "fixed_at": FIXED_AT}
        shown["mail"] = await find_mail_trouble(viewer, now, choice.program, zone)
        shown["sends"] = sends_mail(request)
        shown["inbox"] = await find_inbox_trouble(viewer)
        shown |= _parts(await _needs(viewer, choice.program, rows, now), now, zone, only) | _days(rows, now, days)
        return page(request, "desk/board.html", **shown)


async def _chosen(viewer: Viewer, programs: Sequence[Program], program_id: UUID | None) -> Program | None:
    """The program to show alone. Raises NotFound for one that the viewer does not run."""
    if program_id is None:
        return None
    require(viewer, Permission.SESSION_MANAGE, program_id)
    return next((program for program in programs if program.id == program_id), None) or await get_program(program_id)


async def _needs(viewer: Viewer, program_id: UUID | None, rows: BoardRows, now: datetime) -> dict[Kind, list[Need]]:
    """Everything that needs somebody, also what is over, in the order of `Kind`."""
    return needs(rows.sessions, rows.sittings, rows.teaching, rows.twice, now) | {
        Kind.ROSTER: rosters_left_open(await list_left_open(viewer, program_id)),
        Kind.CONTEST: marks_contested(await list_contested(viewer, program_id)),
    }


def _parts(found: dict[Kind, list[Need]], now: datetime, zone: str, only: Kind | None) -> dict[str, Any]:
    parts = [
        Part(
            kind=kind,
            count=len(lines),
            shown=tuple(lines if kind is only else lines[:SHOWN_OF_A_KIND]),
            first="" if lines[0].fix else how_soon(lines[0].at, now, zone),
        )
        for kind, lines in found.items()
        if lines and only in (None, kind)
    ]
    return {"parts": parts, "how_soon": how_soon}


def _days(rows: BoardRows, now: datetime, days: Days) -> dict[str, Any]:
    sessions = {session.id: session for session in rows.sessions}
    trainers: dict[UUID, list[str]] = {}
    for teaching in rows.teaching:
        trainers.setdefault(teaching.meeting_id, []).append(teaching.name)
    today = on_the_day(sessions, rows.sittings, trainers, days[:2], now)
    # What goes on over midnight stands once, where it begins.
    tomorrow = [
        each
        for each in on_the_day(sessions, rows.sittings, trainers, days[1:], now)
        if each.sitting.starts_at >= days[1]
    ]
    return {"today": today, "tomorrow": tomorrow} | {"cut": len(rows.sessions) >= MOST_SESSIONS}
