"""The roster as a form: one choice each, one button, and what became of it; what is private, and what it costs."""

import httpx

from tests.attendance.made import Day, make_day, mark
from tests.attendance.test_actions.test_check_in import learner, opened
from tests.booking.asked import one
from tests.booking.test_pages.made import enter, words
from tests.conftest import FrozenClock
from training.attendance.actions.check_in import check_in_self
from training.attendance.actions.marking import close_roster, save_all_but, save_marks
from training.attendance.queries.access import find_roster_meeting
from training.attendance.queries.check_in import list_doubtful
from training.attendance.queries.roster import load_roster
from training.attendance.rules.statuses import Status
from training.attendance.tables import CheckIn
from training.base.database import execute, watch_statements
from training.base.work import Work, Works


async def statuses(day: Day) -> list[str]:
    roster = await load_roster(await find_roster_meeting(day.meeting_id))
    return [entry.status.value for entry in roster.entries]


def choice(day: Day, number: int, status: str, was: str = "0 not recorded") -> dict[str, str]:
    key = day.enrollments[number]
    return {f"status-{key}": status, f"was-{key}": was}


async def test_everybody_is_listed_with_who_marked_them(
    client: httpx.AsyncClient, works: Works, clock: FrozenClock
) -> None:
    day = await make_day(works, clock)
    await works.run(day.assistant, save_marks, day.meeting_id, [mark(day.enrollments[1], Status.LATE, minutes_late=7)])
    await enter(works, client, day.lead)
    answer = await client.get(f"/rosters/{day.meeting_id}")
    said = words(answer.text)
    assert answer.status_code == 200
    assert "1 of 3 recorded" in said
    assert "Late 7 min · 10:10 by Asa" in said
    assert "Everybody is present, except" in said
    assert "@example.org" not in answer.text.replace(day.lead.email, "")


async def test_what_is_chosen_is_saved(client: httpx.AsyncClient, works: Works, clock: FrozenClock) -> None:
    day = await make_day(works, clock)
    await enter(works, client, day.lead)
    path = f"/rosters/{day.meeting_id}"
    sent = await client.post(path, data={**choice(day, 0, "present"), **choice(day, 1, "no-show"), "save": "yes"})
    assert (sent.status_code, sent.headers["location"]) == (303, path)
    assert "2 people are marked." in words((await client.get(path)).text)
    assert await statuses(day) == ["present", "no-show", "not recorded"]
    # What the page showed already is no wish.
    await client.post(path, data={**choice(day, 0, "present", "1 present"), **choice(day, 1, "present", "1 no-show")})
    assert await one("SELECT COUNT(*) AS n FROM mark_change") == 3


async def test_everybody_but_those_chosen_is_present(
    client: httpx.AsyncClient, works: Works, clock: FrozenClock
) -> None:
    day = await make_day(works, clock)
    await enter(works, client, day.lead)
    await client.post(f"/rosters/{day.meeting_id}", data={**choice(day, 2, "no-show"), "rest": "present"})
    assert await statuses(day) == ["present", "present", "no-show"]


async def test_nothing_is_lost_on_the_way_to_one_person(
    client: httpx.AsyncClient, works: Works, clock: FrozenClock
) -> None:
    day = await make_day(works, clock)
    await enter(works, client, day.lead)
    more = str(day.enrollments[1])
    sent = await client.post(f"/rosters/{day.meeting_id}", data={**choice(day, 0, "present"), "more": more})
    assert sent.headers["location"] == f"/rosters/{day.meeting_id}/people/{more}"
    # The page that it leads to is about somebody else.
    assert "Northern Line 0 is marked." in words((await client.get(sent.headers["location"])).text)
    assert await statuses(day) == ["present", "not recorded", "not recorded"]


async def test_a_choice_that_lost_is_told(client: httpx.AsyncClient, works: Works, clock: FrozenClock) -> None:
    day = await make_day(works, clock)
    await enter(works, client, day.lead)
    await works.run(day.assistant, save_marks, day.meeting_id, [mark(day.enrollments[0], Status.NO_SHOW)])
    # By one who looked at the page before that, at the same moment.
    await client.post(f"/rosters/{day.meeting_id}", data=choice(day, 0, "present"))
    said = words((await client.get(f"/rosters/{day.meeting_id}")).text)
    assert "Not taken: Northern Line 0: Another mark of the same moment came first." in said
    assert await statuses(day) == ["no-show", "not recorded", "not recorded"]


async def test_what_no_page_sends_is_refused(client: httpx.AsyncClient, works: Works, clock: FrozenClock) -> None:
    day = await make_day(works, clock)
    await enter(works, client, day.lead)
    for sent in (choice(day, 0, "ascended"), {"status-me": "present"}):
        assert (await client.post(f"/rosters/{day.meeting_id}", data=sent)).status_code == 422
    assert await statuses(day) == ["not recorded"] * 3


