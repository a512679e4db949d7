"""What is taught with: the materials of the demo's course, uploaded and published as a manager would."""

from collections.abc import Callable
from functools import partial
from importlib.resources import files
from typing import Any
from uuid import UUID

from msgspec.structs import replace

from training.base.database import fetch
from training.base.structs import Frozen, Viewer
from training.base.work import Works
from training.cli.demo.story import Planned
from training.cli.demo.texts import (
    BEFORE_YOU_COME,
    HANDOUTS,
    MODERATING,
    READING,
    RULES_OF_THE_HOUSE,
    RUN_SHEET,
    SLIDES,
)
from training.materials.actions.acknowledging import acknowledge
from training.materials.actions.editing import add_material
from training.materials.actions.opening import Opening, log_openings
from training.materials.actions.receiving import receive_file
from training.materials.actions.versions import add_variant, begin_version, change_variant, publish_version
from training.materials.queries.uploads import get_destination
from training.materials.rules.materials import MaterialDetails
from training.materials.rules.showing import Audience, Opens
from training.materials.rules.variants import Form, Kind, VariantDetails
from training.materials.storage.keeping import Storage
from training.web.paper import pdf_bytes

DAY = 24 * 60
# The course that has materials, and on which day its slides were improved; the one whose sessions have their own.
TAUGHT, IMPROVED, MODERATED = "safe-messaging", -3, "live-sessions"


class Piece(Frozen, frozen=True, kw_only=True):
    """One variant: a file called `name` whose bytes `made` gives, or a link, or a note in Markdown."""

    form: Form = Form.DOCUMENT
    language: str = ""
    name: str
    made: Callable[[], bytes] | None = None
    link: str = ""
    body: str = ""


class Lesson(Frozen, frozen=True, kw_only=True):
    """A material and what is in its first version."""

    details: MaterialDetails
    pieces: tuple[Piece, ...]


class InMemory:
    """A file that is sent with a form."""

    def __init__(self, name: str, content: bytes) -> None:
        self.filename = name
        self._left = content

    async def read(self, size: int = -1) -> bytes:
        """The next bytes."""
        piece, self._left = (self._left, b"") if size < 0 else (self._left[:size], self._left[size:])
        return piece


def _film(name: str) -> Callable[[], bytes]:
    return files("training.cli.demo").joinpath("film", name).read_bytes


def slides(count: int) -> bytes:
    """The first `count` slides of the course, as PDF."""
    shown: dict[str, Any] = {**SLIDES, "slides": SLIDES["slides"][:count]}
    return pdf_bytes("cli/slides.typ", shown)


def _handout(language: str) -> bytes:
    return pdf_bytes("cli/handout.typ", HANDOUTS[language])


PREWORK, SLIDES_TITLE = "Before you come", "Slides"
LESSONS: tuple[Lesson, ...] = (
    Lesson(
        details=MaterialDetails(
            title=PREWORK, summary="Ten minutes, with a post of your own.", prework=True, opens=Opens.ALWAYS
        ),
        pieces=(Piece(name="Before you come", language="en", body=BEFORE_YOU_COME),),
    ),
    Lesson(
        details=MaterialDetails(title="A welcome from your trainer", audience=Audience.PARTNERS),
        pieces=(
            Piece(form=Form.VIDEO, language="en", name="welcome.webm", made=_film("welcome.webm")),
            Piece(form=Form.CAPTIONS, language="en", name="welcome.en.vtt", made=_film("welcome.en.vtt")),
            Piece(form=Form.CAPTIONS, language="es", name="welcome.es.vtt", made=_film("welcome.es.vtt")),
        ),
    ),
    Lesson(
        details=MaterialDetails(title=SLIDES_TITLE, opens=Opens.BEFORE, offset_minutes=DAY),
        pieces=(Piece(form=Form.SLIDES, language="en", name="safe-messaging.pdf", made=partial(slides, 4)),),
    ),
    Lesson(
        details=MaterialDetails(
            title="Words that help",
            summary="One page to keep beside the keyboard. Hand it on.",
            audience=Audience.EVERYONE,
        ),
        pieces=(
            Piece(form=Form.HANDOUT, language="en", name="words-that-help.pdf", made=partial(_handout, "en")),
            Piece(form=Form.HANDOUT, language="es", name="palabras-que-ayudan.pdf", made=partial(_handout, "es")),
        ),
    ),
    Lesson(
        details=MaterialDetails(title="To read on", opens=Opens.AFTER),
        pieces=(Piece(form=Form.OTHER, language="en", name="Preventing suicide: for people who report", link=READING),),
    ),
    Lesson(
        details=MaterialDetails(title="Run sheet", audience=Audience.TRAINERS),
        pieces=(Piece(name="Run sheet", language="en", body=RUN_SHEET),),
    ),
)
# What was found out after the first sessions, and is told to whoever had the slides before.
ALL_SLIDES = len(SLIDES["slides"])
DIFFERENCE = "Two more slides: what to do in the comments, and an exercise in pairs."


