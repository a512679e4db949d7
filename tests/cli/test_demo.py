"""The demo tells its story by the real actions, starts everything, and leaves no process behind."""

import contextlib
import os
import random
import re
import signal
import socket
import sqlite3
import subprocess
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import httpx
import pytest

from tests.cli.commands import KEY, unused_port
from tests.conftest import FrozenClock
from training.base.database import execute, fetch
from training.base.site import Site
from training.base.structs import Frozen
from training.cli.checks import find_damage, find_violations
from training.cli.demo.cast import LEARNER
from training.cli.demo.folder import how_to_get_links
from training.cli.demo.make import MAKER, OWN_PLAN, Story
from training.cli.demo.post import FULL, GONE
from training.cli.demo.running import ROLES
from training.cli.demo.story import LANTERN
from training.cli.demo.volume import Volume
from training.completion.queries.renewals import list_renewals
from training.completion.rules.renewals import Renewal
from training.materials.storage.keeping import Storage

Process = Callable[..., subprocess.Popen[str]]
LINK = re.compile(r"http://127\.0\.0\.1:(\d+)/sign-in/\S+")


class Answered(Frozen, frozen=True, kw_only=True):
    """An enrollment, and what its person's calendar answered."""

    email: str
    state: str
    calendar_answer: str
    declines_at: datetime | None


async def told(clock: FrozenClock, folder: Path) -> Story:
    story = Story(clock(), Site(secret_key=KEY, demo=True), Storage(str(folder)))
    steps: list[int] = []
    await story.tell(steps.append)
    assert sum(steps) == story.steps
    return story


@pytest.mark.usefixtures("database")
async def test_the_story_has_everything_that_there_is_to_see(clock: FrozenClock, tmp_path: Path) -> None:
    await told(clock, tmp_path)
    assert await find_damage() + await find_violations(clock()) == []
    states = {row["state"] for row in await execute("SELECT DISTINCT state FROM session")}
    assert {"draft", "published", "confirmed", "closed", "cancelled"} <= states
    for what in (
        "waiting > 0 AND taken_in_person = capacity_in_person AND mode = 'in_person'",
        "mode = 'hybrid' AND taken_in_person > 0 AND taken_online > 0",
        "audience = 'invited' AND access_code <> ''",
        "audience = 'invited' AND access_code = ''",
        "audience = 'public'",
        "state = 'published' AND id NOT IN (SELECT session_id FROM trainer_assignment)",
    ):
        assert await execute(f"SELECT id FROM session WHERE {what}"), what
    assert len(await execute("SELECT DISTINCT zone FROM session")) >= 5
    assert len(await execute("SELECT DISTINCT language FROM session")) >= 3
    stands = {
        row["state"]
        for row in await execute(
            "SELECT m.state FROM membership m JOIN person p ON p.id = m.person_id WHERE p.email = {}", LEARNER.email
        )
    }
    assert stands == {"confirmed"}
    assert len(await execute("SELECT id FROM membership WHERE state = 'confirmed'")) >= 20
    assert len(await execute("SELECT id FROM membership WHERE state = 'invited' AND invited_by IS NULL")) >= 5
    assert await execute("SELECT id FROM journal_entry WHERE actor_name = 'demo'") == []
    coordinated = await execute(
        "SELECT scope_id FROM role_grant g JOIN person p ON p.id = g.person_id"
        " WHERE p.email = 'lena@lanternline.example' AND g.role = 'coordinator'"
    )
    assert len(coordinated) == 2
    future = await execute("SELECT id FROM journal_entry WHERE at > {}", clock.now.replace(year=clock.now.year + 1))
    assert future == []


@pytest.mark.usefixtures("database")
async def test_the_story_has_mail_that_arrived_and_mail_that_did_not(clock: FrozenClock, tmp_path: Path) -> None:
    await told(clock, tmp_path)
    states = {row["state"] for row in await execute("SELECT DISTINCT state FROM message")}
    assert {"waiting", "sent", "failed", "bounced"} <= states
    assert await execute("SELECT id FROM message WHERE sent_at > {}", clock()) == []
    (trouble,) = await execute("SELECT address, kind, cleared_at FROM address_trouble")
    assert (trouble["address"], trouble["kind"], trouble["cleared_at"]) == (GONE, "hard", None)
    known = "SELECT id FROM membership WHERE contact_email = {} AND state <> 'removed'"
    assert len(await execute(known, GONE)) == len(await execute(known, FULL)) == 1
    coming_back = {row["state"] for row in await execute("SELECT state FROM incoming_mail")}
    assert coming_back == {"handled", "review"}


