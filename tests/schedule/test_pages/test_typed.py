"""What is typed, and what is meant by it."""

from typing import Any
from uuid import UUID

import pytest
from msgspec import UNSET

from training.base.errors import Conflict, Invalid, Stale
from training.catalogue.rules import Inheritable, Mode
from training.schedule.pages.typed import MeetingForm, SessionForm, StepForm, refused, wall_time
from training.schedule.rules.sessions import CapacityBelowTaken
from training.schedule.rules.values import MeetingChange, MeetingValues
from training.web.forms import STALE, Form, fill

COURSE = Inheritable(title="Listening first", capacity_in_person=12)


def typed(**values: Any) -> SessionForm:
    """The form as it stands when nothing was changed."""
    same = {"title": "Listening first", "capacity_in_person": 12, "cancellation_hours": 48}
    return SessionForm(**{**same, "waitlist_cutoff_hours": 12, "overtaking": True, **values})


def test_only_what_differs_is_said() -> None:
    said = typed(mode=Mode.ONLINE, booking_opens_at="2026-05-04T10:00").values(COURSE, "Europe/Berlin")
    assert (said.mode, said.title, said.access_code, said.booking_closes_at) == (Mode.ONLINE, UNSET, UNSET, None)
    assert str(said.booking_opens_at) == "2026-05-04 08:00:00+00:00"
    back = typed(title="Other", inherit=("title",), code="new").values(COURSE, "UTC")
    assert (back.title, back.inherit, back.access_code) == (UNSET, ("title",), "new")


@pytest.mark.parametrize("text", ["", "x", "2026-05-04", "2026-05-04T10:00Z", "2026-13-01T00:00", "٢٠٢٦-05-04T10:00"])
def test_wall_times_are_what_browsers_send(text: str) -> None:
    if text == "2026-05-04":
        assert wall_time("at", text).hour == 0
        return
    with pytest.raises(Invalid) as caught:
        wall_time("at", text)
    assert list(caught.value.fields) == ["at"]


def test_a_meeting_is_typed_the_same_way_to_add_and_to_change() -> None:
    form = MeetingForm(local_start="2026-05-04T10:00", local_end="2026-05-04T12:00", link="https://meet.example/1")
    same: dict[str, Any] = {
        "local_start": wall_time("", "2026-05-04T10:00"),
        "local_end": wall_time("", "2026-05-04T12:00"),
    }
    assert form.values() == MeetingValues(**same, link="https://meet.example/1")
    key = UUID(int=1)
    assert form.change(key) == MeetingChange(
        meeting_id=key, **same, zone="", title="", room_id=None, link="https://meet.example/1"
    )


@pytest.mark.parametrize("link", ["javascript:alert(1)", "ftp://a", "https://a b", "https://<b>", "meet.example"])
def test_a_link_is_an_address_of_the_web(link: str) -> None:
    with pytest.raises(Invalid) as caught:
        MeetingForm(local_start="2026-05-04T10:00", local_end="2026-05-04T12:00", link=link).values()
    assert list(caught.value.fields) == ["link"]


@pytest.mark.parametrize(
    ("error", "errors", "version"),
    [
        (Stale(version=5), {"": STALE}, 5),
        (Invalid(fields={"a": "One.", "b": "Two."}), {"a": "One.", "b": "Two."}, "1"),
        (Invalid("Whole."), {"": "Whole."}, "1"),
        (Conflict("Clash."), {"": "Clash."}, "1"),
        (CapacityBelowTaken("Few.", field="capacity_online"), {"capacity_online": "Few."}, "1"),
    ],
)
def test_a_refusal_finds_its_field(error: Any, errors: dict[str, str], version: object) -> None:
    form: Form[StepForm] = fill(StepForm, [("version", "1")])
    found = refused(form, error)
    assert (found.errors, found.raw["version"]) == (errors, version)
