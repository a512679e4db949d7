"""Many sessions at once, and a browser that reads."""

from datetime import timedelta
from uuid import UUID

from tests.booking.made import Scene
from training.base.work import Work, Works
from training.schedule.tables import Meeting, Session


async def more_sessions(works: Works, scene: Scene, count: int, **values: object) -> list[UUID]:
    """So many more sessions of the scene's course, one an hour from tomorrow on."""

    async def build(work: Work) -> list[UUID]:
        made = []
        for number in range(count):
            session_id, start = work.new_id(), work.now + timedelta(days=1, hours=number)
            columns = {
                "title": f"Session {number:03}",
                "search": f"session {number:03}",
                "state": "published",
                "audience": "public",
                "mode": "online",
                "capacity_online": 5,
                "language": "en",
                "zone": "Asia/Kolkata",
            } | values
            work.add(
                Session,
                id=session_id,
                program_id=scene.program_id,
                course_id=scene.course_id,
                starts_at=start,
                ends_at=start + timedelta(hours=1),
                created_at=work.now,
                **columns,
            )
            work.add(
                Meeting,
                id=work.new_id(),
                session_id=session_id,
                number=1,
                local_start=start.replace(tzinfo=None),
                local_end=(start + timedelta(hours=1)).replace(tzinfo=None),
                zone="Asia/Kolkata",
                starts_at=start,
                ends_at=start + timedelta(hours=1),
                link="https://meet.example/secret",
                changed_at=work.now,
            )
            made.append(session_id)
        return made

    return await works.run(scene.manager, build)
