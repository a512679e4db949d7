"""Every sentence of a refusal finds its field."""

from tests.catalogue.made import MONTH
from training.base.errors import Conflict, Invalid, Stale
from training.base.structs import as_data
from training.catalogue.pages.refusals import refused
from training.catalogue.rules import SlugTaken
from training.catalogue.schemas import ProgramForm
from training.web.forms import STALE, Form

FORM = Form(value=ProgramForm(name="A"), errors={}, raw={"name": "A", "version": "1"})


def test_fields_are_named_by_the_error() -> None:
    assert refused(FORM, Invalid(fields={"name": "No", "zone": "No zone"})).errors == {"name": "No", "zone": "No zone"}


def test_a_kind_of_error_may_be_about_a_field() -> None:
    assert refused(FORM, SlugTaken(), {SlugTaken: "slug"}).errors == {"slug": SlugTaken().detail}
    assert refused(FORM, Conflict("Busy"), {SlugTaken: "slug"}).errors == {"": "Busy"}
    assert refused(FORM, Invalid("All of it")).errors == {"": "All of it"}


def test_after_a_stale_what_was_typed_stays_and_the_version_is_the_new_one() -> None:
    again = refused(FORM, Stale(current={**as_data(MONTH), "version": 5}))
    assert (again.errors, again.raw) == ({"": STALE}, {"name": "A", "version": 5})
