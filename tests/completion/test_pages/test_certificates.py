"""Checking a certificate: what everybody may know who has its code, and nothing more."""

import json
from datetime import timedelta
from uuid import UUID

import httpx
import pytest
from litestar import Litestar

from tests.booking.asked import bearer
from tests.completion.certified import Certified, completed
from tests.completion.reading import opened, words_of
from tests.completion.verifying import Asked, judge
from tests.conftest import FrozenClock
from training.base.database import execute
from training.base.ids import human_code
from training.base.structs import Viewer
from training.base.work import Work, Works
from training.completion.actions.certificates import issue, revoke
from training.partners.tables import Membership
from training.web.limits import MOST_PAPERS, Limit, Limits

NAME = "Zoë <b>Ångström</b> \u202eevil"


async def issued(works: Works, people: int = 1) -> tuple[Certified, list[str]]:
    """A session with certificates, and their codes in the order of the people."""
    made = await completed(works, people)
    await works.run(made.scene.manager, issue, made.enrollments)
    return made, await codes()


async def codes() -> list[str]:
    return [row["code"] for row in await execute("SELECT code FROM certificate ORDER BY edition, id")]


async def anew(works: Works, made: Certified, name: str = "Zoë Ångström") -> None:
    async def rename(work: Work) -> list[UUID]:
        work.change(Membership, made.scene.members[0], name=name)
        return await issue(work, made.enrollments)

    await works.run(made.scene.manager, rename)


async def test_the_page_says_what_and_nothing_more(works: Works, client: httpx.AsyncClient) -> None:
    _, (code,) = await issued(works)
    answer = await client.get(f"/certificates/{code}")
    assert answer.status_code == 200
    for words in (
        "This certificate is good",
        "Northern Line 0",
        "Safe messaging",
        "18 to 19 May 2026, Dublin time",
        "2 h 30 min",
    ):
        assert words in answer.text
    for hidden in ("@example", "Cora", "Harbour", "northern-line"):
        assert hidden not in answer.text
    assert answer.headers["x-robots-tag"] == "noindex"
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["referrer-policy"] == "strict-origin"


@pytest.mark.parametrize("spoiled", [str.lower, lambda code: code.replace("-", ""), lambda code: f" {code} "])
async def test_a_code_is_found_as_people_type_it(works: Works, client: httpx.AsyncClient, spoiled: object) -> None:
    _, (code,) = await issued(works)
    typed = spoiled(code)  # type: ignore[operator]
    answer = await client.get("/certificates", params={"code": typed})
    assert (answer.status_code, answer.headers["location"]) == (303, f"/certificates/{code}")


async def test_an_unknown_code_is_answered_plainly(works: Works, client: httpx.AsyncClient) -> None:
    await issued(works)
    for address in ("/certificates/QX4M-7TRP-HA", "/certificates/x", "/certificates?code=QX4M-7TRP-HA"):
        answer = await client.get(address)
        assert answer.status_code == 404
        assert "There is no certificate with this code." in answer.text
        assert 'name="code"' in answer.text
    for name in ("file.pdf", "badge.json", "status.json"):
        assert (await client.get(f"/certificates/QX4M-7TRP-HA/{name}")).status_code == 404


async def test_guessing_ends_soon(works: Works, client: httpx.AsyncClient) -> None:
    _, (code,) = await issued(works)
    found = {(await client.get(f"/certificates/{human_code(10)}")).status_code for _ in range(40)}
    assert found == {404, 429}
    # Not even a right one is looked at any more: otherwise guessing would go on.
    assert (await client.get(f"/certificates/{code}")).status_code == 429
    for name in ("file.pdf", "badge.json", "status.json"):
        assert (await client.get(f"/certificates/{code}/{name}")).status_code == 429


async def test_guesses_of_others_lock_nobody_out_of_what_their_lists_show(
    works: Works, client: httpx.AsyncClient
) -> None:
    made, (own, other) = await issued(works, 2)
    scene = made.scene
    for _ in range(31):
        await client.get(f"/certificates/{human_code(10)}")
    learner = Viewer(person_id=scene.people[0])
    for viewer, codes_shown in ((learner, [own]), (scene.coordinator, [own, other]), (scene.manager, [own, other])):
        client.cookies.set("sign_in", await bearer(works, viewer))
        for code in codes_shown:
            for name in ("", "/file.pdf", "/badge.json", "/status.json"):
                assert (await client.get(f"/certificates/{code}{name}")).status_code == 200
            assert (await client.get("/certificates", params={"code": code.lower()})).status_code == 303
    # Whoever goes on guessing learns nothing: right or wrong, what no list shows them is answered alike.
    for viewer in (learner, scene.other_coordinator):
        client.cookies.set("sign_in", await bearer(works, viewer))
        for code in (other, human_code(10)):
            for name in ("", "/file.pdf", "/badge.json", "/status.json"):
                assert (await client.get(f"/certificates/{code}{name}")).status_code == 429


async def test_wrong_codes_of_who_is_signed_in_are_counted(works: Works, client: httpx.AsyncClient) -> None:
    made, (own, other) = await issued(works, 2)
    client.cookies.set("sign_in", await bearer(works, Viewer(person_id=made.scene.people[0])))
    found = []
    for _ in range(35):
        assert (await client.get(f"/certificates/{own}")).status_code == 200
        found.append((await client.get(f"/certificates/{human_code(10)}")).status_code)
    assert found == [404] * 30 + [429] * 5
    assert (await client.get(f"/certificates/{other}")).status_code == 429


