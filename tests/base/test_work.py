"""The one transaction: all or nothing, retried when a race was lost, reactions in order, a journal with causes."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

import pytest

from tests.conftest import SITE, FrozenClock
from training.base.database import Broken, Busy, Database, Duplicate, execute, fetch, fetch_one, watch_statements
from training.base.errors import Conflict, Forbidden, Unavailable
from training.base.structs import ANONYMOUS, Event, Frozen, Viewer
from training.base.work import MOST_ATTEMPTS, MOST_DUPLICATES, MOST_GENERATIONS, Add, Reaction, Work, Works
from training.catalogue.tables import Program
from training.people.tables import Person

SUBJECT = UUID(int=7)
STAFF = Viewer(person_id=UUID(int=1), name="Sam")


class Rang(Event, frozen=True, kw_only=True):
    """A bell rang."""

    bell_id: UUID
    times: int = 1


class Heard(Event, frozen=True, kw_only=True):
    """Somebody heard a bell."""

    bell_id: UUID
    who: str


class Entry(Frozen, frozen=True, kw_only=True):
    """A journal row, as tests compare it."""

    id: UUID
    event: str
    subject_id: UUID
    actor_name: str
    origin: str
    work_id: UUID
    cause_id: UUID | None
    data: str
    before: str | None
    after: str | None


class Row(Frozen, frozen=True, kw_only=True):
    """A program, as tests compare it."""

    name: str
    version: int


def units(database: Database, reactions: Mapping[type[Event], Sequence[Reaction]] | None = None) -> Works:
    assert database is not None
    return Works(clock=FrozenClock(), site=SITE, reactions=reactions or {}, origin="test")


async def journal() -> list[Entry]:
    return await fetch(
        Entry,
        "SELECT id, event, subject_id, actor_name, origin, work_id, cause_id, data, before, after"
        " FROM journal_entry ORDER BY id",
    )


async def programs() -> list[Row]:
    return await fetch(Row, "SELECT name, version FROM program ORDER BY name")


def add_program(work: Work, name: str, slug: str = "") -> UUID:
    key = work.new_id()
    work.add(Program, id=key, slug=slug or name, name=name, created_at=work.now)
    return key


async def test_what_an_action_returns_comes_back_after_the_commit(database: Database) -> None:
    async def act(work: Work, name: str, *, shout: bool) -> str:
        add_program(work, name)
        return name.upper() if shout else name

    assert await units(database).run(STAFF, act, "bell", shout=True) == "BELL"
    assert await programs() == [Row(name="bell", version=1)]


async def test_the_clock_is_read_once_and_the_actor_is_known(database: Database) -> None:
    async def act(work: Work) -> tuple[Any, ...]:
        first = work.now
        await asyncio.sleep(0)
        return first is work.now, work.actor, work.site, work.origin

    assert await units(database).of("page").run(STAFF, act) == (True, STAFF, SITE, "page")


async def test_nothing_is_kept_after_an_error(database: Database) -> None:
    async def act(work: Work) -> None:
        add_program(work, "one")
        await work.flush()
        add_program(work, "two")
        work.emit(Rang(bell_id=SUBJECT))
        raise Forbidden

    with pytest.raises(Forbidden):
        await units(database).run(STAFF, act)
    assert (await programs(), await journal()) == ([], [])


async def test_nothing_is_kept_when_a_reaction_fails(database: Database) -> None:
    async def react(_: Work, __: Rang) -> None:
        raise RuntimeError("no ears")

    async def act(work: Work) -> None:
        add_program(work, "one")
        work.emit(Rang(bell_id=SUBJECT))

    with pytest.raises(RuntimeError, match="no ears"):
        await units(database, {Rang: [react]}).run(STAFF, act)
    assert (await programs(), await journal()) == ([], [])


async def test_nothing_is_written_by_half(database: Database) -> None:
    """The last row breaks a unique index: the first ones and the journal go with it."""

    async def act(work: Work) -> None:
        work.emit(Rang(bell_id=SUBJECT))
        for number in range(3):
            add_program(work, f"p{number}", slug="same" if number else "other")

    with pytest.raises(Conflict):
        await units(database).run(STAFF, act)
    assert (await programs(), await journal()) == ([], [])


async def test_reactions_follow_in_order_and_the_journal_tells_the_cause(database: Database) -> None:
    order: list[str] = []

    def hears(who: str) -> Reaction:
        async def hear(work: Work, event: Rang) -> None:
            order.append(who)
            work.emit(Heard(bell_id=event.bell_id, who=who), before={"heard": 0}, after={"heard": event.times})

        return hear

    async def note(_: Work, event: Heard) -> None:
        order.append(f"noted {event.who}")

    async def act(work: Work) -> None:
        work.emit(Rang(bell_id=SUBJECT, times=2))
        work.emit(Rang(bell_id=SUBJECT, times=3))
        order.append("done")

    await units(database, {Rang: [hears("Ada"), hears("Bo")], Heard: [note]}).run(STAFF, act)
    noted = [f"noted {who}" for who in ("Ada", "Bo", "Ada", "Bo")]
    assert order == ["done", "Ada", "Bo", "Ada", "Bo", *noted]
    rows = await journal()
    first, second = rows[0], rows[1]
    assert [row.event for row in rows] == ["Rang", "Rang", "Heard", "Heard", "Heard", "Heard"]
    assert [row.cause_id for row in rows] == [None, None, first.id, first.id, second.id, second.id]
    assert {(row.work_id, row.actor_name, row.origin, row.subject_id) for row in rows} == {
        (rows[0].work_id, "Sam", "test", SUBJECT)
    }
    assert '"times": 2' in first.data or '"times":2' in first.data
    assert first.before is None
    assert rows[2].after is not None
    assert "heard" in rows[2].after


async def test_reactions_in_a_circle_are_stopped(database: Database) -> None:
    seen: list[int] = []

    async def again(work: Work, event: Rang) -> None:
        seen.append(1)
        work.emit(event)

    async def act(work: Work) -> None:
        work.emit(Rang(bell_id=SUBJECT))

    with pytest.raises(RuntimeError, match="circle at Rang"):
        await units(database, {Rang: [again]}).run(STAFF, act)
    assert len(seen) == MOST_GENERATIONS + 1
    assert await journal() == []


@pytest.mark.parametrize("times", [1, MOST_ATTEMPTS - 1])
async def test_a_lost_race_is_run_again(database: Database, times: int) -> None:
    attempts = []

    async def act(work: Work) -> str:
        attempts.append(work.id)
        add_program(work, f"try{len(attempts)}")
        if len(attempts) <= times:
            raise Busy("40001")
        return "done"

    assert await units(database).run(STAFF, act) == "done"
    assert len(set(attempts)) == times + 1, "each attempt is a new work"
    assert await programs() == [Row(name=f"try{times + 1}", version=1)]


async def test_a_race_that_is_always_lost_is_unavailable(database: Database) -> None:
    attempts = []

    async def act(_: Work) -> None:
        attempts.append(1)
        raise Busy("40001")

    with pytest.raises(Unavailable):
        await units(database).run(STAFF, act)
    assert len(attempts) == MOST_ATTEMPTS


async def test_a_duplicate_is_tried_again_and_then_a_conflict(database: Database) -> None:
    attempts = []

    async def act(work: Work) -> None:
        attempts.append(1)
        add_program(work, "a", "same")
        add_program(work, "b", "same")

    with pytest.raises(Conflict) as refused:
        await units(database).run(STAFF, act)
    assert (len(attempts), refused.value.data) == (MOST_DUPLICATES, {"constraint": "uq_program_slug"})


async def test_the_second_run_sees_what_the_faster_one_did(database: Database) -> None:
    """Both add the same slug, unless it is there: one adds it, the other finds it."""

    async def act(work: Work) -> str:
        if await fetch_one(Row, "SELECT name, version FROM program WHERE slug = {}", "bell"):
            return "found"
        await asyncio.sleep(0.02)
        add_program(work, "bell")
        return "added"

    works = units(database)
    answers = await asyncio.gather(*(works.run(STAFF, act) for _ in range(4)))
    assert sorted(answers) == ["added", "found", "found", "found"]
    assert len(await programs()) == 1


async def test_a_check_that_breaks_is_a_conflict_at_once(database: Database) -> None:
    attempts = []

    async def act(work: Work) -> None:
        attempts.append(1)
        await work.execute("INSERT INTO partner_contact (id, partner_id) VALUES ({}, {})", work.new_id(), UUID(int=1))

    with pytest.raises(Conflict):
        await units(database).run(STAFF, act)
    assert len(attempts) == 1


async def test_a_work_inside_a_work_is_refused(database: Database) -> None:
    works = units(database)

    async def inner(work: Work) -> None:
        add_program(work, "inner")

    async def outer(work: Work) -> None:
        add_program(work, "outer")
        await work.flush()
        await works.run(STAFF, inner)

    with pytest.raises(Exception, match=r"nested|transaction"):
        await works.run(STAFF, outer)
    assert await programs() == []
    await works.run(STAFF, inner)
    assert await programs() == [Row(name="inner", version=1)], "and the engine is as good as new"


async def test_changes_of_a_row_are_merged_and_additions_add_up(database: Database) -> None:
    works = units(database)

    async def make(work: Work) -> UUID:
        return add_program(work, "bell")

    key = await works.run(STAFF, make)

    async def change(work: Work) -> None:
        work.change(Program, key, version=Add(1), name="first")
        work.change(Program, key, version=Add(2))
        work.change(Program, key, name="last")

    with watch_statements() as seen:
        await works.run(STAFF, change)
    assert sum("UPDATE program" in statement for statement in seen) == 1
    assert await programs() == [Row(name="last", version=4)]

    async def set_then_add(work: Work) -> None:
        work.change(Program, key, version=10)
        work.change(Program, key, version=Add(5))

    await works.run(STAFF, set_then_add)
    assert await programs() == [Row(name="last", version=15)]

    async def add_then_set(work: Work) -> None:
        work.change(Program, key, version=Add(5))
        work.change(Program, key, version=3)

    await works.run(STAFF, add_then_set)
    assert await programs() == [Row(name="last", version=3)]


async def test_a_row_that_waits_to_be_inserted_is_changed_where_it_waits(database: Database) -> None:
    async def act(work: Work) -> None:
        key = add_program(work, "bell")
        work.change(Program, key, name="renamed", version=Add(2))

    with watch_statements() as seen:
        await units(database).run(STAFF, act)
    assert not any("UPDATE" in statement for statement in seen)
    assert await programs() == [Row(name="renamed", version=3)]


async def test_writes_wait_for_the_end_or_for_a_flush(database: Database) -> None:
    async def act(work: Work) -> tuple[int, int]:
        add_program(work, "bell")
        before = len(await programs())
        await work.flush()
        return before, len(await programs())

    assert await units(database).run(STAFF, act) == (0, 1)


async def test_many_rows_go_in_few_statements(database: Database) -> None:
    async def act(work: Work) -> None:
        for number in range(450):
            key = work.new_id()
            work.add(Person, id=key, email=f"p{number}@x.example", name=str(number), created_at=work.now)

    with watch_statements() as seen:
        await units(database).run(STAFF, act)
    assert len([statement for statement in seen if "INSERT" in statement]) <= 3
    assert (await execute("SELECT count(*) AS many FROM person"))[0]["many"] == 450


async def test_a_column_that_does_not_exist_is_a_mistake_at_once(database: Database) -> None:
    async def act(work: Work) -> None:
        work.add(Program, id=work.new_id(), nmae="typo")

    with pytest.raises(ValueError, match="program has no column nmae"):
        await units(database).run(ANONYMOUS, act)


async def test_ids_of_a_work_sort_in_the_order_they_were_made(database: Database) -> None:
    async def act(work: Work) -> list[UUID]:
        return [work.new_id() for _ in range(1000)]

    ids = await units(database).run(ANONYMOUS, act)
    assert ids == sorted(ids)
    assert len(set(ids)) == 1000


@pytest.mark.parametrize("kind", [Duplicate, Broken])
def test_refusals_tell_the_constraint(kind: type[Duplicate] | type[Broken]) -> None:
    assert kind("uq_x").constraint == "uq_x"
