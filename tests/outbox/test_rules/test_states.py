"""Names of states are what the table's check allows."""

from training.outbox.rules import MessageState


def test_states_are_what_the_table_allows() -> None:
    allowed = "waiting claimed sent failed bounced withdrawn superseded expired"
    assert [state.value for state in MessageState] == allowed.split()
