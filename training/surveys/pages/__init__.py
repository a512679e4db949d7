"""Controllers of surveys, HTML."""

from litestar import Controller

from training.surveys.pages.answer import AnswerPages
from training.surveys.pages.editing import SurveyPages, SurveyQuestionPages
from training.surveys.pages.results import CourseResultPages, SessionResultPages, TrainerResultPages

CONTROLLERS: list[type[Controller]] = [
    AnswerPages,
    SessionResultPages,
    CourseResultPages,
    TrainerResultPages,
    SurveyPages,
    SurveyQuestionPages,
]
