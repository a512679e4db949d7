"""A certificate from the mail to the wall, in a real browser against a real server: the learner opens it, downloads it
and finds it among their own; somebody else follows the square code on the paper and types the code; the manager revokes
it, and everybody who checks it reads so. On a phone and on a desk, with scripts and without."""

import json
import re
from pathlib import Path

import pytest
from msgspec.structs import replace
from playwright.async_api import Browser, Page, expect

from tests.completion.certified import completed
from tests.completion.reading import code_of, words_of
from tests.completion.verifying import Asked, judge
from tests.journeys.browsing import DESK, KEY, PHONE, enter, looks_right, reader
from training.base.clock import system_clock
from training.base.database import execute
from training.base.site import Site
from training.base.structs import Viewer
from training.base.work import Works
from training.completion.actions.certificates import issue
from training.completion.pages.papers import TEMPLATE, Size, paper_data
from training.completion.queries.certificates import get_certificate
from training.outbox.mails import render_message
from training.outbox.queries import get_message
from training.web.paper import png_pages

pytestmark = pytest.mark.browser
NAME = "ليلى <b>الخطيب</b>"


async def mailed(base: str) -> str:
    """The address in the one message about a certificate."""
    (found,) = await execute("SELECT id FROM message WHERE kind = 'certificate'")
    site = Site(name="training", base_url=base, secret_key=KEY, demo=True)
    link = re.search(r"http\S+/certificates/\S+", render_message(await get_message(found["id"]), site).text)
    assert link is not None
    return link[0]


async def downloaded(page: Page, name: str) -> bytes:
    async with page.expect_download() as waiting:
        await page.get_by_role("link", name=name).first.click()
    return Path(await (await waiting.value).path()).read_bytes()


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])
@pytest.mark.parametrize("width", [PHONE, DESK], ids=["phone", "desk"])
async def test_from_the_mail_to_the_wall_and_back(
    browser: Browser, real_works: Works, address: str, width: int, scripts: bool
) -> None:
    made = await completed(real_works)
    await execute("UPDATE membership SET name = {} WHERE id = {}", NAME, made.scene.members[0])
    await real_works.run(made.scene.manager, issue, made.enrollments)
    (row,) = await execute("SELECT code FROM certificate")
    code = row["code"]
    async with reader(browser, address, width, scripts=scripts) as page:
        await page.goto(await mailed(address))
        await expect(page.get_by_role("heading", level=1)).to_have_text("This certificate is good")
        await expect(page.get_by_text(NAME).first).to_be_visible()
        await looks_right(page, scripts)
        paper = words_of(await downloaded(page, "PDF, A4"))
        assert code in paper
        assert "took part in and completed Safe messaging" in paper
        # The square code on the very paper leads to this page.
        drawn = paper_data([await get_certificate(code)], real_works.site, Size.A4)
        assert code_of(png_pages(TEMPLATE, drawn, ppi=90)[0]) == f"{address}/certificates/{code}"
        badge = json.loads(await downloaded(page, "Badge"))
        assert badge["id"] == f"{address}/certificates/{code}"
        await page.get_by_role("link", name="Check another certificate").click()
        await looks_right(page, scripts)
        await page.get_by_label("Code").fill(code.lower().replace("-", " "))
        await page.get_by_role("button", name="Check").click()
        await expect(page).to_have_url(f"{address}/certificates/{code}")
        learner = Viewer(person_id=made.scene.people[0], name="Layla", email="northern-line-0@example.org")
        await enter(page, real_works, learner)
        await page.goto(f"{address}/my/certificates")
        await expect(page.get_by_role("link", name=code)).to_be_visible()
        await looks_right(page, scripts)
    async with reader(browser, address, width, scripts=scripts) as page:
        await enter(page, real_works, replace(made.scene.manager))
        await page.goto(f"{address}/manage/sessions/{made.scene.session_id}/certificates")
        await looks_right(page, scripts)
        await page.get_by_role("link", name="Revoke").click()
        await looks_right(page, scripts)
        await page.get_by_label("Reason").fill("Somebody else was there.")
        await page.get_by_role("button", name="Revoke it").click()
        await expect(page.get_by_text("is told that it is revoked.")).to_be_visible()
    async with reader(browser, address, width, scripts=scripts) as page:
        await page.goto(f"{address}/certificates/{code}")
        await expect(page.get_by_role("heading", level=1)).to_have_text("This certificate is not good any more")
        await expect(page.get_by_text(NAME)).to_have_count(0)
        await looks_right(page, scripts)


@pytest.mark.parser("badges")
async def test_the_badge_that_was_downloaded_is_accepted(browser: Browser, real_works: Works, address: str) -> None:
    made = await completed(real_works)
    await real_works.run(made.scene.manager, issue, made.enrollments)
    async with reader(browser, address, DESK) as page:
        await page.goto(await mailed(address))
        badge = json.loads(await downloaded(page, "Badge"))
        # Asked for and not opened: a browser dresses up JSON with styles of its own, which the policy refuses aloud.
        listed = await (await page.request.get(f"{badge['id']}/status.json")).json()
    (verdict,) = judge([Asked(badge=badge, list=listed, now=system_clock())])
    assert (verdict.verified, verdict.why) == (True, "")
