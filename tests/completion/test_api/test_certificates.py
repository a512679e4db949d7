"""Certificates as JSON."""

import httpx

from tests.booking.asked import bearer
from tests.completion.certified import completed
from tests.completion.test_pages.test_certificates import anew, codes, issued
from training.base.ids import human_code
from training.base.structs import Viewer
from training.base.work import Works
from training.completion.actions.certificates import issue, revoke

API = "/api/v1"


async def sign(works: Works, client: httpx.AsyncClient, viewer: Viewer) -> None:
    client.headers["authorization"] = f"Bearer {await bearer(works, viewer)}"


async def test_anybody_checks_a_code(works: Works, client: httpx.AsyncClient) -> None:
    made, (code,) = await issued(works)
    found = (await client.get(f"{API}/certificates/{code.lower()}")).json()
    assert (found["standing"], found["holder"], found["title"]) == ("valid", "Northern Line 0", "Safe messaging")
    assert "person_id" not in found
    await anew(works, made)
    found = (await client.get(f"{API}/certificates/{code}")).json()
    assert (found["standing"], found["holder"], found["title"]) == ("replaced", None, None)
    unknown = await client.get(f"{API}/certificates/QX4M-7TRP-HA")
    assert (unknown.status_code, unknown.json()["code"]) == (404, "certificate-unknown")


async def test_guesses_of_others_lock_nobody_out_of_what_their_lists_show(
    works: Works, client: httpx.AsyncClient
) -> None:
    made, (own, other) = await issued(works, 2)
    for _ in range(31):
        await client.get(f"{API}/certificates/{human_code(10)}")
    assert (await client.get(f"{API}/certificates/{own}")).status_code == 429
    await sign(works, client, Viewer(person_id=made.scene.people[0]))
    assert (await client.get(f"{API}/certificates/{own}")).json()["holder"] == "Northern Line 0"
    assert (await client.get(f"{API}/certificates/{other}")).status_code == 429
    await sign(works, client, made.scene.manager)
    assert (await client.get(f"{API}/certificates/{other}")).status_code == 200


async def test_ones_own(works: Works, client: httpx.AsyncClient) -> None:
    made, (code, _) = await issued(works, 2)
    await sign(works, client, Viewer(person_id=made.scene.people[0]))
    (own,) = (await client.get(f"{API}/me/certificates")).json()["items"]
    assert own["code"] == code
    assert own["file"] == f"http://testserver.example/certificates/{code}/file.pdf"
    assert (own["minutes"], own["trainers"]) == (150, ["Tara Quill"])


async def test_a_manager_issues_and_revokes(works: Works, client: httpx.AsyncClient) -> None:
    made = await completed(works, 2)
    await sign(works, client, made.scene.manager)
    session = f"{API}/sessions/{made.scene.session_id}/certificates"
    answer = await client.post(session, json={"enrollment_ids": [str(made.enrollments[0])]})
    (one,) = answer.json()["items"]
    assert (answer.status_code, one["holder"], one["partner"]) == (200, "Northern Line 0", "Northern Line")
    assert len((await client.post(session, json={})).json()["items"]) == 1
    nothing = await client.post(session, json={})
    assert (nothing.status_code, nothing.json()["code"]) == (409, "nothing-to-issue")
    revoked = await client.post(f"{API}/certificates/{one['code']}/revocation", json={"reason": "Wrong", "version": 1})
    assert (revoked.status_code, revoked.json()["standing"]) == (200, "revoked")
    twice = await client.post(f"{API}/certificates/{one['code']}/revocation", json={"reason": "Wrong"})
    assert (twice.status_code, twice.json()["code"]) == (409, "certificate-revoked-already")
    listed = (await client.get(session, params={"standing": "revoked"})).json()["items"]
    assert [each["revoked_reason"] for each in listed] == ["Wrong"]
    assert len((await client.get(f"{API}/certificates")).json()["items"]) == 2


async def test_a_coordinator_reads_those_of_the_partner(works: Works, client: httpx.AsyncClient) -> None:
    made, _ = await issued(works, 2)
    await sign(works, client, made.scene.coordinator)
    own = f"{API}/partners/{made.scene.partner_id}/certificates"
    first = (await client.get(own, params={"limit": 1})).json()
    second = (await client.get(own, params={"limit": 1, "cursor": first["next_cursor"]})).json()
    assert {first["items"][0]["code"], second["items"][0]["code"]} == set(await codes())
    assert second["next_cursor"] is None
    assert (await client.get(f"{API}/partners/{made.scene.other_partner_id}/certificates")).status_code == 404
    assert (await client.get(f"{API}/certificates")).status_code == 404


async def test_why_one_was_revoked_is_for_its_holder_and_the_managers(works: Works, client: httpx.AsyncClient) -> None:
    made, _ = await issued(works)
    scene, reason = made.scene, "You sent somebody else in your name."
    await works.run(scene.manager, revoke, made.enrollments, reason)
    grants = scene.coordinator.grants | scene.manager.grants
    both = Viewer(person_id=scene.people[1], grants=grants)
    of_partner = f"{API}/partners/{scene.partner_id}/certificates"
    asked = [(scene.coordinator, of_partner), (both, of_partner)]
    asked += [(scene.manager, f"{API}/certificates"), (Viewer(person_id=scene.people[0]), f"{API}/me/certificates")]
    said = []
    for viewer, address in asked:
        await sign(works, client, viewer)
        (one,) = (await client.get(address)).json()["items"]
        assert one["standing"] == "revoked"
        said.append(one["revoked_reason"])
    assert said == ["", reason, reason, reason]


async def test_foreign_things_are_not_found(works: Works, client: httpx.AsyncClient) -> None:
    made, _ = await issued(works)
    other = await completed(works, tag=" B")
    await works.run(other.scene.manager, issue, other.enrollments)
    await sign(works, client, made.scene.manager)
    session = f"{API}/sessions/{made.scene.session_id}/certificates"
    theirs = f"{API}/sessions/{other.scene.session_id}/certificates"
    assert (await client.get(theirs)).status_code == 404
    assert (await client.post(theirs, json={})).status_code == 404
    assert (await client.post(session, json={"enrollment_ids": [str(other.enrollments[0])]})).status_code == 404
    (mine,) = (await client.get(session)).json()["items"]
    (foreign,) = set(await codes()) - {mine["code"]}
    assert (await client.post(f"{API}/certificates/{foreign}/revocation", json={"reason": "x"})).status_code == 404
