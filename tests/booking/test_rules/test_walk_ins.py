"""Who stands at the door, and who of them is on the roster already."""

from training.booking.rules import State, Wanted
from training.booking.rules.walk_ins import ON_ROSTER, Comer


def test_who_is_on_the_roster() -> None:
    assert {State.ENROLLED, State.COMPLETED, State.NOT_COMPLETED} == ON_ROSTER


def test_somebody_for_themselves() -> None:
    comer = Comer(person=Wanted(name="Nia", email="nia@new.example"))
    assert (comer.partner_id, comer.mode, comer.accept_clashes) == (None, None, False)
