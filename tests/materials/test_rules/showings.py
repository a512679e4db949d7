"""Any showing, standing and times, for tests that hold for all of them."""

from datetime import UTC, datetime, timedelta

from hypothesis import strategies as st

from training.materials.rules.showing import Audience, Opens, Showing, Sitting, Standing, Times

START = datetime(2026, 5, 12, 8, 0, tzinfo=UTC)
MINUTES = st.integers(-20_000, 20_000)


def at(minutes: int) -> datetime:
    return START + timedelta(minutes=minutes)


def a_sitting(number: int, start: int, length: int) -> Sitting:
    return Sitting(number=number, starts_at=at(start), ends_at=at(start + length))


sittings = st.lists(
    st.builds(a_sitting, st.integers(1, 4), MINUTES, st.integers(1, 600)), max_size=4, unique_by=lambda s: s.number
).map(tuple)
times = st.builds(Times, held=st.booleans(), sittings=sittings)
standings = st.builds(
    Standing,
    manages=st.booleans(),
    teaches=st.booleans(),
    enrolled=st.booleans(),
    attended=st.booleans(),
    partner=st.booleans(),
)
showings = st.builds(
    Showing,
    audience=st.sampled_from(Audience),
    opens=st.sampled_from(Opens),
    offset_minutes=st.integers(0, 10_000),
    meeting_number=st.none() | st.integers(1, 5),
)
moments = MINUTES.map(at)
