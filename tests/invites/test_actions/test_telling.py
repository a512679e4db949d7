"""What is told of a change, and how it is kept."""

from uuid import UUID

import msgspec
import pytest
from structlog.testing import capture_logs

from tests.booking.asked import order
from tests.booking.made import make_scene
from tests.invites.posted import post
from training.base.database import execute
from training.base.work import Works
from training.booking.actions import book_places, cancel_enrollment
from training.ics.entries import Entry
from training.ics.texts import Unwritable
from training.ics.writing import Method, write_invite
from training.invites.jobs import sweep
from training.invites.rules.told import Memory


async def memory() -> Memory:
    (row,) = await execute("SELECT CAST(told AS TEXT) AS kept FROM invite")
    return msgspec.json.decode(row["kept"], type=Memory)


async def test_what_is_kept_follows_what_left(works: Works) -> None:
    scene = await make_scene(works)
    booked = await works.run(scene.coordinator, book_places, order(scene, 0))
    await post(works)
    assert await memory() == Memory(told=(await memory()).told)
    await execute("UPDATE session SET title = 'Second'")
    await sweep(works)
    second = await memory()
    assert (second.was and second.was.title, second.told.title, second.ever) == ("Safe messaging", "Second", True)
    # It has not left when the third comes: nobody ever reads the second.
    await execute("UPDATE session SET title = 'Third'")
    await sweep(works)
    third = await memory()
    assert (third.was and third.was.title, third.told.title) == ("Safe messaging", "Third")
    (mail,) = await post(works)
    assert "Third" in mail.calendar
    (invite,) = await execute("SELECT sequence, state, subject_id FROM invite")
    assert (invite["sequence"], invite["state"]) == (2, "issued")
    await works.run(scene.coordinator, cancel_enrollment, UUID(str(invite["subject_id"])))
    await post(works)
    (invite,) = await execute("SELECT sequence, state FROM invite")
    assert (invite["sequence"], invite["state"]) == (3, "withdrawn")
    assert booked.verdicts[0].enrollment_id is not None
    events = await execute("SELECT CAST(data AS TEXT) AS said FROM journal_entry WHERE event = 'InvitesTold'")
    assert sorted(msgspec.json.decode(row["said"])["updated"] for row in events) == [0, 0, 1, 1]


async def test_one_bad_entry_holds_up_no_mail(works: Works, monkeypatch: pytest.MonkeyPatch) -> None:
    scene = await make_scene(works)
    await works.run(scene.coordinator, book_places, order(scene, 0, 1))

    def picky(entry: Entry, method: Method) -> bytes:
        if entry.attendee and "line-0" in entry.attendee.address:
            raise Unwritable("bad")
        return write_invite(entry, method)

    monkeypatch.setattr("training.invites.mails.write_invite", picky)
    with capture_logs() as logs:
        sent = await post(works)
    assert [bool(mail.calendar) for mail in sent] == [False, True]
    assert [line["event"] for line in logs if line["log_level"] == "error"] == ["an invite cannot be written"]
    assert len(await execute("SELECT id FROM invite")) == 1
