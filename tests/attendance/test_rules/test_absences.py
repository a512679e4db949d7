"""What is to be told of a mark, as a table."""

import pytest

from training.attendance.rules.absences import News, absence_said, news_of, status_words, told_after
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


def test_an_absence_is_known_again_by_its_words() -> None:
    assert [absence_said(status_words(status)) for status in (Status.EXCUSED, Status.NO_SHOW)] == ["excused", "no-show"]
    assert absence_said(status_words(Status.PRESENT)) == absence_said("") == ""
