"""Who marked what when, as a page and as a file."""

import httpx

from tests.attendance.made import make_day, mark
from tests.booking.test_pages.made import enter, words
from tests.conftest import FrozenClock
from training.attendance.actions.marking import save_marks
from training.attendance.rules.statuses import Status
from training.base.work import Works


async def test_every_attempt_is_told_with_what_became_of_it(
    client: httpx.AsyncClient, works: Works, clock: FrozenClock
) -> None:
    day = await make_day(works, clock)
    await enter(works, client, day.lead)
    path = f"/rosters/{day.meeting_id}/changes"
    assert "Nothing was marked yet" in words((await client.get(path)).text)
    for who, status in ((day.assistant, Status.NO_SHOW), (day.lead, Status.PRESENT)):
        await works.run(who, save_marks, day.meeting_id, [mark(day.enrollments[0], status)])
    said = words((await client.get(path)).text)
    assert "Asa" in said
    assert "Lost Another mark of the same moment came first." in said
    answer = await client.get(f"{path}/export/csv")
    lines = answer.text.splitlines()
    assert len(lines) == 3
    assert '"Asa","yes",""' in answer.text
    assert '"no","Another mark of the same moment came first."' in answer.text


async def test_long_histories_come_by_the_hundred(client: httpx.AsyncClient, works: Works, clock: FrozenClock) -> None:
    day = await make_day(works, clock, people=1)
    for number in range(103):
        clock.move(minutes=1)
        status = Status.PRESENT if number % 2 else Status.NO_SHOW
        await works.run(day.manager, save_marks, day.meeting_id, [mark(day.enrollments[0], status)])
    await enter(works, client, day.manager)
    path = f"/rosters/{day.meeting_id}/changes"
    first = await client.get(path)
    assert first.text.count('role="rowheader"') == 100
    onward = first.text.partition(f'href="{path}?cursor=')[2].partition('"')[0]
    second = await client.get(f"{path}?cursor={onward}")
    assert second.text.count('role="rowheader"') == 3
    assert "Earlier marks" in words(second.text)


async def test_a_stranger_sees_nothing_of_it(client: httpx.AsyncClient, works: Works, clock: FrozenClock) -> None:
    day = await make_day(works, clock)
    await enter(works, client, day.stranger)
    for path in ("changes", "changes/export/csv"):
        assert (await client.get(f"/rosters/{day.meeting_id}/{path}")).status_code == 404
