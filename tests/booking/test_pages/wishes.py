"""Asking for a place on pages: the form as a visitor sends it, and the links in the mails that come of it."""

import re
from typing import Any
from urllib.parse import urlsplit

import httpx

from tests.booking.made import Scene, make_scene
from tests.conftest import SITE
from training.base.database import execute
from training.base.work import Works
from training.outbox.mails import render_message
from training.outbox.queries import get_message

NIA = "nia@mail.example"
OPEN: dict[str, Any] = {"audience": "public", "self_enrollment": True}
VISITOR = {"name": "Nia New", "email": NIA, "zone": "Europe/Dublin", "accepts": "any"}


async def open_scene(works: Works, **values: Any) -> tuple[Scene, str]:
    """A session that anybody may ask for, and the address of its form."""
    scene = await make_scene(works, **{**OPEN, **values})
    return scene, f"/sessions/{scene.session_id}/enroll"


async def mailed(template: str, email: str = NIA) -> str:
    """The address that leads on in the newest message of this kind to somebody, as a path."""
    found = await execute(
        "SELECT id FROM message WHERE template = {} AND recipient = {} ORDER BY created_at DESC LIMIT 1",
        f"booking/{template}",
        email,
    )
    text = render_message(await get_message(found[0]["id"]), SITE).text
    link = re.search(r"http\S+/(?:requests|places)/\S+", text)
    assert link is not None, text
    return urlsplit(link[0]).path


async def asked(client: httpx.AsyncClient, form: str, **more: str) -> str:
    """Ask as a visitor; returns the path of the link that was mailed."""
    answer = await client.post(form, data={**VISITOR, **more})
    assert answer.status_code == 303, answer.text
    return await mailed("confirm", more.get("email", NIA))


async def confirmed(client: httpx.AsyncClient, form: str, **more: str) -> str:
    """Ask and confirm; returns the path of the page of the place."""
    link = await asked(client, form, **more)
    done = await client.post(link, data={"name": "Nia New"})
    assert (done.status_code, done.headers["location"]) == (303, "?done"), done.text
    shown = await client.get(link)
    path = re.search(r'href="(/places/[^"/]+)"', shown.text)
    assert path is not None, shown.text
    return path[1]
