"""Hours of learners and trainers, as JSON."""

from typing import Annotated, Any
from uuid import UUID

from litestar import Controller, Request, Response, get
from litestar.di import NamedDependency
from litestar.params import QueryParameter

from training.base.errors import Invalid
from training.base.structs import Viewer
from training.base.work import Works
from training.people.guards import needs, signed_in
from training.people.rules import TokenScope
from training.reports.queries.hours import get_hours
from training.reports.rules.hours import HoursAsked
from training.reports.schemas import HoursOut
from training.web.answers import answer
from training.web.forms import read_query

Chosen = Annotated[UUID | None, QueryParameter()]
Month = Annotated[str | None, QueryParameter(description="A month, as 2026-05.")]


class HoursApi(Controller):
    """Hours, as far as the caller may see them."""

    path = "/reports/hours"
    tags = ["Reports"]
    guards = [signed_in]
    opt = needs(TokenScope.READ)

    @get("/")
    async def hours(
        self,
        request: Request[Any, Any, Any],
        viewer: NamedDependency[Viewer],
        works: NamedDependency[Works],
        program: Chosen = None,
        partner: Chosen = None,
        trainer: Chosen = None,
        first: Month = None,
        last: Month = None,
    ) -> Response[HoursOut]:
        """Of programs that you manage everything, of partners for which you book what their people learned, and what
        you taught yourself. Without months: the twelve up to now."""
        asked = read_query(request, HoursAsked)
        if asked.value is None:
            raise Invalid(fields=asked.errors)
        return answer(HoursOut.of(await get_hours(viewer, asked.value, works.clock())))
