"""What is asked, as the fields of a form."""

from tests.booking.questions_made import AT, BOTH, COORDINATOR, asked, key, known, question, terms
from training.booking.rules.asking import Given
from training.booking.rules.fields import Condition, asking_form, ordered_faults
from training.booking.rules.questions import Kind

YES_NO = question(1, Kind.YES_NO, label="Do you eat?", readers=COORDINATOR)
WHAT = question(
    2, Kind.CHOICES, options=("a", "b"), asks_if=key(1), asks_if_value="yes", known=known(("b",), reuse=True)
)


def test_what_is_known_stands_in_the_fields() -> None:
    first, second = asking_form(asked(YES_NO, WHAT)).fields
    assert (first.options, first.value, first.condition) == ((("yes", "Yes"), ("no", "No")), "", None)
    assert first.read_by == "Read by: the program's managers and your coordinator"
    assert (second.chosen, second.reuse, second.reuse_name) == (("b",), True, f"q-{key(2)}-reuse")
    assert second.condition == Condition(field=f"q-{key(1)}", value="yes", label="Do you eat?", said="Yes")


def test_what_was_typed_comes_back() -> None:
    given: Given = {f"q-{key(1)}": ["", "no"], f"q-{key(2)}": "", f"t-{key(3)}": "yes"}
    form = asking_form(asked(YES_NO, WHAT, terms=(terms(3),)), given)
    assert [field.chosen for field in form.fields] == [("no",), ()]
    assert not form.fields[1].reuse
    assert form.terms[0].ticked


def test_an_answer_from_elsewhere_and_one_to_older_words() -> None:
    other = question(1, known=known("x", own=False))
    old = question(2, outdated=known("y"))
    first, second = asking_form(asked(other, old)).fields
    assert (first.reused_since, first.outdated, first.value) == (AT, False, "x")
    assert (second.reused_since, second.outdated, second.value) == (None, True, "y")


def test_a_coordinators_form_has_no_terms_and_no_reuse() -> None:
    form = asking_form(asked(YES_NO, WHAT, terms=(terms(3),)), person_answers=False)
    assert [field.name for field in form.fields] == [f"q-{key(1)}"]
    assert form.fields[0].reuse_name == ""
    assert form.fields[0].read_by.endswith("and the person's coordinator")
    assert form.terms == ()


def test_terms_tell_what_changed() -> None:
    changed = terms(1, body="Be very kind.", old_body="Be kind.", old_number=1, old_agreed_at=AT)
    assert [piece.text for piece in asking_form(asked(terms=(changed,))).terms[0].changed] == ["Be ", "very ", "kind."]
    assert asking_form(asked(terms=(terms(1, agreed_at=AT, old_body="x"),))).terms[0].changed == ()
    assert not asking_form(asked()).anything


def test_faults_stand_in_the_order_of_the_fields_with_their_questions() -> None:
    long = question(5, label="z" * 300, readers=BOTH)
    form = asking_form(asked(long, YES_NO))
    errors = {f"q-{key(1)}": "No.", "q-unknown": "Not asked.", f"q-{key(5)}": "Too long."}
    assert ordered_faults(form, errors) == [
        ("", "Not asked."),
        (f"q-{key(5)}", "z" * 60 + "…: Too long."),
        (f"q-{key(1)}", "Do you eat?: No."),
    ]
