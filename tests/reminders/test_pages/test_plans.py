"""The pages on which reminders are seen before they go out, changed, switched off and stopped."""

import re

import httpx
import pytest

from tests.booking.asked import bearer
from tests.booking.made import Scene, make_scene
from tests.conftest import FrozenClock
from tests.desk.made import staff
from tests.reminders.made import enrolled_scene, tick
from training.base.database import execute
from training.base.work import Works
from training.reminders.queries.plans import list_plans
from training.reminders.rules.plans import Scope

ROOT = "/manage/reminders"
FORM = {"audience": "enrolled", "amount": "3", "unit": "days", "side": "before", "anchor": "start", "active": "yes"}


def words(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


async def signed_in(works: Works, client: httpx.AsyncClient) -> tuple[Scene, str]:
    """The manager of a session with one person, and the page of its reminders."""
    scene = await enrolled_scene(works, 0)
    client.cookies.set("sign_in", await bearer(works, scene.manager))
    return scene, f"{ROOT}/session/{scene.session_id}"


async def test_what_is_built_in_is_shown_with_who_gets_it_when(works: Works, client: httpx.AsyncClient) -> None:
    _, here = await signed_in(works, client)
    said = words((await client.get(here)).text)
    assert "7 days before the session starts" in said
    assert "1 hour before each meeting starts" in said
    assert "Built in" in said
    assert "Northern Line 0 Who has a place" in said
    assert said.count("Will be sent") == 3


@pytest.mark.parametrize("kind", ["program", "course"])
async def test_a_program_and_a_course_have_theirs(works: Works, client: httpx.AsyncClient, kind: str) -> None:
    scene, _ = await signed_in(works, client)
    here = f"{ROOT}/{kind}/{scene.program_id if kind == 'program' else scene.course_id}"
    assert (await client.post(f"{here}/new", data=FORM)).status_code == 303
    said = words((await client.get(here)).text)
    assert f"3 days before the session starts Who has a place The {kind}" in said
    assert "Who gets what" not in said
    session = words((await client.get(f"{ROOT}/session/{scene.session_id}")).text)
    assert session.count("3 days before the session starts") == 3  # the plan, its reminder, and the built-in one


async def test_a_reminder_is_added_changed_and_taken_away(works: Works, client: httpx.AsyncClient) -> None:
    _, here = await signed_in(works, client)
    done = await client.post(f"{here}/new", data={**FORM, "words": "Bring <b>a pen</b>."})
    assert (done.status_code, done.headers["location"]) == (303, here)
    shown = (await client.get(here)).text
    assert "Bring &lt;b&gt;a pen&lt;/b&gt;." in shown
    (plan_id,) = re.findall(rf"{ROOT}/plans/([0-9a-f-]+)\"", shown)
    form = (await client.get(f"{ROOT}/plans/{plan_id}")).text
    assert 'name="amount" type="number" value="3"' in form
    changed = await client.post(
        f"{ROOT}/plans/{plan_id}", data={**FORM, "amount": "5", "unit": "hours", "version": "1"}
    )
    assert changed.headers["location"] == here
    assert "5 hours before the session starts" in words((await client.get(here)).text)
    late = await client.post(f"{ROOT}/plans/{plan_id}", data={**FORM, "amount": "6", "version": "1"})
    assert late.status_code == 409
    assert 'value="6"' in late.text
    gone = await client.post(f"{ROOT}/plans/{plan_id}/remove", data={"version": "2"})
    assert gone.headers["location"] == here
    assert "5 hours before" not in words((await client.get(here)).text)
    assert (await client.get(f"{ROOT}/plans/{plan_id}")).status_code == 404


async def test_a_wider_one_is_changed_here_only(works: Works, client: httpx.AsyncClient) -> None:
    scene, here = await signed_in(works, client)
    form = (await client.get(f"{here}/new?key=week-before")).text
    assert 'name="key" value="week-before"' in form
    assert 'value="7"' in form
    done = await client.post(f"{here}/new", data={**FORM, "amount": "9", "key": "week-before"})
    assert done.status_code == 303
    said = words((await client.get(here)).text)
    assert "9 days before the session starts" in said
    assert "7 days before" not in said
    program = words((await client.get(f"{ROOT}/program/{scene.program_id}")).text)
    assert "7 days before the session starts" in program


async def test_one_is_switched_off_and_on(works: Works, client: httpx.AsyncClient) -> None:
    _, here = await signed_in(works, client)
    for active, sent in (("off", 2), ("on", 3)):
        done = await client.post(f"{here}/switch", data={"key": "week-before", "active": active})
        assert done.status_code == 303
        assert words((await client.get(here)).text).count("Will be sent") == sent
    assert (await client.post(f"{here}/switch", data={"key": "no-such", "active": "off"})).status_code == 404
    assert (await client.post(f"{here}/switch", data={"key": "week-before", "active": "maybe"})).status_code == 404


async def test_what_cannot_be_used_is_said_beside_its_field(works: Works, client: httpx.AsyncClient) -> None:
    _, here = await signed_in(works, client)
    for more, sentence in (
        ({"amount": "5", "unit": "minutes"}, "at least 15 minutes before"),
        ({"amount": "100"}, "At most 90 days before"),
        ({"amount": "-1"}, "amount"),
        ({"amount": ""}, "Please fill this in."),
        ({"anchor": "open_place_deadline"}, "places without a name"),
        ({"audience": "nobody"}, "audience"),
    ):
        refused = await client.post(f"{here}/new", data={**FORM, "words": "Typed and kept", **more})
        assert refused.status_code == 422, more
        assert sentence in refused.text
        assert "Typed and kept" in refused.text
    assert (await client.post(f"{here}/new", data=FORM)).status_code == 303
    twice = await client.post(f"{here}/new", data=FORM)
    assert (twice.status_code, "There is one at this time here" in twice.text) == (422, True)
    assert "short name" not in twice.text, "the form has no such field"


async def test_one_person_is_left_out_and_taken_in_again(works: Works, client: httpx.AsyncClient) -> None:
    _, here = await signed_in(works, client)
    (person_id,) = [row["person_id"] for row in await execute("SELECT person_id FROM enrollment")]
    asked = {"person_id": str(person_id), "key": "week-before"}
    stopped = await client.post(f"{here}/stop", data=asked)
    assert stopped.headers["location"] == f"{here}#people"
    assert words((await client.get(here)).text).count("Stopped") == 2  # the sentence about it, and the line
    await client.post(f"{here}/resume", data=asked)
    assert words((await client.get(here)).text).count("Will be sent") == 3
    for verb, data in (("forget", asked), ("stop", {"person_id": "x"})):
        assert (await client.post(f"{here}/{verb}", data=data)).status_code == 404


async def test_all_of_one_person_and_of_the_session(works: Works, client: httpx.AsyncClient) -> None:
    scene = await enrolled_scene(works, 0, 1)
    client.cookies.set("sign_in", await bearer(works, scene.manager))
    here = f"{ROOT}/session/{scene.session_id}"
    assert "Stop all to" not in words((await client.get(f"{here}?q=northern")).text)
    only = f"{here}?person={scene.people[1]}"
    said = words((await client.get(only)).text)
    assert (said.count("Will be sent"), "Stop all to Northern Line 1 " in said) == (3, True)
    await client.post(f"{here}/stop", data={"person_id": str(scene.people[1])})
    said = words((await client.get(only)).text)
    assert ("Stop all to" in said, "Let all to Northern Line 1 go out" in said) == (False, True)
    assert words((await client.get(here)).text).count("Will be sent") == 3
    await client.post(f"{here}/resume", data={"person_id": str(scene.people[1])})
    assert words((await client.get(only)).text).count("Will be sent") == 3
    assert (await client.post(f"{here}/stop", data={"everybody": "yes"})).headers["location"] == f"{here}#people"
    said = words((await client.get(here)).text)
    assert ("Will be sent" in said, "Stop all reminders of this session" in said) == (False, False)
    assert (await client.post(f"{here}/stop", data={})).status_code == 404


async def test_it_stands_among_the_pages_of_its_session(works: Works, client: httpx.AsyncClient) -> None:
    scene, here = await signed_in(works, client)
    shown = (await client.get(here)).text
    assert f'href="/manage/sessions/{scene.session_id}/roster"' in shown
    assert re.search(rf'href="{here}"[^>]*aria-current="page"', shown)
    said = words(shown)
    assert "asked for the names 7, 3 and 1 days before" in said
    assert "no time is set at which booking closes" in said
    assert said.count("Nobody gets it so far") == 4  # who waits, pre-work, trainers, before booking closes
    program = (await client.get(f"{ROOT}/program/{scene.program_id}")).text
    assert ("This session</" in program, "Nobody gets it" in program) == (False, False)


async def test_what_was_sent_leads_to_its_message(works: Works, client: httpx.AsyncClient, clock: FrozenClock) -> None:
    scene, here = await signed_in(works, client)
    clock.move(days=7)
    assert await tick(works) == 1
    shown = (await client.get(here)).text
    (message_id,) = {str(row["id"]) for row in await execute("SELECT id FROM message WHERE kind LIKE 'reminder%'")}
    assert f"/manage/messages/{message_id}" in shown
    table = (await client.get(f"{here}/export/csv")).text.splitlines()
    assert len(table) == 4
    assert "7 days before the session starts" in table[1]
    assert '"waiting"' in table[1]
    assert "Waits to be sent" in words(shown)
    sql = "UPDATE message SET state = 'bounced', sent_at = created_at, bounced_at = created_at"
    await execute(f"{sql} WHERE kind LIKE 'reminder%'")
    assert "Came back" in words((await client.get(here)).text)
    assert '"bounced"' in (await client.get(f"{here}/export/csv")).text
    told = (await client.get(f"/api/v1/sessions/{scene.session_id}/reminders")).json()["items"]
    assert (told[0]["state"], told[0]["mail"]) == ("sent", "bounced")


async def test_a_dead_address_and_who_stopped_it(works: Works, client: httpx.AsyncClient, clock: FrozenClock) -> None:
    scene, here = await signed_in(works, client)
    (row,) = await execute(
        "SELECT p.email, e.person_id, e.membership_id FROM enrollment e JOIN person p ON p.id = e.person_id"
    )
    columns = "id, address, kind, reason, times, since, last_at"
    sql = f"INSERT INTO address_trouble ({columns}) VALUES ({{}}, {{}}, 'hard', '', 1, {{}}, {{}})"
    await execute(sql, scene.session_id, row["email"], clock.now, clock.now)
    shown = (await client.get(here)).text
    assert words(shown).count("Mail to their address comes back.") == 3
    repair = f"/partners/{scene.partner_id}/members/{row['membership_id']}/repair"
    # A manager may not repair an address: nothing leads to a page that is not there.
    assert (words(shown).count("A coordinator of Northern Line can repair it."), "/repair" in shown) == (3, False)
    manager = client.cookies["sign_in"]
    client.cookies.set("sign_in", await bearer(works, await staff(works)))
    assert (await client.get(here)).text.count(repair) == 3
    assert (await client.get(repair)).status_code == 200
    client.cookies.set("sign_in", manager)
    await client.post(f"{here}/stop", data={"person_id": str(row["person_id"]), "key": "week-before"})
    assert "stopped it" in words((await client.get(here)).text)
    table = (await client.get(f"{here}/export/csv")).text
    assert ("will not arrive" in table, "stopped it." in table) == (True, True)


async def test_what_waits_to_leave_can_still_be_stopped(
    works: Works, client: httpx.AsyncClient, clock: FrozenClock
) -> None:
    scene, here = await signed_in(works, client)
    for plan in await list_plans(scene.manager, Scope.SESSION, scene.session_id):
        if plan.key != "day-before":
            await client.post(f"{here}/switch", data={"key": plan.key, "active": "off"})
    clock.move(days=13)
    await tick(works)
    data = {"person_id": str(scene.people[0]), "key": "day-before"}
    shown = (await client.get(f"{here}?person={scene.people[0]}")).text
    assert "Waits to be sent" in shown
    assert shown.count(f'action="{here}/stop"') == 3, "this one, all of the person, all of the session"
    assert (await client.post(f"{here}/stop", data=data)).status_code == 303
    shown = (await client.get(f"{here}?person={scene.people[0]}")).text
    assert ("stopped it" in words(shown), "Let it go out" in shown) == (True, True)


async def test_others_find_nothing(works: Works, client: httpx.AsyncClient) -> None:
    _, here = await signed_in(works, client)
    await client.post(f"{here}/new", data=FORM)
    plan_id = str((await execute("SELECT id FROM reminder_plan"))[0]["id"])
    other = await make_scene(works, tag=" Two")
    for viewer in (other.manager, other.coordinator):
        client.cookies.set("sign_in", await bearer(works, viewer))
        for path in (here, f"{here}/new", f"{ROOT}/plans/{plan_id}", f"{here}/export/csv"):
            assert (await client.get(path)).status_code == 404, path
        for path in (f"{here}/new", f"{ROOT}/plans/{plan_id}", f"{ROOT}/plans/{plan_id}/remove", f"{here}/switch"):
            data = {**FORM, "key": "week-before", "active": "on", "version": "1"}
            assert (await client.post(path, data=data)).status_code == 404, path
    assert (await client.get(f"{ROOT}/partner/{other.program_id}")).status_code == 404


async def test_many_are_shown_by_the_hundred_and_found_by_name(works: Works, client: httpx.AsyncClient) -> None:
    scene = await enrolled_scene(works, *range(50), size=50, capacity_in_person=60)
    client.cookies.set("sign_in", await bearer(works, scene.manager))
    here = f"{ROOT}/session/{scene.session_id}"
    first = (await client.get(here)).text
    assert "150 reminders" in first
    assert words(first).count("Will be sent") == 100
    assert f"{here}?q=&amp;page=2" in first
    second = (await client.get(f"{here}?page=2")).text
    assert words(second).count("Will be sent") == 50
    assert words((await client.get(f"{here}?q=line+49")).text).count("Will be sent") == 3
    assert "Nobody of that name" in (await client.get(f"{here}?q=nobody+at+all")).text
    assert (await client.get(f"{here}?page=0")).status_code == 200
