"""Roster and journal of a session."""

import httpx
import pytest

from tests.booking.made import make_scene
from tests.booking.nameless import member, with_open
from tests.booking.test_pages.made import words
from tests.conftest import FrozenClock
from tests.desk.made import MISSING, foreign_manager, full_scene, sign_in, staff
from tests.partners.missed import Bounce
from tests.schedule.made import MACHINE
from training.base.database import execute, watch_statements
from training.base.work import Works
from training.booking.actions import cancel_enrollment
from training.booking.actions.naming import name_place
from training.materials.actions.editing import add_material
from training.materials.rules.materials import MaterialDetails
from training.outbox.actions.bounces import mark_bounced

PAGES = ("roster", "roster/export/csv", "roster/export/xlsx", "journal", "move", "cancel")


async def test_the_roster(client: httpx.AsyncClient, works: Works) -> None:
    scene, booked = await full_scene(works)
    await sign_in(client, works, scene.manager)
    roster = await client.get(f"/manage/sessions/{scene.session_id}/roster")
    assert roster.status_code == 200
    waiting = roster.text.index("Waitlist, in order")
    names = [roster.text.index(f"Northern Line {number}<") for number in range(4)]
    assert names == sorted(names)
    assert names[2] < waiting < names[3]
    for verdict in booked.verdicts:
        assert f"/roster/{verdict.enrollment_id}/remove" in roster.text


async def test_an_empty_roster(client: httpx.AsyncClient, works: Works) -> None:
    scene = await make_scene(works)
    await sign_in(client, works, scene.manager)
    roster = await client.get(f"/manage/sessions/{scene.session_id}/roster")
    assert "Nobody has booked yet" in roster.text


async def test_exports_hold_everybody_and_no_formula(client: httpx.AsyncClient, works: Works) -> None:
    scene, booked = await full_scene(works)
    first = booked.verdicts[0].enrollment_id
    assert first is not None
    await works.run(scene.manager, cancel_enrollment, first, reason="=1+1")
    await sign_in(client, works, scene.manager)
    base = f"/manage/sessions/{scene.session_id}/roster/export"
    csv = await client.get(f"{base}/csv")
    lines = csv.content.decode("utf-8-sig").splitlines()
    assert len(lines) == 5
    assert "'=1+1" in next(line for line in lines if "removed" in line)
    assert "Safe-messaging-roster.csv" in csv.headers["content-disposition"]
    assert (await client.get(f"{base}/xlsx")).content[:2] == b"PK"
    assert (await client.get(f"{base}/pdf")).status_code == 422


async def test_the_journal(client: httpx.AsyncClient, works: Works, clock: FrozenClock) -> None:
    scene, booked = await full_scene(works)
    clock.move(minutes=5)
    first = booked.verdicts[0].enrollment_id
    assert first is not None
    await works.run(scene.manager, cancel_enrollment, first)
    await works.run(scene.manager, add_material, MaterialDetails(title="Words"), session_id=scene.session_id)
    await sign_in(client, works, scene.manager)
    journal = await client.get(f"/manage/sessions/{scene.session_id}/journal")
    assert "added the material “Words”." in journal.text
    assert "Northern Line 3 moved up from the waitlist and has a place." in journal.text
    assert "10:05 Dublin time (UTC+1)" in journal.text
    odd = await client.get(f"/manage/sessions/{scene.session_id}/journal?cursor=nonsense")
    assert odd.status_code == 422


@pytest.mark.parametrize("part", PAGES)
async def test_foreign_and_missing_answer_alike(client: httpx.AsyncClient, works: Works, part: str) -> None:
    scene, _ = await full_scene(works)
    for viewer in (await foreign_manager(works), scene.coordinator):
        await sign_in(client, works, viewer)
        answers = [await client.get(f"/manage/sessions/{key}/{part}") for key in (scene.session_id, MISSING)]
        assert [answer.status_code for answer in answers] == [404, 404]
        texts = [a.text.replace(str(scene.session_id), "ID").replace(str(MISSING), "ID") for a in answers]
        assert texts[0] == texts[1]


@pytest.mark.parametrize("part", ["roster", "journal", "move", "cancel"])
async def test_as_many_statements_for_many_people(client: httpx.AsyncClient, works: Works, part: str) -> None:
    counts = []
    for people in (1, 8):
        scene, _ = await full_scene(works, people, capacity_in_person=4)
        await sign_in(client, works, scene.manager)
        path = f"/manage/sessions/{scene.session_id}/{part}"
        await client.get(path)
        with watch_statements() as seen:
            assert (await client.get(path)).status_code == 200
        counts.append(len(seen))
        await _forget_names(works)
    assert counts[0] == counts[1]
    # Cancelling is rehearsed, so that the page says who is written to.
    assert counts[0] <= (20 if part == "cancel" else 5)


async def _forget_names(works: Works) -> None:
    """Scenes bring the same slugs and addresses; the first one makes room for the second."""

    async def rename(work: object) -> None:
        for sql in (
            "UPDATE partner SET slug = slug || {}, folded_name = folded_name || {}",
            "UPDATE person SET email = {} || email",
        ):
            await work.execute(sql, *(["x"] * sql.count("{}")))  # type: ignore[attr-defined]

    await works.run(MACHINE, rename)


async def test_places_without_a_name_stand_on_the_roster_and_in_the_files(
    client: httpx.AsyncClient, works: Works
) -> None:
    scene, (first, _) = await with_open(works, 2)
    await works.run(scene.coordinator, name_place, first, member(scene, 0))
    await sign_in(client, works, scene.manager)
    base = f"/manage/sessions/{scene.session_id}"
    roster = words((await client.get(f"{base}/roster")).text)
    assert "1 open place of Northern Line until Fri 15 May 2026, 10:00 Dublin time (UTC+1)" in roster
    csv = (await client.get(f"{base}/roster/export/csv")).text
    assert "Needs a name until 2026-05-15 09:00 UTC" in csv
    journal = words((await client.get(f"{base}/journal")).text)
    assert "Cora put Northern Line 0 on a place without a name." in journal


async def test_the_roster_says_whom_mail_does_not_reach(client: httpx.AsyncClient, works: Works) -> None:
    scene, _ = await full_scene(works)
    (row,) = await execute(
        "SELECT id, contact_email, person_id, partner_id FROM membership WHERE id = {}", scene.members[0]
    )
    await works.run(MACHINE, mark_bounced, Bounce(message_id=None, recipient=str(row["contact_email"])))
    page = f"/manage/sessions/{scene.session_id}/roster"
    repair = f"/partners/{scene.partner_id}/members/{scene.members[0]}/repair"
    await sign_in(client, works, scene.manager)
    roster = (await client.get(page)).text
    assert roster.count("Mail does not reach this address") == 1
    assert "can repair it." in roster
    assert repair not in roster
    await sign_in(client, works, await staff(works))
    assert f'href="{repair}"' in (await client.get(page)).text
