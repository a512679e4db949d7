"""The judge of the suite: a failure on either engine counts, and where nothing may be skipped, a skip counts."""

from pathlib import Path

import pytest

from tests.run import CLOSING, Outcome, arguments_for, judge, skipped_tests

PASSED = "============================== 482 passed in 10.57s =============================="
LITE = Outcome(engine="sqlite", exit_code=0, closing=PASSED, not_run=(), skipped=())
POST = Outcome(engine="postgresql", exit_code=0, closing=PASSED, not_run=(), skipped=())
FAILED = Outcome(engine="postgresql", exit_code=1, closing=PASSED, not_run=(), skipped=())
SKIPPED = Outcome(engine="sqlite", exit_code=0, closing=PASSED, not_run=(), skipped=("tests.x::test_y: later",))
NOT_RUN = Outcome(engine="sqlite", exit_code=0, closing=PASSED, not_run=("NOT RUN: 12 browser tests",), skipped=())


@pytest.mark.parametrize(
    ("outcomes", "nothing_skipped", "code"),
    [
        ([LITE, POST], True, 0),
        ([LITE, FAILED], False, 1),
        ([FAILED, LITE], True, 1),
        ([SKIPPED, POST], False, 0),
        ([SKIPPED, POST], True, 1),
        ([NOT_RUN, POST], False, 0),
        ([NOT_RUN, POST], True, 1),
    ],
)
def test_the_verdict(
    outcomes: list[Outcome], nothing_skipped: bool, code: int, capsys: pytest.CaptureFixture[str]
) -> None:
    assert judge(outcomes, nothing_skipped=nothing_skipped, seconds=10) == code
    printed = capsys.readouterr().out
    assert printed.splitlines()[-1] == PASSED
    assert all(line in printed for outcome in outcomes for line in outcome.not_run + outcome.skipped)


@pytest.mark.parametrize(
    "line",
    [
        PASSED,
        "=================== 1 failed, 481 passed, 3 deselected in 75.02s (0:01:15) ===================",
        "============================ no tests ran in 0.01s =============================",
        "======================== 2 passed, 1 error in 0.51s =========================",
        "18 passed, 1006 deselected in 7.44s",
    ],
)
def test_closing_lines_are_recognised(line: str) -> None:
    assert CLOSING.fullmatch(line)


def test_a_heading_is_not_a_closing_line() -> None:
    assert not CLOSING.fullmatch("=================================== FAILURES ===================================")


def test_skipped_tests_are_read_from_the_report(tmp_path: Path) -> None:
    report = tmp_path / "sqlite.xml"
    report.write_text(
        '<testsuites><testsuite><testcase classname="tests.x" name="test_a"/>'
        '<testcase classname="tests.x" name="test_b"><skipped type="pytest.skip" message="later"/></testcase>'
        "</testsuite></testsuites>"
    )
    assert list(skipped_tests(report)) == ["tests.x::test_b: later"]


def test_a_missing_report_is_no_success(tmp_path: Path) -> None:
    assert list(skipped_tests(tmp_path / "sqlite.xml")) == ["sqlite.xml was not written"]


def test_what_asks_for_no_database_runs_with_the_first_engine() -> None:
    assert arguments_for("sqlite", ["-k", "words"]) == ["-k", "words"]
    assert arguments_for("postgresql", ["-k", "words"]) == ["--of-this-engine", "-k", "words"]


def test_a_test_of_the_second_engine_is_not_left_out(engine_name: str) -> None:
    """Its control: this one asks for the engine, so both runs have it."""
    assert engine_name in {"sqlite", "postgresql"}
