"""Assigning and withdrawing trainers in a browser."""

import re
from uuid import UUID

import httpx

from tests.schedule.made import (
    MISSING,
    NEXT_WEEK,
    STAFF,
    WEEK_AFTER,
    T,
    a_course,
    a_person,
    a_program,
    a_session,
    enter,
)
from training.base.work import Works
from training.schedule.actions import assign_trainer
from training.schedule.queries import list_meetings, list_trainers
from training.schedule.rules.values import Assignment, MeetingValues

ANOTHER_DAY = MeetingValues(local_start=T("2026-05-13T10:00"), local_end=T("2026-05-13T12:00"))


async def a_trainer(works: Works, course_id: UUID, name: str) -> UUID:
    """Somebody who teaches another session of the course already."""
    person_id = await a_person(works, name)
    elsewhere = await a_session(works, course_id, ANOTHER_DAY)
    await works.run(STAFF, assign_trainer, elsewhere, Assignment(person_id=person_id))
    return person_id


async def test_a_trainer_is_assigned_and_withdrawn(works: Works, client: httpx.AsyncClient) -> None:
    program = await a_program(works)
    course = await a_course(works, program)
    key = await a_session(works, course.id, NEXT_WEEK, WEEK_AFTER)
    await enter(works, client, "program_manager", program)
    tara = await a_trainer(works, course.id, "Tara")
    _, second = await list_meetings([key])
    path = f"/manage/sessions/{key}/trainers"
    assert "Nobody teaches this yet" in (await client.get(path)).text
    typed = {"email": "Tara@people.example", "role": "co", "meeting_ids": str(second.id), "version": "1"}
    assert (await client.post(path, data=typed)).status_code == 303
    assert [(t.person_id, t.meeting_id, t.role.value) for t in await list_trainers([key])] == [(tara, second.id, "co")]
    page = (await client.get(path)).text
    assert f'action="{path}/{tara}/withdraw"' in page
    assert '<option value="tara@people.example">Tara</option>' in page
    lines = (await client.get(f"/manage/sessions/{key}/meetings/export/csv")).text.splitlines()
    assert [line.rsplit(",", 1)[1] for line in lines] == ['"Trainers"', '""', '"Tara (co)"']
    assert (await client.get(f"/manage/sessions/{key}/meetings/export/exe")).status_code == 422
    stale = await client.post(f"{path}/{tara}/withdraw", data={"version": "1"})
    assert (stale.status_code, len(await list_trainers([key]))) == (303, 1)
    assert (await client.post(f"{path}/{tara}/withdraw", data={"version": "2"})).status_code == 303
    assert await list_trainers([key]) == []
    assert (await client.post(f"{path}/{tara}/withdraw", data={"version": "3"})).status_code == 404


async def test_what_cannot_be_is_said(works: Works, client: httpx.AsyncClient) -> None:
    program = await a_program(works)
    course = await a_course(works, program)
    key, other = await a_session(works, course.id), await a_session(works, course.id)
    await enter(works, client, "program_manager", program)
    await a_trainer(works, course.id, "Tara")
    path = f"/manage/sessions/{key}/trainers"
    typed = {"email": "tara@people.example", "role": "lead", "version": "1"}
    assert (await client.post(f"/manage/sessions/{other}/trainers", data=typed)).status_code == 303
    for changes, sentence in (
        (
            {"email": "nobody@people.example"},
            "Nobody who teaches in this program has this address. Staff can add a trainer.",
        ),
        ({"email": "\x00"}, "cannot be used"),
        ({"role": "star"}, "Please choose one of the list."),
        ({"meeting_ids": str(MISSING)}, "Choose meetings of this session."),
        ({}, "Tara is taken in “Listening first” at the same time."),
    ):
        answer = await client.post(path, data={**typed, **changes})
        assert answer.status_code == 422
        assert sentence in answer.text
    assert (await client.post(path, data={**typed, "accept_warnings": "yes"})).status_code == 303


async def test_only_staff_choose_among_everybody(works: Works, client: httpx.AsyncClient) -> None:
    """The same sentence for somebody of elsewhere and for nobody, so that nobody learns who has an account."""
    program, foreign = await a_program(works), await a_program(works, "Foreign")
    key = await a_session(works, (await a_course(works, program)).id)
    await a_person(works, "Ada")
    await a_trainer(works, (await a_course(works, foreign)).id, "Tara")
    path = f"/manage/sessions/{key}/trainers"
    typed = {"role": "lead", "version": "1"}
    await enter(works, client, "program_manager", program)
    seen = []
    for name in ("ada", "tara", "nobody"):
        answer = await client.post(path, data={**typed, "email": f"{name}@people.example"})
        assert answer.status_code == 422
        seen.append(re.sub(r'(name="form_token" value=)"[^"]+"', r"\1", answer.text.replace(f"{name}@", "x@")))
    assert seen == [seen[0]] * 3
    assert "Nobody who teaches in this program has this address. Staff can add a trainer." in seen[0]
    assert await list_trainers([key]) == []
    await enter(works, client, "staff")
    unknown = await client.post(path, data={**typed, "email": "nobody@people.example"})
    assert "Nobody with this address has an account yet." in unknown.text
    assert (await client.post(path, data={**typed, "email": "ada@people.example"})).status_code == 303
