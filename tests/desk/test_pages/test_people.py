"""People and roles, for staff."""

from uuid import UUID

import httpx
import pytest

from tests.desk.made import MISSING, a_viewer, another_program, sign_in, staff
from training.base.database import watch_statements
from training.base.structs import Viewer
from training.base.work import Works
from training.people.actions import add_device
from training.people.queries import find_person, get_person, list_grants


async def opened(client: httpx.AsyncClient, works: Works) -> tuple[Viewer, UUID, UUID]:
    """Staff signed in; somebody without a role; a program."""
    me, ada, program_id = await staff(works), await a_viewer(works, "Ada"), await another_program(works)
    await sign_in(client, works, me)
    assert ada.person_id is not None
    return me, ada.person_id, program_id


async def test_finding_somebody(client: httpx.AsyncClient, works: Works) -> None:
    _, ada, _ = await opened(client, works)
    first = await client.get("/manage/people")
    assert "Sam" in first.text
    assert f"/manage/people/{ada}" not in first.text
    found = await client.get("/manage/people?q=ada")
    assert f"/manage/people/{ada}" in found.text
    assert "Nobody found" in (await client.get("/manage/people?q=zzz")).text


async def test_a_role_is_given_and_taken(client: httpx.AsyncClient, works: Works) -> None:
    _, ada, program_id = await opened(client, works)
    page = f"/manage/people/{ada}"
    assert "No role" in (await client.get(page)).text
    body = {"role": "program_manager", "program_id": str(program_id)}
    given = await client.post(f"{page}/roles", data=body)
    assert (given.status_code, given.headers["location"]) == (303, page)
    assert {(g.role, g.scope_id) for g in await list_grants(ada)} == {("program_manager", program_id)}
    assert "Take away" in (await client.get(page)).text
    await client.post(f"{page}/roles/end", data={"role": "program_manager", "scope_id": str(program_id)})
    assert await list_grants(ada) == frozenset()


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({"role": "program_manager"}, "Choose the program"),
        ({"role": "program_manager", "program_id": ""}, "Choose the program"),
        ({"role": "coordinator"}, "Please choose one of the list."),
        ({}, "Please fill this in."),
    ],
)
async def test_what_cannot_be_given(client: httpx.AsyncClient, works: Works, body: dict[str, str], words: str) -> None:
    _, ada, _ = await opened(client, works)
    refused = await client.post(f"/manage/people/{ada}/roles", data=body)
    assert refused.status_code == 422
    assert words in refused.text
    assert await list_grants(ada) == frozenset()


async def test_an_address_without_an_account(client: httpx.AsyncClient, works: Works) -> None:
    _, _, program_id = await opened(client, works)
    body = {"email": "new@host.example", "name": "Newt", "role": "program_manager", "program_id": str(program_id)}
    done = await client.post("/manage/people", data=body)
    person = await find_person("new@host.example")
    assert person is not None
    assert done.headers["location"] == f"/manage/people/{person.id}"
    for wrong in ({"email": "not an address"}, {"program_id": ""}):
        refused = await client.post("/manage/people", data=body | wrong)
        assert refused.status_code == 422
        assert "Newt" in refused.text


async def test_calendars_elsewhere_are_ended(client: httpx.AsyncClient, works: Works) -> None:
    _, ada, _ = await opened(client, works)
    page = f"/manage/people/{ada}"
    assert "no device password works" in (await client.get(page)).text
    made = await works.run(Viewer(person_id=ada), add_device, "My <phone>")
    shown = (await client.get(page)).text
    assert "Device password: <bdi>My &lt;phone&gt;</bdi>" in shown
    assert made.password not in shown
    ended = await client.post(f"{page}/calendars/end")
    assert (ended.status_code, ended.headers["location"]) == (303, page)
    assert "no device password works" in (await client.get(page)).text
    assert (await client.post(f"/manage/people/{MISSING}/calendars/end")).status_code == 404


async def test_switching_off_and_on(client: httpx.AsyncClient, works: Works) -> None:
    me, ada, _ = await opened(client, works)
    await client.post(f"/manage/people/{ada}/switch-off")
    assert (await get_person(ada)).disabled_at is not None
    assert "Switch on again" in (await client.get(f"/manage/people/{ada}")).text
    await client.post(f"/manage/people/{ada}/switch-on")
    assert (await get_person(ada)).disabled_at is None
    assert me.person_id is not None
    for path, body in (("switch-off", {}), ("roles/end", {"role": "staff"})):
        own = await client.post(f"/manage/people/{me.person_id}/{path}", data=body)
        assert own.status_code == 303
        assert "Ask somebody else of the staff" in (await client.get(own.headers["location"])).text
    assert (await get_person(me.person_id)).disabled_at is None
    assert "This is you." in (await client.get(f"/manage/people/{me.person_id}")).text


async def test_only_staff_comes_here(client: httpx.AsyncClient, works: Works) -> None:
    _, ada, program_id = await opened(client, works)
    assert (await client.get(f"/manage/people/{MISSING}")).status_code == 404
    await sign_in(client, works, await a_viewer(works, "Mona", "program_manager", program_id))
    for path in ("", f"/{ada}", f"/{MISSING}"):
        assert (await client.get(f"/manage/people{path}")).status_code == 404
    for path in (
        "",
        f"/{ada}/roles",
        f"/{ada}/roles/end",
        f"/{ada}/switch-off",
        f"/{ada}/switch-on",
        f"/{ada}/calendars/end",
    ):
        answer = await client.post(f"/manage/people{path}", data={"role": "staff", "email": "mona@host.example"})
        assert answer.status_code == 404
    assert await list_grants(ada) == frozenset()


async def test_as_many_statements_for_many_people(client: httpx.AsyncClient, works: Works) -> None:
    await opened(client, works)
    await client.get("/manage/people")
    counts = []
    for more in range(2):
        for number in range(10):
            await a_viewer(works, f"Bo{more}{number}")
        with watch_statements() as seen:
            found = await client.get("/manage/people?q=bo")
        counts.append((found.text.count("@host.example</bdi>"), len(seen)))
    assert counts == [(11, 4), (21, 4)]
