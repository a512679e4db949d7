"""Saying that one went through what is to be done before, and that one wants to hear of changes; and taking that back.

Addresses that a form by link leads to are relative, because the press that is kept for a repetition must not hold the
token of the place.
"""

from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

from litestar import Controller, Response, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from training.base.errors import Conflict, NotFound
from training.base.structs import Viewer
from training.base.work import Work, Works
from training.materials.actions.acknowledging import acknowledge, take_back
from training.materials.actions.following import follow, unfollow
from training.materials.pages.readers import Reader, asked_to_sign_in, reader_by_link, reader_of
from training.materials.queries.showing import list_materials
from training.materials.rules.showing import NotThere, NotYet
from training.web.render import redirect

DONE = "Noted: you have gone through it. Thank you."
TAKEN_BACK = "Taken back: it is on your list again."
FOLLOWS = "We write to you when a newer version of something is published that you were given here."
NO_LONGER = "We do not write to you about changes here any more."


class OwnMaterialPages(Controller):
    """What whoever takes part says about the materials of a session."""

    path = "/sessions/{session_id:uuid}/materials"
    include_in_schema = False

    @post("/{material_id:uuid}/acknowledge")
    async def acknowledge(
        self,
        viewer: NamedDependency[Viewer],
        works: NamedDependency[Works],
        session_id: FromPath[UUID],
        material_id: FromPath[UUID],
    ) -> Response[str]:
        """They went through it."""
        return await _say(works, reader_of(viewer, session_id), DONE, acknowledge, material_id)

    @post("/{material_id:uuid}/take-back")
    async def take_back(
        self,
        viewer: NamedDependency[Viewer],
        works: NamedDependency[Works],
        session_id: FromPath[UUID],
        material_id: FromPath[UUID],
    ) -> Response[str]:
        """They did not, after all."""
        return await _say(works, reader_of(viewer, session_id), TAKEN_BACK, take_back, material_id)

    @post("/follow")
    async def follow(
        self, viewer: NamedDependency[Viewer], works: NamedDependency[Works], session_id: FromPath[UUID]
    ) -> Response[str]:
        """They want to hear of changes."""
        return await _say(works, reader_of(viewer, session_id), FOLLOWS, follow)

    @post("/unfollow")
    async def unfollow(
        self, viewer: NamedDependency[Viewer], works: NamedDependency[Works], session_id: FromPath[UUID]
    ) -> Response[str]:
        """They do not any more."""
        return await _say(works, reader_of(viewer, session_id), NO_LONGER, unfollow)


class PlaceMaterialPages(Controller):
    """The same by the link to one's place."""

    path = "/places/{token:str}/materials"
    include_in_schema = False

    @post("/{material_id:uuid}/acknowledge")
    async def acknowledge(
        self, works: NamedDependency[Works], token: FromPath[str], material_id: FromPath[UUID]
    ) -> Response[str]:
        """They went through it."""
        return await _say(works, await reader_by_link(works, token), DONE, acknowledge, material_id)

    @post("/{material_id:uuid}/take-back")
    async def take_back(
        self, works: NamedDependency[Works], token: FromPath[str], material_id: FromPath[UUID]
    ) -> Response[str]:
        """They did not, after all."""
        return await _say(works, await reader_by_link(works, token), TAKEN_BACK, take_back, material_id)

    @post("/follow")
    async def follow(self, works: NamedDependency[Works], token: FromPath[str]) -> Response[str]:
        """They want to hear of changes."""
        return await _say(works, await reader_by_link(works, token), FOLLOWS, follow)

    @post("/unfollow")
    async def unfollow(self, works: NamedDependency[Works], token: FromPath[str]) -> Response[str]:
        """They do not any more."""
        return await _say(works, await reader_by_link(works, token), NO_LONGER, unfollow)


async def _say(
    works: Works, reader: Reader, told: str, action: Callable[..., Awaitable[Any]], *of: UUID
) -> Response[str]:
    """Do it for the place that they have here, and lead back to the list. Raises NotFound for who has none."""
    back = "." if not of else ".."
    try:
        with asked_to_sign_in(reader):
            await works.run(reader.viewer, _for_own_place, reader, action, of)
    except (Conflict, NotYet, NotThere) as error:
        return redirect(back, error.detail, kind="info")
    return redirect(back, told)


async def _for_own_place(
    work: Work, reader: Reader, action: Callable[..., Awaitable[Any]], of: tuple[UUID, ...]
) -> None:
    own = reader.enrollment_id
    if own is None:
        own = (await list_materials(work.actor, reader.subject_id, work.now)).enrollment_id
    if own is None:
        raise NotFound
    await action(work, own, *of)
