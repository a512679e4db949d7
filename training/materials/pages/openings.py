"""Who opened a material: a page, and a file."""

from typing import Any
from uuid import UUID

from litestar import Controller, Request, Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery

from training.base.structs import Viewer
from training.materials.pages.frames import frame_of
from training.materials.queries.editing import get_material_scope
from training.materials.queries.openings import MOST_EXPORTED, OpeningView, page_openings
from training.materials.rules.preparing import OPENINGS_KEPT
from training.people.guards import signed_in
from training.web.exports import table_response
from training.web.render import page

Asked = Request[Any, Any, Any]
HEADER = ("When (UTC)", "Name", "E-mail", "Version", "What", "How", "Session")


class OpeningPages(Controller):
    """The access log of one material, for those who change it."""

    path = "/materials/{material_id:uuid}/openings"
    include_in_schema = False
    guards = [signed_in]

    @get("/")
    async def openings(
        self,
        request: Asked,
        viewer: NamedDependency[Viewer],
        material_id: FromPath[UUID],
        cursor: FromQuery[str] = "",
    ) -> Response[Any]:
        """The newest first."""
        material, scope = await get_material_scope(viewer, material_id)
        found = await page_openings(material_id, cursor=cursor)
        shown: dict[str, Any] = {"openings": found.items, "next_cursor": found.next_cursor, "first": not cursor}
        about: dict[str, Any] = {"place": frame_of(viewer, scope), "one": material, "days": OPENINGS_KEPT.days}
        return page(request, "materials/edit_openings.html", **about, **shown)

    @get("/export/{fmt:str}")
    async def export(
        self, viewer: NamedDependency[Viewer], material_id: FromPath[UUID], fmt: FromPath[str]
    ) -> Response[Any]:
        """The same as a file."""
        material, _ = await get_material_scope(viewer, material_id)
        found = await page_openings(material_id, limit=MOST_EXPORTED)
        return table_response(fmt, f"{material.title} opened", HEADER, [_row(one) for one in found.items])


def _row(one: OpeningView) -> tuple[object, ...]:
    return (one.at, one.name, one.email, one.number, one.shape, one.way, one.session_title)
