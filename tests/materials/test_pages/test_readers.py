"""Whoever takes part, as the pages for them need it."""

from uuid import UUID

import pytest
from msgspec.structs import replace

from tests.attendance.made import make_day
from tests.conftest import FrozenClock
from tests.materials.shelf import place_path
from training.base.errors import NotFound, SignInRequired
from training.base.structs import ANONYMOUS, Viewer
from training.base.work import Works
from training.booking.rules.guests import PlaceLinkUnknown
from training.materials.pages.readers import asked_to_sign_in, course_reader, reader_by_link, reader_of

KEY = UUID(int=7)
PERSON = Viewer(person_id=UUID(int=8), zone="America/Bogota")


def test_somebody_signed_in_reads_on_their_own_clocks() -> None:
    reader = reader_of(PERSON, KEY)
    assert (reader.zone, reader.base, reader.by_link) == ("America/Bogota", f"/sessions/{KEY}/materials", False)
    assert reader.session_id == KEY
    assert reader_of(ANONYMOUS, KEY).zone == ""


def test_an_access_code_is_kept_as_addresses_take_it() -> None:
    assert reader_of(ANONYMOUS, KEY).kept == ""
    assert replace(reader_of(ANONYMOUS, KEY), code="KX7M-RT4P").kept == "?code=KX7M-RT4P"
    assert replace(reader_of(ANONYMOUS, KEY), code='a&"#/é').kept == "?code=a%26%22%23%2F%C3%A9"


def test_a_course_has_no_session() -> None:
    reader = course_reader(ANONYMOUS, KEY)
    assert (reader.session_id, reader.base, reader.back) == (
        None,
        f"/courses/{KEY}/materials",
        f"/sessions?course={KEY}",
    )


async def test_by_the_link_to_a_place(works: Works, clock: FrozenClock) -> None:
    day = await make_day(works, clock)
    path = place_path(works, day)
    reader = await reader_by_link(works, path.removeprefix("/places/"))
    assert (reader.base, reader.back, reader.by_link) == (f"{path}/materials", path, True)
    assert (reader.session_id, reader.enrollment_id) == (day.session_id, day.enrollments[0])
    with pytest.raises(PlaceLinkUnknown):
        await reader_by_link(works, "no-link")


@pytest.mark.parametrize(
    ("reader", "raised"),
    [
        (reader_of(ANONYMOUS, KEY), SignInRequired),
        (reader_of(PERSON, KEY), NotFound),
        (course_reader(ANONYMOUS, KEY), NotFound),
    ],
)
def test_a_visitor_is_asked_to_sign_in(reader: object, raised: type[Exception]) -> None:
    with pytest.raises(raised), asked_to_sign_in(reader):  # type: ignore[arg-type]
        raise NotFound
