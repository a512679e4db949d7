"""The briefing of a session for those who teach it, from the assignment until long after."""

from typing import Any
from uuid import UUID

from litestar import Controller, Request, Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath

from training.attendance.queries.briefing import Briefing, get_briefing
from training.base.structs import Viewer
from training.base.work import Works
from training.booking.pages.answers import said
from training.booking.queries import list_program_managers
from training.booking.rules.reading import Sheet
from training.catalogue.rules import language_name
from training.people.guards import signed_in
from training.portal.pages.prepared import prepared
from training.portal.rules import is_over
from training.schedule.pages.whole import tabs_for
from training.web.exports import mode_words, table_response
from training.web.render import page

HEADER = ("Name", "Partner", "Takes part", "Language")


class BriefingPages(Controller):
    """What a trainer needs of one session."""

    path = "/sessions/{session_id:uuid}/briefing"
    include_in_schema = False
    guards = [signed_in]

    @get("/")
    async def briefing(
        self,
        request: Request[Any, Any, Any],
        viewer: NamedDependency[Viewer],
        works: NamedDependency[Works],
        session_id: FromPath[UUID],
    ) -> Response[str]:
        """Run sheet, people, what they need, contacts; made to be printed, too."""
        found, now = await get_briefing(viewer, session_id), works.clock()
        return page(
            request,
            "portal/briefing.html",
            found=found,
            session=found.session,
            now=now,
            over=is_over(found.session, now),
            managers=await list_program_managers(viewer, [found.session.program_id]),
            colleagues=_colleagues(found, viewer),
            **_people(found),
            **await prepared(viewer, found, works),
            tabs=tabs_for(viewer, session_id, found.session.program_id, "/briefing"),
        )

    @get("/export/{fmt:str}")
    async def export(
        self, viewer: NamedDependency[Viewer], session_id: FromPath[UUID], fmt: FromPath[str]
    ) -> Response[bytes]:
        """The people and what they need, as a file for a spreadsheet."""
        found = await get_briefing(viewer, session_id)
        needs = needs_by_person(found.needs)
        labels = [question.label for question in found.needs.questions] if found.needs else []
        rows = [
            (one.name, one.partner_name or "", mode_words(one.mode), language_name(one.locale), *answers)
            for one in found.people
            for answers in [[dict(needs.get(one.enrollment_id, ())).get(label, "") for label in labels]]
        ]
        return table_response(fmt, f"{found.session.title} briefing", (*HEADER, *labels), rows)


def needs_by_person(sheet: Sheet | None) -> dict[UUID, list[tuple[str, str]]]:
    """What each person answered, as (question, answer), by enrollment; what nobody answered is left out."""
    if sheet is None:
        return {}
    return {
        row.taker.enrollment_id: [
            (question.label, said(question.kind, cell.value))
            for question, cell in zip(sheet.questions, row.cells, strict=True)
            if cell.value
        ]
        for row in sheet.rows
    }


def _people(found: Briefing) -> dict[str, Any]:
    return {
        "needs": needs_by_person(found.needs),
        "languages": _languages(found),
        "language_name": language_name,
    }


def _colleagues(found: Briefing, viewer: Viewer) -> list[tuple[str, str]]:
    """The other trainers with their addresses, each once; nobody's address is shown to who does not teach any more."""
    shows = found.teaches or found.manages
    others = [trainer for trainer in found.trainers if trainer.person_id != viewer.person_id]
    return list(dict.fromkeys((trainer.name or trainer.email, trainer.email if shows else "") for trainer in others))


def _languages(found: Briefing) -> list[tuple[str, int]]:
    """In how many of each language people read, the most first."""
    counted: dict[str, int] = {}
    for one in found.people:
        name = language_name(one.locale)
        counted[name] = counted.get(name, 0) + 1
    return sorted(counted.items(), key=lambda pair: (-pair[1], pair[0]))
