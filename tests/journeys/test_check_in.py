"""The day itself at the door, in a real browser on a phone: a code that is shown and read, one that a camera sees, the
code that changes on the screen, the word, one phone for two people, and one device for all."""

import os
import struct
import zlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
import segno
import zxingcpp
from playwright.async_api import Browser, Page, async_playwright, expect

from tests.attendance.made import a_trainer
from tests.booking.asked import order
from tests.booking.made import Scene, make_scene
from tests.conftest import CHROMIUM
from tests.journeys.browsing import DESK, PHONE, enter, looks_right, reader
from training.attendance.actions.self_check_in import switch_self_check_in
from training.attendance.rules.check_in import kiosk_token
from training.base.database import execute
from training.base.structs import ANONYMOUS, Frozen, Viewer
from training.base.work import Work, Works
from training.booking.actions import book_places
from training.booking.rules.check_in import check_in_token, check_in_words
from training.booking.rules.guests import place_token
from training.web.statics import find_asset

pytestmark = pytest.mark.browser
WIDTH, HEIGHT, FRAMES = 640, 480, 12


class Door(Frozen, frozen=True, kw_only=True):
    """A session that began five minutes ago, with people who have a place."""

    scene: Scene
    lead: Viewer
    enrollments: tuple[UUID, ...]
    key: str

    @property
    def root(self) -> str:
        return f"/rosters/{self.scene.meeting_ids[0]}"

    def code(self, number: int) -> str:
        return f"/check-in/{check_in_token(self.key, self.enrollments[number], 1)}"

    def words(self, number: int) -> str:
        return check_in_words(self.key, self.enrollments[number], 1)

    def here(self, number: int) -> str:
        return f"/here/place/{place_token(self.key, self.enrollments[number], 1)}"


async def make_door(works: Works, people: int = 3) -> Door:
    scene = await make_scene(works, capacity_in_person=people)
    booked = await works.run(scene.coordinator, book_places, order(scene, *range(people)))

    async def begin(work: Work) -> Viewer:
        started, over = work.now - timedelta(minutes=5), work.now + timedelta(hours=2)
        for table, key in (("session", scene.session_id), ("meeting", scene.meeting_ids[0])):
            await work.execute(
                f"UPDATE {table} SET starts_at = {{}}, ends_at = {{}} WHERE id = {{}}", started, over, key
            )
        return a_trainer(work, scene, "Lea", "lead")

    lead = await works.run(ANONYMOUS, begin)
    enrollments = tuple(verdict.enrollment_id for verdict in booked.verdicts if verdict.enrollment_id)
    return Door(scene=scene, lead=lead, enrollments=enrollments, key=works.site.secret_key)


async def let_in(works: Works, door: Door) -> str:
    """Self check-in switched on; the word."""
    return (await works.run(door.lead, switch_self_check_in, door.scene.meeting_ids[0], on=True)).word


async def marked(door: Door) -> list[str]:
    rows = await execute("SELECT enrollment_id, way FROM mark WHERE meeting_id = {}", door.scene.meeting_ids[0])
    ways = {UUID(str(row["enrollment_id"])): row["way"] for row in rows}
    return [ways.get(key, "") for key in door.enrollments]


def codes_in(png: bytes) -> list[str]:
    """What a reader of others finds in a screenshot."""
    width, height, _, kind = struct.unpack(">IIBB", png[16:26])
    data, at = b"", 8
    while at < len(png):
        (size,) = struct.unpack(">I", png[at : at + 4])
        if png[at + 4 : at + 8] == b"IDAT":
            data += png[at + 8 : at + 8 + size]
        at += size + 12
    each = {2: 3, 6: 4}[kind]
    raw, stride = zlib.decompress(data), width * each
    grey, above = bytearray(), bytes(stride)
    for row in range(height):
        start = row * (stride + 1)
        above = _unfiltered(raw[start], raw[start + 1 : start + 1 + stride], above, each)
        grey += above[1::each]
    return [found.text for found in zxingcpp.read_barcodes(memoryview(bytes(grey)).cast("B", (height, width)))]


