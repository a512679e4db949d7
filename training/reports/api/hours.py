"""Hours of learners and trainers, as JSON."""

from typing import Annotated
from uuid import UUID

from litestar import Controller, Response, get
from litestar.di import NamedDependency, Provide
from litestar.params import QueryParameter

from training.base.structs import Viewer
from training.base.work import Works
from training.people.guards import needs, signed_in
from training.people.rules import TokenScope
from training.reports.queries.hours import get_hours
from training.reports.rules.hours import MONTH, HoursAsked
from training.reports.schemas import HoursOut
from training.web.answers import answer

Chosen = Annotated[UUID | None, QueryParameter()]
Month = Annotated[str | None, QueryParameter(pattern=MONTH, description="A month, as 2026-05.")]


async def asked_of(
    program: Chosen = None, partner: Chosen = None, trainer: Chosen = None, first: Month = None, last: Month = None
) -> HoursAsked:
    """Which hours a caller asks for."""
    return HoursAsked(program=program, partner=partner, trainer=trainer, first=first, last=last)


class HoursApi(Controller):
    """Hours, as far as the caller may see them."""

    path = "/reports/hours"
    tags = ["Reports"]
    guards = [signed_in]
    opt = needs(TokenScope.READ)
    dependencies = {"asked": Provide(asked_of)}

    @get("/")
    async def hours(
        self, viewer: NamedDependency[Viewer], works: NamedDependency[Works], asked: NamedDependency[HoursAsked]
    ) -> Response[HoursOut]:
        """Of programs that you manage everything, of partners for which you book what their people learned, and what
        you taught yourself. Without months: the twelve up to now."""
        return answer(HoursOut.of(await get_hours(viewer, asked, works.clock())))
