"""A report comes in; the roster tells the manager, a coordinator repairs the address, and what was missed goes out
again. On a phone and on a desk, with scripts and without."""

from urllib.parse import urlsplit

import pytest
from playwright.async_api import Browser, expect

from tests.booking.asked import order
from tests.booking.made import make_scene
from tests.inbox.mails import sample
from tests.journeys.browsing import DESK, PHONE, enter, looks_right, reader
from training.base.database import execute
from training.base.structs import Viewer
from training.base.work import Works
from training.booking.actions import book_places
from training.inbox.actions import received_mail, take_in

pytestmark = pytest.mark.browser
CLI = Viewer.machine("cli")


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])
@pytest.mark.parametrize("width", [PHONE, DESK], ids=["phone", "desk"])
async def test_a_bounced_address_is_repaired(
    browser: Browser, real_works: Works, address: str, width: int, scripts: bool
) -> None:
    scene = await make_scene(real_works)
    await real_works.run(scene.coordinator, book_places, order(scene, 0))
    (row,) = await execute(
        "SELECT id, recipient FROM message WHERE partner_id = {} AND kind = 'booking-enrolled'", scene.partner_id
    )
    await execute("UPDATE message SET state = 'sent', sent_at = created_at WHERE id = {}", row["id"])
    site = real_works.site
    # Its host is the one that this server has, as the Message-ID says.
    raw = sample("exim").replace(b"0192f0c1-2345-7abc-8def-0123456789ab", str(row["id"]).encode())
    raw = raw.replace(b"@testserver.example>", f"@{urlsplit(address).hostname}>".encode())
    await real_works.run(CLI, take_in, received_mail(raw, "imap", site.base_url, site.secret_key))
    async with reader(browser, address, width, scripts=scripts) as page:
        await enter(page, real_works, scene.manager)
        await page.goto(f"{address}/manage/sessions/{scene.session_id}/roster")
        line = page.get_by_role("row").filter(has_text="Northern Line 0")
        await expect(line).to_contain_text("Mail does not reach this address")
        await looks_right(page, scripts)
    async with reader(browser, address, width, scripts=scripts) as page:
        await enter(page, real_works, scene.coordinator)
        await page.goto(f"{address}/partners/{scene.partner_id}")
        await expect(page.get_by_role("heading", name="Mail does not reach 1 person")).to_be_visible()
        await looks_right(page, scripts)
        await page.get_by_role("link", name="Repair the address").click()
        await expect(page.get_by_text("550 No such recipient here")).to_be_visible()
        await looks_right(page, scripts)
        await page.get_by_label("Contact address").fill("repaired@example.org")
        await page.get_by_role("button", name="Use this address").click()
        await expect(page.get_by_text("One message that had not arrived goes out again.")).to_be_visible()
        await expect(page.get_by_text("Mail does not reach")).to_have_count(0)
    rows = await execute("SELECT recipient, state FROM message WHERE again_of = {}", row["id"])
    assert [(again["recipient"], again["state"]) for again in rows] == [("repaired@example.org", "waiting")]
