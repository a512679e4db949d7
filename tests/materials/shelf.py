"""All that a session can give: to be done before, there now, coming later, for everybody, for those who teach."""

from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx

from tests.attendance.made import Day, make_day
from tests.booking.asked import bearer
from tests.conftest import FrozenClock
from tests.materials.files import PDF as A_PDF
from tests.materials.kept import hash_of
from tests.materials.made import MACHINE, a_file, a_link, a_note, added, filled, of_file
from tests.materials.storages import put
from training.attendance.tables import Overall
from training.base.structs import Frozen, Viewer
from training.base.work import Work, Works
from training.booking.rules.guests import place_token
from training.cli.demo import film
from training.materials.actions.versions import publish_version
from training.materials.rules.materials import Material
from training.materials.rules.showing import Audience, Opens
from training.materials.rules.storages import file_key
from training.materials.rules.variants import Form, VariantDetails, VersionView
from training.materials.storage.keeping import Storage

_FILMS = Path(film.__file__).parent
FILM = {"media_type": "video/webm", "kind": "video", "size": 352_254}
VTT = {"media_type": "text/vtt", "kind": "captions", "size": 470}
PDF = {"media_type": "application/pdf", "kind": "document", "size": 2_400_000}
BEFORE, DURING, AFTER = timedelta(days=-2), timedelta(), timedelta(hours=3)
SPANISH = {"accept-language": "es-MX,es;q=0.9,en;q=0.5"}


class Shelf(Frozen, frozen=True, kw_only=True):
    """The materials of a session by what they are."""

    day: Day
    read: UUID
    slides: UUID
    exercise: UUID
    recording: UUID
    poster: UUID
    plan: UUID

    def path(self, *of: object) -> str:
        """An address among the materials of the session."""
        return "/".join([f"/sessions/{self.day.session_id}/materials", *map(str, of)])


def showing(audience: Audience, opens: Opens = Opens.ALWAYS, minutes: int = 0) -> dict[str, Any]:
    """Who sees it when, as what is said of a material."""
    return {"audience": audience, "opens": opens, "offset_minutes": minutes}


async def make_shelf(works: Works, day: Day, storage: Storage | None = None) -> Shelf:
    """The whole list. Without a storage there are rows of its files and no bytes; the film is that of the demo."""

    async def file(what: dict[str, Any], name: str) -> UUID:
        if storage is None:
            return await a_file(works, day, **what)
        content = (_FILMS / name).read_bytes() if name else A_PDF
        return await with_bytes(works, day, storage, content, **what)

    video = await file(FILM, "welcome.webm")
    spoken = [(await file(VTT, f"welcome.{language}.vtt"), language) for language in ("en", "es")]
    slides = await file(PDF, "")
    handout = slides if storage else await file(PDF, "")
    both = (a_note("Say **died by suicide**.", language="en"), a_note("Di **murió por suicidio**.", language="es"))
    read = await given(works, day, *both, of_course=True, title="Read this first", prework=True)
    shown = await given(
        works,
        day,
        of_file(slides, Form.SLIDES, language="en", name="slides.pdf"),
        of_file(handout, Form.HANDOUT, language="es", name="guía.pdf"),
        of_course=True,
        title="Slides and handout",
        **showing(Audience.ENROLLED, Opens.START),
    )
    later = showing(Audience.ENROLLED, Opens.BEFORE, 60)
    exercise = await given(works, day, a_note(), title="Exercise", **later)
    captions = [of_file(key, Form.CAPTIONS, language=tag, name=f"welcome.{tag}.vtt") for key, tag in spoken]
    recorded = of_file(video, Form.RECORDING, language="en", name="welcome.webm")
    there = showing(Audience.ENROLLED, Opens.ATTENDED)
    recording = await given(works, day, recorded, *captions, title="Recording", **there)
    public = showing(Audience.EVERYONE)
    poster = await given(works, day, a_link(), of_course=True, title="Poster <b>bold</b>", **public)
    teaching = showing(Audience.TRAINERS)
    plan = await given(works, day, a_note("Begin with a round."), title="Lesson plan", **teaching)
    ids = [material.id for material in (read, shown, exercise, recording, poster, plan)]
    return Shelf(day=day, **dict(zip(Shelf.__struct_fields__[1:], ids, strict=True)))


async def given(works: Works, day: Day, *variants: VariantDetails, **more: Any) -> Material:
    """A material whose first version, with these variants, is published."""
    material = await added(works, day, **more)
    version = None
    for variant in variants:
        version = await filled(works, day, material.id, variant)
    assert version is not None
    await works.run(day.manager, publish_version, version.id)
    return material


async def changed(works: Works, day: Day, material_id: UUID, body: str, note: str) -> VersionView:
    """A newer version with one more note in it, published."""
    version = await filled(works, day, material_id, a_note(body, name="More", language="en"))
    return await works.run(day.manager, publish_version, version.id, note=note)


async def with_bytes(works: Works, day: Day, storage: Storage, content: bytes, **columns: Any) -> UUID:
    """A stored file with its bytes, which the manager may use."""
    await put(storage, file_key(hash_of(content)), content)
    return await a_file(works, day, **{**columns, "sha256": hash_of(content), "size": len(content)})


def place_path(works: Works, day: Day, number: int = 0) -> str:
    """The address of the page of somebody's place, as it stands in their mails."""
    return "/places/" + place_token(works.site.secret_key, day.enrollments[number], 1)


async def shelf_at(works: Works, clock: FrozenClock, moved: timedelta, **more: Any) -> Shelf:
    """The list, made two days before the session; then it is ten minutes after the start, and `moved` from there."""
    day = await make_day(works, clock, **more)
    clock.now += BEFORE
    shelf = await make_shelf(works, day)
    clock.now += moved - BEFORE
    return shelf


async def was_there(works: Works, day: Day, status: str = "present") -> None:
    """The first learner was present, or what else is recorded."""

    async def note(work: Work) -> None:
        ids = {"id": day.enrollments[0], "enrollment_id": day.enrollments[0], "session_id": day.session_id}
        work.add(Overall, **ids, status=status, meetings=1, meetings_held=1, changed_at=work.now)

    await works.run(MACHINE, note)


async def seen(client: httpx.AsyncClient, works: Works, who: Viewer | None, path: str) -> str:
    """A page as somebody sees it; a visitor is None."""
    await sign_in(client, works, who)
    answer = await client.get(path)
    assert answer.status_code == 200, path
    return answer.text


async def sign_in(client: httpx.AsyncClient, works: Works, who: Viewer | None) -> None:
    """From now on the client is somebody else; a visitor is None."""
    client.cookies.clear()
    if who is not None:
        client.cookies.set("sign_in", await bearer(works, who))
