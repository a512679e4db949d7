"""What each may see of what was said, in pages, plots and files."""

import re

import httpx
import pytest

from tests.booking.asked import bearer
from tests.conftest import FrozenClock
from tests.surveys.made import Over, answer, asked, past
from training.base.database import execute, watch_statements
from training.base.structs import Viewer
from training.base.work import Works
from training.surveys.actions.asking import ask_session


async def answered(works: Works, people: int = 6) -> Over:
    over = await asked(works, present=6)
    for number in range(people):
        await answer(works, over, number, rating=number % 5 + 1, words=f"=SUM(A1) <i>word {number}</i>")
    return over


async def enter(works: Works, client: httpx.AsyncClient, who: Viewer) -> None:
    client.cookies.set("sign_in", await bearer(works, who))


async def test_below_the_minimum_a_sentence_says_so_and_nothing_else(works: Works, client: httpx.AsyncClient) -> None:
    over = await answered(works, 4)
    await enter(works, client, over.scene.manager)
    shown = (await client.get(f"/surveys/sessions/{over.session_id}")).text
    assert "Answers are shown in groups of 5" in shown
    assert "1 more is needed." in shown
    assert "SUM(A1)" not in shown
    assert "/plots/" not in shown
    exported = await client.get(f"/surveys/sessions/{over.session_id}/export/csv")
    assert exported.text.count("\r\n") == 1


async def test_a_manager_sees_everything_that_is_released(works: Works, client: httpx.AsyncClient) -> None:
    over = await answered(works)
    await enter(works, client, over.scene.manager)
    shown = (await client.get(f"/surveys/sessions/{over.session_id}")).text
    assert "Tara" in shown
    assert "Theo" in shown
    assert "&lt;i&gt;word" in shown
    assert "1 answer stays hidden" in shown
    plots = re.findall(r'src="(/surveys/sessions/[^"]+)"', shown)
    assert len(plots) == 5
    for address in plots:
        plot = await client.get(address.replace("&amp;", "&"))
        assert plot.status_code == 200, address
        assert plot.headers["content-type"].startswith("image/svg+xml")
        assert "sandbox" in plot.headers["content-security-policy"]
    course = (await client.get(f"/surveys/courses/{over.scene.course_id}")).text
    assert "One session so far" in course
    exported = (await client.get(f"/surveys/sessions/{over.session_id}/export/csv")).text
    assert "'=SUM(A1)" in exported, "a file begins no formula"


async def test_when_everybody_has_answered_nothing_waits_for_others(works: Works, client: httpx.AsyncClient) -> None:
    over = await answered(works, 6)
    await enter(works, client, over.scene.manager)
    shown = (await client.get(f"/surveys/sessions/{over.session_id}")).text
    assert "waits for others" not in shown
    assert "1 answer stays hidden: everybody who was asked has answered" in shown


async def test_while_somebody_can_still_answer_the_others_wait(works: Works, client: httpx.AsyncClient) -> None:
    more = await asked(works, present=7)
    for number in range(6):
        await answer(works, more, number)
    await enter(works, client, more.scene.manager)
    shown = (await client.get(f"/surveys/sessions/{more.session_id}")).text
    assert "1 more answer waits for others" in shown, "one can still come"


async def test_what_was_said_of_a_trainer_leads_back_to_their_teaching(works: Works, client: httpx.AsyncClient) -> None:
    over = await answered(works)
    await enter(works, client, Viewer(person_id=over.trainers[0]))
    shown = (await client.get(f"/surveys/trainers/{over.trainers[0]}")).text
    crumbs = re.search(r'<ol class="crumbs".*?</ol>', shown, re.DOTALL)
    assert crumbs is not None
    assert 'href="/teaching"' in crumbs[0]


async def test_a_trainer_sees_the_session_and_only_themselves(works: Works, client: httpx.AsyncClient) -> None:
    over = await answered(works)
    tara, theo = over.trainers
    await enter(works, client, Viewer(person_id=tara))
    shown = (await client.get(f"/surveys/sessions/{over.session_id}")).text
    assert "Tara" in shown
    assert "Theo" not in shown
    assert "word" in shown
    question = re.search(rf"plots/([0-9a-f-]+)\?trainer={tara}", shown)
    assert question is not None
    base = f"/surveys/sessions/{over.session_id}"
    assert (await client.get(f"{base}/plots/{question[1]}?trainer={theo}")).status_code == 404
    assert "Theo" not in (await client.get(f"{base}/export/csv")).text
    assert (await client.get(f"/surveys/trainers/{tara}")).status_code == 200
    assert (await client.get(f"/surveys/trainers/{theo}")).status_code == 404
    assert (await client.get(f"/surveys/courses/{over.scene.course_id}")).status_code == 404


