"""All trainers of the programs that somebody runs: hours, rosters still open, what they teach next."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from litestar import Controller, Request, Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath

from training.attendance.queries.teaching import list_taught_in, list_trainers_in
from training.attendance.rules.teaching import Trained, latest_year, trained_of
from training.base.paging import MOST_LIMIT
from training.base.structs import Viewer
from training.base.work import Works
from training.catalogue.queries import list_programs
from training.desk.schemas import TeachingChoice
from training.people.guards import permitted
from training.people.rules import Permission, require
from training.reports.rules.hours import in_hours
from training.web.exports import table_response
from training.web.forms import read_query
from training.web.render import page, zone_of

HttpRequest = Request[Any, Any, Any]
HEADER = (
    *("Trainer", "E-mail", "Year", "Meetings", "Minutes", "Hours", "Rosters still open", "Teaches next"),
    "Starts (UTC)",
)
EARLIEST = 2000


class ManagedTeachingPages(Controller):
    """The trainers, from the desk."""

    path = "/manage/teaching"
    include_in_schema = False
    guards = [permitted(Permission.HOURS_SEE)]

    @get("/")
    async def teaching(
        self, request: HttpRequest, viewer: NamedDependency[Viewer], works: NamedDependency[Works]
    ) -> Response[str]:
        """Everybody who teaches, those with rosters still open first."""
        choice, year = _choice(request, works.clock())
        programs = (await list_programs(viewer, managed=True, limit=MOST_LIMIT)).items
        trainers = await _trainers(viewer, choice.program, year, works.clock())
        return page(
            request,
            "desk/teaching.html",
            trainers=trainers,
            programs=programs,
            chosen=next((program for program in programs if program.id == choice.program), None),
            year=year,
            latest_year=latest_year(works.clock()),
            query=f"year={year}" + (f"&program={choice.program}" if choice.program else ""),
            shown=zone_of(request),
            in_hours=in_hours,
        )

    @get("/export/{fmt:str}")
    async def export(
        self,
        request: HttpRequest,
        viewer: NamedDependency[Viewer],
        works: NamedDependency[Works],
        fmt: FromPath[str],
    ) -> Response[bytes]:
        """The same as a file."""
        choice, year = _choice(request, works.clock())
        trainers = await _trainers(viewer, choice.program, year, works.clock())
        return table_response(fmt, f"trainers {year}", HEADER, [_row(one, year) for one in trainers])


def _choice(request: HttpRequest, now: datetime) -> tuple[TeachingChoice, int]:
    """What was chosen, and the year: the one of the viewer's clocks when none was that has begun anywhere."""
    choice = read_query(request, TeachingChoice).value or TeachingChoice()
    begun = choice.year if choice.year and EARLIEST <= choice.year <= latest_year(now) else None
    year = begun or now.astimezone(ZoneInfo(zone_of(request))).year
    return choice, year


async def _trainers(viewer: Viewer, program_id: UUID | None, year: int, now: datetime) -> list[Trained]:
    """Who teaches in these programs. Raises NotFound for a program that the viewer does not run."""
    if program_id is not None:
        require(viewer, Permission.HOURS_SEE, program_id)
    # A day earlier, because years begin earlier in the east.
    since = datetime(year - 1, 12, 31, tzinfo=UTC)
    rows = await list_taught_in(viewer, program_id, since)
    return trained_of(await list_trainers_in(viewer, program_id), rows, year, now)


def _row(one: Trained, year: int) -> tuple[object, ...]:
    hours = (one.meetings, one.minutes, one.hours)
    return (one.name, one.email, year, *hours, one.left_open, one.next_title, one.next_at)
