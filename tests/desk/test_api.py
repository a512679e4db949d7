"""Messages as JSON: whose they are, their states, sending again and taking back once per key."""

from typing import Any
from uuid import UUID

import httpx
import pytest

from tests.booking.asked import bearer
from tests.booking.made import Scene
from tests.conftest import SITE
from tests.desk.made import MISSING, a_viewer, foreign_manager, full_scene, staff
from tests.desk.posted import end, ids_of, many
from tests.desk.test_pages.test_inbox import came
from training.base.database import execute, watch_statements
from training.base.structs import Viewer
from training.base.work import Works
from training.booking.rules.guests import place_token

API, REVIEW = "/api/v1/messages", "/api/v1/inbox/review"


async def by(works: Works, viewer: Viewer) -> dict[str, Any]:
    """The headers of somebody's program."""
    return {"authorization": f"Bearer {await bearer(works, viewer)}", "content-type": "application/json"}


async def bounced(works: Works) -> tuple[Scene, UUID, dict[str, Any]]:
    """A scene whose first message bounced, and the headers of its manager."""
    scene, _ = await full_scene(works)
    message_id = (await ids_of("booking-enrolled"))[0]
    await end(message_id, "bounced", "550 5.1.1 no such user")
    return scene, message_id, await by(works, scene.manager)


async def test_the_list_and_its_filters(client: httpx.AsyncClient, works: Works) -> None:
    scene, message_id, headers = await bounced(works)
    told = (await client.get(API, headers=headers)).json()
    assert len(told["items"]) == 4
    assert told["next_cursor"] is None
    (one,) = (await client.get(f"{API}?state=undelivered", headers=headers)).json()["items"]
    assert one["id"] == str(message_id)
    assert (one["about"], one["state"], one["trouble"]) == ("You have a place", "bounced", "There is no such mailbox.")
    assert one["what_to_do"]
    for query, number in (
        ("kind=booking-waitlisted", 1),
        ("kind=booking", 4),
        ("kind=announcement", 0),
        (f"program_id={scene.program_id}", 4),
        (f"program_id={MISSING}", 0),
        (f"partner_id={scene.partner_id}&state=waiting", 3),
        ("address=line-1", 1),
        ("day=2026-05-04", 4),
        ("day=2026-05-03", 0),
    ):
        answer = await client.get(f"{API}?{query}", headers=headers)
        assert len(answer.json()["items"]) == number, query
    for wrong in (
        "state=x",
        "day=x",
        "kind=book",
        "cursor=x",
        "limit=0",
        "address=%00",
        "program_id=x",
        "day=0001-01-01",
    ):
        refused = await client.get(f"{API}?{wrong}", headers=headers)
        assert refused.status_code in (400, 422), wrong
        assert {one["field"] for one in refused.json().get("errors", [])} <= {wrong.partition("=")[0]}


async def test_pages_hold_together(client: httpx.AsyncClient, works: Works) -> None:
    scene, _, headers = await bounced(works)
    seen: list[str] = []
    counts = set()
    for number in (0, 90):
        await many(works, scene, number)
        with watch_statements() as statements:
            await client.get(API, headers=headers)
        counts.add(len(statements))
    assert len(counts) == 1
    cursor: str | None = ""
    while cursor is not None:
        page = (await client.get(f"{API}?limit=20&cursor={cursor}", headers=headers)).json()
        seen += [item["id"] for item in page["items"]]
        cursor = page["next_cursor"]
    assert len(seen) == len(set(seen)) == 94


async def test_one_message_without_its_secret(client: httpx.AsyncClient, works: Works) -> None:
    _, message_id, headers = await bounced(works)
    answer = await client.get(f"{API}/{message_id}", headers=headers)
    told = answer.json()
    assert "booked for 4 people" in told["why"]
    assert "/places/..." in told["text"]
    assert told["error"] == "550 5.1.1 no such user"
    (row,) = await execute("SELECT subject_id FROM message WHERE id = {}", message_id)
    assert place_token(SITE.secret_key, UUID(str(row["subject_id"])), 1) not in answer.text


