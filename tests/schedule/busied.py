"""Trainers with calendars of their own, without any calendar."""

from datetime import datetime, timedelta
from uuid import UUID

from training.base.structs import Viewer
from training.base.work import Work, Works
from training.schedule.actions import add_busy_source
from training.schedule.tables import BusyTime

ADDRESS = "https://calendar.example.org/private-0123/basic.ics"
WORKER = Viewer.machine("worker")


async def a_source(works: Works, person_id: UUID, address: str = ADDRESS) -> UUID:
    """The address of a calendar that a person gave."""
    return await works.run(Viewer(person_id=person_id), add_busy_source, address, "Work")


async def busy(works: Works, person_id: UUID, *spans: tuple[datetime, datetime]) -> UUID:
    """A person's own calendar, read already, in which they are busy then."""
    source_id = await a_source(works, person_id)

    async def add(work: Work) -> None:
        await work.execute(
            "UPDATE busy_source SET next_at = {} WHERE id = {}", work.now + timedelta(hours=6), source_id
        )
        for starts_at, ends_at in spans:
            ids = {"id": work.new_id(), "source_id": source_id, "person_id": person_id}
            work.add(BusyTime, **ids, starts_at=starts_at, ends_at=ends_at)

    await works.run(WORKER, add)
    return source_id
