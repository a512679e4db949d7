"""What was said to what is asked: taken, refused, left open."""

from typing import Any

import msgspec
import pytest
from hypothesis import given as having
from hypothesis import strategies as st

from tests.booking.questions_made import AT, BOTH, COORDINATOR, asked, key, known, question, terms
from training.base.errors import Invalid
from training.booking.rules.asking import (
    Answers,
    Asked,
    AskedQuestion,
    Given,
    Value,
    fits,
    judge_answers,
    outstanding,
    seen_by_coordinators,
    split_given,
)
from training.booking.rules.questions import Kind

LINE, CHOICE = question(1), question(2, Kind.CHOICE, options=("<b>tea</b>", "milk"))
CHOICES, YES_NO = question(3, Kind.CHOICES, options=("a", "b", "c")), question(4, Kind.YES_NO)
PARAGRAPH = question(5, Kind.PARAGRAPH)
ONLY_TEA = question(6, required=True, asks_if=key(2), asks_if_value="<b>tea</b>")


def q(number: int, more: str = "") -> str:
    return f"q-{key(number)}{more}"


def values(judged: Answers) -> dict[int, Value]:
    return {one.question_id.int: one.value for one in judged.answers}


def faults(what: Asked, sent: dict[str, Any], **more: Any) -> dict[str, str]:
    with pytest.raises(Invalid) as refused:
        judge_answers(what, sent, **{"person_answers": True, **more})
    return refused.value.fields


def test_every_kind_is_answered_and_encoded() -> None:
    sent: Given = {
        q(1): " a \t b ",
        q(2): ["", "<b>tea</b>"],
        q(3): ["", "c", "a"],
        q(4): "no",
        q(5): "x\r\ny",
        q(6): "hot",
    }
    what = asked(LINE, CHOICE, CHOICES, YES_NO, PARAGRAPH, ONLY_TEA)
    judged = judge_answers(what, sent, person_answers=True)
    assert values(judged) == {1: "a b", 2: "<b>tea</b>", 3: ("a", "c"), 4: "no", 5: "x\ny", 6: "hot"}
    assert msgspec.json.decode(msgspec.json.encode(judged), type=Answers) == judged


def test_nothing_sent_and_nothing_required() -> None:
    assert judge_answers(asked(LINE, CHOICES), {}, person_answers=True).answers == ()
    blank = judge_answers(asked(LINE, CHOICES), {q(1): " ", q(3): ""}, person_answers=True)
    assert (blank.answers, set(blank.cleared)) == ((), {key(1), key(3)})


@pytest.mark.parametrize(
    ("what", "sent", "words"),
    [
        (CHOICE, "coffee", "choose one of the list"),
        (CHOICE, ["milk", "<b>tea</b>"], "one answer"),
        (CHOICES, ["a", "z"], "choose from the list"),
        (YES_NO, "maybe", "choose one of the list"),
        (LINE, "x" * 10_000, "at most 500"),
        (PARAGRAPH, "x" * 10_000, "at most 5000"),
        (LINE, "nul\0", "cannot be used"),
        (CHOICES, ["a", "\ud800"], "cannot be used"),
    ],
)
def test_answers_that_cannot_be_used(what: AskedQuestion, sent: Any, words: str) -> None:
    found = faults(asked(what), {what.field: sent})
    assert list(found) == [what.field]
    assert words in found[what.field]


def test_what_is_required() -> None:
    must = question(1, required=True)
    assert faults(asked(must), {}) == {q(1): "Please answer this question."}
    assert faults(asked(must), {q(1): "  "}) == {q(1): "Please answer this question."}
    answered = question(1, required=True, known=known("yes, already"))
    assert judge_answers(asked(answered), {}, person_answers=True) == Answers()
    assert faults(asked(answered), {q(1): ""}) == {q(1): "Please answer this question."}


def test_a_condition_decides_whether_a_question_counts() -> None:
    what = asked(CHOICE, ONLY_TEA)
    judged = judge_answers(what, {q(2): "milk", q(6): "typed before"}, person_answers=True)
    assert values(judged) == {2: "milk"}
    assert judged.cleared == (key(6),)
    assert faults(what, {q(2): "<b>tea</b>"}) == {q(6): "Please answer this question."}
    chain = asked(
        YES_NO,
        question(7, Kind.YES_NO, asks_if=key(4), asks_if_value="yes"),
        question(8, asks_if=key(7), asks_if_value="yes"),
    )
    assert values(judge_answers(chain, {q(4): "no", q(7): "yes", q(8): "x"}, person_answers=True)) == {4: "no"}
    retired = asked(question(9, asks_if=key(404), asks_if_value="yes", required=True))
    assert judge_answers(retired, {}, person_answers=True).answers == ()


def test_forged_and_foreign_fields_are_refused() -> None:
    sent = {q(77): "x", f"t-{key(78)}": "yes", q(1, "-reuse"): "yes", "q-": "x", q(1).upper(): "x"}
    found = faults(asked(question(1, reusable=False)), {k: v for k, v in sent.items() if k.startswith(("q-", "t-"))})
    assert set(found) == {q(77), f"t-{key(78)}", q(1, "-reuse"), "q-"}


def test_reuse_is_said_for_each_answer() -> None:
    judged = judge_answers(asked(LINE, YES_NO), {q(1): "x", q(1, "-reuse"): "yes", q(4): "no"}, person_answers=True)
    assert [(one.question_id, one.reuse) for one in judged.answers] == [(key(1), True), (key(4), False)]