def _unfiltered(kind: int, line: bytes, above: bytes, each: int) -> bytes:
    """One line of a PNG (RFC 2083, 6)."""
    out = bytearray(line)
    for at, value in enumerate(line):
        left, up = out[at - each] if at >= each else 0, above[at]
        corner = above[at - each] if at >= each else 0
        guess = (0, left, up, (left + up) // 2, _paeth(left, up, corner))[kind]
        out[at] = (value + guess) % 256
    return bytes(out)


def _paeth(left: int, up: int, corner: int) -> int:
    guess = left + up - corner
    return min((abs(guess - left), 0, left), (abs(guess - up), 1, up), (abs(guess - corner), 2, corner))[2]


def film(path: Path, text: str) -> Path:
    """A film of a code that is held into the camera, in the one raw format that a fake camera plays (YUV4MPEG2)."""
    rows = [list(row) for row in segno.make_qr(text, error="m").matrix_iter(border=4)]
    scale = HEIGHT * 4 // 5 // len(rows)
    left, top = (WIDTH - len(rows) * scale) // 2, (HEIGHT - len(rows) * scale) // 2
    light = bytearray(b"\x96" * (WIDTH * HEIGHT))
    for y, row in enumerate(rows):
        line = b"".join((b"\x18" if dark else b"\xeb") * scale for dark in row)
        for of in range(scale):
            at = (top + y * scale + of) * WIDTH + left
            light[at : at + len(line)] = line
    frame = b"FRAME\n" + bytes(light) + b"\x80" * (WIDTH * HEIGHT // 2)
    path.write_bytes(f"YUV4MPEG2 W{WIDTH} H{HEIGHT} F10:1 Ip A1:1 C420\n".encode() + frame * FRAMES)
    return path


@asynccontextmanager
async def camera(film_path: Path) -> AsyncIterator[Browser]:
    """A browser whose camera plays a film."""
    async with async_playwright() as playwright:
        opened = await playwright.chromium.launch(
            executable_path=CHROMIUM,
            args=[
                "--no-sandbox",
                "--use-fake-ui-for-media-stream",
                "--use-fake-device-for-media-stream",
                f"--use-file-for-fake-video-capture={film_path}",
            ],
        )
        yield opened
        await opened.close()


@pytest.mark.parametrize("width", [PHONE, DESK], ids=["phone", "desk"])
async def test_a_code_on_a_phone_is_read_by_anybody_and_opens_one_button_for_staff(
    browser: Browser, real_works: Works, address: str, width: int
) -> None:
    door = await make_door(real_works)
    async with reader(browser, address, width) as page:
        await page.goto(address + door.code(0))
        await expect(page.get_by_role("heading", level=1)).to_have_text("Northern Line 0")
        await expect(page.get_by_role("main")).to_contain_text(door.words(0))
        await looks_right(page)
        picture = await page.get_by_role("img", name="QR code for check-in").screenshot()
        assert codes_in(picture) == [address + door.code(0)]
        await enter(page, real_works, door.lead)
        await page.goto(address + door.code(0))
        await page.get_by_role("button", name="Check in Northern Line 0").click()
        await expect(page.get_by_role("status")).to_contain_text("Northern Line 0 is checked in.")
        await looks_right(page)
    assert await marked(door) == ["qr", "", ""]


async def test_the_camera_reads_a_code(real_works: Works, address: str, tmp_path: Path) -> None:
    door = await make_door(real_works)
    built = bool(find_asset("js/qr/decode.js"))
    assert built or not os.environ.get("CI"), "The decoder is not built: make browser"
    async with (
        camera(film(tmp_path / "code.y4m", address + door.code(0))) as browser,
        reader(browser, address, PHONE, expected="status of 404") as page,
    ):
        await enter(page, real_works, door.lead)
        await page.goto(address + door.root + "/scan")
        await page.get_by_role("button", name="Start the camera").click()
        if not built:
            await expect(page.get_by_role("status")).to_contain_text("This browser cannot read codes from its camera.")
            return
        said = page.locator("[data-said]")
        await expect(said).to_have_text("Northern Line 0 is checked in.")
        await looks_right(page)
        await page.get_by_label("The six letters under the code").fill(door.words(1).lower())
        await page.get_by_role("button", name="Check in", exact=True).click()
        await expect(said).to_have_text("Northern Line 1 is checked in.")
        await page.get_by_label("The six letters under the code").fill("KX7-M4T")
        await page.get_by_role("button", name="Check in", exact=True).click()
        await expect(said).to_contain_text("Nobody on this roster has this code.")
        await page.get_by_role("button", name="Stop the camera").click()
        await expect(page.get_by_role("button", name="Start the camera")).to_be_visible()
    assert await marked(door) == ["qr", "qr", ""]


async def test_letters_are_typed_without_scripts(browser: Browser, real_works: Works, address: str) -> None:
    door = await make_door(real_works)
    async with reader(browser, address, PHONE, scripts=False) as page:
        await enter(page, real_works, door.lead)
        await page.goto(address + door.root + "/scan")
        await expect(page.get_by_role("button", name="Start the camera")).to_be_hidden()
        await page.get_by_label("The six letters under the code").fill(door.words(2))
        await page.get_by_role("button", name="Check in", exact=True).click()
        await expect(page.get_by_role("status").first).to_contain_text("Northern Line 2 is checked in.")
    assert await marked(door) == ["", "", "qr"]


async def shown(beamer: Page, scripts: bool) -> str:
    """The code that the screen shows now. Its picture leads to the same one, unless the next one came in between."""
    digits = beamer.locator(".beamer-code")
    while True:
        code = await digits.inner_text()
        picture = await beamer.get_by_role("img", name="QR code that leads to the check-in").screenshot()
        if await digits.inner_text() == code:
            break
    code = code.replace(" ", "")
    if scripts:
        assert codes_in(picture) == [f"{beamer.url.partition('/rosters/')[0]}/here/{code}"]
    return code


async def check_in(page: Page, address: str, path: str, typed: str) -> None:
    await page.goto(address + path)
    await page.get_by_label("The code on the screen, or the word").fill(typed)
    await page.get_by_role("button", name="I am here").click()


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])
async def test_the_code_on_the_screen_the_word_and_one_phone_for_two(
    browser: Browser, real_works: Works, address: str, scripts: bool
) -> None:
    door = await make_door(real_works)
    async with reader(browser, address, DESK, scripts=scripts) as beamer:
        await enter(beamer, real_works, door.lead)
        await beamer.goto(address + door.root + "/scan")
        await beamer.get_by_role("button", name="Switch it on").click()
        word = await beamer.locator("#self ~ p code, [aria-labelledby=self] code").first.inner_text()
        await beamer.get_by_role("link", name="Open the screen").click()
        await expect(beamer.get_by_role("main")).to_contain_text("0 of 3 are in")
        await looks_right(beamer, scripts)
        async with reader(browser, address, PHONE, scripts=scripts, expected="status of 422") as phone:
            await check_in(phone, address, door.here(0), "000000")
            await expect(phone.get_by_role("main")).to_contain_text("This is not what the screen shows now.")
            await expect(phone.get_by_label("The code on the screen, or the word")).to_be_focused()
            await looks_right(phone, scripts)
            await check_in(phone, address, door.here(0), await shown(beamer, scripts))
            await expect(phone.get_by_role("status").first).to_contain_text("You are checked in. Welcome!")
            await check_in(phone, address, door.here(1), word)
            await expect(phone.get_by_role("main")).to_contain_text("Somebody else checked in with the same device.")
        async with reader(browser, address, PHONE, scripts=scripts) as laptop:
            await check_in(laptop, address, door.here(2), word.upper())
            await expect(laptop.get_by_role("status").first).to_contain_text("You are checked in. Welcome!")
            await looks_right(laptop, scripts)
        # By itself: with scripts within seconds, without them when the page loads itself again.
        await expect(beamer.get_by_role("main")).to_contain_text("2 of 3 are in")
        assert await marked(door) == ["code", "", "word"]
        await beamer.goto(address + door.root)
        await beamer.get_by_role("button", name="They were there").click()
        await expect(beamer.get_by_role("status").first).to_contain_text("Northern Line 1 was there.")
    assert await marked(door) == ["code", "roster", "word"]


