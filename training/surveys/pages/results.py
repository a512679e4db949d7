"""What was said: of a session, of a course over time, about a trainer over time; as pages, plots and files.

Below the minimum a sentence says so, and the plots and files of it are empty or not found.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from litestar import Controller, Request, Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery

from training.base.errors import NotFound
from training.base.structs import Viewer
from training.base.texts import day
from training.base.work import Works
from training.people.guards import signed_in
from training.schedule.pages.whole import tabs
from training.surveys.queries.results import (
    Over,
    Result,
    SessionResults,
    get_course_results,
    get_session_results,
    get_trainer_results,
)
from training.surveys.rules.questions import HIGHEST, LOWEST, Kind
from training.surveys.rules.release import still_missing
from training.surveys.rules.results import Line, shown_average
from training.surveys.schemas import HEADER, OVER_HEADER, over_rows, session_rows
from training.web.exports import table_response
from training.web.plots import Series, Words, columns, lines, plot_response
from training.web.render import THEMES, page

HttpRequest = Request[Any, Any, Any]


class SessionResultPages(Controller):
    """What was said after one session."""

    path = "/surveys/sessions/{session_id:uuid}"
    include_in_schema = False
    guards = [signed_in]

    @get("/")
    async def results(
        self,
        request: HttpRequest,
        viewer: NamedDependency[Viewer],
        works: NamedDependency[Works],
        session_id: FromPath[UUID],
    ) -> Response[Any]:
        """All of it, as far as the viewer may know."""
        results = await get_session_results(viewer, session_id)
        around = tabs(session_id, "/survey") if results.manages else []
        told = _told(results, works.clock())
        return page(request, "surveys/session.html", viewer_id=viewer.person_id, tabs=around, **told)

    @get("/plots/{question_id:uuid}")
    async def plot(
        self,
        request: HttpRequest,
        viewer: NamedDependency[Viewer],
        session_id: FromPath[UUID],
        question_id: FromPath[UUID],
        trainer: FromQuery[UUID | None] = None,
    ) -> Response[bytes]:
        """How often each answer was given, drawn."""
        results = await get_session_results(viewer, session_id)
        return plot_response(_columns(results.find(question_id, trainer), theme_of(request)))

    @get("/export/{fmt:str}")
    async def export(
        self, viewer: NamedDependency[Viewer], session_id: FromPath[UUID], fmt: FromPath[str]
    ) -> Response[Any]:
        """What is shown, as a file."""
        results = await get_session_results(viewer, session_id)
        return table_response(fmt, f"{results.found.title} survey", HEADER, session_rows(results))


class CourseResultPages(Controller):
    """What was said after the sessions of a course."""

    path = "/surveys/courses/{course_id:uuid}"
    include_in_schema = False
    guards = [signed_in]

    @get("/")
    async def results(
        self, request: HttpRequest, viewer: NamedDependency[Viewer], course_id: FromPath[UUID]
    ) -> Response[Any]:
        """Every question over time."""
        return _over_page(request, await get_course_results(viewer, course_id), "courses")

    @get("/plots/{question_id:uuid}")
    async def plot(
        self,
        request: HttpRequest,
        viewer: NamedDependency[Viewer],
        course_id: FromPath[UUID],
        question_id: FromPath[UUID],
    ) -> Response[bytes]:
        """One question over time, drawn."""
        return _over_plot(request, await get_course_results(viewer, course_id), question_id)

    @get("/export/{fmt:str}")
    async def export(
        self, viewer: NamedDependency[Viewer], course_id: FromPath[UUID], fmt: FromPath[str]
    ) -> Response[Any]:
        """The averages over time, as a file."""
        over = await get_course_results(viewer, course_id)
        return table_response(fmt, f"{over.title} surveys", OVER_HEADER, over_rows(over))


class TrainerResultPages(Controller):
    """What was said about a trainer."""

    path = "/surveys/trainers/{person_id:uuid}"
    include_in_schema = False
    guards = [signed_in]

    @get("/")
    async def results(
        self, request: HttpRequest, viewer: NamedDependency[Viewer], person_id: FromPath[UUID]
    ) -> Response[Any]:
        """Every question about them over time."""
        return _over_page(request, await get_trainer_results(viewer, person_id), "trainers")

    @get("/plots/{question_id:uuid}")
    async def plot(
        self,
        request: HttpRequest,
        viewer: NamedDependency[Viewer],
        person_id: FromPath[UUID],
        question_id: FromPath[UUID],
    ) -> Response[bytes]:
        """One question over time, drawn."""
        return _over_plot(request, await get_trainer_results(viewer, person_id), question_id)

    @get("/export/{fmt:str}")
    async def export(
        self, viewer: NamedDependency[Viewer], person_id: FromPath[UUID], fmt: FromPath[str]
    ) -> Response[Any]:
        """The averages over time, as a file."""
        over = await get_trainer_results(viewer, person_id)
        return table_response(fmt, f"{over.title} surveys", OVER_HEADER, over_rows(over))


def theme_of(request: HttpRequest) -> str:
    """Light or dark as chosen, else as the device says: a picture does not know the page that it is in."""
    theme = request.cookies.get("theme", "auto")
    return theme if theme in THEMES else "auto"


def _told(results: SessionResults, now: datetime) -> dict[str, Any]:
    found = results.found
    about: dict[UUID | None, list[Result]] = {}
    for one in results.results:
        about.setdefault(one.tally.trainer_id, []).append(one)
    minimum = found.minimum or 0
    return {
        "found": found,
        "manages": results.manages,
        "parts": [(parts[0].trainer, parts) for parts in about.values()],
        "closed": found.closes_at is not None and found.closes_at <= now,
        "missing": still_missing(found.answered - found.released, minimum),
        "source": f"/surveys/sessions/{found.id}/plots/",
    }


def _columns(result: Result, theme: str) -> bytes:
    tally = result.tally
    if tally.question.kind is Kind.WORDS:
        raise NotFound
    about = f"{result.trainer.name}: " if result.trainer else ""
    yes_no = tally.question.kind is Kind.YES_NO
    counts = [(value.capitalize() if yes_no else value, many) for value, many in tally.counts]
    said = ", ".join(f"{value}: {many}" for value, many in counts)
    words = Words(title=f"{about}{tally.question.label}", description=f"How often each answer was given. {said}.")
    return columns(words, counts, theme=theme)


def _over_page(request: HttpRequest, over: Over, kind: str) -> Response[Any]:
    return page(
        request,
        "surveys/over_time.html",
        over=over,
        kind=kind,
        source=f"/surveys/{kind}/{over.id}/plots/",
        own=kind == "trainers" and request.user.person_id == over.id,
    )


def _over_plot(request: HttpRequest, over: Over, question_id: UUID) -> Response[bytes]:
    return plot_response(_line(over.find(question_id), theme_of(request)))


def _line(found: Line, theme: str) -> bytes:
    days = [_day(point.session.starts_at, point.session.zone) for point in found.points]
    told = zip(days, found.points, strict=True)
    said = "; ".join(f"{on}: {shown_average(found.question.kind, point.average)}" for on, point in told)
    words = Words(title=found.question.label, description=f"The average after each session. {said}.")
    low, high = (LOWEST, HIGHEST) if found.question.kind is Kind.RATING else (0, 100)
    series = [Series(name="Average", values=[point.average.value for point in found.points])]
    return lines(words, _labels(days), series, low=low, high=high, theme=theme)


def _day(at: datetime | None, zone: str) -> str:
    written: Callable[..., str] = day
    return written(at, zone) if at else "no date"


def _labels(days: Sequence[str]) -> list[str]:
    """'Tue 6 May 2026' as a label below a plot: '6 May', and '6 May 2026' where not all are of one year."""
    parts = [on.split(" ") for on in days]
    years = {part[3] for part in parts if len(part) == 4}
    end = 3 if len(years) < 2 else 4
    return [" ".join(part[1:end] if len(part) == 4 else part) for part in parts]
