"""Behind a naming link: a page for anybody who holds it, once."""

from uuid import UUID

import httpx
import pytest

from tests.booking.made import Scene
from tests.booking.nameless import Tally, member, place, tally, with_open
from tests.booking.questions_made import agree, of_session
from tests.booking.questions_made import ask as put_question
from tests.booking.test_pages.made import enter, words
from tests.conftest import SITE, FrozenClock
from training.base.database import execute
from training.base.structs import Viewer
from training.base.work import Works
from training.booking.actions.giving_up import release_place
from training.booking.actions.naming import name_place
from training.booking.actions.naming_links import make_naming_link
from training.outbox.mails import render_message
from training.outbox.queries import get_message

ANA = {"name": "Ana Lopez", "email": "ana@example.org", "zone": "Berlin"}


async def linked(works: Works, number: int = 1, send_to: str = "") -> tuple[Scene, UUID, str]:
    """A place and the address of its link."""
    scene, (first, *_) = await with_open(works, number)
    made = await works.run(scene.coordinator, make_naming_link, first, send_to=send_to)
    return scene, first, made.url


async def test_whoever_holds_it_takes_the_place(works: Works, client: httpx.AsyncClient) -> None:
    scene, first, url = await linked(works, send_to="ana@example.org")
    assert (await client.get(url)).status_code == 200
    offer = await client.get(url)
    said = words(offer.text)
    assert "Safe messaging" in said
    assert "Northern Line keeps a place in this session." in said
    assert "Kept for you until Fri 15 May 2026, 10:00 Dublin time (UTC+1)" in said
    assert offer.headers["referrer-policy"] == "strict-origin"
    done = await client.post(url, data=ANA)
    assert done.status_code == 200
    assert "It is yours, Ana Lopez" in words(done.text)
    assert (await place(scene, first)).named == "Ana Lopez"
    zone = await execute("SELECT zone FROM person WHERE email = 'ana@example.org'")
    assert zone[0]["zone"] == "Europe/Berlin"
    assert await tally(scene) == Tally(taken=1, enrolled=1, open=0, waiting=0)


async def test_used_old_and_foreign_links_say_so(works: Works, client: httpx.AsyncClient, clock: FrozenClock) -> None:
    scene, first, url = await linked(works, 3)
    second, third = [row["id"] for row in await execute("SELECT id FROM open_place WHERE id <> {} ORDER BY id", first)]
    await works.run(scene.coordinator, name_place, first, member(scene, 0))
    for ask in (client.get(url), client.post(url, data=ANA)):
        used = await ask
        assert used.status_code == 410
        assert "This place has been taken already Each of these links works once." in words(used.text)
        assert 'button-primary" href="/sign-in' not in used.text
    old = await works.run(scene.coordinator, make_naming_link, UUID(str(second)))
    new = await works.run(scene.coordinator, make_naming_link, UUID(str(second)))
    assert "a newer one replaced it" in words((await client.get(old.url)).text)
    await works.run(scene.coordinator, release_place, UUID(str(second)))
    gone = await client.get(new.url)
    assert "The place went back" in words(gone.text)
    last = await works.run(scene.coordinator, make_naming_link, UUID(str(third)))
    clock.move(days=11)
    assert (await client.post(last.url, data=ANA)).status_code == 410
    for wrong in (url[:-3] + "abc", "/naming/x", "/naming/" + "%00" * 5, "/naming/" + "a" * 5000):
        unknown = await client.get(wrong)
        assert unknown.status_code == 404, wrong
        assert "not copied whole" in words(unknown.text)
    assert (await tally(scene)).enrolled == 1


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"name": ""}, "Please fill this in."),
        ({"email": "ana"}, "does not look like an e-mail address"),
        ({"email": "ana@exa mple.org"}, "does not look like an e-mail address"),
        ({"zone": "Atlantis"}, "Please choose a time zone"),
        ({"name": "x" * 201}, "too long"),
        ({"name": "A\x07"}, "cannot be used here"),
    ],
)
async def test_what_cannot_be_read_is_said(
    works: Works, client: httpx.AsyncClient, typed: dict[str, str], sentence: str
) -> None:
    scene, _, url = await linked(works)
    answer = await client.post(url, data={**ANA, **typed})
    assert answer.status_code == 422
    assert sentence in words(answer.text)
    assert await tally(scene) == Tally(taken=1, enrolled=0, open=1, waiting=0)


async def test_a_refusal_tells_nothing_of_others(works: Works, client: httpx.AsyncClient) -> None:
    scene, (first, second) = await with_open(works, 2)
    await works.run(scene.coordinator, name_place, second, member(scene, 0))
    made = await works.run(scene.coordinator, make_naming_link, first)
    answer = await client.post(made.url, data={**ANA, "email": "northern-line-0@example.org"})
    said = words(answer.text)
    assert answer.status_code == 422
    assert "cannot be taken with this address" in said
    assert "Already" not in said
    assert "Northern Line 0" not in said


async def test_whoever_holds_a_link_cannot_ask_about_many(works: Works, client: httpx.AsyncClient) -> None:
    scene, (first, second) = await with_open(works, 2)
    await works.run(scene.coordinator, name_place, second, member(scene, 0))
    made = await works.run(scene.coordinator, make_naming_link, first)
    known = {**ANA, "email": "northern-line-0@example.org"}
    told = [(await client.post(made.url, data=known)).status_code for _ in range(21)]
    assert told == [422] * 20 + [429]
    refused = await client.post(made.url, data=ANA)
    assert (refused.status_code, "Many people were refused" in words(refused.text)) == (429, True)
    assert await tally(scene) == Tally(taken=2, enrolled=1, open=1, waiting=0)


