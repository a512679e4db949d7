"""Real programs against a real server: the caldav library and vdirsyncer synchronise, and see what happens to it."""

import asyncio
import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from caldav.davclient import DAVClient
from caldav.lib.error import AuthorizationError, DAVError, NotFoundError

from tests.booking.asked import order
from tests.booking.made import Scene, make_scene
from tests.feeds.test_dav.asking import CLI, learner
from tests.served import served
from training.base.clock import system_clock
from training.base.database import Database, execute
from training.base.site import Site
from training.base.structs import Viewer
from training.base.work import Works
from training.booking.actions import book_places
from training.people.actions import NewDevice, add_device, grant_role, revoke_own_device, revoke_role
from training.people.rules import Role
from training.reactions import REACTIONS

KEY = "a key for tests only, long enough to be taken"
VDIRSYNCER = Path(sys.executable).with_name("vdirsyncer")
CONFIG = """
[general]
status_path = "{here}/status/"

[pair training]
a = "ours"
b = "theirs"
collections = ["from a"]
conflict_resolution = "a wins"
partial_sync = "{partial}"

[storage ours]
type = "caldav"
url = "{address}/"
username = "{user}"
password = "{password}"
read_only = true

[storage theirs]
type = "filesystem"
path = "{here}/calendars/"
fileext = ".ics"
"""


@pytest.fixture(scope="module")
def address(engine: Database, database_url: str) -> Iterator[str]:  # noqa: ARG001 - migrated before it is served
    with served(database_url, secret_key=KEY) as addresses:
        yield addresses[0]


@pytest.fixture
def real(database: Database, address: str) -> Works:  # noqa: ARG001 - asked for so that it is bound
    """Units of work as the server has them: its clock, its address, its key."""
    site = Site(name="training", base_url=address, secret_key=KEY, demo=True)
    return Works(clock=system_clock, site=site, reactions=REACTIONS, origin="test")


@pytest.fixture
async def scene(real: Works) -> Scene:
    """A session of three meetings; the first person of the first partner has a place."""
    made = await make_scene(real, meetings=3)
    await real.run(made.coordinator, book_places, order(made, 0))
    return made


async def device_of(works: Works, viewer: Viewer) -> NewDevice:
    return await works.run(viewer, add_device, "Phone")


def connected(address: str, device: NewDevice) -> Any:
    return DAVClient(url=f"{address}/dav/", username=device.email, password=device.password)


def the_one(client: Any, name: str = "My sessions (training)") -> Any:
    return next(one for one in client.principal().calendars() if one.get_display_name() == name)


async def test_the_library_finds_reads_and_searches(address: str, real: Works, scene: Scene) -> None:
    device = await device_of(real, learner(scene))
    local = (await execute("SELECT local_start FROM meeting WHERE number = 2"))[0]["local_start"]
    second = datetime.fromisoformat(str(local))

    def use() -> None:
        with connected(address, device) as client:
            mine = the_one(client)
            events = mine.events()
            assert {str(event.icalendar_component["uid"]) for event in events} == set(map(str, scene.meeting_ids))
            found = mine.search(event=True, start=second - timedelta(hours=1), end=second + timedelta(hours=3))
            assert [str(one.icalendar_component["uid"]) for one in found] == [str(scene.meeting_ids[1])]
            expanded = mine.search(
                event=True, expand=True, start=second - timedelta(hours=1), end=second + timedelta(hours=3)
            )
            assert len(expanded) == 1
            busy = mine.freebusy_request(second - timedelta(days=2), second + timedelta(days=1)).data
            assert str(busy).count("FREEBUSY;") == 2
            by_uid = mine.event_by_uid(str(scene.meeting_ids[2]))
            assert "Safe messaging" in str(by_uid.icalendar_component["summary"])
            for write in (
                lambda: mine.save_event(by_uid.data.replace(str(scene.meeting_ids[2]), "new")),
                by_uid.delete,
                lambda: client.principal().make_calendar(name="New"),
            ):
                with pytest.raises((AuthorizationError, DAVError)):
                    write()
            assert len(mine.events()) == 3

    await asyncio.to_thread(use)


