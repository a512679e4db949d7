"""What forms say, as rules and actions take it."""

from uuid import UUID

import pytest

from training.base.errors import Invalid
from training.materials.pages.typed import MaterialForm, PlacementForm, ShowingForm, put_right, typed_showing, words_of
from training.materials.rules.materials import MaterialDetails, PlacementDetails
from training.materials.rules.showing import Audience, Opens, Showing
from training.web.forms import Form

BEFORE = Showing(opens=Opens.BEFORE, offset_minutes=120, meeting_number=2)


@pytest.mark.parametrize(("minutes", "amount", "unit"), [(2880, 2, "days"), (120, 2, "hours"), (90, 90, "minutes")])
def test_a_time_before_is_said_in_the_largest_unit(minutes: int, amount: int, unit: str) -> None:
    showing = Showing(opens=Opens.BEFORE, offset_minutes=minutes)
    typed = typed_showing(showing)
    assert (typed["amount"], typed["unit"]) == (amount, unit)
    assert ShowingForm(opens=Opens.BEFORE, amount=amount, unit=unit).showing() == showing  # type: ignore[arg-type]


def test_only_what_counts_is_taken() -> None:
    assert ShowingForm(amount=3, meeting_number=2).showing() == Showing()
    assert ShowingForm(opens=Opens.AFTER, amount=3, meeting_number=2).showing() == Showing(
        opens=Opens.AFTER, meeting_number=2
    )
    assert typed_showing(Showing()) == {
        "audience": "enrolled", "opens": "always", "amount": None, "unit": "days", "meeting_number": None,
    }  # fmt: skip


def test_a_material_as_the_action_takes_it() -> None:
    form = MaterialForm(title="A", opens=Opens.BEFORE, amount=2, unit="hours", meeting_number=2, prework=True)
    assert form.details() == MaterialDetails(
        title="A", opens=Opens.BEFORE, offset_minutes=120, meeting_number=2, prework=True
    )


def test_a_placement_says_only_what_differs() -> None:
    assert PlacementForm(audience=Audience.EVERYONE).details() == PlacementDetails()
    here = PlacementForm(shown="here", opens=Opens.BEFORE, amount=2, unit="hours", prework="no", hidden=True)
    assert here.details() == PlacementDetails(
        hidden=True, audience=Audience.ENROLLED, opens=Opens.BEFORE, offset_minutes=120, prework=False
    )
    assert PlacementForm(hidden=True, pinned_id=UUID(int=1), step="reset").details() == PlacementDetails()


def test_the_time_before_has_its_field() -> None:
    form = Form(value=ShowingForm(), errors={}, raw={})
    said = put_right(form, Invalid(fields={"offset_minutes": "How long?", "title": "Which?"}))
    assert said.errors == {"amount": "How long?", "title": "Which?"}
    assert put_right(form, Invalid("No.")).errors == {"": "No."}
    assert words_of(ShowingForm())["opens"] == "always"
