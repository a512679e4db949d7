"""Whoever takes part, as the pages for them need it: signed in, as a visitor, or by the link to their place."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from litestar import Request, Response
from msgspec.structs import replace

from training.base.errors import NotFound, SignInRequired
from training.base.structs import Frozen, Viewer
from training.base.work import Works
from training.booking.pages.guest import SILENT, open_place, page_path
from training.materials.rules.arranging import read_languages
from training.people.guards import code_tried
from training.schedule.queries import get_session
from training.web.render import page

HttpRequest = Request[Any, Any, Any]
_LONGEST_TAG = 20
_LONGEST_CODE = 20


class Reader(Frozen, frozen=True, kw_only=True):
    """Who reads the materials of which session, or with `of_course` of which course (`subject_id`). `base` is the
    address of the list, `back` of the page that it belongs to. `enrollment_id` is the place whose link they came by;
    None for whoever did not. `code` is the access code by which they see the session, which every address of theirs
    keeps. `zone` is empty for the session's own."""

    viewer: Viewer
    base: str
    back: str
    zone: str
    subject_id: UUID
    of_course: bool = False
    enrollment_id: UUID | None = None
    code: str = ""

    @property
    def kept(self) -> str:
        """What every address below the session ends with, so that it opens there, too."""
        return f"?{urlencode({'code': self.code})}" if self.code else ""

    @property
    def by_link(self) -> bool:
        """Whether they came by the link to their place: then every address of theirs is a secret."""
        return self.enrollment_id is not None

    @property
    def session_id(self) -> UUID | None:
        """The session; None for who looks at a course."""
        return None if self.of_course else self.subject_id


def reader_of(viewer: Viewer, session_id: UUID) -> Reader:
    """Somebody who is signed in, or a visitor."""
    back = f"/sessions/{session_id}"
    zone = viewer.zone if viewer.signed_in else ""
    return Reader(viewer=viewer, subject_id=session_id, base=f"{back}/materials", back=back, zone=zone)


async def session_reader(request: HttpRequest, viewer: Viewer, session_id: UUID) -> Reader:
    """The same with the access code in the address, if there is one. Raises SignInRequired, NotFound, TooManyCodes."""
    reader = reader_of(viewer, session_id)
    with asked_to_sign_in(reader):
        code = await opening_code(request, viewer, session_id)
    if not code:
        return reader
    told = replace(reader, code=code)
    return replace(told, back=reader.back + told.kept)


async def opening_code(request: HttpRequest, viewer: Viewer, session_id: UUID) -> str:
    """The access code in the address, when the session can be seen with it; empty without one.

    Judged by itself, so that only a wrong code counts as one, not a material that is not there. Raises NotFound,
    TooManyCodes.
    """
    code = request.query_params.get("code", "")[:_LONGEST_CODE]
    if code:
        async with code_tried(request, code):
            await get_session(viewer, session_id, code)
    return code


def course_reader(viewer: Viewer, course_id: UUID) -> Reader:
    """Somebody who looks at a course."""
    zone = viewer.zone if viewer.signed_in else ""
    base, back = f"/courses/{course_id}/materials", f"/sessions?course={course_id}"
    return Reader(viewer=viewer, subject_id=course_id, of_course=True, base=base, back=back, zone=zone)


async def reader_by_link(works: Works, token: str) -> Reader:
    """Somebody who came by the link to their place. Raises PlaceLinkUnknown, PlaceLinkExpired."""
    place = await open_place(works, token)
    back = page_path(works, place.found)
    return Reader(
        viewer=place.guest,
        subject_id=place.found.session_id,
        base=f"{back}/materials",
        back=back,
        zone=place.shown,
        enrollment_id=place.found.id,
    )


@contextmanager
def asked_to_sign_in(reader: Reader) -> Iterator[None]:
    """What a visitor may not see asks them to sign in, so that an address out of a mail leads there after all: whether
    there is anything, they are not told."""
    try:
        yield
    except NotFound:
        if reader.viewer.signed_in or reader.of_course:
            raise
        raise SignInRequired from None


def languages_read(request: HttpRequest, usual: str) -> tuple[str, ...]:
    """What somebody reads, the best first: what they chose on the page (`in`), what their browser asks for, and the
    language of the session."""
    chosen = request.query_params.get("in", "")[:_LONGEST_TAG].lower()
    return tuple(dict.fromkeys([*([chosen] if chosen else ()), *read_languages(_accepted(request), usual)]))


def _accepted(request: HttpRequest) -> str:
    return request.headers.get("accept-language", "")[:500]


def answer(request: HttpRequest, reader: Reader, template: str, *, status: int = 200, **values: Any) -> Response[str]:
    """A page for them; one whose address is a secret tells it to nobody."""
    shown = page(
        request,
        template,
        status=status,
        base=reader.base,
        back=reader.back,
        by_link=reader.by_link,
        kept=reader.kept,
        **values,
    )
    if reader.by_link:
        shown.headers.update(SILENT)
    return shown