async def test_a_name_is_only_a_name(works: Works, client: httpx.AsyncClient) -> None:
    made, _ = await issued(works)
    await anew(works, made, NAME)
    code = (await codes())[1]
    text = (await client.get(f"/certificates/{code}")).text
    assert "<b>Ångström" not in text

    assert "<bdi>Zoë &lt;b&gt;Ångström" in text
    assert "Zoë <b>Ångström</b>" in words_of((await client.get(f"/certificates/{code}/file.pdf")).content)


async def test_revoked_shows_no_name_and_no_reason(works: Works, client: httpx.AsyncClient) -> None:
    made, (code,) = await issued(works)
    await works.run(made.scene.manager, revoke, made.enrollments, "She was not there, says Cora.")
    answer = await client.get(f"/certificates/{code}")
    assert answer.status_code == 200
    assert "This certificate is not good any more" in answer.text
    assert "revoked it on 4 May 2026, Dublin time" in answer.text
    for hidden in ("Northern Line", "Cora", "Safe messaging", "file.pdf", "badge.json"):
        assert hidden not in answer.text
    for name in ("file.pdf", "badge.json"):
        assert (await client.get(f"/certificates/{code}/{name}")).status_code == 410
    status = (await client.get(f"/certificates/{code}/status.json")).json()
    assert [one["id"] for one in status["revokedCredentials"]] == [f"http://testserver.example/certificates/{code}"]


async def test_replaced_says_so_and_leads_nowhere_private(works: Works, client: httpx.AsyncClient) -> None:
    made, (code,) = await issued(works)
    await anew(works, made)
    newer = (await codes())[1]
    answer = await client.get(f"/certificates/{code}")
    assert "issued a newer edition since. Please ask its holder for that one." in answer.text
    for hidden in (newer, "Northern Line", "Zoë", "file.pdf"):
        assert hidden not in answer.text
    assert "Zoë Ångström" in (await client.get(f"/certificates/{newer}")).text


async def test_expired_says_until_when(works: Works, clock: FrozenClock, client: httpx.AsyncClient) -> None:
    made = await completed(works)
    until = clock.now + timedelta(days=30)
    await execute("UPDATE enrollment SET valid_until = {} WHERE id = {}", until, made.enrollments[0])
    await works.run(made.scene.manager, issue, made.enrollments)
    (code,) = await codes()
    clock.move(days=31)
    text = (await client.get(f"/certificates/{code}")).text
    assert "This certificate has expired" in text
    assert "was valid until 3 Jun 2026, Dublin time" in text
    assert "Northern Line 0" in text


async def test_the_file(works: Works, client: httpx.AsyncClient) -> None:
    _, (code,) = await issued(works)
    answer = await client.get(f"/certificates/{code}/file.pdf")
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.headers["content-disposition"] == f'attachment; filename="certificate-{code}.pdf"'
    assert f"testserver.example/certificates {code}" in words_of(answer.content)
    letter = await client.get(f"/certificates/{code}/file.pdf?size=letter")
    assert round(opened(letter.content).pages[0].mediabox.width) == 792
    assert (await client.get(f"/certificates/{code}/file.pdf?size=%00")).content == answer.content


async def test_only_so_many_files_a_minute(works: Works, one_app: Litestar, monkeypatch: pytest.MonkeyPatch) -> None:
    _, (code, other) = await issued(works, 2)
    assert Limits(account=1200, address=1200, clock=lambda: 0.0).papers.per_minute == MOST_PAPERS
    monkeypatch.setattr(one_app.state.limits, "papers", Limit("papers", 3, lambda: 0.0))
    answers = []
    for peer, which in [("203.0.113.7", code)] * 3 + [("203.0.113.7", other), ("198.51.100.2", other)]:
        transport = httpx.ASGITransport(app=one_app, client=(peer, 50000))  # type: ignore[arg-type]
        async with httpx.AsyncClient(transport=transport, base_url="http://testserver.example") as client:
            answers.append(await client.get(f"/certificates/{which}/file.pdf"))
            assert (await client.get(f"/certificates/{which}")).status_code == 200
    assert [one.status_code for one in answers] == [200, 200, 200, 429, 200]
    assert answers[3].headers["retry-after"] == "20"
    assert "wait a little" in answers[3].text


@pytest.mark.parser("badges")
async def test_the_badge_is_accepted_by_others(works: Works, clock: FrozenClock, client: httpx.AsyncClient) -> None:
    made, (code,) = await issued(works)
    answer = await client.get(f"/certificates/{code}/badge.json")
    assert answer.headers["content-type"] == "application/vc"
    badge = json.loads(answer.content)
    listed = (await client.get(f"/certificates/{code}/status.json")).json()
    clock.move(hours=1)
    await works.run(made.scene.manager, revoke, made.enrollments, "Wrong")
    revoked = (await client.get(f"/certificates/{code}/status.json")).json()
    verdicts = judge([Asked(badge=badge, list=each, now=clock.now) for each in (listed, revoked)])
    assert [one.verified for one in verdicts] == [True, False]
