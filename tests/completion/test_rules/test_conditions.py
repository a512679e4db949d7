"""What it takes to complete a session, and which rule holds."""

from itertools import permutations

import pytest

from training.base.errors import Invalid
from training.completion.rules.conditions import BUILT_IN, Rule, RuleValues, Scope, checked, nearest

PROGRAM, COURSE, SESSION = (Rule(scope=scope, meetings_needed=n) for n, scope in enumerate(list(Scope)[1:]))


def test_the_nearest_holds_in_whatever_order() -> None:
    for given in permutations((PROGRAM, COURSE, SESSION)):
        assert nearest(given) is SESSION
        assert nearest(rule for rule in given if rule is not SESSION) is COURSE
    assert nearest([PROGRAM]) is PROGRAM
    assert nearest([]) is BUILT_IN


@pytest.mark.parametrize(
    ("rule", "sentence"),
    [
        (Rule(), "Every meeting."),
        (Rule(meetings_needed=1), "At least 1 meeting."),
        (Rule(meetings_needed=2, minutes_needed=180), "At least 2 meetings and at least 180 minutes in all."),
        (Rule(meetings_needed=0, minutes_needed=90), "At least 90 minutes in all."),
        (
            Rule(minutes_needed=60, survey_needed=True),
            "Every meeting and at least 60 minutes in all, and the survey answered.",
        ),
        (Rule(survey_needed=True), "Every meeting, and the survey answered."),
    ],
)
def test_said_in_a_sentence(rule: Rule, sentence: str) -> None:
    assert rule.sentence == sentence


def test_validity_in_a_sentence() -> None:
    assert Rule().validity == "The certificate is valid for good."
    assert (
        Rule(valid_months=12).validity == "The certificate is valid for 12 months, counted from the end of the session."
    )
    assert Rule(certificate=False).validity == "Completion is valid for good."


def test_hours_in_a_sentence() -> None:
    assert Rule().hours == ""
    assert Rule(hours_minutes=1).hours == "1 minute counts as hours for whoever completes it."
    assert Rule(hours_minutes=0).hours == "0 minutes count as hours for whoever completes it."


@pytest.mark.parametrize(
    ("values", "field"),
    [
        (RuleValues(meetings_needed=-1), "meetings_needed"),
        (RuleValues(meetings_needed=201), "meetings_needed"),
        (RuleValues(minutes_needed=0), "minutes_needed"),
        (RuleValues(meetings_needed=0), "minutes_needed"),
        (RuleValues(valid_months=0), "valid_months"),
        (RuleValues(valid_months=241), "valid_months"),
        (RuleValues(hours_minutes=-1), "hours_minutes"),
    ],
)
def test_what_cannot_be_kept(values: RuleValues, field: str) -> None:
    with pytest.raises(Invalid) as refused:
        checked(values)
    assert list(refused.value.fields) == [field]


def test_what_can_be_kept() -> None:
    values = RuleValues(meetings_needed=0, minutes_needed=1, valid_months=240, hours_minutes=0)
    assert checked(values) is values
