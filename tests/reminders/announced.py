"""Announcements as tests write them."""

from typing import Any
from uuid import UUID

from tests.booking.made import Scene
from training.base.database import execute
from training.base.structs import Viewer
from training.base.work import Works
from training.reminders.actions.announcements import draft_announcement, schedule_announcement
from training.reminders.rules.announcements import Announcement, Details, Group, Segment

WORKER = Viewer.machine("worker")
WORDS = "The room is upstairs.\nBring a pen.\n\nSee https://example.org/map for the way."


def details(*groups: Group, subject: str = "Before we meet", words: str = WORDS, **segment: Any) -> Details:
    """What is said to these groups, the enrolled unless said otherwise."""
    return Details(subject=subject, words=words, segment=Segment(groups=groups or (Group.ENROLLED,), **segment))


async def drafted(works: Works, scene: Scene, *groups: Group, **more: Any) -> Announcement:
    """A draft to the scene's session."""
    return await works.run(scene.manager, draft_announcement, "session", scene.session_id, details(*groups, **more))


async def scheduled(works: Works, scene: Scene, *groups: Group, **more: Any) -> Announcement:
    """The same, to go out at once."""
    draft = await drafted(works, scene, *groups, **more)
    return await works.run(scene.manager, schedule_announcement, draft.id)


async def copies(announcement_id: UUID) -> list[str]:
    """Who has a copy that was not taken back, by address."""
    rows = await execute(
        "SELECT recipient FROM message WHERE topic = {} AND state = 'waiting' ORDER BY recipient",
        f"announcement:{announcement_id}",
    )
    return [str(row["recipient"]) for row in rows]