async def test_sending_again_once_per_key(client: httpx.AsyncClient, works: Works) -> None:
    _, message_id, manager = await bounced(works)
    headers = manager | {"idempotency-key": "once"}
    first = await client.post(f"{API}/{message_id}/send-again", headers=headers)
    assert first.status_code == 201
    assert first.json()["again_of"] == str(message_id)
    assert (await client.post(f"{API}/{message_id}/send-again", headers=headers)).json() == first.json()
    other = manager | {"idempotency-key": "twice"}
    refused = await client.post(f"{API}/{message_id}/send-again", headers=other)
    assert refused.status_code == 409
    assert refused.json()["code"] == "message-sent-already"
    assert refused.json()["data"]["message_id"] == first.json()["message_id"]
    waits = await client.post(f"{API}/{first.json()['message_id']}/send-again", headers=manager)
    assert (waits.status_code, waits.json()["code"], waits.json()["data"]) == (
        409,
        "message-changed",
        {"state": "waiting"},
    )


async def test_taking_back(client: httpx.AsyncClient, works: Works) -> None:
    _, message_id, headers = await bounced(works)
    waiting = (await ids_of("booking-waitlisted"))[0]
    taken = await client.post(f"{API}/{waiting}/take-back", headers=headers)
    assert (taken.status_code, taken.json()) == (200, {"message_id": str(waiting), "state": "withdrawn"})
    refused = await client.post(f"{API}/{message_id}/take-back", headers=headers)
    assert (refused.status_code, refused.json()["data"]) == (409, {"state": "bounced"})


@pytest.mark.parametrize("who", ["foreign", "coordinator", "learner"])
async def test_nobody_else_finds_them(client: httpx.AsyncClient, works: Works, who: str) -> None:
    scene, message_id, _ = await bounced(works)
    viewers = {"coordinator": scene.coordinator, "learner": Viewer(person_id=scene.people[0])}
    viewer = viewers.get(who) or await foreign_manager(works)
    headers = await by(works, viewer)
    listed = await client.get(API, headers=headers)
    assert listed.status_code == 404 or listed.json()["items"] == []
    for path in (f"{API}/{message_id}", f"{API}/{MISSING}"):
        assert (await client.get(path, headers=headers)).status_code == 404
    for verb in ("send-again", "take-back"):
        assert (await client.post(f"{API}/{message_id}/{verb}", headers=headers)).status_code == 404
    nobody = await by(works, await a_viewer(works, "Lea"))
    assert (await client.get(API, headers=nobody)).status_code == 404


async def test_mail_to_look_at_is_listed_and_settled_once(client: httpx.AsyncClient, works: Works) -> None:
    headers = await by(works, await staff(works))
    first, second = await came(works, "spoofed"), await came(works)
    told = (await client.get(f"{REVIEW}?limit=1", headers=headers)).json()
    more = (await client.get(f"{REVIEW}?limit=1&cursor={told['next_cursor']}", headers=headers)).json()
    found = {one["id"]: one for one in (*told["items"], *more["items"])}
    assert found.keys() == {str(first), str(second)}
    assert more["next_cursor"] is None
    assert found[str(first)]["reason"]
    assert found[str(first)]["sent_to"] == "", "it names a message that we never sent"
    nonsense = await client.post(f"{REVIEW}/{first}/bounce", headers=headers, json={"recipient": "nonsense"})
    assert nonsense.status_code == 400
    once = headers | {"idempotency-key": "once"}
    said = {"recipient": "eve@example.org"}
    for _ in range(2):
        noted = await client.post(f"{REVIEW}/{first}/bounce", headers=once, json=said)
        assert (noted.status_code, noted.json()) == (200, {"mail_id": str(first), "outcome": "bounce"})
    (trouble,) = await execute("SELECT address, kind FROM address_trouble")
    assert (trouble["address"], trouble["kind"]) == ("eve@example.org", "hard")
    late = await client.post(f"{REVIEW}/{first}/nothing", headers=headers)
    assert (late.status_code, late.json()["code"]) == (409, "mail-settled-already")
    aside = await client.post(f"{REVIEW}/{second}/nothing", headers=headers)
    assert (aside.status_code, aside.json()) == (200, {"mail_id": str(second), "outcome": "nothing"})
    assert (await client.get(REVIEW, headers=headers)).json() == {"items": [], "next_cursor": None}


@pytest.mark.parametrize("who", ["manager", "coordinator"])
async def test_mail_to_look_at_is_nobody_elses(client: httpx.AsyncClient, works: Works, who: str) -> None:
    scene, _ = await full_scene(works)
    headers = await by(works, scene.manager if who == "manager" else scene.coordinator)
    mail_id = await came(works)
    assert (await client.get(REVIEW, headers=headers)).status_code == 404
    assert (await client.post(f"{REVIEW}/{mail_id}/nothing", headers=headers)).status_code == 404
    refused = await client.post(f"{REVIEW}/{mail_id}/bounce", headers=headers, json={"recipient": "a@example.org"})
    assert refused.status_code == 404
