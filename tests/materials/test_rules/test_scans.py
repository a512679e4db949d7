"""What a scanner's answer means."""

from datetime import timedelta

import pytest

from training.materials.rules.scans import Answer, Verdict, judge, next_try, time_for


@pytest.mark.parametrize(
    ("code", "said", "whole", "verdict", "words"),
    [
        (0, "stream: OK\n", True, Verdict.CLEAN, ""),
        (0, "", True, Verdict.CLEAN, ""),
        (1, "stream: Win.Test.EICAR_HDB-1 FOUND\n", True, Verdict.FOUND, "stream: Win.Test.EICAR_HDB-1 FOUND"),
        (1, "stream: Eicar FOUND\n", False, Verdict.FOUND, "stream: Eicar FOUND"),
        (1, "", True, Verdict.FOUND, "The scanner refused it without saying why."),
        (0, "", False, Verdict.UNKNOWN, "The scanner ended before it had read the whole file."),
        (2, "ERROR: Could not connect\n", True, Verdict.UNKNOWN, "The scanner ended with 2: ERROR: Could not connect"),
        (2, "", True, Verdict.UNKNOWN, "The scanner ended with 2."),
        (-9, "", True, Verdict.UNKNOWN, "The scanner ended with -9."),
        (None, "", False, Verdict.UNKNOWN, "The scanner did not answer in time."),
        (None, "The scanner could not be started.", False, Verdict.UNKNOWN, "The scanner could not be started."),
        (1, "a\nb\x1b[2J\x00c\u2028d\n\n", True, Verdict.FOUND, "d"),
        (1, "found \x1b[31mred\x07", True, Verdict.FOUND, "found [31mred"),
    ],
)
def test_an_answer_is_a_verdict(code: int | None, said: str, whole: bool, verdict: Verdict, words: str) -> None:
    judged = judge(Answer(code=code, said=said, whole=whole))
    assert (judged.verdict, judged.said) == (verdict, words)


def test_words_fit_their_column() -> None:
    assert len(judge(Answer(code=1, said="x" * 5000, whole=True)).said) == 300
    assert len(judge(Answer(code=2, said="x" * 5000, whole=True)).said) == 300


def test_a_large_file_may_take_longer_and_each_failure_waits_longer_up_to_an_hour() -> None:
    assert time_for(0) == timedelta(minutes=2)
    assert time_for(600_000_000) == timedelta(minutes=12)
    waits = [next_try(number) for number in range(10)]
    assert waits == sorted(waits)
    assert (waits[1], waits[-1]) == (timedelta(minutes=1), timedelta(hours=1))
