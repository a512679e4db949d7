"""What messages say, in the terminal."""

import email

import pytest
from click.testing import CliRunner, Result

from training.cli.entry import cli
from training.desk.rules.examples import EXAMPLES


def preview(*args: str) -> Result:
    return CliRunner().invoke(cli, ["preview-mail", *args])


def test_without_a_template_all_are_listed() -> None:
    lines = preview().output.splitlines()
    assert [line.split()[0] for line in lines] == list(EXAMPLES)
    cases = f"({len(EXAMPLES['booking/moved'])} cases)"
    assert any("booking/moved " in line and cases in line for line in lines)


def test_text_html_and_source() -> None:
    text = preview("booking/enrolled").output
    assert text.startswith("Subject: You have a place: Safe messaging in a crisis\n\nHello Ada Brown,\n")
    assert preview("booking/enrolled", "--text").output == text
    assert preview("booking/enrolled", "--html").output.startswith("<!doctype html>")
    source = email.message_from_string(preview("reminders/upcoming", "--source").output)
    assert source.get_content_type() == "multipart/alternative"
    assert "/unsubscribe/" in source["List-Unsubscribe"]


def test_on_other_clocks_and_with_other_dates() -> None:
    shown = preview("booking/enrolled", "--case", "2", "--zone", "Asia/Tokyo", "--locale", "en-US").output
    assert "Mon, May 18, 2026, 6:00 PM to 8:00 PM, Tokyo time, UTC+9" in " ".join(shown.split())


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (("booking/nothing",), "There is no message 'booking/nothing'."),
        (("booking/moved", "--case", "9"), "booking/moved has no case 9. Its cases: 1: Other times"),
        (("booking/moved", "--zone", "Mars/Olympus"), "There is no time zone 'Mars/Olympus'."),
        (("booking/moved", "--locale", "../x"), "There is no locale '../x'."),
    ],
)
def test_what_there_is_not_is_said(args: tuple[str, ...], said: str) -> None:
    result = preview(*args)
    assert result.exit_code == 1
    assert said in result.output
