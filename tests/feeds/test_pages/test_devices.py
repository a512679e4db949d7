"""Device passwords on pages: made, shown once, revoked after a question."""

import re
from uuid import UUID

import httpx
import pytest

from tests.people.conftest import ADA, CLI
from training.base.database import execute
from training.base.structs import Viewer
from training.base.work import Works
from training.people.actions import add_device, begin_sign_in, ensure_person, note_device
from training.people.queries import find_device
from training.people.rules.devices import MOST_DEVICES

PASSWORD = re.compile(r"([a-z0-9]{4}-){5}[a-z0-9]{4}")


@pytest.fixture
async def ada(works: Works) -> Viewer:
    return Viewer(person_id=await works.run(CLI, ensure_person, ADA, "Ada Lovelace", "Europe/London"), email=ADA)


@pytest.fixture
async def page(client: httpx.AsyncClient, works: Works, ada: Viewer) -> httpx.AsyncClient:
    """A browser in which Ada is signed in."""
    assert ada.person_id is not None
    client.cookies.set("sign_in", (await works.run(CLI, begin_sign_in, ada.person_id)).token)
    return client


async def test_the_password_is_shown_once(page: httpx.AsyncClient, works: Works) -> None:
    assert "/account/devices" in (await page.get("/account")).text
    assert "Add a device" in (await page.get("/account/devices")).text
    made = await page.post("/account/devices", data={"label": "My <phone>"})
    assert (made.status_code, made.headers["cache-control"]) == (200, "no-store")
    shown = PASSWORD.search(made.text)
    assert shown is not None
    for told in ("My &lt;phone&gt;", "http://testserver.example/dav/", ADA):
        assert told in made.text
    assert await find_device(ADA, shown[0], works.clock()) is not None
    listed = await page.get("/account/devices")
    assert "My &lt;phone&gt;" in listed.text
    assert not PASSWORD.search(re.sub(r'(href|action)="[^"]*"', "", listed.text))


@pytest.mark.parametrize(("label", "sentence"), [(" ", "Please fill this in."), ("x" * 81, "at most 80 characters")])
async def test_what_cannot_be_is_said(page: httpx.AsyncClient, label: str, sentence: str) -> None:
    refused = await page.post("/account/devices", data={"label": label})
    assert refused.status_code == 422
    assert sentence in refused.text
    assert await execute("SELECT id FROM device_password") == []


async def test_twenty_are_enough(page: httpx.AsyncClient, works: Works, ada: Viewer) -> None:
    for number in range(MOST_DEVICES):
        await works.run(ada, add_device, f"Phone {number}")
    refused = await page.post("/account/devices", data={"label": "One more"})
    assert refused.status_code == 422
    assert "20 device passwords already" in refused.text


async def test_revoked_after_a_question(page: httpx.AsyncClient, works: Works, ada: Viewer) -> None:
    made = await works.run(ada, add_device, "Phone")
    await works.run(ada, note_device, made.id, "DAVx5 <4>")
    assert "DAVx5 &lt;4&gt;" in (await page.get("/account/devices")).text
    assert "shut out at once" in (await page.get(f"/account/devices/{made.id}/revoke")).text
    done = await page.post(f"/account/devices/{made.id}/revoke")
    assert (done.status_code, done.headers["location"]) == (303, "/account/devices")
    listed = await page.get("/account/devices")
    assert "Revoked" in listed.text
    assert f"{made.id}/revoke" not in listed.text
    assert (await page.get(f"/account/devices/{made.id}/revoke")).status_code == 404
    assert await find_device(ADA, made.password, works.clock()) is None


async def test_a_foreign_one_and_a_missing_one_answer_alike(page: httpx.AsyncClient, works: Works) -> None:
    eve = await works.run(CLI, ensure_person, "eve@example.org")
    foreign = await works.run(Viewer(person_id=eve), add_device, "Hers")
    for method in ("GET", "POST"):
        answers = [await page.request(method, f"/account/devices/{key}/revoke") for key in (foreign.id, UUID(int=404))]
        assert [answer.status_code for answer in answers] == [404, 404]
    assert [row["revoked_at"] for row in await execute("SELECT revoked_at FROM device_password")] == [None]


async def test_visitors_are_led_to_sign_in(client: httpx.AsyncClient) -> None:
    assert (await client.get("/account/devices")).headers["location"].startswith("/sign-in")
