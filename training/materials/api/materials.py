"""Materials one by one, their versions and variants as JSON, for those who edit them."""

from typing import Any
from uuid import UUID

from litestar import Controller, Request, Response, delete, get, patch, post, put
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from training.base.structs import Viewer
from training.base.work import Work, Works
from training.materials.actions.editing import edit_material, put_back, withdraw
from training.materials.actions.noting import read_ahead
from training.materials.actions.versions import (
    add_variant,
    begin_version,
    change_variant,
    discard_draft,
    publish_version,
    remove_variant,
)
from training.materials.queries.editing import get_edited, get_edited_version, get_material_scope
from training.materials.queries.versions import get_full_version
from training.materials.rules.variants import VariantDetails, VersionView
from training.materials.schemas.sent import MaterialChange, PublicationIn, VariantIn
from training.materials.schemas.told import EditedOut, MaterialOut, VersionOut
from training.people.guards import needs, signed_in
from training.people.rules import TokenScope
from training.web.answers import answer, required_version
from training.web.keys import once

Asked = Request[Any, Any, Any]


class MaterialApi(Controller):
    """One material."""

    path = "/materials/{material_id:uuid}"
    tags = ["Materials"]
    opt = needs(TokenScope.MANAGE)
    guards = [signed_in]

    @get("/")
    async def show(self, viewer: NamedDependency[Viewer], material_id: FromPath[UUID]) -> Response[EditedOut]:
        """A material with all its versions, published or not. With its ETag."""
        found = EditedOut.whole(await get_edited(viewer, material_id))
        return answer(found, version=found.version)

    @patch("/")
    async def edit(
        self,
        request: Asked,
        works: NamedDependency[Works],
        viewer: NamedDependency[Viewer],
        material_id: FromPath[UUID],
        data: JSONBody[MaterialChange],
    ) -> Response[MaterialOut]:
        """Change what it is called, who sees it when, and whether it is to be done before. Needs If-Match."""
        version = required_version(request)
        current, _ = await get_material_scope(viewer, material_id)
        edited = await works.run(viewer, edit_material, material_id, data.details(current), version)
        return answer(MaterialOut.of(edited), version=edited.version)

    @post("/withdrawal")
    async def withdraw(
        self, request: Asked, works: NamedDependency[Works], material_id: FromPath[UUID]
    ) -> Response[MaterialOut]:
        """Take it off every list; its versions are kept. Needs If-Match."""
        version = required_version(request)
        return await once(request, works, withdraw, material_id, version, to=MaterialOut.of)

    @delete("/withdrawal", status_code=200)
    async def put_back(
        self, request: Asked, works: NamedDependency[Works], material_id: FromPath[UUID]
    ) -> Response[MaterialOut]:
        """Put it back where it was. Needs If-Match."""
        version = required_version(request)
        back = await works.run(request.user, put_back, material_id, version)
        return answer(MaterialOut.of(back), version=back.version)

    @post("/versions")
    async def begin(
        self, request: Asked, works: NamedDependency[Works], material_id: FromPath[UUID]
    ) -> Response[VersionOut]:
        """Begin the next version with what the newest one holds, or get the one that is being worked on."""
        return await once(request, works, begin_version, material_id, to=VersionOut.of)


class MaterialVersionApi(Controller):
    """One version of a material."""

    path = "/material-versions/{material_version_id:uuid}"
    tags = ["Materials"]
    opt = needs(TokenScope.MANAGE)
    guards = [signed_in]

    @get("/")
    async def show(self, viewer: NamedDependency[Viewer], material_version_id: FromPath[UUID]) -> Response[VersionOut]:
        """A version with its variants, published or not. With its ETag."""
        found = VersionOut.of(await get_edited_version(viewer, material_version_id))
        return answer(found, version=found.version)

    @post("/variants")
    async def add(
        self,
        request: Asked,
        works: NamedDependency[Works],
        material_version_id: FromPath[UUID],
        data: JSONBody[VariantIn],
    ) -> Response[VersionOut]:
        """Add a file that was uploaded, a link or a note to a version that is not published. Needs If-Match."""
        version, details = required_version(request), data.details()
        await read_ahead(request.user, details, version_id=material_version_id)
        return await once(request, works, _add, material_version_id, details, version, to=VersionOut.of)

    @post("/publication")
    async def publish(
        self,
        request: Asked,
        works: NamedDependency[Works],
        material_version_id: FromPath[UUID],
        data: JSONBody[PublicationIn],
    ) -> Response[VersionOut]:
        """Show it to whoever may see the material, for good. Needs If-Match: what you looked at is what is shown."""
        version = required_version(request)
        how: dict[str, Any] = {"note": data.note, "waive": data.waive, "expected_version": version}
        return await once(request, works, publish_version, material_version_id, to=VersionOut.of, **how)

    @delete("/", status_code=204)
    async def discard(self, request: Asked, works: NamedDependency[Works], material_version_id: FromPath[UUID]) -> None:
        """Throw away a version that is not published. Needs If-Match."""
        await works.run(request.user, discard_draft, material_version_id, required_version(request))


class MaterialVariantApi(Controller):
    """One variant of a version that is not published."""

    path = "/material-variants/{material_variant_id:uuid}"
    tags = ["Materials"]
    opt = needs(TokenScope.MANAGE)
    guards = [signed_in]

    @put("/")
    async def change(
        self,
        request: Asked,
        works: NamedDependency[Works],
        material_variant_id: FromPath[UUID],
        data: JSONBody[VariantIn],
    ) -> Response[VersionOut]:
        """Say anew what it is; its file may be another. Needs If-Match with the ETag of the version."""
        version, details = required_version(request), data.details()
        await read_ahead(request.user, details, variant_id=material_variant_id)
        changed = await works.run(request.user, _change, material_variant_id, details, version)
        return answer(VersionOut.of(changed), version=changed.version)

    @delete("/", status_code=204)
    async def remove(self, request: Asked, works: NamedDependency[Works], material_variant_id: FromPath[UUID]) -> None:
        """Take it out of the version. Needs If-Match with the ETag of the version."""
        await works.run(request.user, remove_variant, material_variant_id, required_version(request))


async def _add(work: Work, version_id: UUID, details: VariantDetails, expected_version: int) -> VersionView:
    await add_variant(work, version_id, details, expected_version)
    return await get_full_version(version_id)


async def _change(work: Work, variant_id: UUID, details: VariantDetails, expected_version: int) -> VersionView:
    changed = await change_variant(work, variant_id, details, expected_version)
    return await get_full_version(changed.version_id)