def test_who_read_older_words_reads_the_new_ones_first() -> None:
    """Whoever answers was told who reads it: if that changed while they typed, they are told again before it counts."""
    what = asked(question(1, wording=3, readers=COORDINATOR), question(2))
    for person in (True, False):
        assert list(faults(what, {q(1): "x", q(1, "-wording"): "2"}, person_answers=person)) == [q(1)]
        judged = judge_answers(what, {q(1): "x", q(1, "-wording"): "3"}, person_answers=person)
        assert judged.answers[0].wording == 3
    assert judge_answers(what, {q(1, "-wording"): "2", q(2): "y"}, person_answers=True).answers[0].value == "y"


def test_terms() -> None:
    must, may_, done = terms(1), terms(2, required=False), terms(3, agreed_at=AT)
    what = asked(terms=(must, may_, done))
    assert faults(what, {}) == {must.field: "You can take part only if you agree to this."}
    assert faults(what, {must.field: "no"}) == {must.field: "Please tick the box, or leave it."}
    assert judge_answers(what, {must.field: "yes", done.field: "yes"}, person_answers=True).consents == (key(1),)
    assert judge_answers(what, {may_.field: "yes"}, person_answers=True, must_agree=False).consents == (key(2),)


def test_a_coordinator_answers_only_what_they_may_read_and_agrees_to_nothing() -> None:
    open_, secret = question(1, readers=COORDINATOR, required=True), question(2, required=True)
    what = asked(open_, secret, terms=(terms(3),))
    assert judge_answers(what, {}, person_answers=False) == Answers()
    judged = judge_answers(what, {q(1): "vegan"}, person_answers=False)
    assert values(judged) == {1: "vegan"}
    for name in (q(2), f"t-{key(3)}", q(1, "-reuse")):
        assert list(faults(what, {name: "yes"}, person_answers=False)) == [name]


def test_reuse_survives_a_coordinator_only_for_the_same_answer() -> None:
    what = asked(question(1, readers=COORDINATOR, known=known("vegan", reuse=True)))
    for said, kept in (("vegan", True), ("anything", False)):
        (one,) = judge_answers(what, {q(1): said}, person_answers=False).answers
        assert one.reuse is kept


def test_a_coordinator_sees_nothing_of_another_partner() -> None:
    mine, other = key(50), key(51)
    what = asked(
        question(1, readers=COORDINATOR, known=known("told to others", own=False, partner_id=other)),
        question(2, readers=COORDINATOR, known=known("told here", partner_id=mine)),
        question(3, readers=COORDINATOR, outdated=known("to older words", partner_id=mine)),
        question(4, known=known("not for them", partner_id=mine)),
        terms=(terms(5),),
    )
    seen = seen_by_coordinators(what, mine)
    assert [(one.id.int, one.known and one.known.value, one.outdated) for one in seen.questions] == [
        (1, None, None),
        (2, "told here", None),
        (3, None, None),
    ]
    assert seen.terms == ()
    # What they leave open takes nothing away that they do not see.
    assert judge_answers(seen, {q(1): "", q(2): "", q(3): ""}, person_answers=False).cleared == (key(2),)


def test_how_much_is_open() -> None:
    must = question(1, required=True)
    assert outstanding(asked(must, LINE, terms=(terms(1), terms(2, required=False)))) == 2
    assert outstanding(asked(question(1, required=True, known=known("x")), terms=(terms(1, agreed_at=AT),))) == 0
    tea = question(2, Kind.CHOICE, options=("<b>tea</b>",), known=known("<b>tea</b>"))
    assert outstanding(asked(CHOICE, ONLY_TEA)) == 0
    assert outstanding(asked(tea, ONLY_TEA)) == 1


def test_a_form_is_taken_apart() -> None:
    pairs = [("name", "Ana"), ("q-1", ""), ("q-1", "a"), ("t-2", "yes"), ("q-3", object()), ("form_token", "x")]
    own, said = split_given(pairs)
    assert [name for name, _ in own] == ["name", "q-3", "form_token"]
    assert said == {"q-1": ["", "a"], "t-2": "yes"}


def test_kept_values_must_still_be_possible() -> None:
    assert fits(CHOICE, "milk")
    assert not fits(CHOICE, "beer")
    assert not fits(CHOICE, ("milk",))
    assert not fits(CHOICES, "a")
    assert fits(CHOICES, ("a", "b"))
    assert fits(LINE, "anything")


EVERYTHING = asked(
    question(1, readers=BOTH), CHOICE, CHOICES, YES_NO, PARAGRAPH, ONLY_TEA, terms=(terms(8), terms(9, required=False))
)
NAMES = [one.field for one in EVERYTHING.questions] + [one.field for one in EVERYTHING.terms] + [q(1, "-reuse"), q(99)]


@having(
    st.dictionaries(st.sampled_from(NAMES), st.text() | st.sampled_from(["a", "yes", "milk"]) | st.lists(st.text())),
    st.booleans(),
    st.booleans(),
)
def test_whatever_is_sent_is_taken_whole_or_refused_by_field(sent: Any, person: bool, must: bool) -> None:
    try:
        judged = judge_answers(EVERYTHING, sent, person_answers=person, must_agree=must)
    except Invalid as error:
        assert error.fields
        assert set(error.fields) <= {*NAMES, *sent}
        return
    assert not set(judged.cleared) & {one.question_id for one in judged.answers}
    assert all(fits(next(x for x in EVERYTHING.questions if x.id == a.question_id), a.value) for a in judged.answers)