# A recording that is not published yet: its captions are missing.
RECORDING = Lesson(
    details=MaterialDetails(title="Recording of the first half", opens=Opens.ATTENDED),
    pieces=(Piece(form=Form.RECORDING, language="en", name="recording.webm", made=_film("welcome.webm")),),
)
# Of one session, by whoever teaches it.
HOUSE_RULES = Lesson(
    details=MaterialDetails(
        title="House rules of the live session", opens=Opens.BEFORE, offset_minutes=7 * DAY, prework=True
    ),
    pieces=(Piece(form=Form.HANDOUT, name="House rules", language="en", body=RULES_OF_THE_HOUSE),),
)
CHECKLIST = Lesson(
    details=MaterialDetails(title="Moderator's checklist", audience=Audience.TRAINERS),
    pieces=(Piece(name="Checklist", language="en", body=MODERATING),),
)


def day_of_materials(planned: Planned) -> int | None:
    """On which day something happens to the materials of a session; None where nothing does."""
    if planned.course == MODERATED:
        return None if planned.closed or not planned.parties else -8
    if planned.course != TAUGHT or planned.draft:
        return None
    return -5 if planned.closed else -1


class Teacher:
    """Puts materials where they belong, as a program manager."""

    def __init__(self, works: Works, manager: Viewer, storage: Storage) -> None:
        self._works = works
        self._manager = manager
        self._storage = storage
        self._made: dict[str, UUID] = {}

    async def teach(self, course_id: UUID) -> None:
        """Publish all materials of the course."""
        for lesson in LESSONS:
            material_id, draft_id = await self._add(lesson, course_id=course_id)
            await self._works.run(self._manager, publish_version, draft_id)
            self._made[lesson.details.title] = material_id

    async def improve(self, course_id: UUID) -> None:
        """Publish a second version of the slides."""
        draft = await self._works.run(self._manager, begin_version, self._made[SLIDES_TITLE])
        better = Piece(form=Form.SLIDES, language="en", name="safe-messaging.pdf", made=partial(slides, ALL_SLIDES))
        details = await self._details(better, course_id=course_id)
        await self._works.run(self._manager, change_variant, draft.variants[0].id, details)
        await self._works.run(self._manager, publish_version, draft.id, note=DIFFERENCE)

    async def accompany(self, session_id: UUID, planned: Planned) -> None:
        """What happens to the materials of a session on its day: of one that was held a recording comes, which is not
        published; before one that is to come, people go through what is asked of them, or it gets its own."""
        if planned.course == MODERATED:
            await self._moderate(session_id)
        elif planned.closed:
            await self._add(RECORDING, session_id=session_id)
        else:
            await _go_through(self._works, session_id, self._made[PREWORK])

    async def _moderate(self, session_id: UUID) -> None:
        for lesson in (HOUSE_RULES, CHECKLIST):
            _, draft_id = await self._add(lesson, session_id=session_id)
            await self._works.run(self._manager, publish_version, draft_id)

    async def _add(
        self, lesson: Lesson, *, course_id: UUID | None = None, session_id: UUID | None = None
    ) -> tuple[UUID, UUID]:
        """A material and its first version, filled."""
        where = {"course_id": course_id, "session_id": session_id}
        material = await self._works.run(self._manager, add_material, lesson.details, **where)
        draft = await self._works.run(self._manager, begin_version, material.id)
        for piece in lesson.pieces:
            details = await self._details(piece, **where)
            await self._works.run(self._manager, add_variant, draft.id, details)
        return material.id, draft.id

    async def _details(
        self, piece: Piece, *, course_id: UUID | None = None, session_id: UUID | None = None
    ) -> VariantDetails:
        said = VariantDetails(
            kind=Kind.LINK if piece.link else Kind.NOTE,
            form=piece.form,
            language=piece.language,
            name=piece.name,
            link=piece.link,
            body=piece.body,
        )
        if piece.made is None:
            return said
        content = piece.made()
        to = await get_destination(self._manager, course_id=course_id, session_id=session_id)
        sent = InMemory(piece.name, content)
        upload = await receive_file(self._works, self._manager, self._storage, to, sent, len(content))
        return replace(said, kind=Kind.FILE, file_id=upload.file_id)


async def _go_through(works: Works, session_id: UUID, material_id: UUID) -> None:
    """Every second of those who are enrolled opens what is to be done before, and says that they went through it."""
    (version,) = await fetch(
        _Version,
        "SELECT id FROM material_version WHERE material_id = {} AND published_at IS NOT NULL"
        " ORDER BY number DESC LIMIT 1",
        material_id,
    )
    people = await fetch(
        _Enrolled,
        "SELECT e.id, e.person_id, p.name, p.email FROM enrollment e JOIN person p ON p.id = e.person_id"
        " WHERE e.session_id = {} AND e.state = 'enrolled' ORDER BY p.email",
        session_id,
    )
    for one in people[::2]:
        learner = Viewer(person_id=one.person_id, name=one.name, email=one.email)
        opening = Opening(material_id=material_id, version_id=version.id, session_id=session_id, enrollment_id=one.id)
        await log_openings(works, learner, [opening])
        await works.run(learner, acknowledge, one.id, material_id)


class _Version(Frozen, frozen=True, kw_only=True):
    id: UUID


class _Enrolled(Frozen, frozen=True, kw_only=True):
    id: UUID
    person_id: UUID
    name: str
    email: str
