"""Sessions that are over, with who was there, made as rows: what surveys find when the last roster is closed."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import msgspec

from tests.booking.asked import order
from tests.booking.made import Scene, make_scene
from training.attendance.events import RosterClosed
from training.attendance.tables import Overall, Roster
from training.base.database import execute, fetch
from training.base.structs import Frozen, Viewer
from training.base.work import Work, Works
from training.booking.actions import book_places
from training.booking.rules.guests import guest_of
from training.people.tables import Person
from training.schedule.tables import Session, TrainerAssignment
from training.surveys.actions.answering import answer_survey
from training.surveys.queries.rounds import find_sheet
from training.surveys.rules.answering import Sheet, cells, read_answers
from training.surveys.rules.questions import Kind
from training.surveys.tables import SurveyAnswer, SurveySheet

MACHINE = Viewer.machine("test")
SIZE = 8


class Over(Frozen, frozen=True, kw_only=True):
    """A session that is over: who has a place in it, in order, and who taught it."""

    scene: Scene
    enrollments: tuple[UUID, ...]
    trainers: tuple[UUID, ...]

    @property
    def session_id(self) -> UUID:
        return self.scene.session_id


class _Key(Frozen, frozen=True, kw_only=True):
    id: UUID


async def a_session_that_is_over(
    works: Works, *, places: int = SIZE, trainers: Sequence[str] = ("Tara", "Theo"), days_ago: float = 0.2, **more: Any
) -> Over:
    """Everybody of the first partner has a place; nothing is recorded yet."""
    scene = await make_scene(works, size=places, capacity_in_person=places, **more)
    await works.run(scene.coordinator, book_places, order(scene, *range(places)))
    await hold_in_the_past(works, scene, timedelta(days=days_ago))
    sql = "SELECT id FROM enrollment WHERE session_id = {} ORDER BY id"
    ids = tuple(row.id for row in await fetch(_Key, sql, scene.session_id))
    taught = await works.run(MACHINE, _teach, scene, trainers)
    return Over(scene=scene, enrollments=ids, trainers=taught)


async def hold_in_the_past(works: Works, scene: Scene, ago: timedelta) -> None:
    """It ended so long ago."""
    ends_at = works.clock() - ago
    starts_at = ends_at - timedelta(hours=2)
    for table, column, key in (("meeting", "session_id", scene.session_id), ("session", "id", scene.session_id)):
        await execute(
            f"UPDATE {table} SET starts_at = {{}}, ends_at = {{}} WHERE {column} = {{}}", starts_at, ends_at, key
        )


async def _teach(work: Work, scene: Scene, names: Sequence[str]) -> tuple[UUID, ...]:
    found = []
    for place, name in enumerate(names):
        person_id = work.new_id()
        email = f"{name.lower()}-{person_id.hex[-6:]}@coach.example"
        work.add(Person, id=person_id, email=email, name=name, created_at=work.now)
        work.add(
            TrainerAssignment,
            id=work.new_id(),
            session_id=scene.session_id,
            meeting_id=scene.meeting_ids[0],
            person_id=person_id,
            role="co" if place else "lead",
        )
        found.append(person_id)
    return tuple(found)


async def record(works: Works, over: Over, statuses: Mapping[UUID, str]) -> None:
    """How these people were there, as attendance would have written it."""

    async def write(work: Work) -> None:
        for key, status in statuses.items():
            await work.execute("DELETE FROM overall WHERE id = {}", key)
            ids = {"id": key, "enrollment_id": key, "session_id": over.session_id}
            work.add(Overall, **ids, status=status, meetings=1, meetings_held=1, changed_at=work.now)

    await works.run(MACHINE, write)


async def close(works: Works, over: Over, *, told: bool = True) -> None:
    """Close the rosters, and say so unless it is not `told`."""

    async def write(work: Work) -> None:
        for meeting_id in over.scene.meeting_ids:
            await work.execute("DELETE FROM roster WHERE id = {}", meeting_id)
            ids = {"id": meeting_id, "meeting_id": meeting_id, "session_id": over.session_id}
            work.add(Roster, **ids, closed_at=work.now, created_at=work.now)
            if told:
                work.emit(RosterClosed(meeting_id=meeting_id, session_id=over.session_id, way="roster"))

    await works.run(MACHINE, write)


async def asked(works: Works, *, present: int = 6, **more: Any) -> Over:
    """A session whose roster is closed: the first `present` were there, the others were not."""
    over = await a_session_that_is_over(works, **more)
    statuses = {key: "present" if n < present else "no-show" for n, key in enumerate(over.enrollments)}
    await record(works, over, statuses)
    await close(works, over)
    return over


async def sheet_of(over: Over) -> Sheet:
    """What is asked about it."""
    found = await find_sheet(over.session_id)
    assert found is not None
    return found


def filled_in(sheet: Sheet, rating: int = 4, words: str = "") -> dict[str, str]:
    """A form in which every question has an answer; no words without `words`."""
    said = {Kind.RATING: str(rating), Kind.YES_NO: "yes", Kind.CHOICE: "0", Kind.WORDS: words}
    return {cell.name: said[cell.question.kind] for cell in cells(sheet)}


async def answer(works: Works, over: Over, number: int, rating: int = 4, words: str = "") -> None:
    """The person of this number answers."""
    sheet = await sheet_of(over)
    await answer_of(works, over.scene.people[number], over.enrollments[number], sheet, rating=rating, words=words)


async def answer_of(
    works: Works, person_id: UUID, enrollment_id: UUID, sheet: Sheet, *, rating: int = 4, words: str = ""
) -> None:
    """The person with this enrollment fills in this form."""
    await works.run(guest_of(person_id, "Guest", "UTC"), answer_survey, enrollment_id, filled_in(sheet, rating, words))


async def count(sql: str, *args: object) -> int:
    """The one number that a statement gives as `n`."""
    return int((await execute(sql, *args))[0]["n"])


async def past(works: Works, over: Over, days: int, *, rating: int = 4, title: str = "Earlier") -> UUID:
    """Another session of the course, so many days ago, taught by the same, about which six people said the same."""
    sheet = await sheet_of(over)

    async def write(work: Work) -> UUID:
        key, starts_at = work.new_id(), work.now - timedelta(days=days)
        ids = {"program_id": over.scene.program_id, "course_id": over.scene.course_id}
        times = {"starts_at": starts_at, "ends_at": starts_at + timedelta(hours=2), "created_at": work.now}
        work.add(Session, id=key, title=title, state="closed", **ids, **times)
        for _ in range(6):
            sheet_id = uuid4()
            work.add(SurveySheet, id=sheet_id, session_id=key, survey_id=sheet.survey_id, released=True)
            for one in read_answers(sheet, filled_in(sheet, rating)):
                said = {"question_id": one.question_id, "trainer_id": one.trainer_id}
                value = msgspec.json.encode(one.value).decode()
                work.add(SurveyAnswer, id=uuid4(), sheet_id=sheet_id, session_id=key, value=value, **said)
        return key

    return await works.run(MACHINE, write)
