"""Certificates by hand: rights, versions, and two managers at the same moment."""

import asyncio
from uuid import uuid4

import pytest

from tests.attendance.made import Day, make_day, mark
from tests.booking.asked import one
from tests.completion.certified import completed
from tests.completion.test_pages.test_certificates import codes, issued
from tests.conftest import FrozenClock
from training.attendance.actions.marking import close_roster, reopen_roster, save_marks
from training.base.database import execute
from training.base.errors import NotFound, Stale
from training.base.work import Works
from training.completion.actions.certifying import issue_certificates, revoke_certificate
from training.completion.queries.certificates import get_certificate, list_revoked_by_hand, page_of_partner
from training.completion.rules.certificates import (
    CertificateRevokedAlready,
    CertificateUnknown,
    NothingToIssue,
    Standing,
)


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


async def a_day(works: Works, clock: FrozenClock) -> tuple[Day, dict[object, str]]:
    """A session that two people completed, and their codes."""
    day = await make_day(works, clock, people=2)
    await works.run(day.lead, save_marks, day.meeting_id, [mark(key) for key in day.enrollments])
    clock.move(hours=3)
    await works.run(day.lead, close_roster, day.meeting_id)
    clock.move(hours=1)
    found = await execute("SELECT enrollment_id, code FROM certificate")
    return day, {str(row["enrollment_id"]): row["code"] for row in found}


async def open_and_close(works: Works, day: Day, clock: FrozenClock) -> None:
    """The roster is opened for somebody else, and nothing of these people changes."""
    clock.move(days=1)
    await works.run(day.lead, reopen_roster, day.meeting_id, "Cem came late")
    clock.move(minutes=15)
    await works.run(day.lead, close_roster, day.meeting_id)


async def test_one_revoked_by_hand_stays_so_when_a_roster_was_open_again(works: Works, clock: FrozenClock) -> None:
    day, known = await a_day(works, clock)
    ada, ben = day.enrollments
    await works.run(day.manager, revoke_certificate, known[str(ada)], "She sent somebody else.")
    await open_and_close(works, day, clock)
    good = "SELECT COUNT(*) AS n FROM certificate WHERE enrollment_id = {} AND revoked_at IS NULL"
    assert (await one(good, ada), await one(good, ben)) == (0, 1)
    assert await list_revoked_by_hand(day.session_id) == {ada: "She sent somebody else."}
    assert (await get_certificate(known[str(ada)])).standing(clock()) is Standing.REVOKED
    await works.run(day.manager, issue_certificates, day.session_id, (ada,), again=True)
    assert await one(good, ada) == 1
    assert await list_revoked_by_hand(day.session_id) == {}
    assert (await get_certificate(known[str(ada)])).standing(clock()) is Standing.REPLACED


async def test_a_roster_open_again_leaves_a_newer_edition_and_none_that_is_revoked(
    works: Works, clock: FrozenClock
) -> None:
    day, known = await a_day(works, clock)
    for _ in range(2):
        await open_and_close(works, day, clock)
    found = await page_of_partner(day.scene.coordinator, day.scene.partner_id, clock())
    assert [(one.certificate.edition, one.certificate.standing(clock())) for one in found.items] == [
        (3, Standing.VALID)
    ] * 2
    for code in known.values():
        assert (await get_certificate(code)).standing(clock()) is Standing.REPLACED
