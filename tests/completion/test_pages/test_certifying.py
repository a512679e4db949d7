"""A manager issues, replaces, prints and revokes the certificates of a session."""

from typing import Any

import httpx
import pytest

from tests.booking.asked import bearer, one
from tests.completion.certified import Certified, completed
from tests.completion.reading import opened
from tests.completion.test_pages.test_certificates import codes, issued
from training.base.database import execute, watch_statements
from training.base.work import Works
from training.completion.actions.certificates import issue
from training.completion.pages import certifying


async def root_of(works: Works, client: httpx.AsyncClient, made: Certified) -> str:
    client.cookies.set("sign_in", await bearer(works, made.scene.manager))
    return f"/manage/sessions/{made.scene.session_id}/certificates"


async def post(client: httpx.AsyncClient, address: str, **form: Any) -> httpx.Response:
    return await client.post(address, data=form, headers={"origin": "http://testserver.example"})


async def test_those_that_are_missing_are_issued(works: Works, client: httpx.AsyncClient) -> None:
    made = await completed(works, 2)
    root = await root_of(works, client, made)
    text = (await client.get(root)).text
    assert "2 certificates can be issued" in text
    answer = await post(client, root)
    assert (answer.status_code, answer.headers["location"]) == (303, root)
    assert await one("SELECT COUNT(*) AS n FROM certificate") == 2
    again = await post(client, root)
    assert again.status_code == 409
    assert "Nothing on these certificates would be different" in again.text


async def test_a_new_edition_when_the_name_was_corrected(works: Works, client: httpx.AsyncClient) -> None:
    made, _ = await issued(works, 2)
    root = await root_of(works, client, made)
    await execute("UPDATE membership SET name = 'Zoë' WHERE id = {}", made.scene.members[0])
    text = (await client.get(root)).text
    assert "One certificate can be issued" in text
    assert "One of them is a new edition" in text
    assert "issued to <bdi>Northern Line 0</bdi>" in text
    await post(client, root, enrollment_id=str(made.enrollments[0]))
    assert await one("SELECT COUNT(*) AS n FROM certificate WHERE holder = 'Zoë' AND edition = 2") == 1


async def test_one_is_revoked_with_a_reason_and_issued_again(works: Works, client: httpx.AsyncClient) -> None:
    made, (code,) = await issued(works)
    root = await root_of(works, client, made)
    asked = await client.get(f"{root}/{code}/revoke")
    assert "Revoke the certificate of Northern Line 0?" in asked.text
    without = await post(client, f"{root}/{code}/revoke", reason="", version="1")
    assert without.status_code == 422
    stale = await post(client, f"{root}/{code}/revoke", reason="Wrong", version="7")
    assert stale.status_code == 409
    done = await post(client, f"{root}/{code}/revoke", reason="Somebody else", version="1")
    assert done.headers["location"] == root
    assert await one("SELECT COUNT(*) AS n FROM certificate WHERE revoked_reason = 'Somebody else'") == 1
    twice = await post(client, f"{root}/{code}/revoke", reason="Again", version="2")
    assert twice.status_code == 422
    assert "not good any more" in (await client.get(f"{root}/{code}/revoke")).text
    text = (await client.get(root)).text
    assert "Issue it again" in text
    assert "revoked by hand, and none is issued by itself. The reason given: <bdi>Somebody else</bdi>" in text
    assert "can be issued" not in text
    assert (await post(client, root)).status_code == 409
    await post(client, root, enrollment_id=str(made.enrollments[0]), again="yes")
    assert len(await codes()) == 2


async def test_a_foreign_certificate_is_not_found(works: Works, client: httpx.AsyncClient) -> None:
    made, (code,) = await issued(works)
    other = await completed(works, tag=" B")
    await works.run(other.scene.manager, issue, other.enrollments)
    (foreign,) = set(await codes()) - {code}
    root = await root_of(works, client, made)
    assert (await client.get(f"{root}/{foreign}/revoke")).status_code == 404
    assert (await post(client, f"{root}/{foreign}/revoke", reason="Mine", version="1")).status_code == 404
    theirs = f"/manage/sessions/{other.scene.session_id}/certificates"
    assert (await client.get(theirs)).status_code == 404
    assert (await post(client, theirs)).status_code == 404
    assert (await post(client, root, enrollment_id=str(other.enrollments[0]))).status_code == 404
    assert await one("SELECT COUNT(*) AS n FROM certificate WHERE revoked_at IS NOT NULL") == 0


async def test_why_somebody_has_none(works: Works, client: httpx.AsyncClient) -> None:
    made = await completed(works)
    root = await root_of(works, client, made)
    await execute("UPDATE membership SET name = '' WHERE id = {}", made.scene.members[0])
    await execute("UPDATE person SET name = '' WHERE id = {}", made.scene.people[0])
    assert "Nobody has said this person" in (await client.get(root)).text
    assert (await post(client, root)).status_code == 409


async def test_all_of_them_to_print(works: Works, client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch) -> None:
    made, _ = await issued(works, 3)
    root = await root_of(works, client, made)
    answer = await client.get(f"{root}/all.pdf?size=letter")
    document = opened(answer.content)
    assert len(document.pages) == 3
    assert [f"Northern Line {number}" in page.extract_text() for number, page in enumerate(document.pages)] == [
        True
    ] * 3
    monkeypatch.setattr(certifying, "MOST_IN_A_FILE", 2)
    assert "part 2" in (await client.get(root)).text
    assert len(opened((await client.get(f"{root}/all.pdf?part=2")).content).pages) == 1
    assert (await client.get(f"{root}/all.pdf?part=3")).status_code == 404


async def test_the_list_as_a_file(works: Works, client: httpx.AsyncClient) -> None:
    made, _ = await issued(works, 2)
    text = (await client.get(f"{await root_of(works, client, made)}/export/csv")).text
    assert '"Northern Line 1","Northern Line","Yes","Valid",2.5,"Northern Line 1",1,' in text


async def test_the_page_takes_as_many_statements_for_many(works: Works, client: httpx.AsyncClient) -> None:
    seen = []
    for people in (1, 30):
        made, _ = await issued(works, people) if people == 1 else (await completed(works, people, tag=" B"), [])
        root = await root_of(works, client, made)
        with watch_statements() as statements:
            assert (await client.get(root)).status_code == 200
        seen.append(len(statements))
    assert seen[0] == seen[1]
