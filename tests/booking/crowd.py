"""A session with a crowd in it, made directly as rows."""

from tests.booking.made import Scene
from training.base.database import execute
from training.base.structs import Viewer
from training.base.work import Work, Works
from training.booking.tables import Booking, Enrollment
from training.people.tables import Person
from training.schedule.tables import Session

MAKER = Viewer.machine("test")


async def crowd_in(works: Works, scene: Scene, size: int, **columns: object) -> list[str]:
    """Put `size` new people into the scene's session, online; returns their addresses in order."""

    async def fill(work: Work) -> list[str]:
        booking_id = work.new_id()
        work.add(Booking, id=booking_id, code=str(booking_id)[-12:], session_id=scene.session_id, created_at=work.now)
        emails = []
        for number in range(size):
            person_id, email = work.new_id(), f"crowd-{number:05}@example.org"
            work.add(Person, id=person_id, email=email, name=f"Crowd {number:05}", created_at=work.now)
            values = {"state": "enrolled", "mode": "online", "accepts": "online"} | columns
            work.add(
                Enrollment,
                id=work.new_id(),
                booking_id=booking_id,
                session_id=scene.session_id,
                person_id=person_id,
                arrival=1000 + number,
                state_at=work.now,
                created_at=work.now,
                **values,
            )
            emails.append(email)
        if columns.get("state", "enrolled") == "enrolled":
            work.change(Session, scene.session_id, taken_online=size, capacity_online=size)
        return emails

    return await works.run(MAKER, fill)


async def told_of(kind: str) -> list[str]:
    """Who has a message of this kind that was not taken back, by address."""
    rows = await execute("SELECT recipient FROM message WHERE kind = {} AND state = 'waiting' ORDER BY recipient", kind)
    return [str(row["recipient"]) for row in rows]
