"""An order says what is wanted, and nothing more than was said."""

from uuid import UUID

from training.booking.rules import Order, Wanted


def test_what_was_not_said_changes_nothing() -> None:
    order = Order(session_id=UUID(int=1), partner_id=UUID(int=2), people=(Wanted(email="ana@example.org"),))
    assert (order.accepts, order.together, order.open_places) == ((), False, 0)
    assert (order.accept_clashes, order.waive, order.access_code) == (False, "", "")


def test_the_same_order_is_the_same() -> None:
    """A form that comes twice is recognised by what it orders."""
    one, other = [Order(session_id=UUID(int=1), partner_id=UUID(int=2), people=()) for _ in range(2)]
    assert one == other
