"""When rules for clocks change: what people are told, and when they are reminded."""

from datetime import timedelta
from pathlib import Path

from tests.conftest import SITE, FrozenClock
from tests.invites.posted import Program, post
from tests.reminders.made import enrolled_scene, reminders, teach
from tests.schedule.clocked import LIKE_LAGOS, new_rules
from tests.schedule.made import T
from training.base.database import execute, fetch_one
from training.base.structs import Frozen
from training.base.work import Works
from training.invites.jobs import compare_due, sweep
from training.outbox.mails import render_message
from training.outbox.queries import get_message, list_messages
from training.reminders.jobs import plan_ahead
from training.schedule.jobs import follow_zone_data

RULES = {"Europe/Berlin": LIKE_LAGOS}


async def in_berlin(works: Works, *numbers: int) -> None:
    """A session on 18 May 2026, from 11:00 to 13:00 in Berlin, in which these people have places."""
    await enrolled_scene(works, *numbers)
    await _move_to_berlin()


async def _move_to_berlin() -> None:
    await execute(
        "UPDATE meeting SET zone = 'Europe/Berlin', local_start = {}, local_end = {}",
        T("2026-05-18T11:00"),
        T("2026-05-18T13:00"),
    )
    await execute("UPDATE session SET zone = 'Europe/Berlin'")


async def words_for(recipient: str) -> tuple[str, str]:
    """The notice of a move that somebody gets, as text and as HTML."""
    told = (await list_messages(recipient=recipient, limit=100)).items
    (found,) = [message for message in told if message.kind == "booking-moved"]
    rendered = render_message(await get_message(found.id), SITE)
    return " ".join(rendered.text.split()), " ".join(rendered.html.split())


async def test_people_are_told_what_happened(works: Works, tmp_path: Path) -> None:
    await in_berlin(works, 0, 1)
    await execute("UPDATE person SET zone = 'America/New_York' WHERE email LIKE 'northern-line-1@%'")
    with new_rules(tmp_path, RULES):
        assert await follow_zone_data(works) == 1
        here, here_html = await words_for("northern-line-0@example.org")
        there, there_html = await words_for("northern-line-1@example.org")
    for words in (here, there):
        assert "The rules for clocks in Europe/Berlin were changed. The local time there stays:" in words
        assert "11:00 to 13:00" in words
        assert "before:" not in words
    for html in (here_html, there_html):
        assert "The local time there stays." in html
    assert "On your clocks it was: Mon 18 May 2026, 05:00 to 07:00" in there
    assert "On your clocks it is now: Mon 18 May 2026, 06:00 to 08:00" in there
    assert "On your clocks before" in there_html


async def test_reminders_come_by_the_new_instant(works: Works, clock: FrozenClock, tmp_path: Path) -> None:
    await in_berlin(works, 0)
    clock.move(days=12, hours=20)
    await plan_ahead(works)
    before = {told.plan_key: told.due_at for told in await reminders("planned")}
    assert before
    with new_rules(tmp_path, RULES):
        assert await follow_zone_data(works) == 1
        assert await reminders("planned") == []
        await plan_ahead(works)
        after = {told.plan_key: told.due_at for told in await reminders("planned")}
    assert {key: after[key] - before[key] for key in before} == dict.fromkeys(before, timedelta(hours=1))


class Deadlines(Frozen, frozen=True, kw_only=True):
    """What was promised."""

    cancellation_hours: int


async def test_deadlines_that_people_were_told_stay(works: Works, clock: FrozenClock, tmp_path: Path) -> None:
    await in_berlin(works, 0)
    clock.move(days=11, hours=12)
    with new_rules(tmp_path, {"Europe/Berlin": "Asia/Tokyo"}):
        assert await follow_zone_data(works) == 1
    (row,) = await execute("SELECT starts_at FROM session")
    assert "02:00" in str(row["starts_at"])
    kept = await fetch_one(Deadlines, "SELECT cancellation_hours FROM session")
    assert kept is not None
    # It begins seven hours earlier, and the deadline stays where it was.
    assert kept.cancellation_hours == 41


async def test_calendars_follow_and_say_why(works: Works, clock: FrozenClock, tmp_path: Path) -> None:
    scene = await enrolled_scene(works, 0)
    await _move_to_berlin()
    await teach(works, scene, scene.people[5])
    assert await sweep(works) >= 1
    before = await post(works)
    with new_rules(tmp_path, RULES):
        assert await follow_zone_data(works) == 1
        clock.move(minutes=2)
        await compare_due(works)
        mails = await post(works)
        told = {mail.recipient: (mail, await get_message(mail.id)) for mail in mails}
        learner, _ = told["northern-line-0@example.org"]
        trainer, message = told["northern-line-5@example.org"]
        words = " ".join(render_message(message, SITE).text.split())
    # One mail each, and the entry with it.
    assert (len(mails), learner.kind, trainer.kind) == (2, "booking-moved", "invite-update")
    assert "What changed: rules for clocks (the local time stays)" in words
    assert "before:" not in words
    for number in (0, 5):
        own = [mail for mail in (*before, *mails) if mail.recipient == f"northern-line-{number}@example.org"]
        (entry,) = Program().take(own).entries.values()
        # The clock there says eleven as before.
        assert entry.start.replace(tzinfo=None) == T("2026-05-18T11:00")
    # What that means is in the entry, too: an hour before UTC all year. Before, there was summer time.
    assert [("DAYLIGHT" in mail.calendar) for mail in (*before, *mails)] == [True, True, False, False]
