"""A signed-in browser, and what a form sends."""

import re
from typing import Any

import httpx

from tests.booking.asked import bearer
from tests.booking.made import Scene, make_scene
from training.base.structs import Viewer
from training.base.work import Works


async def enter(works: Works, client: httpx.AsyncClient, viewer: Viewer) -> None:
    """Sign `viewer` in, in this browser."""
    client.cookies.set("sign_in", await bearer(works, viewer))


async def opened(works: Works, client: httpx.AsyncClient, **values: Any) -> tuple[Scene, str]:
    """A scene, its coordinator signed in, and the address of the booking form."""
    scene = await make_scene(works, **values)
    await enter(works, client, scene.coordinator)
    return scene, f"/sessions/{scene.session_id}/book"


def asking(scene: Scene, *numbers: int, **more: Any) -> dict[str, Any]:
    """The form as it is sent, with these members ticked; `token` is the one that the page put into it."""
    if "token" in more:
        more["form_token"] = more.pop("token")
    return {"partner_id": str(scene.partner_id), "member": [str(scene.members[n]) for n in numbers], **more}


def hidden(text: str, name: str) -> str:
    """The value of a hidden field."""
    found = re.search(rf'name="{name}" value="([^"]*)"', text)
    assert found is not None, name
    return found[1]


def words(text: str) -> str:
    """What a reader sees of a page: its words in one line."""
    plain = re.sub(r"<(script|style|svg)[^>]*>.*?</\1>", " ", text, flags=re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>", " ", plain).replace("&#39;", "'").replace("&amp;", "&").split())