async def test_a_doubtful_check_in_is_decided(client: httpx.AsyncClient, works: Works, clock: FrozenClock) -> None:
    day = await make_day(works, clock)

    async def come(work: Work) -> str:
        key = work.new_id()
        work.add(
            CheckIn, id=key, meeting_id=day.meeting_id, enrollment_id=day.enrollments[0], way="code", at=work.now,
            doubtful="Somebody else checked in with the same device.",
        )  # fmt: skip
        return str(key)

    key = await works.run(day.manager, come)
    await enter(works, client, day.lead)
    path = f"/rosters/{day.meeting_id}"
    said = words((await client.get(path)).text)
    assert "One check-in to look at" in said
    assert "Somebody else checked in with the same device." in said
    await client.post(f"{path}/check-ins/{key}", data={"confirm": "yes"})
    assert "Northern Line 0 was there." in words((await client.get(path)).text)
    assert (await statuses(day))[0] == "present"
    again = await client.post(f"{path}/check-ins/{key}", data={"confirm": "no"})
    assert (again.status_code, again.headers["location"]) == (303, path)
    assert "Somebody has decided this already. Nothing was changed." in words((await client.get(path)).text)


async def test_a_mark_by_hand_settles_a_doubtful_check_in(
    client: httpx.AsyncClient, works: Works, clock: FrozenClock
) -> None:
    day, word = await opened(works, clock)
    for key in day.enrollments[:2]:
        await works.run(await learner(key), check_in_self, word, device="one")
    await enter(works, client, day.lead)
    path = f"/rosters/{day.meeting_id}"
    (seen,) = await list_doubtful(day.meeting_id)
    assert "One check-in to look at" in words((await client.get(path)).text)
    ill = mark(seen.enrollment_id, Status.EXCUSED, reason="Ill")
    await works.run(day.manager, save_marks, day.meeting_id, [ill])
    await client.post(f"{path}/check-ins/{seen.id}", data={"confirm": "yes"})
    said = words((await client.get(path)).text)
    assert f"Somebody recorded {seen.name} meanwhile: excused." in said
    assert "to look at" not in said
    assert (await statuses(day))[1] == "excused"


async def test_before_it_opens_and_for_a_shadow_it_is_only_read(
    client: httpx.AsyncClient, works: Works, clock: FrozenClock
) -> None:
    day = await make_day(works, clock)
    path = f"/rosters/{day.meeting_id}"
    await enter(works, client, day.shadow)
    answer = await client.get(path)
    assert "Those who teach the session mark it." in words(answer.text)
    assert "roster.js" not in answer.text
    assert (await client.post(path, data=choice(day, 0, "present"))).status_code == 404
    clock.move(hours=-3)
    await enter(works, client, day.lead)
    answer = await client.get(path)
    assert "It can be marked from Mon 18 May 2026, 09:00 Dublin time (UTC+1) on" in words(answer.text)
    # It may be opened where there is a network and needed where there is none: all of it is there, to be freed later.
    assert "roster.js" in answer.text
    assert f'data-opens="{clock.now.replace(hour=8, minute=0).isoformat()}"' in answer.text
    assert "data-gate disabled" in answer.text
    assert (await client.post(path, data=choice(day, 0, "present"))).status_code == 409


async def test_closing_is_offered_from_the_beginning_on(
    client: httpx.AsyncClient, works: Works, clock: FrozenClock
) -> None:
    day = await make_day(works, clock)
    path = f"/rosters/{day.meeting_id}"
    await enter(works, client, day.lead)
    clock.move(minutes=-40)
    before = (await client.get(path)).text
    # The link is there for the script to show at the hour, and hidden without one; the page says when.
    assert "data-begun hidden" in before
    assert f'data-begins="{clock.now.replace(hour=9, minute=0).isoformat()}"' in before
    assert "It can be closed from Mon 18 May 2026, 10:00 Dublin time (UTC+1) on." in words(before)
    clock.now = clock.now.replace(hour=9, minute=0)
    begun = (await client.get(path)).text
    assert "data-begun>" in begun
    assert "data-begins" not in begun
    assert "It can be closed from" not in words(begun)


