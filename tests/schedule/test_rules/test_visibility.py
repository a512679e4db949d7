"""Who sees which session: every kind of viewer against every audience and state, by the real condition."""

from uuid import UUID

import pytest

from tests.schedule.made import (
    MISSING,
    NOBODY,
    STAFF,
    T,
    a_course,
    a_partner,
    a_person,
    a_program,
    a_session,
    coordinator_of,
    enroll,
    manager_of,
)
from training.base.database import execute
from training.base.errors import NotFound
from training.base.structs import Grant, Viewer
from training.base.work import Works
from training.catalogue.rules import Audience
from training.schedule.actions import assign_trainer
from training.schedule.queries import SessionFilter, find_session, get_session, list_meetings, list_month, list_sessions
from training.schedule.rules.sessions import SessionView, sees_joining_details
from training.schedule.rules.values import Assignment
from training.schedule.rules.visibility import EVERYTHING, visibility

# Which of draft, public, participating, invited sessions each kind of viewer sees; a code is the invited one's.
SEEN = {
    "staff": "draft public participating invited",
    "ourselves": "draft public participating invited",
    "manager": "draft public participating invited",
    "manager of another program": "public",
    "nobody": "public",
    "somebody": "public",
    "coordinator who participates": "public participating",
    "member who participates": "public participating",
    "coordinator who participated": "public",
    "coordinator who is invited": "public invited",
    "coordinator of both": "public participating invited",
    "fund manager": "public",
    "trainer": "draft public",
    "learner": "public participating",
    "nobody with the code": "public invited",
    "nobody with a wrong code": "public",
}
CODE = "ACDE-FGHJ"


class Stage:
    """Four sessions of a program and everybody who looks at them."""

    sessions: dict[str, UUID]
    viewers: dict[str, Viewer]


async def set_up(works: Works) -> Stage:
    program, foreign = await a_program(works), await a_program(works, "Foreign")
    course = await a_course(works, program)
    inside, invited = await a_partner(works, "Inside", program), await a_partner(works, "Invited")
    former, elsewhere = await a_partner(works, "Former", program, ended=True), await a_partner(works, "Else", foreign)
    stage = Stage()
    stage.sessions = {
        "draft": await a_session(works, course.id, audience=Audience.PUBLIC),
        **{audience.value: await a_session(works, course.id, audience=audience, publish=True) for audience in Audience},
    }
    trainer, learner = await a_person(works, "Tara"), await a_person(works, "Lea")
    await works.run(STAFF, assign_trainer, stage.sessions["draft"], Assignment(person_id=trainer))
    (meeting,) = await list_meetings([stage.sessions["participating"]])
    span = ("2026-05-11T08:00Z", "2026-05-11T10:00Z")
    await enroll(works, stage.sessions["participating"], [meeting.id], learner, span)
    await execute("UPDATE session SET access_code = {} WHERE id = {}", CODE, stage.sessions["invited"])
    await execute("INSERT INTO session_partner (id, session_id, partner_id) VALUES ({}, {}, {})",
                  UUID(int=1), stage.sessions["invited"], invited)  # fmt: skip
    stage.viewers = {
        "staff": STAFF,
        "ourselves": Viewer.machine("worker"),
        "manager": manager_of(program),
        "manager of another program": manager_of(foreign),
        "nobody": NOBODY,
        "somebody": Viewer(person_id=MISSING),
        "coordinator who participates": coordinator_of(inside),
        "member who participates": Viewer(grants=frozenset({Grant(role="member", scope_id=inside)})),
        "coordinator who participated": coordinator_of(former),
        "coordinator who is invited": coordinator_of(invited, elsewhere),
        "coordinator of both": coordinator_of(inside, invited),
        "fund manager": Viewer(grants=frozenset({Grant(role="fund_manager", scope_id=program)})),
        "trainer": Viewer(person_id=trainer),
        "learner": Viewer(person_id=learner),
        "nobody with the code": NOBODY,
        "nobody with a wrong code": NOBODY,
    }
    return stage


async def test_everybody_sees_exactly_what_concerns_them(works: Works) -> None:
    stage = await set_up(works)
    assert stage.viewers.keys() == SEEN.keys()
    for kind, viewer in stage.viewers.items():
        code = {"nobody with the code": CODE, "nobody with a wrong code": "ACDE-FGHK"}.get(kind, "")
        seen = [name for name, key in stage.sessions.items() if await find_session(viewer, key, code)]
        assert sorted(seen) == sorted(SEEN[kind].split()), kind


async def test_lists_and_months_agree_with_single_sessions(works: Works) -> None:
    stage = await set_up(works)
    span = {"starts_from": T("2026-05-01T00:00Z"), "starts_before": T("2026-06-01T00:00Z")}
    for kind, viewer in stage.viewers.items():
        expected = {key for key in stage.sessions.values() if await find_session(viewer, key)}
        page = await list_sessions(viewer, SessionFilter(), now=T("2026-05-04T00:00Z"))
        assert {listed.id for listed in page.items} == expected, kind
        month = await list_month(viewer, SessionFilter(), **span)
        assert {meeting.session_id for meeting in month} == expected, kind


async def test_what_is_managed_is_less_than_what_is_seen(works: Works) -> None:
    stage = await set_up(works)
    counts = {
        kind: len((await list_sessions(viewer, SessionFilter(managed=True), now=T("2026-05-04T00:00Z"))).items)
        for kind, viewer in stage.viewers.items()
    }
    assert {kind: count for kind, count in counts.items() if count} == {"staff": 4, "ourselves": 4, "manager": 4}


async def test_a_foreign_session_answers_as_a_missing_one(works: Works) -> None:
    stage = await set_up(works)
    answers = []
    for key in (stage.sessions["draft"], MISSING):
        with pytest.raises(NotFound) as caught:
            await get_session(NOBODY, key)
        answers.append((caught.value.detail, caught.value.data))
    assert answers[0] == answers[1]


async def test_joining_details_are_for_those_who_take_part(works: Works) -> None:
    stage = await set_up(works)

    async def sees(kind: str, session: str) -> bool:
        found = await get_session(stage.viewers[kind], stage.sessions[session])
        assert isinstance(found, SessionView)
        return sees_joining_details(found, manages=kind in ("staff", "manager"))

    assert await sees("learner", "participating")
    assert await sees("trainer", "draft")
    assert await sees("manager", "invited")
    assert not await sees("coordinator who participates", "participating")
    assert not await sees("learner", "public")
    assert not await sees("nobody", "public")


def test_the_condition_names_no_value() -> None:
    assert visibility(STAFF) == (EVERYTHING, [])
    text, values = visibility(coordinator_of(MISSING), "x", "CO'DE")
    assert text.count("{}") == len(values) == 3
    assert "CO'DE" not in text
