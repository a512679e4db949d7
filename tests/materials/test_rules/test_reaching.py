"""Whom a material reaches is whom it is shown to, for all who stand alike."""

from datetime import datetime
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from tests.materials.test_rules.showings import START, at, moments, showings, times
from training.materials.rules.reaching import (
    ABSENT,
    ENROLLED,
    PARTICIPATES,
    PARTNER,
    STEP,
    TEACHES,
    THERE,
    Place,
    outcomes,
    will_see,
)
from training.materials.rules.showing import Audience, Opens, Showing, Sitting, Standing, Times, judge
from training.schedule.rules.sessions import Audience as SessionAudience

SITTINGS = Times(sittings=(Sitting(number=1, starts_at=at(0), ends_at=at(120)),))
KEYS = [UUID(int=number) for number in range(1, 5)]
places = st.lists(
    st.builds(
        Place,
        session_id=st.just(UUID(int=0)),
        audience=st.sampled_from(SessionAudience),
        times=times,
        showing=showings,
        hidden=st.booleans(),
    ),
    max_size=4,
).map(lambda found: [replace(each, session_id=key) for each, key in zip(found, KEYS, strict=False)])
STANDINGS = {
    0: Standing(),
    ENROLLED: Standing(enrolled=True),
    ENROLLED | THERE: Standing(enrolled=True, attended=True),
    ENROLLED | ABSENT: Standing(enrolled=True, absent="excused"),
    PARTNER: Standing(partner=True),
    THERE: Standing(attended=True),
}


@given(places, st.none() | showings, moments)
def test_who_stands_in_a_session_is_judged_as_there(
    found: list[Place], of_course: Showing | None, now: datetime
) -> None:
    said = outcomes(found, of_course, now)
    kinds = {key: number for number, keys in enumerate(said.kinds, 1) for key in keys}
    assert sorted(kinds, key=str) == [place.session_id for place in found]
    if said.anybody:
        return
    for place in found:
        for code, standing in STANDINGS.items():
            seen = not place.hidden and judge(place.showing, standing, place.times, now).visible
            cell = kinds[place.session_id] * STEP + code
            assert (cell in said.now) == seen
            # Whoever sees it now will not be said to see it never.
            assert not seen or cell in said.later


@pytest.mark.parametrize(
    ("session", "course", "hidden", "teaches", "member", "anybody"),
    [
        (SessionAudience.PUBLIC, None, False, True, True, True),
        (SessionAudience.PARTICIPATING, None, False, True, True, False),
        (SessionAudience.INVITED, None, False, True, False, False),
        (SessionAudience.PUBLIC, None, True, False, False, False),
        # The page of a course shows what it shows always, whatever its sessions do; and everything to who teaches.
        (SessionAudience.PUBLIC, Showing(audience=Audience.EVERYONE), True, True, True, True),
        (SessionAudience.INVITED, Showing(audience=Audience.PARTNERS), True, True, True, False),
        (SessionAudience.INVITED, Showing(audience=Audience.ENROLLED), True, True, False, False),
    ],
)
def test_who_has_no_place_sees_what_is_open_to_them(
    session: SessionAudience, course: Showing | None, hidden: bool, teaches: bool, member: bool, anybody: bool
) -> None:
    shown = Showing(audience=Audience.EVERYONE)
    place = Place(session_id=KEYS[0], audience=session, times=SITTINGS, showing=shown, hidden=hidden)
    said = outcomes([place], course, START)
    assert (TEACHES in said.now, PARTICIPATES in said.now, said.anybody) == (teaches, member, anybody)


def test_who_was_absent_will_not_see_what_is_for_those_who_were_there() -> None:
    showing = Showing(opens=Opens.ATTENDED)
    absent, enrolled = Standing(enrolled=True, absent="no-show"), Standing(enrolled=True)
    told = [will_see(showing, absent, SITTINGS, at(minutes)) for minutes in (0, 119, 120)]
    # A session that is not over may still say otherwise.
    assert told == [True, True, False]
    assert will_see(showing, enrolled, SITTINGS, at(500))
    assert not will_see(showing, Standing(partner=True), SITTINGS, at(0))


@pytest.mark.parametrize(
    ("opens", "number", "lacks"),
    [(Opens.START, 7, True), (Opens.START, 1, False), (Opens.ALWAYS, 7, False), (Opens.START, None, False)],
)
def test_a_session_may_lack_the_meeting_that_it_takes(opens: Opens, number: int | None, lacks: bool) -> None:
    showing = Showing(opens=opens, meeting_number=number)
    place = Place(session_id=KEYS[0], audience=SessionAudience.PUBLIC, times=SITTINGS, showing=showing)
    assert place.lacks == lacks
    said = outcomes([place], None, START)
    assert (STEP + ENROLLED in said.later) == (not lacks)
