"""Whose briefing it is; what is on it is tried through the page (tests/portal/test_pages/test_briefing.py)."""

import pytest

from tests.reminders.made import enrolled_scene, teach
from training.attendance.queries.briefing import get_briefing
from training.base.database import watch_statements
from training.base.errors import NotFound
from training.base.structs import Viewer
from training.base.work import Works


async def test_a_foreign_one_answers_as_a_missing_one_after_one_statement(works: Works) -> None:
    scene = await enrolled_scene(works, 0)
    for session_id in (scene.session_id, scene.program_id):
        with watch_statements() as seen, pytest.raises(NotFound):
            await get_briefing(scene.coordinator, session_id)
        assert len(seen) == 1


async def test_who_teaches_gets_everybody_with_a_place(works: Works) -> None:
    scene = await enrolled_scene(works, 0, 1)
    await teach(works, scene, scene.people[7])
    found = await get_briefing(Viewer(person_id=scene.people[7]), scene.session_id)
    assert [one.name for one in found.people] == ["Northern Line 0", "Northern Line 1"]
    assert (found.teaches, found.manages) == (True, False)
