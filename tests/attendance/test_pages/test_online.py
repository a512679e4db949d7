"""A list of participants in a browser: chosen, matched, looked at, marked."""

import html
import re
import threading
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from tests.attendance.made import Day, make_day
from tests.attendance.test_actions.test_online import LIST
from tests.booking.test_pages.made import enter, hidden, words
from tests.conftest import FrozenClock
from training.attendance.actions.marking import close_roster, save_marks
from training.attendance.rules.marks import MarkInput
from training.attendance.rules.matching import match_lines
from training.attendance.rules.online_files import read_list
from training.attendance.rules.presence import lines_of_list
from training.attendance.rules.statuses import Status
from training.base.database import execute
from training.base.work import Works


async def at_door(works: Works, clock: FrozenClock, client: httpx.AsyncClient) -> tuple[Day, str]:
    """An online meeting, its trainer signed in, and the address of the list."""
    day = await make_day(works, clock, people=4, mode="online", capacity_online=4, capacity_in_person=0)
    await enter(works, client, day.lead)
    return day, f"/rosters/{day.meeting_id}/online-list"


async def upload(client: httpx.AsyncClient, base: str, data: bytes, name: str = "list.csv") -> httpx.Response:
    return await client.post(base, files={"file": (name, data)})


def selected(text: str) -> list[str]:
    """The choice of each line, as the form would send it."""
    selects = re.findall(r'<select[^>]*name="choice".*?</select>', text, flags=re.DOTALL)
    return [html.unescape(re.findall(r'value="([^"]*)" selected', one)[-1]) for one in selects]


async def send(client: httpx.AsyncClient, page: httpx.Response, step: str, **more: Any) -> httpx.Response:
    """The form as the page has it, with what is changed."""
    data = {
        "version": hidden(page.text, "version"),
        "choice": selected(page.text),
        "threshold": hidden_number(page.text),
        "step": step,
        **({"absent_shown": "yes"} if 'name="absent_shown"' in page.text else {}),
        **more,
    }
    return await client.post(str(page.url.path), data=data, follow_redirects=True)


def hidden_number(text: str) -> str:
    found = re.search(r'name="threshold" type="number" value="([^"]*)"', text)
    assert found is not None
    return found[1]


async def test_a_list_becomes_marks(works: Works, clock: FrozenClock, client: httpx.AsyncClient) -> None:
    day, base = await at_door(works, clock, client)
    assert "Bring in the list of participants" in words((await client.get(base)).text)
    page = await client.post(base, files={"file": ("list.csv", LIST.encode())}, follow_redirects=True)
    said = words(page.text)
    assert "5 people on the list (Another list)." in said
    assert "2 lines are about nobody yet" in said
    assert "Lea 120 minutes. The same name: teaches this session." in said
    assert "Somebody northern-line-1@example.org , 100 minutes. The same address." in said
    assert "Northern Line 1 Not recorded 100 minutes Late 20 minutes late" in said
    assert "Northern Line 3 Not recorded Not on the list: stays as it is" in said
    # The list that is being matched is found again.
    assert (await client.get(base)).headers["location"] == page.url.path
    nordern = [one for one in selected(page.text) if one == "2:"]
    chosen = [f"2:{day.enrollments[2]}" if one in nordern else one for one in selected(page.text)]
    looked = await send(client, page, "look", choice=chosen, absent="yes")
    assert "This is what would follow now." in words(looked.text)
    assert "As you chose" in words(looked.text)
    assert "Northern Line 3 Not recorded No-show" in words(looked.text)
    assert (await execute("SELECT count(*) AS n FROM mark"))[0]["n"] == 0
    done = await send(client, looked, "apply", absent="yes")
    assert "4 people were marked by the list. 1 line is about nobody on the roster." in words(done.text)
    assert done.url.path == f"/rosters/{day.meeting_id}"
    rows = await execute("SELECT status FROM mark ORDER BY status")
    assert [row["status"] for row in rows] == ["late", "no-show", "partial", "present"]
    again = await client.get(page.url.path, follow_redirects=True)
    assert "This list has been applied already." in words(again.text)


async def test_nobody_is_marked_by_what_was_not_looked_at(
    works: Works, clock: FrozenClock, client: httpx.AsyncClient
) -> None:
    _, base = await at_door(works, clock, client)
    page = await client.post(base, files={"file": ("list.csv", LIST.encode())}, follow_redirects=True)
    looked = await send(client, page, "apply", threshold="119")
    assert "You changed something: look at what follows now, then mark." in words(looked.text)
    assert "Less than 119 minutes" not in words(looked.text)
    assert "Northern Line 1 Not recorded 100 minutes Partial" in words(looked.text)
    assert (await execute("SELECT count(*) AS n FROM mark"))[0]["n"] == 0
    stale = await send(client, page, "apply")
    assert "Look once more." in words(stale.text)
    assert (await execute("SELECT count(*) AS n FROM mark"))[0]["n"] == 0


