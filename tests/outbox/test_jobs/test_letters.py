"""A stored message becomes a letter: who it is from, how its sort is ended, where answers go."""

from email import message_from_bytes
from uuid import UUID

import pytest

from tests.conftest import FrozenClock
from tests.smtp.posting import CLI, LINK, write
from training.base.work import Works
from training.outbox.jobs.letters import make_letter
from training.outbox.queries import get_message
from training.outbox.rules.kinds import Sort
from training.outbox.rules.unsubscribing import unsubscribe_link

PERSON = UUID(int=3)


@pytest.mark.parametrize(
    ("kind", "person", "ends"),
    [("reminder", PERSON, True), ("reminder", None, False), ("sign-in", PERSON, False), ("invitation", PERSON, False)],
)
async def test_only_what_can_be_switched_off_says_how(
    works: Works, clock: FrozenClock, kind: str, person: UUID | None, ends: bool
) -> None:
    [message_id] = await works.run(CLI, write, 1, kind=kind, person_id=person)
    mail = message_from_bytes(make_letter(await get_message(message_id), works.site, clock.now))
    link = f"<{unsubscribe_link(works.site, PERSON, Sort.REMINDERS)}>"
    assert mail["List-Unsubscribe"] == (link if ends else None)
    assert mail["From"] == f'"training" <{works.site.sender}>'
    assert mail["Reply-To"] is None


async def test_answers_go_where_the_message_says(works: Works, clock: FrozenClock) -> None:
    values = {"link": LINK, "minutes": 10, "reply_to": "mona@example.org"}
    [message_id] = await works.run(CLI, write, 1, values=values)
    mail = message_from_bytes(make_letter(await get_message(message_id), works.site, clock.now))
    assert mail["Reply-To"] == "mona@example.org"
