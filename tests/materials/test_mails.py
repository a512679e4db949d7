"""What people read of changes: once for a session, on their own clocks, with the way to stop it."""

from uuid import UUID

import httpx

from tests.attendance.made import make_day
from tests.conftest import SITE, FrozenClock
from tests.materials.made import again, learner, published
from tests.materials.prepared import enrollment_of, follow, prepare, publish
from tests.reminders.made import enrolled_scene
from training.base.database import execute
from training.base.work import Works
from training.booking.rules.guests import PLACE_LINK_KEPT, place_token
from training.materials.actions.following import follow as add_follow
from training.materials.jobs.telling import tell_changed
from training.outbox.mails import make_letter, render_message
from training.outbox.queries import get_message
from training.outbox.rules import Rendered


async def test_before_the_session_nothing_was_given_yet(works: Works, clock: FrozenClock) -> None:
    scene = await enrolled_scene(works)
    slides = await prepare(works, scene, "Slides")
    await follow(works, scene)
    await publish(works, scene, slides, 2, "Two slides are new.")
    clock.move(minutes=10)
    await tell_changed(works)
    (row,) = await execute("SELECT id FROM message WHERE kind = 'material-changed'")
    words = render_message(await get_message(UUID(str(row["id"]))), SITE)
    assert words.subject == "There is a newer version: Safe messaging"
    for text in (words.text.replace("\n", " "), words.html):
        assert "Something for Safe messaging (" in text
        assert "given" not in text
        assert "every other one lies beside it" in text


async def test_what_changed_with_the_notes_and_two_ways_to_stop_it(works: Works, clock: FrozenClock) -> None:
    scene = await enrolled_scene(works)
    await execute("UPDATE person SET zone = 'America/New_York' WHERE email LIKE 'northern-line-0@%'")
    clock.move(days=15)
    slides, film = await prepare(works, scene, "Slides <b>"), await prepare(works, scene, "A film", position=2)
    await follow(works, scene)
    await publish(works, scene, slides, 2, "Two slides are new.")
    await publish(works, scene, slides, 3, "A word.")
    await publish(works, scene, film, 2, "Captions.")
    clock.move(minutes=10)
    await tell_changed(works)
    (row,) = await execute("SELECT id FROM message WHERE kind = 'material-changed'")
    message = await get_message(UUID(str(row["id"])))
    words = render_message(message, SITE)
    assert words.subject == "Changed since: Safe messaging"
    assert "2 things that you were given in Safe messaging (Mon 18 May 2026, 05:00," in words.text.replace("\n", " ")
    assert "Slides <b>\n- Two slides are new.\n- A word.\n\nA film\n- Captions.\n" in words.text
    place = f"http://testserver.example/places/{place_token(SITE.secret_key, await enrollment_of(scene), 1)}/materials"
    assert f"See the materials:\n{place}\n" in words.text
    assert f'href="{place}"' in words.html
    hidden = render_message(message, SITE, reveal=False)
    assert place not in hidden.text + hidden.html
    assert "Slides &lt;b&gt;" in words.html
    assert "\n\n\n" not in words.text
    assert "No more news of materials:" in words.text
    assert b"List-Unsubscribe:" in make_letter(message, SITE, clock.now)


async def _only_words(works: Works) -> Rendered:
    await tell_changed(works)
    (row,) = await execute("SELECT id FROM message WHERE kind = 'material-changed'")
    return render_message(await get_message(UUID(str(row["id"]))), SITE)


async def test_what_the_session_gave_has_not_changed_since_though_it_is_told_after_the_end(
    works: Works, clock: FrozenClock
) -> None:
    day = await make_day(works, clock)
    slides = await published(works, day, title="Slides")
    await works.run(learner(day), add_follow, day.enrollments[0])
    clock.move(minutes=105)
    await again(works, day, slides.id, "A wrong number on slide 4 is put right.")
    clock.move(minutes=15)
    words = await _only_words(works)
    assert words.subject == "There is a newer version: Safe messaging"
    for text in (words.text.replace("\n", " "), words.html):
        assert "Something for Safe messaging (" in text
        assert "A wrong number on slide 4 is put right." in text
        assert "given" not in text
        assert "Before the session ended" not in text


async def test_what_came_by_the_end_and_what_came_after_are_two_lists(works: Works, clock: FrozenClock) -> None:
    day = await make_day(works, clock)
    slides, film = await published(works, day, title="Slides"), await published(works, day, title="Film")
    await works.run(learner(day), add_follow, day.enrollments[0])
    clock.move(minutes=105)
    await again(works, day, slides.id, "Slide 4.")
    await again(works, day, film.id, "Captions.")
    clock.move(minutes=9)
    await again(works, day, slides.id, "Slide 5.")
    clock.move(minutes=10)
    words = await _only_words(works)
    assert words.subject == "Changed since: Safe messaging"
    since, earlier = words.text.split("Before the session ended, 2 things got newer versions, too:")
    assert "Something that you were given in" in since
    assert "Slides\n- Slide 5.\n" in since
    assert "Slide 4" not in since + words.html.partition("Before the session ended")[0]
    assert earlier.startswith("\n\nSlides\n- Slide 4.\n\nFilm\n- Captions.\n\nSee the materials:\n")
    assert "\n\n\n" not in words.text
    assert "<strong>Film</strong><br>Captions." in words.html.partition("Before the session ended")[2]


async def test_where_the_link_to_a_place_is_over_the_page_behind_the_sign_in_is_named(
    works: Works, clock: FrozenClock
) -> None:
    scene = await enrolled_scene(works)
    clock.move(days=15)
    slides = await prepare(works, scene, "Slides")
    await follow(works, scene)
    clock.now += PLACE_LINK_KEPT
    await publish(works, scene, slides, 2, "Two slides are new.")
    clock.move(minutes=10)
    await tell_changed(works)
    (row,) = await execute("SELECT id FROM message WHERE kind = 'material-changed'")
    words = render_message(await get_message(UUID(str(row["id"]))), SITE)
    page = f"http://testserver.example/sessions/{scene.session_id}/materials"
    assert f"See the materials:\n{page}\n" in words.text
    assert f'href="{page}"' in words.html


async def test_a_guest_gets_to_the_materials_by_the_mail(
    works: Works, clock: FrozenClock, client: httpx.AsyncClient
) -> None:
    scene = await enrolled_scene(works)
    clock.move(days=15)
    slides = await prepare(works, scene, "Slides")
    await follow(works, scene)
    await publish(works, scene, slides, 2, "Two slides are new.")
    clock.move(minutes=10)
    await tell_changed(works)
    (row,) = await execute("SELECT id FROM message WHERE kind = 'material-changed'")
    words = render_message(await get_message(UUID(str(row["id"]))), SITE)
    address = words.text.split("See the materials:\n")[1].split("\n")[0]
    answer = await client.get(address)
    assert (answer.status_code, "Slides" in answer.text) == (200, True)
