"""What every page about one session begins with."""

import pytest

from tests.schedule.made import MISSING, NOBODY, STAFF, a_course, a_program, a_session, manager_of
from training.base.errors import NotFound
from training.base.work import Works
from training.catalogue.rules import Audience
from training.schedule.pages.whole import load_managed, tabs, tabs_for


async def test_a_session_that_one_may_see_but_not_manage_is_not_found(works: Works) -> None:
    program = await a_program(works)
    key = await a_session(works, (await a_course(works, program)).id, audience=Audience.PUBLIC, publish=True)
    for viewer in (STAFF, manager_of(program)):
        assert (await load_managed(viewer, key)).id == key
    for viewer, wanted in ((NOBODY, key), (manager_of(MISSING), key), (STAFF, MISSING)):
        with pytest.raises(NotFound):
            await load_managed(viewer, wanted)


def test_tabs_know_where_one_is() -> None:
    found = tabs(MISSING, "/meetings", {"/meetings": 3})
    assert [(words, current, count) for _, words, current, count in found] == [
        ("Overview", False, None),
        ("Places", False, None),
        ("Details", False, None),
        ("Meetings", True, 3),
        ("Trainers", False, None),
        ("Questions", False, None),
        ("Answers", False, None),
        ("Materials", False, None),
        ("Reminders", False, None),
        ("Briefing", False, None),
        ("Attendance", False, None),
        ("Survey", False, None),
        ("Completion", False, None),
        ("Certificates", False, None),
        ("Journal", False, None),
    ]


def test_only_who_manages_the_session_has_its_tabs() -> None:
    assert tabs_for(STAFF, MISSING, MISSING, "/briefing") == tabs(MISSING, "/briefing")
    assert tabs_for(manager_of(MISSING), MISSING, MISSING, "/survey") == tabs(MISSING, "/survey")
    assert tabs_for(NOBODY, MISSING, MISSING, "/survey") == []
