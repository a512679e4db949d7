"""A calendar program as tests need one: sends what such programs send, and reads what comes back."""

import base64
from collections.abc import AsyncIterator, Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import UUID
from xml.etree.ElementTree import Element

import httpx
from defusedxml.ElementTree import fromstring

from tests.booking.asked import order
from tests.booking.made import Scene, make_scene
from training.base.structs import Viewer
from training.base.work import Works
from training.booking.actions import book_places
from training.people.actions import add_device, grant_role
from training.people.rules import Role

CLI = Viewer.machine("cli")
D, C = "{DAV:}", "{urn:ietf:params:xml:ns:caldav}"
SPACES = (
    'xmlns:d="DAV:" xmlns:c="urn:ietf:params:xml:ns:caldav" xmlns:cs="http://calendarserver.org/ns/"'
    ' xmlns:ic="http://apple.com/ns/ical/"'
)


class Told:
    """One response of an answer about many things."""

    def __init__(self, node: Element) -> None:
        self.href = node.findtext(f"{D}href", "")
        self.status = node.findtext(f"{D}status", "")
        self.found: dict[str, Element] = {}
        self.missing: set[str] = set()
        for part in node.findall(f"{D}propstat"):
            props = list(part.find(f"{D}prop") or ())
            if "200" in part.findtext(f"{D}status", ""):
                self.found |= {one.tag: one for one in props}
            else:
                self.missing |= {one.tag for one in props}

    def text(self, name: str) -> str:
        """The text of a property."""
        return self.found[name].text or ""

    @property
    def data(self) -> str:
        """The entry itself."""
        return self.text(f"{C}calendar-data")


class Answer:
    """An answer about many things."""

    def __init__(self, response: httpx.Response) -> None:
        assert response.status_code == 207, (response.status_code, response.text)
        self.root = fromstring(response.content)
        self.told = [Told(node) for node in self.root.findall(f"{D}response")]
        self.token = self.root.findtext(f"{D}sync-token", "")

    def __getitem__(self, ending: str) -> Told:
        (one,) = (told for told in self.told if told.href.endswith(ending))
        return one

    @property
    def hrefs(self) -> list[str]:
        """What the answer is about."""
        return [told.href for told in self.told]


def basic(email: str, password: str) -> dict[str, str]:
    """The header with which a program gets in."""
    return {"authorization": "Basic " + base64.b64encode(f"{email}:{password}".encode()).decode()}


class Program:
    """A calendar program that belongs to one person."""

    def __init__(self, client: httpx.AsyncClient, viewer: Viewer, headers: Mapping[str, str]) -> None:
        self._client = client
        self.viewer = viewer
        self.headers = dict(headers)

    def home(self, *parts: str) -> str:
        """An address below one's own calendars."""
        return f"/dav/calendars/{self.viewer.person_id}/" + "/".join(parts)

    async def ask(
        self, method: str, path: str, body: str | bytes | AsyncIterator[bytes] = b"", **headers: str
    ) -> httpx.Response:
        """Send a request as this program."""
        extra = {name.replace("_", "-"): value for name, value in headers.items()}
        if body:
            extra.setdefault("content-type", "application/xml; charset=utf-8")
        return await self._client.request(method, path, content=body, headers=self.headers | extra)

    async def propfind(self, path: str, *names: str, depth: str = "0", **headers: str) -> Answer:
        """PROPFIND of these properties, written with the usual prefixes."""
        wanted = "".join(f"<{name}/>" for name in names)
        body = f"<d:propfind {SPACES}><d:prop>{wanted}</d:prop></d:propfind>"
        return Answer(await self.ask("PROPFIND", path, body, depth=depth, **headers))

    async def report(self, path: str, body: str, **headers: str) -> Answer:
        """A report; `{spaces}` in the body stands for the usual namespaces."""
        return Answer(await self.ask("REPORT", path, body.replace("{spaces}", SPACES), depth="1", **headers))

    async def query(self, path: str, *tests: str, data: str = "<c:calendar-data/>") -> Answer:
        """A calendar-query with these tests inside of VEVENT."""
        return await self.report(
            path,
            f"<c:calendar-query {{spaces}}><d:prop><d:getetag/>{data}</d:prop><c:filter>"
            f'<c:comp-filter name="VCALENDAR"><c:comp-filter name="VEVENT">{"".join(tests)}</c:comp-filter>'
            "</c:comp-filter></c:filter></c:calendar-query>",
        )

    async def sync(self, path: str, token: str = "", more: str = "") -> Answer:
        """What changed since a token."""
        return await self.report(
            path,
            f"<d:sync-collection {{spaces}}><d:sync-token>{token}</d:sync-token><d:sync-level>1</d:sync-level>{more}"
            "<d:prop><d:getetag/></d:prop></d:sync-collection>",
        )


async def program_of(client: httpx.AsyncClient, works: Works, viewer: Viewer) -> Program:
    """A program on a new device of somebody, whose roles are granted."""
    for grant in viewer.grants:
        assert viewer.person_id is not None
        await works.run(CLI, grant_role, viewer.person_id, Role(grant.role), grant.scope_id)
    made = await works.run(viewer, add_device, "Phone")
    return Program(client, viewer, basic(viewer.email, made.password))


def learner(scene: Scene, number: int = 0, tag: str = "") -> Viewer:
    """A person of the first partner. `tag` is that of the scene."""
    slug = f"Northern Line{tag}".lower().replace(" ", "-")
    return Viewer(person_id=scene.people[number], email=f"{slug}-{number}@example.org")


async def booked_scene(works: Works, *numbers: int, **values: Any) -> Scene:
    """A session in which these people of the first partner have places. The coordinator's role is a row."""
    scene = await make_scene(works, **values)
    await works.run(scene.coordinator, book_places, order(scene, *(numbers or (0,))))
    return scene


def instant(text: str) -> datetime:
    """UTC, as calendars write it."""
    return datetime.strptime(text, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)


NOBODY = UUID(int=404)
