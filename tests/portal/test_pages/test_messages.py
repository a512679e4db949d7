"""What we wrote: to oneself with masked words, to one's people without words, to nobody else's."""

import re
from typing import Any
from uuid import UUID

import httpx
import pytest

from tests.booking.made import Scene, make_scene
from tests.conftest import SITE
from tests.desk.made import a_viewer, full_scene, sign_in, staff
from training.base.database import execute, watch_statements
from training.base.structs import Grant, Viewer
from training.base.work import Work, Works
from training.booking.rules.guests import place_token
from training.outbox.actions import enqueue
from training.partners.tables import Partner

OWN = "/account/messages"


def of_partner(scene: Scene) -> str:
    return f"/partners/{scene.partner_id}/messages"


async def subjects() -> list[UUID]:
    rows = await execute("SELECT subject_id FROM message WHERE subject_id IS NOT NULL ORDER BY id")
    return [UUID(str(row["subject_id"])) for row in rows]


async def another_partner(works: Works) -> UUID:
    async def add(work: Work) -> UUID:
        key = work.new_id()
        work.add(Partner, id=key, slug="other", name="Other House", folded_name="other house", created_at=work.now)
        return key

    return await works.run(Viewer.machine("test"), add)


async def test_ones_own_with_their_words_and_no_secret(client: httpx.AsyncClient, works: Works) -> None:
    scene, _ = await full_scene(works)
    await sign_in(client, works, Viewer(person_id=scene.people[0]))
    answer = await client.get(OWN)
    assert answer.status_code == 200
    assert "/places/..." in answer.text
    for subject in await subjects():
        assert place_token(SITE.secret_key, subject, 1) not in answer.text
    assert "northern-line-0@example.org" in answer.text
    assert "northern-line-1@example.org" not in answer.text
    assert f'href="{OWN}"' in (await client.get("/account")).text


async def test_what_nobody_got_is_not_shown(client: httpx.AsyncClient, works: Works) -> None:
    scene, _ = await full_scene(works)
    await sign_in(client, works, Viewer(person_id=scene.people[0]))
    await execute("UPDATE message SET state = 'withdrawn' WHERE kind = 'booking-enrolled'")
    answer = await client.get(OWN)
    assert "You have a place" not in answer.text
    await execute("UPDATE message SET state = 'bounced', sent_at = created_at WHERE kind = 'booking-enrolled'")
    assert "It did not reach this address." in (await client.get(OWN)).text


async def test_a_coordinator_sees_what_their_people_were_told(client: httpx.AsyncClient, works: Works) -> None:
    scene, _ = await full_scene(works)
    await sign_in(client, works, scene.coordinator)
    await execute("UPDATE message SET state = 'bounced', sent_at = created_at WHERE recipient LIKE 'northern-line-1@%'")
    answer = await client.get(of_partner(scene))
    assert answer.status_code == 200
    assert "It was sent again" not in answer.text
    assert len(re.findall('<tr role="row"><th role="rowheader"', answer.text)) == 4
    for words in ("Did not arrive", "Check their address", "northern-line-0@example.org"):
        assert words in answer.text
    for inside in ("/places/", "Hello", "letter-body"):
        assert inside not in answer.text, "the words are the person's own"
    one = await client.get(f"{of_partner(scene)}?to=LINE-2%40")
    assert re.findall(r"<bdi>(northern-line-\d)@", one.text) == ["northern-line-2"]
    assert f'href="{of_partner(scene)}"' in (await client.get(f"/partners/{scene.partner_id}")).text


async def test_what_was_repeated_and_what_was_too_late(client: httpx.AsyncClient, works: Works) -> None:
    scene, _ = await full_scene(works)
    own = Viewer(person_id=scene.people[0])
    await sign_in(client, works, own)
    assert "It has not been sent yet." in (await client.get(OWN)).text
    await execute("UPDATE message SET state = 'expired' WHERE person_id = {}", scene.people[0])
    assert "it was too late for it" in (await client.get(OWN)).text
    await sign_in(client, works, scene.coordinator)
    assert "Too late" in (await client.get(of_partner(scene))).text
    rows = await execute("SELECT id, person_id FROM message WHERE partner_id IS NOT NULL ORDER BY id")
    await execute("UPDATE message SET state = 'bounced', sent_at = created_at WHERE id = {}", rows[0]["id"])
    await execute("UPDATE message SET again_of = {} WHERE id = {}", rows[0]["id"], rows[1]["id"])
    answer = await client.get(of_partner(scene))
    assert "It was sent again" in answer.text
    assert "Check their address" not in answer.text
    await sign_in(client, works, own)
    assert "It did not arrive, and was sent again." in (await client.get(OWN)).text


async def test_nobody_sees_another_partners(client: httpx.AsyncClient, works: Works) -> None:
    scene, _ = await full_scene(works)
    other_id = await another_partner(works)
    other = await a_viewer(works, "Olga", "coordinator", other_id)
    member = await a_viewer(works, "Mia", "member", scene.partner_id)
    for viewer in (member, scene.manager, await a_viewer(works, "Lea"), other):
        await sign_in(client, works, viewer)
        assert (await client.get(of_partner(scene))).status_code == 404
        assert "northern-line" not in (await client.get(OWN)).text
    mine = await client.get(f"/partners/{other_id}/messages")
    assert "No message here" in mine.text
    await sign_in(client, works, await staff(works))
    assert (await client.get(of_partner(scene))).status_code == 200
    client.cookies.clear()
    assert (await client.get(of_partner(scene))).status_code in (302, 303)
    assert (await client.get(OWN)).status_code in (302, 303)
    assert Grant(role="member", scope_id=scene.partner_id) in member.grants


@pytest.mark.parametrize("query", ["after=x", "after=%00", "to=%00", "to=" + "x" * 300, "to=%25", "nonsense=1"])
async def test_strange_questions_break_nothing(client: httpx.AsyncClient, works: Works, query: str) -> None:
    scene, _ = await full_scene(works)
    await sign_in(client, works, scene.coordinator)
    for path in (OWN, of_partner(scene)):
        assert (await client.get(f"{path}?{query}")).status_code in (200, 400, 422)


async def test_pages_of_many_in_as_many_statements(client: httpx.AsyncClient, works: Works) -> None:
    scene = await make_scene(works)

    async def write(work: Work, number: int) -> None:
        for index in range(number):
            ids: dict[str, Any] = {"person_id": scene.coordinator.person_id, "partner_id": scene.partner_id}
            values = {"link": "", "minutes": 1}
            address = f"p{index}@mass.example"
            await enqueue(work, kind="x", template="people/sign-in", recipient=address, values=values, **ids)

    counts = []
    await sign_in(client, works, scene.coordinator)
    for number in (10, 1000):
        await works.run(Viewer.machine("test"), write, number)
        for path in (OWN, of_partner(scene)):
            with watch_statements() as seen:
                assert (await client.get(path)).status_code == 200
            counts.append(len(seen))
    assert counts[:2] == counts[2:]
    for path in (OWN, f"{of_partner(scene)}?to=mass"):
        first = await client.get(path)
        older = re.search(r'rel="next" href="([^"]+)"', first.text)
        assert older is not None
        second = await client.get(older[1].replace("&amp;", "&"))
        assert re.search(rf'rel="prev" href="{re.escape(path)}"', second.text)
        addresses = [set(re.findall(r"p\d+@mass", page.text)) for page in (first, second)]
        assert len(addresses[0]) == len(addresses[1]) == 25
        assert not addresses[0] & addresses[1]