@pytest.mark.parametrize("mode", ["in_person", "online"])
async def test_the_code_is_on_every_screen_without_a_hand_on_it(
    browser: Browser, real_works: Works, address: str, mode: str
) -> None:
    door = await make_door(real_works)
    await execute("UPDATE session SET mode = {} WHERE id = {}", mode, door.scene.session_id)
    await let_in(real_works, door)
    async with reader(browser, address, DESK) as beamer:
        await enter(beamer, real_works, door.lead)
        await beamer.goto(address + door.root + "/screen")
        for width, height in ((1024, 768), (1280, 720), (1366, 768), (1920, 1080)):
            await beamer.set_viewport_size({"width": width, "height": height})
            await expect(beamer.locator(".beamer-code")).to_be_in_viewport(ratio=1)
            await expect(beamer.locator(".beamer .qr-box")).to_be_in_viewport(ratio=1)


async def test_one_device_for_all(browser: Browser, real_works: Works, address: str) -> None:
    door = await make_door(real_works)
    word = await let_in(real_works, door)
    async with reader(browser, address, PHONE) as page:
        await page.goto(f"{address}/here/kiosk/{kiosk_token(door.key, door.scene.meeting_ids[0], 1)}")
        await looks_right(page)
        for number in (0, 2):
            await page.get_by_label("Your name").select_option(label=f"Northern Line {number}")
            await page.get_by_label("The word").fill(word)
            await page.get_by_role("button", name="I am here").click()
            await expect(page.get_by_role("status")).to_contain_text(f"Northern Line {number} is checked in.")
    assert await marked(door) == ["word", "", "word"]


