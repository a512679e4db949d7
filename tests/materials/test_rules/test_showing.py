"""Who sees a material when: every audience with every time, and what holds whatever is set."""

from datetime import datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from msgspec.structs import replace

from tests.materials.test_rules.showings import START, a_sitting, moments, showings, standings, times
from training.base.errors import Invalid
from training.materials.rules.showing import (
    NO_MEETING,
    Audience,
    Judgement,
    Opens,
    Showing,
    Standing,
    Times,
    Why,
    checked_showing,
    is_public,
    judge,
    mark_of,
    not_there,
    numbers_after,
    opens_at,
)
from training.schedule.rules.placing import Renumbered

STRANGER = Standing()
PARTNER = Standing(partner=True)
ENROLLED = Standing(enrolled=True)
THERE = Standing(enrolled=True, attended=True)
SHADOW = Standing(teaches=True)
MANAGER = Standing(manages=True)
TWO_DAYS = Times(sittings=(a_sitting(1, 0, 120), a_sitting(2, 1440, 120)))
BEFORE, MEANWHILE, LATER = START - timedelta(days=2), START + timedelta(hours=1), START + timedelta(days=3)
SEES = {
    Audience.EVERYONE: (STRANGER, PARTNER, ENROLLED, THERE, SHADOW, MANAGER),
    Audience.PARTNERS: (PARTNER, ENROLLED, THERE, SHADOW, MANAGER),
    Audience.ENROLLED: (ENROLLED, THERE, SHADOW, MANAGER),
    Audience.TRAINERS: (SHADOW, MANAGER),
}
ALL = SEES[Audience.EVERYONE]
OPEN_AT = {
    Opens.ALWAYS: (BEFORE, MEANWHILE, LATER),
    Opens.BEFORE: (MEANWHILE, LATER),
    Opens.START: (MEANWHILE, LATER),
    Opens.AFTER: (LATER,),
}


@pytest.mark.parametrize("opens", OPEN_AT)
@pytest.mark.parametrize("audience", Audience)
def test_every_audience_at_every_time(audience: Audience, opens: Opens) -> None:
    showing = Showing(audience=audience, opens=opens, offset_minutes=60 if opens is Opens.BEFORE else 0)
    for now in (BEFORE, MEANWHILE, LATER):
        seen = [one for one in ALL if judge(showing, one, TWO_DAYS, now).visible]
        inside = SEES[audience] if now in OPEN_AT[opens] else (SHADOW, MANAGER)
        assert seen == [one for one in ALL if one in inside]


@pytest.mark.parametrize("audience", Audience)
def test_attended_is_for_those_who_were_there_when_it_is_over(audience: Audience) -> None:
    showing = Showing(audience=audience, opens=Opens.ATTENDED)
    over = [one for one in ALL if judge(showing, one, TWO_DAYS, LATER).visible]
    assert over == ([SHADOW, MANAGER] if audience is Audience.TRAINERS else [THERE, SHADOW, MANAGER])
    assert [one for one in ALL if judge(showing, one, TWO_DAYS, MEANWHILE).visible] == [SHADOW, MANAGER]
    if audience is not Audience.TRAINERS:
        assert judge(showing, ENROLLED, TWO_DAYS, MEANWHILE).why is Why.LATER
        assert judge(showing, ENROLLED, TWO_DAYS, LATER).why is Why.NOT_THERE
    assert judge(showing, PARTNER, TWO_DAYS, LATER).why is Why.STRANGER


def test_who_was_not_there_is_told_how_they_are_recorded() -> None:
    said = [not_there("Recording", absent, None).detail for absent in ("", "excused", "no-show")]
    assert "not recorded, or not yet" in said[0]
    assert said[1].endswith("recorded as excused.")
    assert said[2].endswith("recorded as not there.")


