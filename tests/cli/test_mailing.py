"""`training send-test` says what the server said; `training check` says how mail stands."""

import json
from collections.abc import Callable, Iterator

import pytest
from click.testing import Result

from tests.cli.commands import NewDatabase, change
from tests.smtp.mailer import Mailer, mail_server

Command = Callable[..., Result]
NOWHERE = "sqlite:////nowhere/at/all.sqlite"


@pytest.fixture(scope="module")
def mailer() -> Iterator[Mailer]:
    with mail_server("--starttls", "--password", "word") as server:
        yield server


def test_what_the_server_said(training: Command, mailer: Mailer) -> None:
    url = mailer.url(tls="starttls", login="ada:word@")
    settings = {"smtp_url": url, "bounce_address": "bounces@example.org", "name": "Träining"}
    result = training(NOWHERE, "send-test", "Ada@Example.org", **settings)
    assert result.exit_code == 0, result.output
    assert "The mail server answered: 250 2.0.0 Taken" in result.output
    assert "mailbox of ada@example.org" in result.output
    [taken] = mailer.report()["taken"]
    assert taken["to"] == "ada@example.org"
    assert taken["from"].startswith("bounces+")
    assert taken["id"] in result.output


@pytest.mark.parametrize(
    ("login", "trusted", "address", "said"),
    [
        ("ada:guessed@", True, "ada@example.org", "535"),
        ("ada:word@", False, "ada@example.org", "certificate verify failed"),
        ("ada:word@", True, "nobody@example.org", "550 5.1.1 No such mailbox"),
    ],
)
def test_why_it_was_not_taken(
    training: Command, mailer: Mailer, login: str, trusted: bool, address: str, said: str
) -> None:
    url = mailer.url(tls="starttls", login=login, trusted=trusted)
    result = training(NOWHERE, "send-test", address, smtp_url=url)
    assert result.exit_code == 1
    assert f"127.0.0.1:{mailer.port} (starttls) did not take it: " in result.output
    assert said in result.output
    assert "guessed" not in result.output


def test_without_a_server_or_an_address(training: Command, mailer: Mailer) -> None:
    result = training(NOWHERE, "send-test", "ada@example.org")
    assert (result.exit_code, "TRAINING_SMTP_URL is not set" in result.output) == (1, True)
    result = training(NOWHERE, "send-test", "ada", smtp_url=mailer.url())
    assert (result.exit_code, "address" in result.output) == (1, True)
    result = training(NOWHERE, "send-test", "ada@example.org", smtp_url="smtp://ada:secretword@example.org?tls=none")
    assert (result.exit_code, "secretword" in result.output) == (1, False)
    assert "encryption" in result.output


def test_check_says_how_mail_stands(training: Command, story: NewDatabase) -> None:
    url = story("UPDATE message SET state = 'failed', error = '550 No' WHERE recipient LIKE 'a%'")

    def lines(**settings: str) -> dict[str, tuple[bool, str]]:
        report = json.loads(training(url, "check", "--json", **settings).output.partition("\ntraining:")[0])
        return {line["check"]: (line["ok"], line["said"]) for line in report["lines"]}

    found = lines()
    assert found["mail server"] == (True, "none: TRAINING_SMTP_URL is not set, so nothing is sent and messages wait.")
    assert found["messages"][0]
    assert "failed" in found["messages"][1]
    change(url, "UPDATE message SET not_before = '2026-01-01 00:00:00+00:00' WHERE state = 'waiting'")
    assert lines()["messages"][0]
    found = lines(smtp_url="smtp://ada:secretword@mail.example.org")
    assert found["mail server"] == (
        True,
        "(mail.example.org:587, starttls), not asked here: `training send-test` tries it",
    )
    assert not found["messages"][0]
    assert "is `training work` running?" in found["messages"][1]
    assert "the first since 2026-01-01 00:00 UTC (" in found["messages"][1]
    assert " days): nobody tried" in found["messages"][1], "in the largest unit, not in thousands of minutes"
    assert "secretword" not in str(found)
