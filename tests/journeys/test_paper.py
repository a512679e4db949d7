"""A trainer prints an attendance sheet, and later brings in who was there online, on a phone and on a desk."""

import io
import os
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

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


async def a_day(works: Works, **values: Any) -> Day:
    """A session whose two hours ended ten minutes ago, with six people who write their names in six scripts."""
    scene = await make_scene(works, size=8, **{"capacity_in_person": 6, **values})
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
    await execute("UPDATE enrollment SET created_at = {} WHERE session_id = {}", began, day.session_id)
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


def teams_list(began: datetime) -> bytes:
    """What Teams gives for the meeting, in UTF-16 with tabs: a rejoining, a nickname, somebody half the time."""

    def at(minutes: int) -> str:
        return f"{began + timedelta(minutes=minutes):%m/%d/%Y, %I:%M:%S %p}"

    names = [name for name, _ in SIX_SCRIPTS]
    rows = [
        ("Lea", -5, 121, "2h 6m 0s", ""),
        ("Lukasz Zolc", 1, 120, "1h 59m 0s", ""),
        ("Somebody", 25, 120, "1h 35m 0s", "northern-line-1@example.org"),
        (names[2], 0, 40, "40m 0s", ""),
        ("Dawid (phone)", 0, 120, "1h 10m 5s", ""),
    ]
    head = "1. Summary\nMeeting title\tSafe messaging\n\n2. Participants\n"
    head += "Name\tFirst Join\tLast Leave\tIn-Meeting Duration\tEmail\tParticipant ID (UPN)\tRole\n"
    body = "".join(
        f"{n}\t{at(since)}\t{at(until)}\t{told}\t{mail}\t\tAttendee\n" for n, since, until, told, mail in rows
    )
    return b"\xff\xfe" + (head + body).encode("utf-16-le")


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])
@pytest.mark.parametrize("width", [PHONE, DESK], ids=["phone", "desk"])
async def test_who_was_there_online(
    browser: Browser, real_works: Works, address: str, tmp_path: Path, width: int, scripts: bool
) -> None:
    day = await a_day(real_works, mode="online", capacity_online=6, capacity_in_person=0)
    began = (await get_sheet(day.lead, day.meeting_id)).meeting.starts_at
    file = tmp_path / "meetingAttendanceReport.csv"
    file.write_bytes(teams_list(began))
    async with reader(browser, address, width, scripts=scripts) as page:
        await enter(page, real_works, day.lead)
        await page.goto(f"{address}/rosters/{day.meeting_id}")
        await page.get_by_role("link", name="Who was there online").click()
        await looks_right(page, scripts)
        await page.get_by_label("List of participants").set_input_files(file)
        await page.get_by_role("button", name="See who is who").click()
        await expect(page.get_by_role("heading", level=1)).to_have_text("Who is who?")
        await expect(page.get_by_role("main")).to_contain_text("5 people on the list (Teams).")
        await expect(page.get_by_role("main")).to_contain_text("1 line is about nobody yet")
        await looks_right(page, scripts)
        await shot(page, f"online-{width}")
        await page.get_by_label("Dawid").select_option(label=SIX_SCRIPTS[4][0])
        await page.get_by_label("Who takes part online and is not on the list was a no-show").check()
        await page.get_by_role("button", name="Show what would follow").click()
        await expect(page.get_by_role("status")).to_have_text("This is what would follow now.")
        for name, follows in zip(SIX_SCRIPTS, FOLLOWS, strict=True):
            row = page.get_by_role("row").filter(has_text=name[0])
            await expect(row).to_contain_text(follows)
        await looks_right(page, scripts)
        await shot(page, f"online-follows-{width}")
        assert await execute("SELECT id FROM mark") == []
        await page.get_by_role("button", name="Mark 6 people").click()
        await expect(page.get_by_role("status").first).to_contain_text("6 people were marked by the list.")
    rows = await execute("SELECT enrollment_id, status, minutes FROM mark")
    marks = {str(row["enrollment_id"]): (row["status"], row["minutes"]) for row in rows}
    assert [marks[str(key)] for key in day.enrollments] == [
        ("present", None),
        ("late", None),
        ("partial", 40),
        ("no-show", None),
        ("present", 70),
        ("no-show", None),
    ]


FOLLOWS = ("Present", "25 minutes late", "Partial", "No-show", "Present", "No-show")