TIMES: list[tuple[Showing, datetime | None]] = [
    (Showing(opens=Opens.ALWAYS), None),
    (Showing(opens=Opens.START), START),
    (Showing(opens=Opens.BEFORE, offset_minutes=90), START - timedelta(minutes=90)),
    (Showing(opens=Opens.AFTER), START + timedelta(minutes=1560)),
    (Showing(opens=Opens.ATTENDED), START + timedelta(minutes=1560)),
    (Showing(opens=Opens.START, meeting_number=2), START + timedelta(days=1)),
    (Showing(opens=Opens.BEFORE, offset_minutes=30, meeting_number=2), START + timedelta(minutes=1410)),
    (Showing(opens=Opens.AFTER, meeting_number=1), START + timedelta(hours=2)),
    (Showing(opens=Opens.START, meeting_number=3), None),
]


@pytest.mark.parametrize(("showing", "expected"), TIMES)
def test_times_are_relative_to_the_meetings(showing: Showing, expected: datetime | None) -> None:
    assert opens_at(showing, TWO_DAYS) == expected
    dated = Judgement(
        visible=showing.opens is Opens.ALWAYS, from_at=expected, why=Why.LATER if expected else Why.NO_DATE
    )
    if showing.opens is Opens.ALWAYS:
        dated = replace(dated, why=Why.SEEN)
    assert judge(showing, ENROLLED, TWO_DAYS, BEFORE) == dated


def test_exactly_then_it_is_open() -> None:
    showing = Showing(opens=Opens.START)
    moment = timedelta(microseconds=1)
    assert not judge(showing, ENROLLED, TWO_DAYS, START - moment).visible
    assert judge(showing, ENROLLED, TWO_DAYS, START).visible


@pytest.mark.parametrize("opens", [one for one in Opens if one is not Opens.ALWAYS])
def test_without_a_date_only_what_is_always_shown_shows(opens: Opens) -> None:
    showing = Showing(audience=Audience.EVERYONE, opens=opens)
    assert judge(showing, THERE, Times(), LATER) == Judgement(visible=False, why=Why.NO_DATE)
    assert judge(showing, SHADOW, Times(), LATER).visible
    assert judge(Showing(audience=Audience.EVERYONE), STRANGER, Times(), LATER).visible


def test_what_is_not_held_shows_nothing_but_to_those_who_prepare() -> None:
    draft = replace(TWO_DAYS, held=False)
    seen = [one for one in ALL if judge(Showing(audience=Audience.EVERYONE), one, draft, LATER).visible]
    assert seen == [SHADOW, MANAGER]
    assert judge(Showing(), ENROLLED, draft, LATER) == Judgement(visible=False, why=Why.NOT_HELD)
    prepared = judge(Showing(opens=Opens.START, meeting_number=2), MANAGER, draft, BEFORE)
    assert prepared == Judgement(visible=True, from_at=START + timedelta(days=1), why=Why.PREPARES)


def test_only_what_is_for_everyone_always_is_public() -> None:
    open_to_all = [(a, o) for a in Audience for o in Opens if is_public(Showing(audience=a, opens=o))]
    assert open_to_all == [(Audience.EVERYONE, Opens.ALWAYS)]


@given(showing=showings, standing=standings, when=times, now=moments)
def test_nobody_sees_earlier_than_it_opens(showing: Showing, standing: Standing, when: Times, now: datetime) -> None:
    judged = judge(showing, standing, when, now)
    if judged.visible and not standing.prepares:
        assert when.held
        assert judged.from_at == opens_at(showing, when)
        assert judged.from_at is None or judged.from_at <= now
        assert showing.opens is Opens.ALWAYS or judged.from_at is not None


@given(showing=showings, standing=standings, when=times, now=moments)
def test_who_teaches_sees_what_any_learner_sees(
    showing: Showing, standing: Standing, when: Times, now: datetime
) -> None:
    if judge(showing, standing, when, now).visible:
        assert judge(showing, replace(standing, teaches=True), when, now).visible
        assert judge(showing, replace(standing, manages=True), when, now).visible