async def test_nobody_is_there_for_longer_than_the_meeting(
    works: Works, clock: FrozenClock, client: httpx.AsyncClient
) -> None:
    day, base = await at_door(works, clock, client)
    page = await client.post(base, files={"file": ("list.csv", LIST.encode())}, follow_redirects=True)
    assert 'max="120"' in page.text
    chosen = [f"2:{day.enrollments[2]}" if one == "2:" else one for one in selected(page.text)]
    for step in ("look", "apply"):
        page = await send(client, page, step, choice=chosen, threshold="121", absent="yes")
        assert page.status_code == 422
        assert words(page.text).count("The meeting lasts 120 minutes.") == 2
        assert hidden_number(page.text) == "121"
        # What else was chosen is still there.
        assert "As you chose" in words(page.text)
        assert "Northern Line 3 Not recorded No-show" in words(page.text)
    assert (await execute("SELECT count(*) AS n FROM mark"))[0]["n"] == 0


async def test_long_lists_are_read_apart_from_the_loop(
    works: Works, clock: FrozenClock, client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    day, base = await at_door(works, clock, client)
    seen: set[tuple[str, str]] = set()

    def noted(name: str, compute: Callable[..., Any]) -> Callable[..., Any]:
        def noting(*args: Any) -> Any:
            seen.add((name, threading.current_thread().name.partition("_")[0]))
            return compute(*args)

        return noting

    monkeypatch.setattr("training.attendance.pages.online.read_list", noted("page", read_list))
    monkeypatch.setattr("training.attendance.api.online.read_list", noted("api", read_list))
    monkeypatch.setattr("training.attendance.actions.online.lines_of_list", noted("lines", lines_of_list))
    monkeypatch.setattr("training.attendance.queries.online.match_lines", noted("match", match_lines))
    await client.post(base, files={"file": ("list.csv", LIST.encode())}, follow_redirects=True)
    sent = await client.post(f"/api/v1/meetings/{day.meeting_id}/online-lists", json={"text": LIST})
    assert sent.status_code == 201
    assert seen == {(name, "lists") for name in ("page", "api", "lines", "match")}


async def test_the_preview_is_what_would_really_happen(
    works: Works, clock: FrozenClock, client: httpx.AsyncClient
) -> None:
    day, base = await at_door(works, clock, client)
    late = MarkInput(enrollment_id=day.enrollments[1], status=Status.LATE, minutes_late=5)
    await works.run(day.lead, save_marks, day.meeting_id, [late])
    await works.run(day.lead, close_roster, day.meeting_id, rest="no-show")
    roster = await client.get(f"/rosters/{day.meeting_id}")
    assert f'href="{base}"' in roster.text
    page = await client.post(base, files={"file": ("list.csv", LIST.encode())}, follow_redirects=True)
    said = words(page.text)
    assert "Northern Line 1 Late 5 min 100 minutes Marked by hand, so this stays: Late 5 min" in said
    assert "Northern Line 3 No-show Not on the list: stays as it is" in said
    assert "Mark 1 person" in said
    done = words((await send(client, page, "apply")).text)
    assert "1 person was marked by the list. Northern Line 1 stays as somebody marked them." in done
    shown = MarkInput(enrollment_id=day.enrollments[0], status=Status.PRESENT, reason="I saw them")
    await works.run(day.lead, save_marks, day.meeting_id, [shown])
    again = await client.post(base, files={"file": ("list.csv", LIST.encode())}, follow_redirects=True)
    assert "Northern Line 0 Present 120 minutes As it stands already" in words(again.text)
    assert "Nobody to mark: be done with this list" in words(again.text)
    assert "0 people were marked by the list." in words((await send(client, again, "apply")).text)


async def test_what_was_left_untouched_was_not_chosen_and_who_is_absent_is_looked_at_first(
    works: Works, clock: FrozenClock, client: httpx.AsyncClient
) -> None:
    _, base = await at_door(works, clock, client)
    page = await client.post(base, files={"file": ("list.csv", LIST.encode())}, follow_redirects=True)
    looked = await send(client, page, "look")
    assert "As you chose" not in words(looked.text)
    absent = await send(client, looked, "apply", absent="yes")
    assert "You changed something: look at what follows now, then mark." in words(absent.text)
    assert "Northern Line 3 Not recorded No-show" in words(absent.text)


async def test_lines_can_be_pasted_and_the_list_forgotten(
    works: Works, clock: FrozenClock, client: httpx.AsyncClient
) -> None:
    day, base = await at_door(works, clock, client)
    page = await client.post(base, data={"text": LIST}, follow_redirects=True)
    assert "5 people on the list" in words(page.text)
    assert "Bring in the list of participants" in words((await client.get(f"{base}?another=yes")).text)
    gone = await client.post(f"{page.url.path}/forget", follow_redirects=True)
    assert "The list is forgotten. Nobody was marked by it." in words(gone.text)
    assert gone.url.path == f"/rosters/{day.meeting_id}"
    assert (await client.get(page.url.path)).status_code == 404


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "The file is empty."),
        (b"Name,Shoe size\nAna,38", "No line of this file names a column"),
        (b"x" * 900_001, "larger than 900 KB"),
        (b"Name,Minutes\nA\0,1", "NUL"),
        (b"Name,Minutes\n" + b"".join(b"P%d,1\n" % n for n in range(1001)), "more than 1,000 people"),
    ],
)
async def test_what_is_no_list_is_said(
    works: Works, clock: FrozenClock, client: httpx.AsyncClient, data: bytes, said: str
) -> None:
    _, base = await at_door(works, clock, client)
    refused = await upload(client, base, data)
    assert refused.status_code == 422
    assert said in words(refused.text)


