"""Lists of certificates: one's own, a partner's, a program's, and the same as files."""

import re
from datetime import timedelta

import httpx
import pytest

from tests.booking.asked import bearer
from tests.completion.certified import completed
from tests.completion.judged import attend, close, taught
from tests.completion.test_actions.test_certificates import letters
from tests.completion.test_pages.test_certificates import codes, issued
from tests.conftest import FrozenClock
from tests.schedule.made import enter
from training.base.database import execute
from training.base.structs import Viewer
from training.base.work import Works
from training.completion.actions.certificates import issue, revoke
from training.completion.actions.ruling import set_rule
from training.completion.rules.conditions import RuleValues, Scope


async def as_learner(works: Works, client: httpx.AsyncClient, person: object) -> None:
    client.cookies.set("sign_in", await bearer(works, Viewer(person_id=person)))  # type: ignore[arg-type]


async def test_ones_own(works: Works, clock: FrozenClock, client: httpx.AsyncClient) -> None:
    made, (first, second) = await issued(works, 2)
    await as_learner(works, client, made.scene.people[0])
    text = (await client.get("/my/certificates")).text
    for words in (first, "Safe messaging", "Northern Line 0", "2 h 30 min", f"/certificates/{first}/badge.json"):
        assert words in text
    assert second not in text
    assert "This is yours" not in text
    assert "Your own certificate" in (await client.get(f"/certificates/{first}")).text
    clock.move(hours=1)
    await works.run(made.scene.manager, revoke, made.enrollments, "You were not there.")
    text = (await client.get("/my/certificates")).text
    assert "The reason given: <bdi>You were not there.</bdi>" in text
    assert "badge.json" not in text


async def test_who_has_none_is_told_when(works: Works, client: httpx.AsyncClient) -> None:
    await enter(works, client)
    assert "No certificate yet" in (await client.get("/my/certificates")).text


async def test_a_coordinator_sees_those_of_the_partner(works: Works, client: httpx.AsyncClient) -> None:
    made, (code, _) = await issued(works, 2)
    scene = made.scene
    client.cookies.set("sign_in", await bearer(works, scene.coordinator))
    root = f"/partners/{scene.partner_id}/certificates"
    text = (await client.get(root)).text
    assert text.count("Northern Line") >= 2
    assert code in text
    heading = re.search(r"<h1[^>]*>(.*?)</h1>", (await client.get(root)).text, re.DOTALL)
    assert heading is not None
    assert "Certificates" in heading[1], "it says what it is, as its sisters do"
    assert (await client.get(f"/partners/{scene.other_partner_id}/certificates")).status_code == 404
    client.cookies.set("sign_in", await bearer(works, scene.other_coordinator))
    assert (await client.get(root)).status_code == 404
    assert (await client.get(f"{root}/export/csv")).status_code == 404
    assert "No certificates" in (await client.get(f"/partners/{scene.other_partner_id}/certificates")).text


async def test_a_file_of_them(works: Works, client: httpx.AsyncClient) -> None:
    made, _ = await issued(works, 2)
    client.cookies.set("sign_in", await bearer(works, made.scene.coordinator))
    text = (await client.get(f"/partners/{made.scene.partner_id}/certificates/export/csv")).text
    lines = text.splitlines()
    assert len(lines) == 3
    assert '"Northern Line 1","Safe messaging","Course","Program","Northern Line",2.5' in text
    assert '"Valid",1,' in lines[1]


async def test_a_manager_sees_those_of_the_program(works: Works, client: httpx.AsyncClient) -> None:
    made, (code,) = await issued(works)
    other = await completed(works, tag=" B")
    await works.run(other.scene.manager, issue, other.enrollments)
    (foreign,) = set(await codes()) - {code}
    client.cookies.set("sign_in", await bearer(works, made.scene.manager))
    for address in ("/manage/certificates", "/manage/certificates/export/csv"):
        text = (await client.get(address)).text
        assert code in text
        assert foreign not in text


@pytest.mark.parametrize(
    ("standing", "shown"), [("", 2), ("valid", 1), ("expired", 1), ("revoked", 0), ("replaced", 0), ("odd", 2)]
)
async def test_only_those_that_stand_so(
    works: Works, clock: FrozenClock, client: httpx.AsyncClient, standing: str, shown: int
) -> None:
    made, found = await issued(works, 2)
    await execute("UPDATE certificate SET valid_until = {} WHERE code = {}", clock.now + timedelta(days=1), found[0])
    clock.move(days=1)
    client.cookies.set("sign_in", await bearer(works, made.scene.manager))
    text = (await client.get(f"/manage/certificates?standing={standing}")).text
    assert sum(f'href="/certificates/{code}"' in text for code in found) == shown


async def test_page_by_page(works: Works, client: httpx.AsyncClient) -> None:
    made, found = await issued(works, 60)
    client.cookies.set("sign_in", await bearer(works, made.scene.manager))
    text = (await client.get("/manage/certificates")).text
    assert sum(code in text for code in found) == 50
    following = text.split("cursor=")[1].split('"')[0]
    rest = (await client.get(f"/manage/certificates?cursor={following}")).text
    assert {code for code in found if code in text} | {code for code in found if code in rest} == set(found)
    assert (await client.get("/manage/certificates?cursor=x")).status_code == 422
    assert len((await client.get("/manage/certificates/export/csv")).text.splitlines()) == 61


async def test_nobody_else_sees_any(works: Works, client: httpx.AsyncClient) -> None:
    made, _ = await issued(works)
    session = f"/manage/sessions/{made.scene.session_id}/certificates"
    await enter(works, client)
    for address in ("/manage/certificates", session, f"{session}/all.pdf", f"{session}/export/csv"):
        assert (await client.get(address)).status_code == 404


async def test_the_day_of_the_end_is_that_of_the_session_everywhere(
    works: Works, clock: FrozenClock, client: httpx.AsyncClient
) -> None:
    of = await taught(works, zone="America/Los_Angeles")
    scene = of.scene
    await execute("UPDATE person SET zone = 'Europe/Dublin'")
    await works.run(scene.manager, set_rule, Scope.PROGRAM, scene.program_id, RuleValues(valid_months=6))
    clock.move(days=16)
    await attend(works, of, of.enrollments[0], 2)
    await close(works, of)
    (code,) = await codes()
    learner = Viewer(person_id=scene.people[0])
    who = {f"/certificates/{code}": learner, "/my/certificates": learner, "/manage/certificates": scene.manager}
    for path, viewer in {**who, f"/partners/{scene.partner_id}/certificates": scene.coordinator}.items():
        client.cookies.set("sign_in", await bearer(works, viewer))
        text = (await client.get(path)).text
        assert "19 Nov 2026" in text, path
        assert "20 Nov 2026" not in text, path
    (letter,) = await letters("certificate")
    assert "Los Angeles time, UTC-7\nValid until Thu 19 Nov 2026, Los Angeles time, UTC-8\n\nSee it" in letter.text
    assert "Valid until Thu 19 Nov 2026, Los Angeles time, UTC-8</p>" in letter.html