@pytest.mark.usefixtures("database")
async def test_the_story_has_reminders_and_announcements(clock: FrozenClock, tmp_path: Path) -> None:
    await told(clock, tmp_path)
    plans = {(row["key"], row["active"]) for row in await execute("SELECT key, active FROM reminder_plan")}
    assert {key for key, _ in plans} == {OWN_PLAN, "hour-before"}
    reminders = {row["state"] for row in await execute("SELECT DISTINCT state FROM reminder")}
    assert {"planned", "sent", "stopped"} <= reminders
    announced = await execute("SELECT state, recipients, send_at FROM announcement ORDER BY send_at")
    assert [row["state"] for row in announced] == ["sent", "scheduled"]
    assert announced[0]["recipients"] >= 20


@pytest.mark.usefixtures("database")
async def test_the_story_has_calendars_that_answered(clock: FrozenClock, tmp_path: Path) -> None:
    await told(clock, tmp_path)
    answered = await fetch(
        Answered,
        "SELECT e.calendar_answer, e.declines_at, e.state, p.email FROM enrollment e"
        " JOIN person p ON p.id = e.person_id WHERE e.calendar_answer <> '' ORDER BY e.calendar_answer",
    )
    assert [(one.email, one.calendar_answer, one.state) for one in answered] == [
        (LEARNER.email, "accepted", "enrolled"),
        ("ben@lanternline.example", "declined", "enrolled"),
    ]
    kept, goes_back = [one.declines_at for one in answered]
    assert kept is None
    assert goes_back is not None
    assert timedelta(minutes=20) < goes_back - clock() <= timedelta(minutes=30)
    told_of = await execute("SELECT recipient FROM message WHERE kind = 'booking-calendar-answer'")
    assert [row["recipient"] for row in told_of] == ["lena@lanternline.example"]
    handled = await execute("SELECT id FROM incoming_mail WHERE kind = 'reply' AND state = 'handled'")
    assert len(handled) == 2


@pytest.mark.usefixtures("database")
async def test_the_storys_people_opened_what_they_went_through(clock: FrozenClock, tmp_path: Path) -> None:
    await told(clock, tmp_path)
    opened = await execute("SELECT DISTINCT enrollment_id, material_id FROM material_opening")
    done = await execute("SELECT DISTINCT enrollment_id, material_id FROM acknowledgement")
    assert done
    assert all(row in opened for row in done)


class Ends(Frozen, frozen=True, kw_only=True):
    """Whose certificate ends or was revoked."""

    name: str
    valid_until: datetime
    revoked_by_hand: bool


@pytest.mark.usefixtures("database")
async def test_the_story_has_what_ends_what_has_ended_and_what_was_revoked(clock: FrozenClock, tmp_path: Path) -> None:
    story = await told(clock, tmp_path)
    lena, lanternline = story.coordinators[LANTERN], story.partners[LANTERN]
    standing = {one.name: one.standing(clock()) for one in await list_renewals(lena, lanternline, clock())}
    assert standing == {
        LEARNER.name: Renewal.BOOKED,
        "Hana Kimura": Renewal.ENDS,
        "Isaac Obi": Renewal.ENDS,
        "Joanna Piątek": Renewal.ENDS,
    }
    found = await fetch(
        Ends,
        "SELECT c.holder AS name, c.valid_until, c.revoked_by_hand FROM certificate c JOIN enrollment e"
        " ON e.id = c.enrollment_id WHERE c.valid_until IS NOT NULL AND e.partner_id = {} ORDER BY c.holder",
        lanternline,
    )
    assert {one.name for one in found} == set(standing)
    assert [one.name for one in found if one.valid_until <= clock()] == [LEARNER.name]
    assert [one.name for one in found if one.revoked_by_hand] == ["Joanna Piątek"]


@pytest.mark.usefixtures("database")
@pytest.mark.parametrize("month", range(1, 13))
async def test_it_can_be_told_on_any_day(clock: FrozenClock, month: int, tmp_path: Path) -> None:
    """Wall times that a change of the clocks skips or doubles are in no one's way."""
    clock.now = clock.now.replace(month=month, day=28 if month in (3, 10) else 5, hour=23, minute=50)
    await told(clock, tmp_path)
    assert await find_violations(clock()) == []


