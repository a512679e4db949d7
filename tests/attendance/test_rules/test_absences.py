"""What is to be told of a mark, as a table."""

import pytest

from training.attendance.rules.absences import News, absence_said, news_of, recorded_words, status_words, told_after
from training.attendance.rules.statuses import Status


@pytest.mark.parametrize(
    ("status", "told", "news"),
    [
        (Status.PRESENT, "", None),
        (Status.LATE, "", None),
        (Status.NOT_RECORDED, "", None),
        (Status.NO_SHOW, "", News.ABSENCE),
        (Status.EXCUSED, "", News.ABSENCE),
        (Status.NO_SHOW, "no-show", None),
        (Status.EXCUSED, "no-show", News.CORRECTION),
        (Status.PRESENT, "no-show", News.CORRECTION),
        (Status.NOT_RECORDED, "excused", News.CORRECTION),
    ],
)
def test_news_of(status: Status, told: str, news: News | None) -> None:
    assert news_of(status, told) is news
    # What was told once is no news the next time.
    assert news_of(status, told_after(status)) is None


def test_every_status_has_words() -> None:
    assert len({status_words(status) for status in Status}) == len(Status)


@pytest.mark.parametrize(
    ("status", "late", "early", "minutes", "words"),
    [
        (Status.LATE, 42, 0, None, "there, but late, by 42 minutes"),
        (Status.LATE, 0, 0, None, "there, but late"),
        (Status.LEFT_EARLY, 0, 1, None, "there, but left early, by 1 minute"),
        (Status.LATE, 42, 1, None, "there, but late, by 42 minutes, and left 1 minute early"),
        (Status.PARTIAL, 0, 0, 45, "there for a part, 45 minutes"),
        (Status.PRESENT, 0, 0, None, "present"),
        (Status.PRESENT, 0, 0, 60, "present (60 minutes count)"),
        (Status.LATE, 20, 0, 60, "there, but late, by 20 minutes (60 minutes count)"),
        (Status.LEFT_EARLY, 0, 20, 1, "there, but left early, by 20 minutes (1 minute counts)"),
        (Status.LATE, 20, 5, 60, "there, but late, by 20 minutes, and left 5 minutes early (60 minutes count)"),
        (Status.NO_SHOW, 0, 0, 60, "absent and not excused"),
    ],
)
def test_how_somebody_is_recorded(status: Status, late: int, early: int, minutes: int | None, words: str) -> None:
    assert recorded_words(status, late, early, minutes) == words


def test_an_absence_is_known_again_by_its_words() -> None:
    assert [absence_said(status_words(status)) for status in (Status.EXCUSED, Status.NO_SHOW)] == ["excused", "no-show"]
    assert absence_said(status_words(Status.PRESENT)) == absence_said("") == ""