@pytest.mark.parametrize("kind", ["coordinator", "learner", "other manager"])
async def test_nobody_else_finds_anything(works: Works, client: httpx.AsyncClient, kind: str) -> None:
    over = await answered(works)
    other = Viewer(person_id=over.scene.other_coordinator.person_id, grants=frozenset())
    viewers = {
        "coordinator": over.scene.coordinator,
        "learner": Viewer(person_id=over.scene.people[0]),
        "other manager": other,
    }
    await enter(works, client, viewers[kind])
    for path in ("", "/export/csv"):
        for of in (f"sessions/{over.session_id}", f"courses/{over.scene.course_id}", f"trainers/{over.trainers[0]}"):
            assert (await client.get(f"/surveys/{of}{path}")).status_code == 404, of


async def test_over_time_is_a_line_with_its_table(works: Works, client: httpx.AsyncClient) -> None:
    over = await answered(works)
    for days in (30, 60, 90):
        await past(works, over, days, title=f"<b>Round {days}</b>")
    await enter(works, client, over.scene.manager)
    for of in (f"trainers/{over.trainers[0]}", f"courses/{over.scene.course_id}"):
        page = (await client.get(f"/surveys/{of}")).text
        assert "&lt;b&gt;Round 60&lt;/b&gt;" in page
        plots = re.findall(r'src="(/surveys/[^"]+)"', page)
        assert plots, of
        plot = await client.get(plots[0])
        assert plot.text.count("<circle") == 4
        exported = (await client.get(f"/surveys/{of}/export/csv")).text
        assert exported.count("\r\n") == 1 + 4 * page.count('<article class="result"')


@pytest.mark.parametrize(("days", "said"), [((1, 2), r"\d+ \w+"), ((365, 730), r"\d+ \w+ \d{4}")])
async def test_a_plot_over_years_says_the_years(
    works: Works, client: httpx.AsyncClient, days: tuple[int, ...], said: str
) -> None:
    over = await answered(works, 5)
    for ago in days:
        await past(works, over, ago)
    await enter(works, client, over.scene.manager)
    page = (await client.get(f"/surveys/courses/{over.scene.course_id}")).text
    plot = (await client.get(re.findall(r'src="(/surveys/courses/[^"]+)"', page)[0])).text
    assert len(set(re.findall(rf"<text[^>]*>({said})</text>", plot))) == 3


async def test_while_somebody_asked_late_can_answer_nothing_is_never(
    works: Works, client: httpx.AsyncClient, clock: FrozenClock
) -> None:
    over = await asked(works, present=7)
    for number in range(4):
        await answer(works, over, number)
    clock.move(days=13.5)
    late = over.enrollments[7]
    await execute("UPDATE overall SET corrected = 'present', corrected_at = {} WHERE id = {}", clock(), late)
    await works.run(over.scene.manager, ask_session, over.session_id)
    clock.move(days=1)
    await enter(works, client, over.scene.manager)
    path = f"/surveys/sessions/{over.session_id}"
    shown = (await client.get(path)).text
    assert "nothing is ever shown" not in shown
    assert "1 more is needed." in shown
    clock.move(days=3)
    assert "nothing is ever shown" in (await client.get(path)).text


async def test_a_session_is_compared_with_before_and_with_the_course(works: Works, client: httpx.AsyncClient) -> None:
    over = await answered(works)
    await past(works, over, 30, rating=2)
    await enter(works, client, over.scene.manager)
    shown = (await client.get(f"/surveys/sessions/{over.session_id}")).text
    assert "this course before 2.0 of 5" in shown
    assert "before, in this course 2.0 of 5" in shown
    await enter(works, client, Viewer(person_id=over.trainers[0]))
    own = (await client.get(f"/surveys/sessions/{over.session_id}")).text
    assert "before, in this course 2.0 of 5" in own
    about = own.split("Tara</bdi>")[-1]
    assert "its other sessions" not in about, "an average with another trainer in it would tell of them"


async def test_the_number_of_statements_does_not_grow(works: Works, client: httpx.AsyncClient) -> None:
    over = await answered(works)
    await enter(works, client, over.scene.manager)
    paths = [f"sessions/{over.session_id}", f"courses/{over.scene.course_id}", f"trainers/{over.trainers[0]}"]
    before = [await statements(client, path) for path in paths]
    for days in (30, 60):
        await past(works, over, days)
    assert [await statements(client, path) for path in paths] == before


async def statements(client: httpx.AsyncClient, path: str) -> int:
    with watch_statements() as seen:
        assert (await client.get(f"/surveys/{path}")).status_code == 200
    return len(seen)


async def test_light_and_dark_are_those_of_the_page(works: Works, client: httpx.AsyncClient) -> None:
    over = await answered(works)
    await enter(works, client, over.scene.manager)
    shown = (await client.get(f"/surveys/sessions/{over.session_id}")).text
    (plot, *_) = re.findall(r'src="(/surveys/sessions/[^"]+)"', shown)
    assert "prefers-color-scheme" in (await client.get(plot)).text
    client.cookies.set("theme", "dark")
    dark = (await client.get(plot)).text
    assert "prefers-color-scheme" not in dark
    assert "#17211d" in dark
