"""The walk would notice: with one check switched off, it says so."""

from uuid import UUID

import pytest

from tests.access.asking import Asking
from tests.access.facts import COORDINATOR_A, COORDINATOR_B, OTHER_MANAGER, Role
from tests.access.routes import ENTRIES
from tests.access.walk import walk
from training.base.errors import NotFound
from training.base.structs import Viewer
from training.people.rules import Permission, require
from training.schedule import queries


async def problems_of(asking: Asking, role: Role, part: str) -> str:
    """What the walk complains about in the entries whose path has this part."""
    return "\n".join(await walk(asking, role, [entry for entry in ENTRIES if part in entry.path]))


async def test_enrollments_for_everybody_are_noticed(asking: Asking, monkeypatch: pytest.MonkeyPatch) -> None:
    assert await problems_of(asking, COORDINATOR_B, "enrollment") == ""
    monkeypatch.setattr("training.booking.queries.enrollments.within_reach", lambda _: ("1 = 1", []))
    found = await problems_of(asking, COORDINATOR_B, "enrollment")
    assert "GET /api/v1/enrollments/{enrollment_id} of side one: should be 404, is 200" in found
    assert "tells 'zpeople'" in found


async def test_a_permission_that_is_not_asked_for_is_noticed(asking: Asking, monkeypatch: pytest.MonkeyPatch) -> None:
    assert await problems_of(asking, COORDINATOR_A, "/members") == ""
    monkeypatch.setattr("training.partners.queries.members.require", lambda *_: None)
    found = await problems_of(asking, COORDINATOR_A, "/members")
    assert "GET /api/v1/members/{membership_id} of side two: should be 404, is 200" in found
    assert "tells 'qpeople'" in found


async def test_one_statement_more_for_what_exists_is_noticed(asking: Asking, monkeypatch: pytest.MonkeyPatch) -> None:
    """As it once was: the meeting was looked up first, and then its session, whose manager one has to be."""

    async def in_two_steps(viewer: Viewer, meeting_id: UUID) -> UUID:
        meeting = await queries.find_meeting(meeting_id)
        if meeting is not None and (session := await queries.find_session(viewer, meeting.session_id)) is not None:
            require(viewer, Permission.SESSION_MANAGE, session.program_id)
            return session.id
        raise NotFound

    assert await problems_of(asking, OTHER_MANAGER, "/api/v1/meetings") == ""
    monkeypatch.setattr("training.schedule.api.sessions.queries.get_managed_session_of", in_two_steps)
    assert "foreign takes 3 statements, unknown 2" in await problems_of(asking, OTHER_MANAGER, "/api/v1/meetings")
