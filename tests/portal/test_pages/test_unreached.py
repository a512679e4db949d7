"""A partner's page says whom mail does not reach, to those who can put it right."""

import httpx

from tests.booking.made import make_scene
from tests.desk.made import full_scene, sign_in
from tests.partners.missed import Bounce
from training.base.database import execute
from training.base.structs import Viewer
from training.base.work import Works
from training.outbox.actions.bounces import mark_bounced
from training.partners.actions import repair_contact

CLI = Viewer.machine("cli")


async def test_the_partner_s_page_leads_to_the_repair(works: Works, client: httpx.AsyncClient) -> None:
    scene, _ = await full_scene(works)
    (row,) = await execute("SELECT contact_email FROM membership WHERE id = {}", scene.members[0])
    await works.run(CLI, mark_bounced, Bounce(message_id=None, recipient=str(row["contact_email"])))
    await sign_in(client, works, scene.coordinator)
    base = f"/partners/{scene.partner_id}"
    shown = (await client.get(base)).text
    assert "Mail does not reach 1 person" in shown
    assert "Nothing needs you now" not in shown
    # Once in the list, and once beside the person's place.
    assert shown.count(f'href="{base}/members/{scene.members[0]}/repair"') == 2
    people = (await client.get(f"{base}/sessions/{scene.session_id}")).text
    assert people.count("Mail does not reach this address") == 1
    await works.run(CLI, repair_contact, scene.members[0], str(row["contact_email"]))
    assert "Mail does not reach" not in (await client.get(base)).text


async def test_without_trouble_nothing_is_said(works: Works, client: httpx.AsyncClient) -> None:
    scene = await make_scene(works)
    await sign_in(client, works, scene.coordinator)
    assert "Mail does not reach" not in (await client.get(f"/partners/{scene.partner_id}")).text
