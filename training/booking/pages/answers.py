"""The answers of a session for those who may read them: managers, its trainers, coordinators of those who answered."""

from typing import Any
from uuid import UUID

from litestar import Controller, Request, Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath

from training.base.structs import Viewer
from training.booking.queries.answers import list_answers
from training.booking.rules.asking import Value
from training.booking.rules.fields import words_of
from training.booking.rules.questions import Kind
from training.booking.rules.reading import Cell, Row, Sheet
from training.people.guards import signed_in
from training.schedule.pages.whole import tabs
from training.web.exports import table_response
from training.web.render import page


class AnswersPages(Controller):
    """What was answered for a session."""

    path = "/sessions/{session_id:uuid}/answers"
    include_in_schema = False
    guards = [signed_in]

    @get("/")
    async def answers(
        self, request: Request[Any, Any, Any], viewer: NamedDependency[Viewer], session_id: FromPath[UUID]
    ) -> Response[Any]:
        """A table of people and what each question came to, as far as the viewer may read it."""
        sheet = await list_answers(viewer, session_id)
        around = tabs(session_id, "/answers") if sheet.manages else []
        return page(request, "booking/asking/answers.html", sheet=sheet, session_id=session_id, said=said, tabs=around)

    @get("/export/{fmt:str}")
    async def export(
        self, viewer: NamedDependency[Viewer], session_id: FromPath[UUID], fmt: FromPath[str]
    ) -> Response[Any]:
        """The same as a file."""
        sheet = await list_answers(viewer, session_id)
        return table_response(fmt, f"{sheet.title} answers", _header(sheet), [_line(sheet, row) for row in sheet.rows])


def said(kind: Kind, value: Value) -> str:
    """An answer as people read it."""
    return ", ".join(words_of(kind, one) for one in (value if isinstance(value, tuple) else (value,)))


def _header(sheet: Sheet) -> list[str]:
    """Column names, each only once: two questions may ask the same."""
    names = ["Name", "Partner", "State", *(q.label for q in sheet.questions), *(f"Agreed: {t}" for t in sheet.terms)]
    return [name if names.index(name) == n else f"{name} ({n + 1})" for n, name in enumerate(names)]


def _line(sheet: Sheet, row: Row) -> list[object]:
    pairs = zip(sheet.questions, row.cells, strict=True)
    answers = [_told(question.kind, cell) for question, cell in pairs]
    return [row.taker.name, row.taker.partner_name or "", row.taker.state.value, *answers, *row.agreed]


def _told(kind: Kind, cell: Cell) -> str:
    return f"{said(kind, cell.value)} (earlier wording)" if cell.outdated else said(kind, cell.value)