@given(showing=showings, standing=standings, when=times, now=moments)
def test_audiences_lie_in_each_other(showing: Showing, standing: Standing, when: Times, now: datetime) -> None:
    order = list(Audience)
    seen = [judge(replace(showing, audience=one), standing, when, now).visible for one in order]
    assert seen == sorted(seen, reverse=True)


@given(showing=showings, standing=standings, when=times, now=moments)
def test_more_standing_never_hides(showing: Showing, standing: Standing, when: Times, now: datetime) -> None:
    if judge(showing, standing, when, now).visible:
        for name in Standing.__struct_fields__:
            assert judge(showing, replace(standing, **{name: True}), when, now).visible


@given(showing=showings, standing=standings, when=times, now=moments, later=moments)
def test_what_is_seen_stays_seen(
    showing: Showing, standing: Standing, when: Times, now: datetime, later: datetime
) -> None:
    if later >= now and judge(showing, standing, when, now).visible:
        assert judge(showing, standing, when, later).visible


@given(showing=showings, standing=standings, when=times, now=moments)
def test_a_promise_is_kept(showing: Showing, standing: Standing, when: Times, now: datetime) -> None:
    judged = judge(showing, standing, when, now)
    if judged.why is Why.LATER:
        assert judged.from_at is not None
        assert judged.from_at > now
        then = judge(showing, standing, when, judged.from_at)
        assert then.visible or then.why is Why.NOT_THERE
    if judged.why is Why.STRANGER:
        assert judged.from_at is None


@given(showing=showings, when=times)
def test_times_say_when_it_ends(showing: Showing, when: Times) -> None:
    ends = [one.ends_at for one in when.sittings]
    assert when.ends_at == (max(ends) if ends else None)
    opened = opens_at(showing, when)
    if opened is not None and when.ends_at is not None:
        assert opened <= when.ends_at


def test_what_does_not_count_is_not_kept() -> None:
    said = Showing(opens=Opens.ALWAYS, offset_minutes=30, meeting_number=2)
    assert checked_showing(said) == Showing(opens=Opens.ALWAYS)
    said = Showing(opens=Opens.BEFORE, offset_minutes=30, meeting_number=2)
    assert checked_showing(said) == said
    assert checked_showing(Showing(opens=Opens.AFTER, offset_minutes=30)) == Showing(opens=Opens.AFTER)


@pytest.mark.parametrize(
    ("showing", "field"),
    [
        (Showing(opens=Opens.BEFORE), "offset_minutes"),
        (Showing(opens=Opens.BEFORE, offset_minutes=-5), "offset_minutes"),
        (Showing(opens=Opens.BEFORE, offset_minutes=60 * 24 * 366), "offset_minutes"),
        (Showing(opens=Opens.START, meeting_number=0), "meeting_number"),
    ],
)
def test_what_cannot_be_is_refused(showing: Showing, field: str) -> None:
    with pytest.raises(Invalid) as refused:
        checked_showing(showing)
    assert list(refused.value.fields) == [field]


@pytest.mark.parametrize(
    ("counted", "instead"),
    [
        ({1: 2, 2: 1}, {1: 2, 2: 1}),
        ({2: None, 3: 2}, {2: NO_MEETING, 3: 2}),
        ({3: None}, {3: NO_MEETING}),
        ({2: 3}, {2: 3, 3: NO_MEETING}),
        ({1: 2, 2: 3}, {1: 2, 2: 3, 3: NO_MEETING}),
    ],
)
def test_numbers_follow_their_meetings(counted: dict[int, int | None], instead: dict[int, int]) -> None:
    meetings = [Renumbered(meeting_id=UUID(int=old), before=old, after=new) for old, new in counted.items()]
    assert numbers_after(meetings) == instead


def test_the_mark_of_meetings_tells_their_order() -> None:
    one, two, three = (UUID(int=number) for number in (1, 2, 3))
    assert mark_of([one, two]) == mark_of([one, two])
    assert len({mark_of(some) for some in ([one, two], [two, one], [one, two, three], [])}) == 4
