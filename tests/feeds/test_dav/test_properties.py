"""Properties are made only when asked for, and hold what people wrote as text."""

from uuid import UUID

from defusedxml.ElementTree import fromstring

from training.feeds.dav import properties
from training.feeds.dav.holdings import Calendar
from training.feeds.dav.names import COLLECTION_TAG, SYNC_TOKEN, cal, dav
from training.feeds.dav.properties import Thing
from training.feeds.dav.writing import multistatus
from training.feeds.queries.entries import Source

ADA = UUID(int=1)
CALENDAR = Calendar(
    person_id=ADA, own_part="mine", name="<&>\x00", about="x", color="#000000ff", source=Source(kind="mine")
)


def test_only_what_is_asked_for_is_made() -> None:
    def fail() -> str:
        raise AssertionError

    thing = Thing(path="/x", properties={"{DAV:}a": lambda: "<d:a/>", "{DAV:}b": fail})
    assert b"<d:a/>" in multistatus([thing.told(["{DAV:}a"])])


def test_names_of_people_are_text() -> None:
    for thing in (properties.principal(ADA, "<&>\x00"), properties.calendar(CALENDAR), properties.root(ADA, "<&>\x00")):
        root = fromstring(multistatus([thing.told([dav("displayname")])]))
        assert root.findtext(f".//{dav('displayname')}") == "<&>"


def test_nothing_speaks_of_scheduling_or_writing() -> None:
    for thing in (properties.root(ADA, ""), properties.principal(ADA, ""), properties.home(ADA)):
        told = thing.told(thing.properties)
        assert "schedule" not in told
        assert "write" not in told
        assert cal("calendar-user-address-set") not in thing.properties


def test_tags_are_there_when_they_are_known() -> None:
    assert not {COLLECTION_TAG, SYNC_TOKEN} & set(properties.calendar(CALENDAR).properties)
    assert {COLLECTION_TAG, SYNC_TOKEN} <= set(properties.calendar(CALENDAR, tag="a", token="b").properties)