def test_the_hint_can_be_typed_where_it_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever types `make demo` has no `training` on the PATH."""
    monkeypatch.setenv("MAKELEVEL", "1")
    assert how_to_get_links() == "make demo ARGS=--links"
    monkeypatch.delenv("MAKELEVEL")
    assert how_to_get_links() == "training demo --links"


@pytest.mark.usefixtures("database")
async def test_volume(clock: FrozenClock, tmp_path: Path) -> None:
    story = await told(clock, tmp_path)
    steps: list[int] = []
    await Volume(story.works, MAKER, story.partners, 45).make(steps.append)
    assert sum(steps) == 45
    found = await execute(
        "SELECT COUNT(*) AS number FROM session s JOIN program p ON p.id = s.program_id WHERE p.slug = 'year-round'"
    )
    assert found[0]["number"] == 45
    assert await find_violations(clock()) == []


class OneEvening(random.Random):
    """Chance that makes every session begin at the same hour of the same day."""

    def randrange(self, start: int, stop: int | None = None, step: int = 1) -> int:
        return start


@pytest.mark.usefixtures("database")
async def test_volume_goes_on_where_everybody_is_busy(clock: FrozenClock, tmp_path: Path) -> None:
    story = await told(clock, tmp_path)
    volume = Volume(story.works, MAKER, story.partners, 60)
    volume._random = OneEvening(7)
    await volume.make(lambda _: None)
    found = await execute(
        "SELECT COUNT(*) AS number FROM session s JOIN program p ON p.id = s.program_id WHERE p.slug = 'year-round'"
    )
    assert found[0]["number"] == 60
    assert await find_violations(clock()) == []


def start(process: Process, folder: Path, *options: str) -> tuple[subprocess.Popen[str], list[str]]:
    """A demo that has said everything, and what it said."""
    running = process("", "demo", *options, cwd=folder)
    assert running.stdout is not None
    said: list[str] = []
    while not said or "Ctrl-C ends everything" not in said[-1]:
        line = running.stdout.readline()
        assert line, "".join(said)
        said.append(line)
    return running, said


def left_in(folder: Path) -> list[str]:
    """Processes whose environment names this folder."""
    found = []
    for place in Path("/proc").glob("[0-9]*"):
        try:
            if str(folder).encode() in (place / "environ").read_bytes() and place.name != str(os.getpid()):
                found.append((place / "cmdline").read_text().replace("\0", " "))
        except OSError:
            continue
    return found


def ports_in_calendars(folder: Path) -> set[str]:
    """The ports to which the entries lead that the story sent to people's calendars."""
    with contextlib.closing(sqlite3.connect(folder / ".demo" / "training.sqlite")) as database:
        rows = database.execute("SELECT calendar FROM message WHERE calendar <> ''").fetchall()
    entries = "".join(text for (text,) in rows).replace("\r\n ", "")
    return set(re.findall(r"http://127\.0\.0\.1:(\d+)/", entries))


def test_it_starts_gives_a_link_per_role_and_leaves_nothing_running(process: Process, tmp_path: Path) -> None:
    port = unused_port()
    running, said = start(process, tmp_path, "--port", str(port))
    text = "".join(said)
    links = LINK.findall(text)
    assert links == [str(port)] * len(ROLES)
    assert all(person.name in text for _, person in ROLES)
    for found in LINK.finditer(text):
        with httpx.Client(headers={"Origin": f"http://127.0.0.1:{port}"}, timeout=60) as browser:
            # Looking at a link uses nothing up: mail programs do it all the time.
            assert [browser.get(found[0]).status_code for _ in range(2)] == [200, 200]
            assert browser.post(found[0]).status_code == 303
            assert browser.get(f"http://127.0.0.1:{port}/my/sessions").status_code == 200
    assert len(left_in(tmp_path)) >= 3
    again = process("", "demo", cwd=tmp_path)
    assert "runs in this folder already" in again.communicate(timeout=60)[0]
    more = process("", "demo", "--links", cwd=tmp_path)
    assert len(LINK.findall(more.communicate(timeout=60)[0])) == len(ROLES)
    running.send_signal(signal.SIGINT)
    assert running.communicate(timeout=60)[0].endswith(
        "The demo has ended. Its data stays in .demo for the next time.\n"
    )
    assert running.returncode == 0
    assert left_in(tmp_path) == []
    assert ports_in_calendars(tmp_path) == {str(port)}


def test_a_busy_port_is_left_alone_and_the_second_start_is_quick(process: Process, tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        first, said = start(process, tmp_path, "--port", str(port))
        assert f"Port {port} is in use by another program" in "".join(said)
        first.terminate()
        first.communicate(timeout=60)
        assert (first.returncode, left_in(tmp_path)) == (0, [])
    began = time.monotonic()
    second, said = start(process, tmp_path, "--port", str(port))
    seconds = time.monotonic() - began
    second.terminate()
    second.communicate(timeout=60)
    assert "made in" not in "".join(said)
    # Three seconds on a machine of its own. Nothing was made anew, as it says; the rest is for others beside this one.
    assert seconds < 60


def test_an_interrupted_making_is_begun_anew(process: Process, tmp_path: Path) -> None:
    first = process("", "demo", "--sessions", "3000", "--port", str(unused_port()), cwd=tmp_path)
    making = tmp_path / ".demo" / "making.sqlite"
    deadline = time.monotonic() + 60
    while not making.exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    time.sleep(0.5)
    first.terminate()
    assert first.wait(60) == 0
    assert not (tmp_path / ".demo" / "training.sqlite").exists()
    second, said = start(process, tmp_path, "--port", str(unused_port()))
    second.terminate()
    second.communicate(timeout=60)
    assert "The demo data is ready: " in "".join(said)
