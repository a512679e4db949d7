"""Reads of certificates: nobody finds a foreign one in a list, and messages about what is over do not leave."""

from uuid import UUID, uuid4

import pytest

from tests.completion.test_pages.test_certificates import anew, issued
from training.base.database import execute
from training.base.errors import NotFound
from training.base.structs import ANONYMOUS, Grant, Viewer
from training.base.work import Works
from training.completion.actions.certificates import revoke
from training.completion.queries.certificates import (
    Standings,
    count_good,
    find_shown,
    find_unwanted,
    get_certificate,
    list_current,
    list_good,
    list_own,
    page_managed,
    page_of_partner,
    page_of_session,
)
from training.completion.rules.certificates import CertificateUnknown
from training.outbox.actions.delivery import Due, look_at


async def due(kind: str) -> Due:
    (first, *_) = await execute("SELECT id FROM message WHERE kind = {} ORDER BY created_at, id", kind)
    (row,) = await look_at([UUID(str(first["id"]))])
    return row


@pytest.mark.parametrize("typed", ["", "x", "QX4M-7TRP-HA", "\x00" * 12, "é" * 10, "Q" * 5000])
async def test_what_is_no_code_finds_nothing(works: Works, typed: str) -> None:  # noqa: ARG001 - asked for the database
    with pytest.raises(CertificateUnknown):
        await get_certificate(typed)


async def test_a_code_is_shown_to_whom_a_list_shows_it(works: Works) -> None:
    made, (own, other) = await issued(works, 2)
    scene, learner = made.scene, Viewer(person_id=made.scene.people[0])
    staff = Viewer(person_id=uuid4(), grants=frozenset({Grant(role="staff", scope_id=None)}))

    async def sees(viewer: Viewer) -> list[str]:
        found = [await find_shown(viewer, code) for code in (own.lower(), other, "QX4M-7TRP-HA", "x", "")]
        return [one.code for one in found if one]

    assert await sees(learner) == [own]
    for viewer in (scene.coordinator, scene.manager, staff):
        assert await sees(viewer) == [own, other]
    for viewer in (scene.other_coordinator, Viewer(person_id=uuid4()), ANONYMOUS):
        assert await sees(viewer) == []


async def test_lists_are_for_those_whom_they_concern(works: Works) -> None:
    made, (code,) = await issued(works)
    scene, now = made.scene, works.clock()
    assert [one.certificate.code for one in (await page_managed(scene.manager, now)).items] == [code]
    assert (await page_managed(scene.coordinator, now)).items == ()
    assert [one.partner_name for one in (await page_of_session(scene.manager, scene.session_id, now)).items] == [
        "Northern Line"
    ]
    for viewer in (scene.coordinator, ANONYMOUS):
        with pytest.raises(NotFound):
            await page_of_session(viewer, scene.session_id, now)
        with pytest.raises(NotFound):
            await list_current(viewer, scene.session_id, 0, 10)
    for viewer in (scene.manager, scene.other_coordinator):
        with pytest.raises(NotFound):
            await page_of_partner(viewer, scene.partner_id, now)
    with pytest.raises(NotFound):
        await page_of_session(scene.manager, uuid4(), now)
    assert await list_own(ANONYMOUS) == []


async def test_good_ones_of_a_session_and_who_was_told_of_one(works: Works) -> None:
    made, _ = await issued(works)
    session_id = made.scene.session_id
    assert await list_good(session_id) == list(made.enrollments)
    assert await count_good(session_id) == Standings(good=1, told=0)
    await execute("UPDATE message SET state = 'sent', sent_at = {} WHERE kind = 'certificate'", works.clock())
    assert await count_good(session_id) == Standings(good=1, told=1)
    await works.run(made.scene.manager, revoke, made.enrollments, "Wrong")
    assert await list_good(session_id) == []
    assert await count_good(session_id) == await count_good(uuid4()) == Standings()


async def test_a_message_about_one_that_is_over_does_not_leave(works: Works) -> None:
    made, _ = await issued(works)
    message = await due("certificate")
    assert await find_unwanted([message]) == {}
    await anew(works, made)
    assert list(await find_unwanted([message])) == [message.id]
    await works.run(made.scene.manager, revoke, made.enrollments, "Wrong")
    told = await due("certificate-revoked")
    assert list(await find_unwanted([told])) == [told.id], "nobody is told that something ended which they never had"


@pytest.mark.parametrize("edition", [1, 2])
async def test_that_one_is_no_longer_good_is_told_to_whoever_was_told_of_it(works: Works, edition: int) -> None:
    made, _ = await issued(works)
    await anew(works, made)
    await works.run(made.scene.manager, revoke, made.enrollments, "Wrong")
    message = await due("certificate-revoked")
    one = "SELECT id FROM certificate WHERE edition = {}"
    # The first edition left, and nobody heard of the second; or the second did.
    await execute(
        f"UPDATE message SET state = 'sent', sent_at = {{}} WHERE subject_id = ({one})", works.clock(), edition
    )
    assert await find_unwanted([message]) == {}


async def test_what_may_be_with_the_mail_server_counts_as_told(works: Works) -> None:
    made, _ = await issued(works)
    await works.run(made.scene.manager, revoke, made.enrollments, "Wrong")
    message = await due("certificate-revoked")
    begun = "UPDATE message SET state = {}, begun_at = {}, lease_until = {} WHERE kind = 'certificate'"
    await execute(begun, "claimed", works.clock(), works.clock())
    assert await find_unwanted([message]) == {}
    await execute(begun, "superseded", None, None)
    assert list(await find_unwanted([message])) == [message.id]
