"""Who is asked, for how long, by which link, and when they are asked once more. Pure."""

import secrets
from datetime import datetime, timedelta
from uuid import UUID

from training.attendance.rules.statuses import Status
from training.base.errors import Conflict, Gone, NotFound
from training.base.structs import Frozen
from training.outbox.rules import SecretLink, derive_token

SURVEY_PATH = "/surveys/"
ASKED_KIND, CHASED_KIND = "survey-asked", "survey-reminder"
CHASE_AFTER = timedelta(days=4)
# Whoever is asked late still has so long, whatever the others have left.
AT_LEAST_OPEN = timedelta(days=3)
# Nobody is asked once more in the last hours: the mail might come too late.
NOT_CHASED_BEFORE_END = timedelta(hours=6)
# Only who was there can say how it was.
ASKED_OF = frozenset({Status.PRESENT, Status.PARTIAL})
HELD_PLACE = ("enrolled", "completed", "not completed")


class SurveyLinkUnknown(NotFound):
    """This link was not copied whole, or a newer one replaced it. Please use the link in our newest message."""

    code = "survey-link-unknown"


class SurveyClosed(Gone):
    """The time to answer this is over. Thank you for wanting to."""

    code = "survey-closed"


class SurveyAnsweredBefore(Conflict):
    """You have answered this already. Nothing joins your name and your answers, so they cannot be changed any more."""

    code = "survey-answered"


class SurveyNotPresent(Conflict):
    """This is asked of those who were there. If you were, ask a trainer to correct the roster, then come back."""

    code = "survey-not-present"


class Standing(Frozen, frozen=True, kw_only=True):
    """How a request stands: `status` is what counts as the person's attendance of the session. `waits`: a roster of it
    is open, again or still, or a meeting is to come."""

    state: str
    status: str
    answered: bool
    closes_at: datetime
    disabled: bool = False
    waits: bool = False


def was_there(state: str, status: str) -> bool:
    """Whether somebody is asked: they had a place until the end and came, if only for a part."""
    return state in HELD_PLACE and status in ASKED_OF


def closing(asked_at: datetime, open_days: int) -> datetime:
    """When a survey closes that is asked at an instant."""
    return asked_at + timedelta(days=open_days)


def own_closing(now: datetime, closes_at: datetime) -> datetime:
    """When it closes for somebody who is asked now, while it is open until `closes_at` for the others."""
    return max(closes_at, now + AT_LEAST_OPEN)


def check_open(standing: Standing, now: datetime) -> None:
    """Raise SurveyAnsweredBefore, SurveyClosed or SurveyNotPresent unless somebody may answer now."""
    if standing.answered:
        raise SurveyAnsweredBefore
    if now >= standing.closes_at:
        raise SurveyClosed
    if not was_there(standing.state, standing.status):
        raise SurveyNotPresent


def why_unwanted(standing: Standing | None, at: datetime) -> str:
    """Why a message that asks somebody for answers is not to leave at an instant; empty when it is."""
    if standing is None:
        return "Nobody is asked any more."
    if standing.answered:
        return "It is answered."
    if at >= standing.closes_at:
        return "The survey is closed."
    if standing.waits:
        return "A roster of the session is open, or a meeting is still to come."
    if standing.disabled or not was_there(standing.state, standing.status):
        return "They were not there."
    return ""


def survey_link(enrollment_id: UUID, generation: int) -> SecretLink:
    """The link to the survey of an enrollment, as a value of a message: nothing that is stored holds the token."""
    return SecretLink(path=SURVEY_PATH, purpose=_purpose(generation), id=enrollment_id)


def survey_token(secret_key: str, enrollment_id: UUID, generation: int) -> str:
    """The token in that link."""
    return derive_token(secret_key, _purpose(generation), enrollment_id)


def opens_survey(secret_key: str, token: str, enrollment_id: UUID, generation: int) -> bool:
    """Whether a token is the present one of an enrollment; compared in constant time."""
    known = survey_token(secret_key, enrollment_id, generation)
    return secrets.compare_digest(known.encode(), token.encode("utf-8", "surrogatepass"))


def _purpose(generation: int) -> str:
    return f"survey {generation}"
