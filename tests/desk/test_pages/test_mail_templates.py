"""What messages say, looked at before any is sent: by whoever runs a program, and by nobody else."""

import html
import re

import httpx
import pytest

from tests.booking.made import make_scene
from tests.desk.made import a_viewer, sign_in, staff
from training.base.database import execute
from training.base.work import Works
from training.desk.rules.examples import EXAMPLES

LIST = "/manage/mail/templates"


async def test_all_of_them_are_listed_for_staff_and_managers(works: Works, client: httpx.AsyncClient) -> None:
    scene = await make_scene(works)
    for viewer in (scene.manager, await staff(works)):
        await sign_in(client, works, viewer)
        shown = await client.get(LIST)
        assert shown.status_code == 200
        assert set(re.findall(rf'href="{LIST}/([a-z/-]+)"', shown.text)) == set(EXAMPLES)


@pytest.mark.parametrize("path", [LIST, f"{LIST}/people/sign-in", f"{LIST}/people/sign-in/html"])
async def test_others_find_nothing(works: Works, client: httpx.AsyncClient, path: str) -> None:
    assert (await client.get(path)).status_code == 303
    scene = await make_scene(works)
    for viewer in (scene.coordinator, await a_viewer(works, "nobody")):
        await sign_in(client, works, viewer)
        assert (await client.get(path)).status_code in (403, 404)


async def test_text_html_and_source_on_other_clocks(works: Works, client: httpx.AsyncClient) -> None:
    await sign_in(client, works, await staff(works))
    shown = html.unescape((await client.get(f"{LIST}/booking/enrolled")).text)
    assert "You have a place: Safe messaging in a crisis" in shown
    assert "New York time, UTC-4" in shown
    assert "Content-Type: multipart/alternative" in shown
    assert 'sandbox="allow-top-navigation-by-user-activation"' in shown
    assert "No, it always comes" in shown
    assert "No, it always comes" not in (await client.get(f"{LIST}/reminders/upcoming")).text
    asked = {"case": "1", "zone": "Asia/Tokyo", "locale": "en-US"}
    other = html.unescape((await client.get(f"{LIST}/booking/enrolled", params=asked)).text)
    assert "6:00 PM to 8:00 PM, Tokyo time, UTC+9" in other
    framed = await client.get(f"{LIST}/booking/enrolled/html", params=asked)
    assert "6:00 PM to 8:00 PM, Tokyo time" in framed.text
    assert "sandbox" in framed.headers["content-security-policy"]
    assert " style=" not in framed.text
    assert await execute("SELECT id FROM message WHERE recipient = 'ada@example.org'") == []


async def test_each_template_has_a_name_of_its_own(works: Works, client: httpx.AsyncClient) -> None:
    await sign_in(client, works, await staff(works))
    shown = (await client.get(LIST)).text
    names = re.findall(rf'href="{LIST}/[a-z/-]+">([^<]+)<', shown)
    assert len(names) == len(set(names)) == len(EXAMPLES)


async def test_a_zone_is_understood_or_said_to_be_unknown(works: Works, client: httpx.AsyncClient) -> None:
    await sign_in(client, works, await staff(works))
    assert "Tokyo time" in (await client.get(f"{LIST}/booking/enrolled?zone=Tokyo")).text
    shown = await client.get(f"{LIST}/booking/enrolled?zone=Nowhere")
    assert (shown.status_code, "This time zone is not known" in shown.text) == (200, True)
    assert 'value="Nowhere"' in shown.text


async def test_a_move_and_the_list_of_meetings_agree(works: Works, client: httpx.AsyncClient) -> None:
    await sign_in(client, works, await staff(works))
    shown = " ".join(html.unescape((await client.get(f"{LIST}/booking/moved?case=1")).text).split())
    assert shown.index("before:") < shown.index("Green room") < shown.index("All meetings as they are now")
    assert "Green room" not in shown[shown.index("All meetings as they are now") :].split("Open the session")[0]


@pytest.mark.parametrize("query", ["case=99", "case=-1", "case=x", "zone=Mars/Olympus", "locale=..%2F..", "zone=%00"])
async def test_strange_readers_see_the_usual_example(works: Works, client: httpx.AsyncClient, query: str) -> None:
    await sign_in(client, works, await staff(works))
    for path in (f"{LIST}/booking/moved?{query}", f"{LIST}/booking/moved/html?{query}"):
        shown = await client.get(path)
        assert shown.status_code == 200
        assert "New York time" in shown.text


@pytest.mark.parametrize("path", ["booking/nothing", "web/base", "..%2f..%2fetc/passwd", "outbox/layout"])
async def test_what_is_no_message_is_not_found(works: Works, client: httpx.AsyncClient, path: str) -> None:
    await sign_in(client, works, await staff(works))
    assert (await client.get(f"{LIST}/{path}")).status_code == 404
    assert (await client.get(f"{LIST}/{path}/html")).status_code == 404
