"""What learners say of the materials of their own session, as JSON."""

from uuid import UUID

from litestar import Controller, Response, delete, put
from litestar.di import NamedDependency
from litestar.params import FromPath

from training.base.structs import Viewer
from training.base.work import Works
from training.materials.actions.acknowledging import acknowledge, take_back
from training.materials.actions.following import follow, unfollow
from training.materials.schemas.told import AcknowledgedOut, FollowOut
from training.people.guards import needs, signed_in
from training.people.rules import TokenScope
from training.web.answers import answer


class OwnMaterialApi(Controller):
    """Pre-work that was gone through, and whether changes are told."""

    path = "/enrollments/{enrollment_id:uuid}/materials"
    tags = ["Materials"]
    opt = needs(TokenScope.BOOK)
    guards = [signed_in]

    @put("/{material_id:uuid}/acknowledgement")
    async def acknowledge(
        self,
        works: NamedDependency[Works],
        viewer: NamedDependency[Viewer],
        enrollment_id: FromPath[UUID],
        material_id: FromPath[UUID],
    ) -> Response[AcknowledgedOut]:
        """Say that you went through what is to be done before your session, in the version that it gives."""
        return answer(AcknowledgedOut.of(await works.run(viewer, acknowledge, enrollment_id, material_id)))

    @delete("/{material_id:uuid}/acknowledgement", status_code=200)
    async def take_back(
        self,
        works: NamedDependency[Works],
        viewer: NamedDependency[Viewer],
        enrollment_id: FromPath[UUID],
        material_id: FromPath[UUID],
    ) -> Response[AcknowledgedOut]:
        """Say that you did not go through it after all."""
        return answer(AcknowledgedOut.of(await works.run(viewer, take_back, enrollment_id, material_id)))

    @put("/follow")
    async def follow(
        self, works: NamedDependency[Works], viewer: NamedDependency[Viewer], enrollment_id: FromPath[UUID]
    ) -> Response[FollowOut]:
        """Hear by mail when the materials of your session change."""
        return answer(FollowOut.of(await works.run(viewer, follow, enrollment_id)))

    @delete("/follow", status_code=200)
    async def unfollow(
        self, works: NamedDependency[Works], viewer: NamedDependency[Viewer], enrollment_id: FromPath[UUID]
    ) -> Response[FollowOut]:
        """Hear of it no longer."""
        return answer(FollowOut.of(await works.run(viewer, unfollow, enrollment_id)))
