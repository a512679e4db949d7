"""A trainer prints an attendance sheet, and later brings in who was there online, on a phone and on a desk."""

import io
import os
from datetime import timedelta
from pathlib import Path

import pypdf
import pytest
from playwright.async_api import Browser, Page, expect

from tests.attendance.made import Day, a_trainer
from tests.attendance.paper import SIX_SCRIPTS
from tests.booking.asked import order
from tests.booking.made import make_scene
from tests.journeys.browsing import DESK, PHONE, enter, looks_right, reader
from tests.web.test_paper import dark_points
from training.attendance.queries.sheets import get_sheet
from training.attendance.rules.sheets import SheetChoices, Size
from training.attendance.schemas.sheets import sheet_data
from training.base.database import execute
from training.base.structs import ANONYMOUS
from training.base.work import Work, Works
from training.booking.actions import book_places
from training.web.paper import make_png

pytestmark = pytest.mark.browser


async def a_day(works: Works) -> Day:
    """A session whose two hours ended ten minutes ago, with six people who write their names in six scripts."""
    scene = await make_scene(works, size=8, capacity_in_person=6)
    for member, (name, _) in zip(scene.members, SIX_SCRIPTS, strict=False):
        await execute("UPDATE membership SET name = {} WHERE id = {}", name, member)
    booked = await works.run(scene.coordinator, book_places, order(scene, *range(6)))

    async def assign(work: Work) -> Day:
        named = {name: a_trainer(work, scene, name, role) for name, role in (("Lea", "lead"), ("Stig", ""))}
        places = tuple(verdict.enrollment_id for verdict in booked.verdicts if verdict.enrollment_id)
        them = {"lead": named["Lea"], "assistant": named["Lea"], "shadow": named["Lea"], "stranger": named["Stig"]}
        return Day(scene=scene, enrollments=places, **them)

    day = await works.run(ANONYMOUS, assign)
    began = works.clock().replace(microsecond=0) - timedelta(minutes=130)
    ended = began + timedelta(hours=2)
    await execute("UPDATE meeting SET starts_at = {}, ends_at = {} WHERE id = {}", began, ended, day.meeting_id)
    await execute("UPDATE session SET starts_at = {}, ends_at = {} WHERE id = {}", began, ended, day.session_id)
    return day


async def shot(page: Page, name: str) -> None:
    """A picture for whoever asks for it by the variable JOURNEY_PICTURES, a folder."""
    if folder := os.environ.get("JOURNEY_PICTURES"):
        await page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)


@pytest.mark.parametrize("width", [PHONE, DESK], ids=["phone", "desk"])
async def test_an_attendance_sheet_is_looked_at_and_taken_along(
    browser: Browser, real_works: Works, address: str, width: int
) -> None:
    day = await a_day(real_works)
    async with reader(browser, address, width) as page:
        await enter(page, real_works, day.lead)
        await page.goto(f"{address}/rosters/{day.meeting_id}/sheet")
        await looks_right(page)
        for name, _ in SIX_SCRIPTS:
            await expect(page.get_by_role("rowheader", name=name)).to_be_visible()
        await page.get_by_label("Paper").select_option(label="A5, for a clipboard")
        await page.get_by_label("People give").select_option(label="A tick: present, late, left early")
        await page.get_by_label("Empty lines").fill("2")
        await page.get_by_role("button", name="Change the sheet").click()
        await looks_right(page)
        await shot(page, f"sheet-{width}")
        await page.emulate_media(media="print")
        await expect(page.get_by_role("button", name="Change the sheet")).to_be_hidden()
        await shot(page, f"sheet-print-{width}")
        await page.emulate_media(media="screen")
        href = await page.get_by_role("link", name="Open as PDF").get_attribute("href")
        answer = await page.request.get(f"{address}{href}")
        assert answer.headers["content-type"] == "application/pdf"
        (one,) = pypdf.PdfReader(io.BytesIO(await answer.body())).pages
        text = one.extract_text()
        assert round(float(one.mediabox.width) * 25.4 / 72) == 148
        assert "Дарья Кузнецова" in text
        assert "Left" in text
        assert "Page 1 of 1" in text


async def test_the_sheet_as_a_picture_is_not_blank(real_works: Works) -> None:
    day = await a_day(real_works)
    sheet = await get_sheet(day.lead, day.meeting_id)
    for size in Size:
        (picture,) = await make_png("attendance/sheet.typ", sheet_data(sheet, SheetChoices(size=size), "training"))
        assert dark_points(picture) > 20_000
        if folder := os.environ.get("JOURNEY_PICTURES"):
            (Path(folder) / f"sheet-{size}.png").write_bytes(picture)