async def test_a_manager_marks_before_the_hour_only_on_purpose(
    client: httpx.AsyncClient, works: Works, clock: FrozenClock
) -> None:
    day = await make_day(works, clock)
    clock.move(days=-5)
    path = f"/rosters/{day.meeting_id}"
    await enter(works, client, day.manager)
    answer = await client.get(path)
    assert "data-gate disabled" in answer.text
    assert "Nobody can have come yet." in words(answer.text)
    assert (await client.post(path, data={"rest": "present"})).status_code == 303
    assert "the meeting has not come yet" in words((await client.get(path)).text)
    assert await statuses(day) == ["not recorded"] * 3
    chosen = await client.get(f"{path}?early=yes")
    assert "data-gate disabled" not in chosen.text
    assert "This meeting is on Mon 18 May 2026" in words(chosen.text)
    assert "data-begun hidden" in chosen.text, "what has not begun is not complete"
    sent = await client.post(path, data={**choice(day, 0, "present"), "early": "yes"})
    assert sent.headers["location"] == f"{path}?early=yes"
    assert await statuses(day) == ["present", "not recorded", "not recorded"]
    # Trainers have no such choice.
    await enter(works, client, day.lead)
    assert "early=yes" not in (await client.get(path)).text
    assert "data-gate disabled" in (await client.get(f"{path}?early=yes")).text


async def test_nothing_leads_to_a_button_that_is_not_there(
    client: httpx.AsyncClient, works: Works, clock: FrozenClock
) -> None:
    day = await make_day(works, clock)
    await enter(works, client, day.lead)
    hint = "all who are not recorded become present"
    assert hint in words((await client.get(f"/rosters/{day.meeting_id}")).text)
    await works.run(day.lead, save_all_but, day.meeting_id, ())
    assert hint not in words((await client.get(f"/rosters/{day.meeting_id}")).text)


async def test_minutes_are_at_most_those_of_the_meeting(
    client: httpx.AsyncClient, works: Works, clock: FrozenClock
) -> None:
    day = await make_day(works, clock)
    await enter(works, client, day.lead)
    page = (await client.get(f"/rosters/{day.meeting_id}")).text
    assert 'min="1" max="119" data-own-late' in page
    assert 'min="1" max="120" data-own-partial' in page
    assert 'data-minutes="120"' in page


async def test_a_closed_one_says_by_whom_and_leads_to_corrections(
    client: httpx.AsyncClient, works: Works, clock: FrozenClock
) -> None:
    day = await make_day(works, clock)
    await works.run(day.assistant, close_roster, day.meeting_id, rest="present")
    await enter(works, client, day.lead)
    answer = await client.get(f"/rosters/{day.meeting_id}")
    assert "Asa closed this roster on Mon 18 May 2026, 10:10 Dublin time (UTC+1)." in words(answer.text)
    assert f"/rosters/{day.meeting_id}/people/{day.enrollments[0]}" in answer.text
    assert "roster.js" not in answer.text


async def test_nobody_else_sees_it(client: httpx.AsyncClient, works: Works, clock: FrozenClock) -> None:
    day = await make_day(works, clock)
    for who in (day.stranger, day.scene.coordinator):
        await enter(works, client, who)
        assert (await client.get(f"/rosters/{day.meeting_id}")).status_code == 404


async def test_the_own_time_comes_first_and_the_one_in_the_room_beside_it(
    client: httpx.AsyncClient, works: Works, clock: FrozenClock
) -> None:
    day = await make_day(works, clock)
    await works.run(day.assistant, save_marks, day.meeting_id, [mark(day.enrollments[0], Status.PRESENT)])
    await execute("UPDATE person SET zone = 'America/New_York' WHERE id = {}", day.lead.person_id)
    await enter(works, client, day.lead)
    both = "05:00–07:00 New York time (UTC-4) 09:00–11:00 UTC"
    for path in ("", "/changes", "/close", "/walk-in", "/scan", f"/people/{day.enrollments[0]}"):
        assert both in words((await client.get(f"/rosters/{day.meeting_id}{path}")).text).replace(" –", "–"), path
    said = words((await client.get(f"/rosters/{day.meeting_id}")).text)
    assert "The times below are New York time (UTC-4)." in said
    assert "05:10 by Asa" in said


async def test_a_roster_of_two_hundred_is_light(client: httpx.AsyncClient, works: Works, clock: FrozenClock) -> None:
    few = await make_day(works, clock, people=10)
    many = await make_day(works, clock, people=30, tag=" two")
    sizes = []
    for day in (few, many):
        await enter(works, client, day.manager)
        sizes.append(len((await client.get(f"/rosters/{day.meeting_id}")).text))
    # It is opened in cellars with one bar of network, and stands on the phone.
    assert (sizes[1] - sizes[0]) / 20 < 800


async def test_it_costs_the_same_for_few_and_for_many(
    client: httpx.AsyncClient, works: Works, clock: FrozenClock
) -> None:
    few = await make_day(works, clock, people=2)
    many = await make_day(works, clock, people=30, tag=" two")
    counts = []
    for day in (few, many):
        await works.run(day.manager, save_all_but, day.meeting_id, ())
        await enter(works, client, day.manager)
        with watch_statements() as seen:
            assert (await client.get(f"/rosters/{day.meeting_id}")).status_code == 200
        counts.append(len(seen))
    assert counts[0] == counts[1]
    assert counts[0] <= 12
