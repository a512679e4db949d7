"""An example is a message that could be sent, read by whomever one likes."""

from datetime import UTC, datetime

from training.outbox.rules.examples import NOBODY, Example
from training.outbox.rules.links import SecretLink

EXAMPLE = Example(
    template="people/sign-in",
    kind="sign-in",
    given={"at": datetime(2026, 5, 4, tzinfo=UTC), "link": SecretLink(path="/x/", purpose="x", id=NOBODY)},
)


def test_its_values_are_kept_as_those_of_a_row() -> None:
    assert EXAMPLE.values["at"] == {"$instant": "2026-05-04T00:00:00+00:00"}
    assert EXAMPLE.values["link"]["id"] == str(NOBODY)


def test_another_reader_changes_only_the_clocks_and_dates() -> None:
    assert EXAMPLE.read_by() == EXAMPLE
    other = EXAMPLE.read_by(zone="Asia/Tokyo", locale="de").values
    assert other == EXAMPLE.values | {"reader_zone": "Asia/Tokyo", "locale": "de"}
