"""Certificates by hand: rights, versions, and two managers at the same moment."""

import asyncio
from uuid import uuid4

import pytest

from tests.booking.asked import one
from tests.completion.certified import completed
from tests.completion.test_pages.test_certificates import codes, issued
from training.base.database import execute
from training.base.errors import NotFound, Stale
from training.base.work import Works
from training.completion.actions.certifying import issue_certificates, revoke_certificate
from training.completion.rules.certificates import CertificateRevokedAlready, CertificateUnknown, NothingToIssue


async def test_two_managers_at_the_same_moment_issue_one_each(works: Works) -> None:
    made = await completed(works, 5)
    done = await asyncio.gather(
        *(works.run(made.scene.manager, issue_certificates, made.scene.session_id) for _ in range(4)),
        return_exceptions=True,
    )
    assert sum(isinstance(each, list) for each in done) == 1
    assert sum(isinstance(each, NothingToIssue) for each in done) == 3
    assert await one("SELECT COUNT(*) AS n FROM certificate") == 5
    assert await one("SELECT COUNT(*) AS n FROM message WHERE kind = 'certificate'") == 5


async def test_only_those_that_are_asked_for(works: Works) -> None:
    made = await completed(works, 3)
    scene = made.scene
    assert len(await works.run(scene.manager, issue_certificates, scene.session_id, made.enrollments[:2])) == 2
    assert len(await works.run(scene.manager, issue_certificates, scene.session_id)) == 1


async def test_who_may(works: Works) -> None:
    made, (code,) = await issued(works)
    for viewer in (made.scene.coordinator, made.scene.other_coordinator):
        with pytest.raises(NotFound):
            await works.run(viewer, issue_certificates, made.scene.session_id)
        with pytest.raises(NotFound):
            await works.run(viewer, revoke_certificate, code, "Because")
    with pytest.raises(NotFound):
        await works.run(made.scene.manager, issue_certificates, uuid4())
    with pytest.raises(NotFound):
        await works.run(made.scene.manager, issue_certificates, made.scene.session_id, (uuid4(),))
    assert await one("SELECT COUNT(*) AS n FROM certificate WHERE revoked_at IS NULL") == 1


async def test_a_certificate_is_revoked_once(works: Works) -> None:
    made, (code,) = await issued(works)
    with pytest.raises(Stale):
        await works.run(made.scene.manager, revoke_certificate, code, "Wrong", 2)
    assert await works.run(made.scene.manager, revoke_certificate, code.lower(), "Wrong", 1) == made.enrollments[0]
    with pytest.raises(CertificateRevokedAlready):
        await works.run(made.scene.manager, revoke_certificate, code, "Wrong")
    with pytest.raises(CertificateUnknown):
        await works.run(made.scene.manager, revoke_certificate, "QX4M-7TRP-HA", "Wrong")


async def test_one_replaced_cannot_be_revoked(works: Works) -> None:
    made, (code,) = await issued(works)
    await execute("UPDATE membership SET name = 'Zoë' WHERE id = {}", made.scene.members[0])
    await works.run(made.scene.manager, issue_certificates, made.scene.session_id)
    with pytest.raises(CertificateRevokedAlready):
        await works.run(made.scene.manager, revoke_certificate, code, "Wrong")
    assert len(await codes()) == 2
