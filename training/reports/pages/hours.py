"""Hours of learners and trainers: tables with sums, filters, files."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from litestar import Controller, Request, Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath

from training.base.errors import Invalid
from training.base.structs import Viewer, as_data
from training.base.work import Works
from training.people.guards import signed_in
from training.people.rules import Permission, may
from training.reports.queries.hours import Choices, get_hours, list_choices
from training.reports.rules.hours import Hours, HoursAsked, in_hours
from training.web.exports import table_response
from training.web.forms import Form, read_query
from training.web.render import page

Asked = Request[Any, Any, Any]
PATH = "/reports/hours"
OF_LEARNERS = (
    "Program",
    "Organization",
    "People",
    "Sessions attended",
    "Completed",
    "Minutes",
    "Hours",
)
OF_TRAINERS = ("Program", "Trainer", "Meetings", "Minutes", "Hours")


class HoursPages(Controller):
    """Hours, as far as the viewer may see them."""

    path = PATH
    include_in_schema = False
    guards = [signed_in]

    @get("/")
    async def hours(
        self, request: Asked, viewer: NamedDependency[Viewer], works: NamedDependency[Works]
    ) -> Response[str]:
        """Who learned and taught how long, per program, organization and trainer."""
        form, now = read_query(request, HoursAsked), works.clock()
        errors = dict(form.errors)
        try:
            hours = await get_hours(viewer, form.value or HoursAsked(), now)
        except Invalid as error:
            errors, hours = error.fields, await get_hours(viewer, HoursAsked(), now)
        shown: dict[str, Any] = {"typed": _typed(form, hours), "errors": errors, "query": _query(form)}
        choices = await list_choices(viewer, form.value or HoursAsked())
        shown |= {"choices": choices, "in_hours": in_hours, "status": 422 if errors else 200}
        shown["above"] = _above(viewer, choices, form.value.partner if form.value else None)
        return page(request, "reports/hours.html", hours=hours, **shown)

    @get("/export/{who:str}/{fmt:str}")
    async def export(
        self,
        request: Asked,
        viewer: NamedDependency[Viewer],
        works: NamedDependency[Works],
        who: FromPath[str],
        fmt: FromPath[str],
    ) -> Response[bytes]:
        """One of the two tables as a file, in minutes and in hours."""
        asked = read_query(request, HoursAsked)
        if asked.value is None:
            raise Invalid(fields=asked.errors)
        hours = await get_hours(viewer, asked.value, works.clock())
        name = f"hours-{who}-{hours.span.first}-{hours.span.last}"
        if who == "trainers":
            return table_response(fmt, name, OF_TRAINERS, _of_trainers(hours))
        return table_response(fmt, name, OF_LEARNERS, _of_learners(hours))


def _of_learners(hours: Hours) -> Iterator[tuple[Any, ...]]:
    for row in hours.learners:
        counts = (row.people, row.attended, row.completed, row.minutes, round(row.minutes / 60, 2))
        yield (row.program, row.partner or "", *counts)


def _of_trainers(hours: Hours) -> Iterator[tuple[Any, ...]]:
    for row in hours.trainers:
        yield (row.program, row.trainer, row.meetings, row.minutes, round(row.minutes / 60, 2))


def _typed(form: Form[HoursAsked], hours: Hours) -> dict[str, Any]:
    """What stands in the fields: what was typed, and the months that are shown."""
    return {
        **form.raw,
        "first": form.raw.get("first") or hours.span.first,
        "last": form.raw.get("last") or hours.span.last,
    }


def _above(viewer: Viewer, choices: Choices, partner_id: UUID | None) -> list[tuple[str, str]]:
    """The way back: to the organization whose hours these are, to the board, or to what one teaches."""
    chosen = [(f"/partners/{one.id}", one.name) for one in choices.partners if one.id == partner_id]
    if chosen and (viewer.staff or partner_id in viewer.scopes("coordinator")):
        return [("/partners", "Partners"), *chosen]
    if may(viewer, Permission.HOURS_SEE):
        return [("/manage", "Manage")]
    if viewer.scopes("coordinator"):
        return [("/partners", "Partners")]
    return [("/teaching", "Teaching")]


def _query(form: Form[HoursAsked]) -> str:
    """What follows the address of a file: the filters in force."""
    chosen = {} if form.value is None else {k: v for k, v in as_data(form.value).items() if v is not None}
    return f"?{urlencode(chosen)}" if chosen else ""
