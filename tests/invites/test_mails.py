"""What an entry and the mail around it say: everything one needs, nothing secret, nothing of anybody else."""

from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

import pytest
import vobject  # type: ignore[import-untyped]

from tests.booking.asked import order
from tests.booking.made import Scene, make_scene
from tests.conftest import SITE, FrozenClock
from tests.invites.posted import Mail, post
from tests.schedule.made import STAFF
from training.base.database import execute
from training.base.work import Works
from training.booking.actions import book_places, cancel_enrollment
from training.booking.queries import list_enrollments
from training.booking.rules.check_in import check_in_token
from training.catalogue.rules import Mode
from training.outbox.jobs.letters import make_letter
from training.outbox.mails import render_message
from training.outbox.queries import get_message
from training.schedule.actions import assign_trainer, cancel_session
from training.schedule.rules.values import Assignment

LINK = "https://meet.example/secret-room"
HOSTILE = 'Evil\u202e, title; with: "quotes" \\n \U0001f9d1\u200d\U0001f680 ' + "ab " * 50


async def told(works: Works, **values: Any) -> tuple[Scene, list[Mail]]:
    """Two people have a place, a third teaches, and the first one's mails."""
    online = values.get("mode") == "online"
    scene = await make_scene(works, **values)
    await execute("UPDATE meeting SET link = {} WHERE session_id = {}", LINK, scene.session_id)
    await works.run(STAFF, assign_trainer, scene.session_id, Assignment(person_id=scene.people[2]))
    accepts = (Mode.ONLINE,) if online else ()
    await works.run(scene.coordinator, book_places, order(scene, 0, 1, accepts=accepts))
    return scene, [mail for mail in await post(works) if mail.recipient.startswith("northern-line-0")]


def event(mail: Mail) -> Any:
    return vobject.readOne(mail.calendar).vevent


async def test_an_entry_says_where_when_who_teaches_and_what_to_do(works: Works) -> None:
    scene, (mail, _) = await told(works, meetings=2)
    one = event(mail)
    (learner, _) = await list_enrollments(scene.manager, scene.session_id)
    code = check_in_token(SITE.secret_key, learner.id, learner.link_generation)
    assert one.uid.value == str(scene.meeting_ids[0])
    assert one.url.value == f"{SITE.base_url}/sessions/{scene.session_id}"
    assert one.description.value.splitlines() == [
        "Part 1 of 2.",
        "When: Mon 18 May 2026, 09:00 to 11:00, UTC",
        "Trainer: Northern Line 2",
        f"Your check-in code for the door: {SITE.base_url}/check-in/{code}",
        "",
        f"The session: {SITE.base_url}/sessions/{scene.session_id}",
        f"Change or give back your place: by the link in our mails, or here: {SITE.base_url}/my/sessions",
    ]
    for secret in (LINK, "/places/", "northern-line-1", "northern-line-2", "Northern Line 1", "/join/"):
        assert secret not in mail.calendar.replace("\r\n ", "")


async def test_online_the_entry_leads_to_our_own_door(works: Works) -> None:
    scene, (mail,) = await told(works, mode="online", capacity_in_person=0, capacity_online=3)
    door = f"{SITE.base_url}/join/{scene.meeting_ids[0]}"
    assert f"Join online: {door}" in event(mail).description.value
    assert event(mail).location.value == "Online"
    assert LINK not in mail.calendar


async def test_the_mail_comes_from_the_organizer_and_is_one_for_programs(works: Works, clock: FrozenClock) -> None:
    _, (mail,) = await told(works)
    letter = message_from_bytes(make_letter(await get_message(mail.id), works.site, clock.now), policy=default)
    assert isinstance(letter, EmailMessage)
    (organizer,) = [line for line in mail.calendar.replace("\r\n ", "").splitlines() if line.startswith("ORGANIZER")]
    assert organizer.endswith(f"mailto:{works.site.sender}")
    assert letter["From"].addresses[0].addr_spec == works.site.sender
    said = next(iter(letter.iter_parts()))
    assert isinstance(said, EmailMessage)
    assert [part.get_content_type() for part in said.iter_parts()] == [
        "text/plain",
        "multipart/related",
        "text/calendar",
    ]
    assert [part.get_filename() for part in letter.iter_attachments()] == ["invite.ics"]


async def test_hostile_words_stay_words(works: Works) -> None:
    _, (mail,) = await told(works, title=HOSTILE)
    one = event(mail)
    assert one.summary.value.startswith("Evil")
    assert len(list(one.getChildren())) == len({child.name for child in one.getChildren()})
    assert mail.calendar.count("BEGIN:VEVENT") == mail.calendar.count("ATTENDEE") == 1
    assert max(len(line.encode()) for line in mail.calendar.split("\r\n")) <= 75


@pytest.mark.parametrize(("ends", "words"), [("removed", "took your place back"), ("cancelled", "for everybody")])
async def test_one_persons_end_and_the_sessions_read_differently(works: Works, ends: str, words: str) -> None:
    scene, _ = await told(works, meetings=2)
    if ends == "cancelled":
        await works.run(scene.manager, cancel_session, scene.session_id, "Ill.")
    else:
        rows = await execute("SELECT id FROM enrollment WHERE person_id = {}", scene.people[0])
        await works.run(scene.manager, cancel_enrollment, rows[0]["id"])
    mine = [mail for mail in await post(works) if mail.recipient.startswith("northern-line-0")]
    assert [mail.calendar_method for mail in mine] == ["CANCEL", "CANCEL"]
    assert [mail.kind.partition("-")[0] for mail in mine] == ["booking", "invite"]
    for mail in mine:
        assert words in event(mail).description.value
        assert event(mail).status.value == "CANCELLED"
        assert event(mail).summary.value.startswith("Cancelled") == (ends == "cancelled")
    assert words in " ".join(render_message(await get_message(mine[1].id), SITE).text.split())


@pytest.mark.parametrize(("meetings", "more"), [(1, False), (2, True)])
async def test_the_mail_says_what_is_attached_only_when_it_is(works: Works, meetings: int, more: bool) -> None:
    scene = await make_scene(works, meetings=meetings)
    await works.run(scene.coordinator, book_places, order(scene, 0))
    (row,) = await execute("SELECT id FROM message WHERE kind = 'booking-enrolled'")
    before = render_message(await get_message(row["id"]), SITE)
    assert "attached" not in before.text + before.html
    mail = next(one for one in await post(works) if one.kind == "booking-enrolled")
    after = render_message(await get_message(mail.id), SITE)
    for words in (after.text, after.html):
        assert "An entry for your calendar is attached." in words
        assert ("Those of the other meetings come by mails of their own." in " ".join(words.split())) is more