async def test_questions_are_asked_and_kept(works: Works, client: httpx.AsyncClient) -> None:
    scene, _, url = await linked(works)
    question, now = UUID(int=77), works.clock()
    await execute(
        "INSERT INTO question (id, session_id, kind, label, required, options, created_at)"
        " VALUES ({}, {}, 'line', 'What do you eat?', {}, '[]', {})",
        question,
        scene.session_id,
        True,
        now,
    )
    assert "What do you eat?" in words((await client.get(url)).text)
    field = f"q-{question}"
    missing = await client.post(url, data={**ANA, field: ""})
    assert missing.status_code == 422
    assert (await tally(scene)).open == 1
    done = await client.post(url, data={**ANA, field: "Anything"})
    assert done.status_code == 200
    rows = await execute("SELECT CAST(value AS TEXT) AS said FROM answer")
    assert [row["said"] for row in rows] == ['"Anything"']


async def test_a_link_that_was_passed_on_tells_no_address_and_no_name(works: Works, client: httpx.AsyncClient) -> None:
    _, _, url = await linked(works, send_to="northern-line-3@example.org")
    assert "northern-line-3" not in (await client.get(url)).text
    done = await client.post(url, data={**ANA, "email": "northern-line-4@example.org"})
    assert done.status_code == 200
    assert "Northern Line 4" not in done.text


async def test_a_hostile_name_is_only_text(works: Works, client: httpx.AsyncClient) -> None:
    _, _, url = await linked(works, send_to="ana@example.org")
    done = await client.post(url, data={**ANA, "name": "<script>alert(1)</script>"})
    assert "<script>alert" not in done.text
    assert "&lt;script&gt;alert(1)" in done.text


async def test_a_typed_name_is_greeted_only_from_the_mailbox_the_link_went_to(
    works: Works, client: httpx.AsyncClient
) -> None:
    _, _, url = await linked(works, send_to="northern-line-0@example.org")
    typed = {"name": "Nora", "email": "northern-line-0@example.org", "zone": "New York"}
    said = words((await client.post(url, data=typed)).text)
    assert "It is yours, Northern Line 0" in said
    assert "Northern Line knows you as Northern Line 0" in said
    assert "New York time" in said


async def test_a_typed_name_is_not_repeated_elsewhere(works: Works, client: httpx.AsyncClient) -> None:
    _, _, url = await linked(works)
    typed = {"name": "Mallory", "email": "northern-line-0@example.org", "zone": "New York"}
    said = words((await client.post(url, data=typed)).text)
    assert "The place is yours" in said
    assert "Mallory" not in said
    assert "Northern Line 0" not in said


async def test_a_visitor_is_offered_the_zone_of_their_device(works: Works, client: httpx.AsyncClient) -> None:
    scene, (first,) = await with_open(works, 1)
    made = await works.run(scene.coordinator, make_naming_link, first)
    assert "data-own-zone" in (await client.get(made.url)).text
    refused = await client.post(made.url, data={**ANA, "email": "nobody", "zone": "Asia/Tokyo"})
    assert (refused.status_code, "Asia/Tokyo" in refused.text, "data-own-zone" in refused.text) == (422, True, False)
    await enter(works, client, Viewer(person_id=scene.people[0]))
    assert "data-own-zone" not in (await client.get(made.url)).text


async def test_a_link_to_copy_demands_no_agreement_that_is_not_kept(works: Works, client: httpx.AsyncClient) -> None:
    scene, _, url = await linked(works)
    terms = await agree(works, scene)
    line = await put_question(works, await of_session(scene), scene.manager, required=True, reusable=True)
    shown = await client.get(url)
    assert f'name="t-{terms.version_id}"' not in shown.text
    assert f"q-{line.id}-reuse" not in shown.text
    assert "There you are asked whether you agree to: House rules" in words(shown.text)
    done = await client.post(url, data={**ANA, f"q-{line.id}": "By tram"})
    said = words(done.text)
    assert "One thing is still needed from you" in said
    assert "you say there whether you agree to: House rules" in said
    (mail,) = await execute("SELECT id FROM message WHERE kind = 'booking-enrolled'")
    text = render_message(await get_message(mail["id"]), SITE).text
    assert "One thing is still needed from you" in " ".join(text.split())


async def test_a_mailed_link_takes_the_agreement_for_its_own_address_only(
    works: Works, client: httpx.AsyncClient
) -> None:
    scene, _, url = await linked(works, send_to="ana@example.org")
    terms = await agree(works, scene)
    assert "If you give another one, you are asked again" in words((await client.get(url)).text)
    for email in ("ana@example.org", "eve@example.org"):
        assert (await client.post(url, data={**ANA, "email": email})).status_code == 422, "told alike"
    done = await client.post(url, data={**ANA, f"t-{terms.version_id}": "yes"})
    assert "still needed" not in words(done.text)
    assert len(await execute("SELECT id FROM consent")) == 1


async def test_whoever_took_a_forwarded_link_hears_that_they_are_asked_again(
    works: Works, client: httpx.AsyncClient
) -> None:
    scene, _, url = await linked(works, send_to="ana@example.org")
    terms = await agree(works, scene)
    done = await client.post(url, data={**ANA, "email": "eve@example.org", f"t-{terms.version_id}": "yes"})
    assert "One thing is still needed from you" in words(done.text)
    assert await execute("SELECT id FROM consent") == []
