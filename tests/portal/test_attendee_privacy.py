"""A canary: names of partner A's people lie in every place where names can lie, all of them agreed to be named, and
nobody of partner B finds one of them on any page, in any file, mail or answer of the API."""

import re
from collections.abc import Iterator
from uuid import UUID

import httpx
import pytest
from litestar import Litestar
from litestar.routes import HTTPRoute

from tests.booking.asked import bearer
from tests.booking.listed import agreed, listing_scene, person
from tests.booking.made import Scene
from training.base.database import execute, fetch
from training.base.structs import Frozen, Grant, Viewer
from training.base.work import Works

CANARY = "Kanarienvogel"


class _Key(Frozen, frozen=True, kw_only=True):
    id: UUID


class _Mail(Frozen, frozen=True, kw_only=True):
    recipient: str
    said: str


async def ids(table: str) -> list[UUID]:
    return [row.id for row in await fetch(_Key, f"SELECT id FROM {table} ORDER BY id")]


async def addresses(app: Litestar, scene: Scene) -> Iterator[str]:
    """Every address that can be read, with every id that there is in its place (at most 60 of each kind)."""
    known: dict[str, list[UUID]] = {
        "partner_id": [scene.partner_id, scene.other_partner_id],
        "session_id": [scene.session_id],
        "program_id": [scene.program_id],
        "course_id": [scene.course_id],
        "enrollment_id": await ids("enrollment"),
        "booking_id": await ids("booking"),
        "membership_id": await ids("membership"),
        "person_id": await ids("person"),
        "message_id": await ids("message"),
        "fmt": ["csv", "xlsx", "json"],  # type: ignore[list-item]
        "slug": [],
    }
    found: list[str] = []
    for route in app.routes:
        if not isinstance(route, HTTPRoute) or "GET" not in route.methods or route.path.startswith("/static"):
            continue
        made = [re.sub(r"\{(\w+):\w+\}", r"{\1}", route.path_format)]
        for name in re.findall(r"\{(\w+)\}", made[0]):
            made = [one.replace(f"{{{name}}}", str(key)) for one in made for key in known.get(name, [])[:60]]
        found += made
    return iter(found)


async def canary_scene(works: Works) -> Scene:
    """Everybody of partner A agreed, and has a name that nobody overlooks; so have their bookings and notes."""
    scene = await listing_scene(works, audience="public")
    await agreed(scene, *scene.members[:3], *scene.other_members[:2])
    ours = "id IN (SELECT person_id FROM membership WHERE partner_id = {})"
    await execute(f"UPDATE person SET name = '{CANARY} person' WHERE {ours}", scene.partner_id)
    name, address = f"{CANARY} member", f"{CANARY.lower()}@a.example"
    await execute("UPDATE membership SET name = {} WHERE partner_id = {}", name, scene.partner_id)
    await execute("UPDATE membership SET contact_email = {} WHERE id = {}", address, scene.members[0])
    await execute("UPDATE booking SET note = {} WHERE partner_id = {}", f"{CANARY} note", scene.partner_id)
    await execute("UPDATE enrollment SET state_reason = {} WHERE partner_id = {}", CANARY, scene.partner_id)
    return scene


@pytest.mark.parametrize("role", ["coordinator", "member", "anonymous"])
async def test_nobody_of_another_partner_finds_them(
    works: Works, client: httpx.AsyncClient, app: Litestar, role: str
) -> None:
    scene = await canary_scene(works)
    if role == "coordinator":
        client.cookies.set("sign_in", await bearer(works, scene.other_coordinator))
    elif role == "member":
        (row,) = await fetch(_Key, "SELECT person_id AS id FROM membership WHERE id = {}", scene.other_members[0])
        grants = frozenset({Grant(role="member", scope_id=scene.other_partner_id)})
        client.cookies.set("sign_in", await bearer(works, Viewer(person_id=row.id, grants=grants)))
    walked = 0
    for address in await addresses(app, scene):
        answer = await client.get(address)
        assert CANARY.lower() not in answer.text.lower(), f"{role} reads a name of another partner at {address}"
        walked += answer.status_code == 200
    assert walked > 10, "something was read at all"


async def test_the_canary_sings_for_its_own(works: Works, client: httpx.AsyncClient, app: Litestar) -> None:
    scene = await canary_scene(works)
    client.cookies.set("sign_in", await bearer(works, person(scene, 1)))
    found = [address for address in await addresses(app, scene) if CANARY in (await client.get(address)).text]
    assert f"/sessions/{scene.session_id}" in found
    assert f"/api/v1/sessions/{scene.session_id}/attendees" in found


async def test_no_mail_names_them_to_others(works: Works) -> None:
    scene = await listing_scene(works)
    await agreed(scene, *scene.members[:3], *scene.other_members[:2])
    mails = await fetch(_Mail, 'SELECT recipient, CAST("values" AS TEXT) AS said FROM message')
    theirs = [mail for mail in mails if mail.recipient.startswith("harbour")]
    assert len(theirs) == 2
    for mail in theirs:
        assert "northern" not in mail.said.lower()
