"""What can happen to surveys. The first field names the subject; no answer is ever in an event."""

from uuid import UUID

from training.base.structs import Event


class SurveyEdited(Event, frozen=True, kw_only=True):
    """What is asked after sessions of a program or a course was changed."""

    survey_id: UUID
    program_id: UUID
    course_id: UUID | None


class SurveyAsked(Event, frozen=True, kw_only=True):
    """Those who were present at a session were asked about it."""

    session_id: UUID
    asked: int


class SurveyAnswered(Event, frozen=True, kw_only=True):
    """Somebody filled in the survey of their session; what they said is kept apart from who they are."""

    enrollment_id: UUID
    session_id: UUID