async def test_the_library_synchronises_what_happens(address: str, real: Works, scene: Scene) -> None:
    device = await device_of(real, learner(scene))
    client = connected(address, device)
    objects = await asyncio.to_thread(lambda: the_one(client).objects_by_sync_token(load_objects=True))
    assert len(list(objects)) == 3

    def again() -> tuple[set[str], set[str]]:
        updated, deleted = objects.sync()
        return ({str(one.url)[-40:-4] for one in updated}, {str(one.url)[-40:-4] for one in deleted})

    assert await asyncio.to_thread(again) == (set(), set())
    first, second, _ = map(str, scene.meeting_ids)
    await execute("UPDATE meeting SET title = 'Renamed', sequence = sequence + 1 WHERE id = {}", first)
    assert await asyncio.to_thread(again) == ({first}, set())
    await execute("UPDATE meeting SET cancelled_at = {} WHERE id = {}", system_clock(), second)
    updated, deleted = await asyncio.to_thread(again)
    assert (second in updated, deleted) == (True, set())
    now_held = {str(one.icalendar_component["uid"]): str(one.icalendar_component.get("status")) for one in objects}
    assert now_held[second] == "CANCELLED"
    await execute("UPDATE enrollment SET state = 'cancelled', state_at = {}", system_clock())
    assert await asyncio.to_thread(again) == (set(), set(map(str, scene.meeting_ids)))
    await asyncio.to_thread(client.close)


async def test_a_lost_right_ends_what_the_library_sees(address: str, real: Works, scene: Scene) -> None:
    coordinator = scene.coordinator
    assert coordinator.person_id is not None
    await real.run(CLI, grant_role, coordinator.person_id, Role.COORDINATOR, scene.partner_id)
    device = await device_of(real, coordinator)
    client = connected(address, device)
    theirs = await asyncio.to_thread(lambda: the_one(client, "Sessions of Northern Line (training)"))
    assert len(await asyncio.to_thread(theirs.events)) == 3
    await real.run(CLI, revoke_role, coordinator.person_id, Role.COORDINATOR, scene.partner_id)
    with pytest.raises(NotFoundError):
        await asyncio.to_thread(theirs.events)
    names = await asyncio.to_thread(lambda: [one.get_display_name() for one in client.principal().calendars()])
    assert names == ["My sessions (training)"]
    await real.run(coordinator, revoke_own_device, device.id)
    with pytest.raises(AuthorizationError):
        await asyncio.to_thread(lambda: client.principal().calendars())
    await asyncio.to_thread(client.close)


class Mirror:
    """A folder that vdirsyncer keeps like a person's calendars."""

    def __init__(self, here: Path, address: str, device: NewDevice) -> None:
        self._config = here / "config"
        self._config.write_text(
            CONFIG.format(
                here=here, address=f"{address}/dav", user=device.email, password=device.password, partial="revert"
            )
        )
        self._calendars = here / "calendars"

    def run(self, *words: str) -> str:
        """Run vdirsyncer; says yes to whatever it asks. Raises when it fails."""
        done = subprocess.run(
            [str(VDIRSYNCER), *words],
            input="y\n" * 20,
            env=os.environ | {"VDIRSYNCER_CONFIG": str(self._config)},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout + done.stderr

    def files(self, calendar: str = "mine") -> dict[str, str]:
        """What the folder of a calendar holds, by uid."""
        return {path.stem: path.read_text() for path in (self._calendars / calendar).glob("*.ics")}

    def write(self, uid: str, text: str) -> None:
        """Change what only the server may change."""
        (self._calendars / "mine" / f"{uid}.ics").write_text(text)


async def test_vdirsyncer_keeps_a_folder_like_the_calendar(
    address: str, real: Works, scene: Scene, tmp_path: Path
) -> None:
    mirror = Mirror(tmp_path, address, await device_of(real, learner(scene)))

    async def synchronised() -> dict[str, str]:
        await asyncio.to_thread(mirror.run, "sync")
        return mirror.files()

    await asyncio.to_thread(mirror.run, "discover")
    held = await synchronised()
    first, second, third = map(str, scene.meeting_ids)
    assert set(held) == {first, second, third}
    assert await synchronised() == held, "nothing changed, so nothing is fetched as new"
    await execute("UPDATE meeting SET title = 'Renamed', sequence = sequence + 1 WHERE id = {}", first)
    await execute("UPDATE meeting SET cancelled_at = {} WHERE id = {}", system_clock(), second)
    held = await synchronised()
    assert "Renamed" in held[first]
    assert "STATUS:CANCELLED" in held[second]
    mirror.write(third, held[third].replace("SUMMARY:", "SUMMARY:Mine "))
    await synchronised()
    assert "Mine " not in (await synchronised())[third], "what was changed there is put right the next time"
    await execute("UPDATE enrollment SET state = 'cancelled', state_at = {}", system_clock())
    # It stops and asks before it empties a whole calendar.
    await asyncio.to_thread(mirror.run, "sync", "--force-delete")
    assert mirror.files() == {}
