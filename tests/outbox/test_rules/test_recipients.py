"""Recipients of a message to many."""

from training.outbox.rules.recipients import BATCH, MOST_AT_ONCE, Recipient


def test_a_step_of_the_worker_is_larger_than_what_is_written_at_once() -> None:
    assert (MOST_AT_ONCE, BATCH) == (50, 200)


def test_a_recipient_has_only_what_is_said_of_them() -> None:
    found = Recipient(cursor="1", email="a@example.org")
    assert (found.name, found.person_id, found.subject_id, found.partner_id) == ("", None, None, None)
    assert (found.topic, found.values) == ("", {})
