"""Whoever marks a message as unwanted gets none any more of what can be switched off."""

from uuid import UUID

import pytest

from tests.conftest import FrozenClock
from training.base.database import execute
from training.base.structs import Frozen, Viewer
from training.base.work import Works
from training.outbox.actions import enqueue
from training.people.actions import ensure_person
from training.people.actions.complaints import switch_off_unwanted
from training.people.queries import get_mail_choices

CLI = Viewer.machine("cli")
ADA = "ada@example.org"


class Came(Frozen, frozen=True, kw_only=True):
    """As the inbox tells it."""

    message_id: UUID | None = None
    recipient: str = ""


@pytest.mark.parametrize("named", [True, False])
async def test_everything_that_can_be_is_switched_off_once(works: Works, named: bool) -> None:
    person_id = await works.run(CLI, ensure_person, ADA, "Ada")
    message_id = await works.run(
        CLI, enqueue, kind="announcement", template="people/sign-in", recipient=ADA, person_id=person_id
    )
    await execute("UPDATE message SET state = 'sent', sent_at = created_at WHERE id = {}", message_id)
    event = Came(message_id=message_id) if named else Came(recipient="ADA@example.org")
    for _ in range(2):
        await works.run(CLI, switch_off_unwanted, event)
    assert (await get_mail_choices(person_id)).off == {"reminders", "digests", "announcements", "materials"}


@pytest.mark.parametrize("event", [Came(message_id=UUID(int=9), recipient=ADA), Came(recipient="nobody@example.org")])
async def test_about_nobody_nothing_follows(works: Works, event: Came) -> None:
    person_id = await works.run(CLI, ensure_person, ADA, "Ada")
    await works.run(CLI, switch_off_unwanted, event)
    assert (await get_mail_choices(person_id)).off == frozenset()


async def test_who_signs_in_with_an_address_is_not_whom_mail_there_was_for(works: Works, clock: FrozenClock) -> None:
    owner = await works.run(CLI, ensure_person, ADA, "Ada")
    first, last, never = [await works.run(CLI, ensure_person, f"{name}@example.org", name) for name in "abc"]
    for person_id in (first, last, never):
        message_id = await works.run(
            CLI, enqueue, kind="announcement", template="people/sign-in", recipient=ADA, person_id=person_id
        )
        if person_id != never:
            await execute("UPDATE message SET state = 'sent', sent_at = {} WHERE id = {}", clock.now, message_id)
        clock.move(minutes=1)
    await works.run(CLI, switch_off_unwanted, Came(recipient=ADA))
    chose = [person for person in (owner, first, last, never) if (await get_mail_choices(person)).off]
    assert chose == [last]
