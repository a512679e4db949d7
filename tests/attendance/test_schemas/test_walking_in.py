"""The form at the door."""

from uuid import UUID

from training.attendance.schemas.walking_in import WalkInForm
from training.booking.rules.orders import Wanted
from training.booking.rules.walk_ins import Comer
from training.catalogue.rules import Mode


def test_booking_is_handed_the_same() -> None:
    form = WalkInForm(
        name=" Wanda ", email="w@example.org", partner_id=UUID(int=1), mode=Mode.ONLINE, reason="Late bus"
    )
    person = Wanted(name="Wanda", email="w@example.org")
    assert form.comer() == Comer(person=person, partner_id=UUID(int=1), mode=Mode.ONLINE, reason="Late bus")
