"""Nobody is locked out for want of a mail server, and only the operator's own hands open the door."""

from collections.abc import Callable

from click.testing import Result

from tests.cli.commands import NewDatabase, rows

Command = Callable[..., Result]
GRANTS = (
    "SELECT p.email, g.role, c.slug FROM role_grant g JOIN person p ON p.id = g.person_id"
    " LEFT JOIN program c ON c.id = g.scope_id WHERE p.email = 'ada@example.org'"
)


def test_staff_and_managers_are_added_once(training: Command, story: NewDatabase) -> None:
    url = story()
    for _ in range(2):
        result = training(url, "add-manager", "Ada@Example.org", "--staff", "--name", "Ada")
        assert (result.exit_code, "staff now" in result.output) == (0, True)
    assert rows(url, GRANTS) == [{"email": "ada@example.org", "role": "staff", "slug": None}]
    assert training(url, "add-manager", "ada@example.org", "--program", "awareness-month").exit_code == 0
    assert [row["slug"] for row in rows(url, GRANTS) if row["role"] == "program_manager"] == ["awareness-month"]
    missing = training(url, "add-manager", "ada@example.org", "--program", "nothing")
    assert (missing.exit_code, missing.output) == (
        1,
        "training: There is no program 'nothing'. The programs here: awareness-month, workshops.\n",
    )
    assert training(url, "add-manager", "no address", "--staff").exit_code == 1


def test_a_sign_in_link_is_printed_and_is_all_that_is_printed(training: Command, story: NewDatabase) -> None:
    url = story()
    result = training(url, "sign-in-link", "ines@host.example", base_url="https://training.example.org/")
    assert result.exit_code == 0
    assert result.output.startswith("https://training.example.org/sign-in/")
    assert result.output.count("\n") == 1
    unknown = training(url, "sign-in-link", "nobody@example.org")
    assert (unknown.exit_code, "nobody@example.org" in unknown.output) == (1, True)
    keyless = training(url, "sign-in-link", "ines@host.example", secret_key="short")
    assert (keyless.exit_code, "TRAINING_SECRET_KEY" in keyless.output) == (1, True)