@pytest.mark.parametrize("width", [PHONE, DESK], ids=["phone", "desk"])
async def test_prepared_before_it_says_when_and_over_it_is_over(
    browser: Browser, real_works: Works, address: str, width: int
) -> None:
    door = await make_door(real_works)
    at = door.scene.meeting_ids[0]
    await move(at, real_works, timedelta(hours=3))
    await let_in(real_works, door)
    async with reader(browser, address, width) as page:
        await enter(page, real_works, door.lead)
        await page.goto(address + door.root + "/scan")
        await expect(page.get_by_role("main")).to_contain_text("30 minutes before the meeting.")
        await looks_right(page)
        await page.goto(address + door.root + "/screen")
        await expect(page.get_by_role("main")).to_contain_text("You can check in from")
        await looks_right(page)
        await move(at, real_works, timedelta(minutes=20))
        # By itself, as soon as its hour has come.
        await expect(page.locator(".beamer-code")).to_be_visible(timeout=15_000)
        await move(at, real_works, timedelta(hours=-5))
        await expect(page.get_by_role("main")).to_contain_text("Check-in is over", timeout=15_000)
        await looks_right(page)
        await page.goto(address + door.root + "/scan")
        await expect(page.get_by_role("main")).to_contain_text("the word is still taken from whoever forgot")
        await looks_right(page)


async def move(meeting_id: UUID, works: Works, begins_in: timedelta) -> None:
    """The meeting begins so long from now, and lasts two hours."""
    begins = works.clock() + begins_in
    sql = "UPDATE meeting SET starts_at = {}, ends_at = {} WHERE id = {}"
    await execute(sql, begins, begins + timedelta(hours=2), meeting_id)