@pytest.mark.parametrize("name", ["<b>.csv", "\u202ex.csv", "a" * 500, "x\r\ny.csv"])
async def test_names_of_files_and_people_are_only_text(
    works: Works, clock: FrozenClock, client: httpx.AsyncClient, name: str
) -> None:
    _, base = await at_door(works, clock, client)
    rows = b'Name,Minutes\n<script>alert(1)</script>,5\n"=cmd|x!A1",6\n'
    page = await client.post(base, files={"file": (name, rows)}, follow_redirects=True)
    assert page.status_code == 200
    assert "<script>alert" not in page.text
    assert "=cmd|x!A1" in words(page.text)


async def test_strange_choices_choose_nobody(works: Works, clock: FrozenClock, client: httpx.AsyncClient) -> None:
    day, base = await at_door(works, clock, client)
    page = await client.post(base, files={"file": ("list.csv", LIST.encode())}, follow_redirects=True)
    strange = ["x:y", "0:nobody", f"99:{day.enrollments[0]}", f"-1:{day.enrollments[0]}", "0:" + "f" * 32, ":"]
    looked = await send(client, page, "look", choice=strange)
    assert "2 lines are about nobody yet" in words(looked.text)
    refused = await send(client, looked, "look", threshold="many")
    assert refused.status_code == 422
    assert "Please enter a number." in words(refused.text)


async def test_a_closed_roster_is_corrected(works: Works, clock: FrozenClock, client: httpx.AsyncClient) -> None:
    day, base = await at_door(works, clock, client)
    await works.run(day.lead, close_roster, day.meeting_id, rest="no-show")
    page = await client.post(base, files={"file": ("list.csv", LIST.encode())}, follow_redirects=True)
    assert "This roster is closed." in words(page.text)
    done = await send(client, page, "apply")
    assert "2 people were marked by the list." in words(done.text)


async def test_nobody_else_finds_it(works: Works, clock: FrozenClock, client: httpx.AsyncClient) -> None:
    day, base = await at_door(works, clock, client)
    page = await client.post(base, files={"file": ("list.csv", LIST.encode())}, follow_redirects=True)
    for viewer in (day.shadow, day.scene.coordinator):
        await enter(works, client, viewer)
        assert (await client.get(base)).status_code == 404
        assert (await client.get(page.url.path)).status_code == 404
        assert (await upload(client, base, LIST.encode())).status_code == 404
        assert (await client.post(page.url.path, data={"step": "apply", "version": "1"})).status_code == 404
        assert (await client.post(f"{page.url.path}/forget")).status_code == 404


async def test_both_pages_say_when_the_meeting_is_and_that_nobody_can_have_come(
    works: Works, clock: FrozenClock, client: httpx.AsyncClient
) -> None:
    day, base = await at_door(works, clock, client)
    when, soon = "Mon 18 May 2026", "Nobody can have come yet."
    now = [
        (await client.get(base)).text,
        (await client.get((await upload(client, base, LIST.encode())).headers["location"])).text,
    ]
    assert [(when in words(text), soon in words(text)) for text in now] == [(True, False)] * 2
    clock.move(days=-5)
    await enter(works, client, day.manager)
    refused = await upload(client, base, b"")
    assert (refused.status_code, soon in words(refused.text)) == (422, True)
    ahead = [(await client.get(f"{base}?another=yes")).text, (await client.get(base, follow_redirects=True)).text]
    assert [(when in words(text), soon in words(text)) for text in ahead] == [(True, True)] * 2
