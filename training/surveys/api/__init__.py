"""Controllers of surveys, JSON."""

from litestar import Controller

from training.surveys.api.results import SurveyResultsApi
from training.surveys.api.surveys import SurveyApi, SurveyQuestionApi

CONTROLLERS: list[type[Controller]] = [SurveyApi, SurveyQuestionApi, SurveyResultsApi]
