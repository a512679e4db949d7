"""The page on which somebody says how it was, by the link in the message; nobody need sign in.

The link opens this one survey and nothing else. No press is kept of the form (`data-repeatable`): what would be kept
is a hash of what was typed beside whoever typed it, and five ratings are soon tried out. Answering twice is refused by
the action itself.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from training.base.errors import Invalid, TrainingError
from training.base.structs import Frozen
from training.base.work import Works
from training.booking.rules.guests import guest_of
from training.outbox.rules import token_id
from training.surveys.actions.answering import answer_survey
from training.surveys.queries.rounds import Key, find_key, find_sheet, list_open_of
from training.surveys.rules.answering import cells
from training.surveys.rules.asking import (
    SURVEY_PATH,
    SurveyAnsweredBefore,
    SurveyClosed,
    SurveyLinkUnknown,
    SurveyNotPresent,
    check_open,
    opens_survey,
    survey_token,
)
from training.surveys.rules.questions import HIGHEST, LOWEST
from training.web.render import page, redirect

HttpRequest = Request[Any, Any, Any]
# The address of the page holds the token: nothing that the page loads or leads to may be told it.
SILENT = {"referrer-policy": "strict-origin"}
_OVER: dict[type[TrainingError], tuple[int, str]] = {
    SurveyAnsweredBefore: (200, "Thank you"),
    SurveyClosed: (410, "It is closed"),
    SurveyNotPresent: (409, "For those who were there"),
}
# Where somebody who has just answered comes out: they have done nothing wrong, and nothing twice.
SENT = "sent"
THANKS = "Your answers have arrived. They are kept without your name, so they cannot be changed any more."


class AnswerPages(Controller):
    """Saying how it was."""

    path = "/surveys/{token:str}"
    include_in_schema = False

    @get("/")
    async def ask(self, request: HttpRequest, works: NamedDependency[Works], token: FromPath[str]) -> Response[Any]:
        """What is asked, or a kind word to who cannot answer any more."""
        return await _page(request, works, await open_survey(works, token))

    @post("/")
    async def answer(self, request: HttpRequest, works: NamedDependency[Works], token: FromPath[str]) -> Response[Any]:
        """Take the answers."""
        key = await open_survey(works, token)
        sent = (await request.form()).multi_items()
        typed = {str(name): value for name, value in sent if isinstance(value, str)}
        try:
            guest = guest_of(key.person_id, key.person_name, key.person_zone)
            await works.run(guest, answer_survey, key.id, typed)
        except Invalid as error:
            return await _page(request, works, key, typed, error.fields)
        except (SurveyAnsweredBefore, SurveyClosed, SurveyNotPresent) as error:
            return _over(request, key, error)
        return redirect(f"?{SENT}=yes")


def survey_path(works: Works, key: Key) -> str:
    """The address of the page. For whoever is asked, and never to be stored."""
    return SURVEY_PATH + survey_token(works.site.secret_key, key.id, key.link_generation)


class OpenSurvey(Frozen, frozen=True, kw_only=True):
    """A survey that somebody can still answer, for their own page."""

    path: str
    title: str
    closes_at: datetime


async def open_surveys(works: Works, person_id: UUID) -> list[OpenSurvey]:
    """What somebody who is signed in can still answer, the one that closes next first."""
    found = await list_open_of(person_id, works.clock())
    return [OpenSurvey(path=survey_path(works, key), title=key.session_title, closes_at=key.closes_at) for key in found]


async def open_survey(works: Works, token: str) -> Key:
    """What a link opens. Raises SurveyLinkUnknown."""
    enrollment_id = token_id(token)
    key = await find_key(enrollment_id) if enrollment_id else None
    if key is None or key.disabled or not opens_survey(works.site.secret_key, token, key.id, key.link_generation):
        raise SurveyLinkUnknown
    return key


async def _page(
    request: HttpRequest,
    works: Works,
    key: Key,
    typed: Mapping[str, str] | None = None,
    errors: Mapping[str, str] | None = None,
) -> Response[Any]:
    try:
        check_open(key.standing, works.clock())
    except (SurveyAnsweredBefore, SurveyClosed, SurveyNotPresent) as error:
        return _over(request, key, error)
    sheet = await find_sheet(key.session_id)
    if sheet is None:
        raise SurveyLinkUnknown
    asked = cells(sheet)
    found = errors or {}
    named = {"": ""} | {cell.name: f"{cell.trainer.name}: " if cell.trainer else "" for cell in asked}
    labels = {cell.name: f"{cell.question.label} " for cell in asked}
    shown = page(
        request,
        "surveys/answer.html",
        status=422 if errors else 200,
        key=key,
        sheet=sheet,
        cells=asked,
        scale=range(LOWEST, HIGHEST + 1),
        typed=typed or {},
        errors=found,
        faults=[(name, f"{who}{labels.get(name, '')}{found[name]}") for name, who in named.items() if name in found],
        shown=key.zone if key.person_zone == "UTC" else key.person_zone,
    )
    shown.headers.update(SILENT)
    return shown


def _over(request: HttpRequest, key: Key, error: TrainingError) -> Response[Any]:
    status, heading = _OVER[type(error)]
    just_sent = isinstance(error, SurveyAnsweredBefore) and SENT in request.query_params
    sentence = THANKS if just_sent else error.detail
    shown = page(request, "surveys/over.html", status=status, key=key, heading=heading, sentence=sentence)
    shown.headers.update(SILENT)
    return shown
