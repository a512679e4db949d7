"""Choices about mail: kept, journaled, taken back; and what the link in a message can do."""

import asyncio
from uuid import UUID

import pytest
from msgspec.structs import replace

from tests.people.conftest import SignedIn
from training.base.database import execute
from training.base.errors import Invalid, NotFound, SignInRequired
from training.base.structs import ANONYMOUS
from training.base.work import Works
from training.outbox.rules.kinds import Sort
from training.outbox.rules.unsubscribing import unsubscribe_token
from training.people.actions import choose_mail, switch_by_link
from training.people.queries import get_mail_choices
from training.people.rules.mail import MailOrder

ORDER = MailOrder(quiet_from="22:30", quiet_until="07:00", locale="de", off=frozenset({"digests"}))


async def test_choices_are_kept_and_journaled_once(works: Works, ada: UUID, signed_in: SignedIn) -> None:
    _, viewer = await signed_in()
    before = len(await execute("SELECT id FROM journal_entry"))
    await works.run(viewer, choose_mail, ORDER)
    kept = await works.run(viewer, choose_mail, ORDER)
    assert (kept.quiet_from, kept.quiet_until, kept.locale, kept.off) == ("22:30", "07:00", "de", ORDER.off)
    assert len(await execute("SELECT id FROM journal_entry")) == before + 2
    kept = await works.run(viewer, choose_mail, replace(ORDER, off=frozenset({"reminders"})))
    assert kept.off == (await get_mail_choices(ada)).off == {"reminders"}


async def test_what_cannot_be_used_changes_nothing(works: Works, ada: UUID, signed_in: SignedIn) -> None:
    _, viewer = await signed_in()
    with pytest.raises(Invalid):
        await works.run(viewer, choose_mail, replace(ORDER, quiet_from="25:00"))
    with pytest.raises(SignInRequired):
        await works.run(ANONYMOUS, choose_mail, ORDER)
    assert (await get_mail_choices(ada)).quiet_from == "21:00"


async def test_a_link_stops_its_own_sort_and_nothing_else(works: Works, ada: UUID) -> None:
    token = unsubscribe_token(works.site.secret_key, ada, Sort.REMINDERS)
    for _ in range(2):
        assert await works.run(ANONYMOUS, switch_by_link, token, off=True) is Sort.REMINDERS
    assert (await get_mail_choices(ada)).off == {"reminders"}
    await works.run(ANONYMOUS, switch_by_link, token, off=False)
    assert (await get_mail_choices(ada)).off == frozenset()


async def test_many_clicks_at_once_are_one(works: Works, ada: UUID) -> None:
    token = unsubscribe_token(works.site.secret_key, ada, Sort.REMINDERS)
    await asyncio.gather(*(works.run(ANONYMOUS, switch_by_link, token, off=True) for _ in range(8)))
    assert len(await execute("SELECT id FROM mail_choice")) == 1


@pytest.mark.usefixtures("database")
async def test_links_of_nobody_are_not_found(works: Works) -> None:
    nobody = unsubscribe_token(works.site.secret_key, UUID(int=9), Sort.DIGESTS)
    for token in (nobody, "A" * 64, "", "x" * 500):
        with pytest.raises(NotFound):
            await works.run(ANONYMOUS, switch_by_link, token, off=True)
    assert await execute("SELECT id FROM mail_choice") == []
