"""One-time links: they work once, for a while, tell nothing, and cannot be asked for without end."""

import asyncio
from datetime import timedelta
from uuid import UUID

import msgspec
import pytest

from tests.conftest import FrozenClock
from tests.people.conftest import ADA, CLI, CLIENT, MailedToken
from training.base.database import execute, watch_statements
from training.base.errors import Gone, NotFound
from training.base.site import Site
from training.base.structs import ANONYMOUS, Viewer
from training.base.work import Work, Works
from training.outbox.queries import list_messages
from training.people.actions import (
    check_newcomers,
    count_newcomers,
    disable_person,
    make_link,
    request_sign_in_link,
    sign_in,
    sign_in_link,
    use_link,
)
from training.people.queries import find_link
from training.people.rules import (
    LINKS_PER_ADDRESS,
    LINKS_PER_CLIENT,
    REFUSED_NEWCOMERS_PER_ACCOUNT,
    AddressUnusable,
    LinkExpired,
    LinkUnknown,
    LinkUsed,
    PersonUnknown,
    Purpose,
    TooManyLinks,
    TooManyNewcomers,
    link_token,
)


async def ask(works: Works, email: str = ADA, client: str = CLIENT) -> None:
    await works.run(ANONYMOUS, request_sign_in_link, email=email, client=client)


async def test_of_twenty_simultaneous_clicks_one_signs_in(works: Works, ada: UUID, mailed_token: MailedToken) -> None:
    token = await mailed_token()
    outcomes = await asyncio.gather(*(works.run(ANONYMOUS, sign_in, token) for _ in range(20)), return_exceptions=True)
    lost = [outcome for outcome in outcomes if isinstance(outcome, BaseException)]
    assert [type(error) for error in lost] == [LinkUsed] * 19
    assert len(await execute("SELECT id FROM sign_in WHERE person_id = {}", ada)) == 1


@pytest.mark.usefixtures("ada")
async def test_without_the_conditional_update_twenty_clicks_would_sign_in_more_than_once(
    works: Works, mailed_token: MailedToken
) -> None:
    """The negative control: read, wait, write. It shows that the test above can fail."""
    token = await mailed_token()
    winners = []

    async def careless(_: int) -> None:
        link = await find_link(token)
        await asyncio.sleep(0.01)
        if link is not None and link.used_at is None:
            await execute("UPDATE one_time_link SET used_at = {} WHERE id = {}", works.clock(), link.id)
            winners.append(link.id)

    await asyncio.gather(*map(careless, range(20)))
    assert len(winners) > 1


@pytest.mark.parametrize(
    ("later", "works_still"),
    [
        (timedelta(0), True),
        (timedelta(minutes=10, microseconds=-1), True),
        (timedelta(minutes=10), False),
        (timedelta(days=400), False),
    ],
)
async def test_a_sign_in_link_ends_exactly_after_ten_minutes(
    works: Works, clock: FrozenClock, ada: UUID, mailed_token: MailedToken, later: timedelta, works_still: bool
) -> None:
    token = await mailed_token()
    clock.now += later
    if works_still:
        assert (await works.run(ANONYMOUS, use_link, token, Purpose.SIGN_IN)).person_id == ada
    else:
        with pytest.raises(LinkExpired):
            await works.run(ANONYMOUS, use_link, token, Purpose.SIGN_IN)


async def test_an_invitation_lasts_fourteen_days_and_signs_nobody_in_by_itself(
    works: Works, clock: FrozenClock, ada: UUID
) -> None:
    subject = UUID(int=7)

    async def invite(work: Work) -> str:
        link = make_link(work, purpose=Purpose.INVITATION, person_id=ada, subject_id=subject, path="/invitations/")
        return link_token(work.site.secret_key, Purpose.INVITATION, link.id)

    token = await works.run(CLI, invite)
    clock.move(days=14, microseconds=-1)
    with pytest.raises(LinkUnknown):
        await works.run(ANONYMOUS, sign_in, token)
    used = await works.run(ANONYMOUS, use_link, token, Purpose.INVITATION)
    assert (used.person_id, used.subject_id, used.purpose) == (ada, subject, Purpose.INVITATION)
    with pytest.raises(LinkUsed):
        await works.run(ANONYMOUS, use_link, token, Purpose.INVITATION)
    late = await works.run(CLI, invite)
    clock.move(days=14)
    with pytest.raises(LinkExpired):
        await works.run(ANONYMOUS, use_link, late, Purpose.INVITATION)


@pytest.mark.parametrize("token", ["", "x", "A" * 64, "é" * 64, "\x00", "' OR 1=1 --", "A" * 100_000])
async def test_a_guess_reaches_no_table(works: Works, token: str) -> None:
    with watch_statements() as seen, pytest.raises(LinkUnknown):
        await works.run(ANONYMOUS, sign_in, token)
    assert [sql for sql in seen if "one_time_link" in sql] == []


async def test_a_link_of_ours_whose_row_is_gone_is_unknown(works: Works, ada: UUID, mailed_token: MailedToken) -> None:
    token = await mailed_token()
    await execute("DELETE FROM one_time_link WHERE person_id = {}", ada)
    with pytest.raises(LinkUnknown):
        await works.run(ANONYMOUS, sign_in, token)


@pytest.mark.usefixtures("ada")
async def test_no_row_holds_the_token(mailed_token: MailedToken) -> None:
    token = await mailed_token()
    for table in ("one_time_link", "message", "journal_entry", "attempt", "kept_answer", "sign_in"):
        assert token not in str(await execute(f"SELECT * FROM {table}"))


def kind(sql: str) -> str:
    """A statement without its tables and columns; a batch is one round trip of so many inserts."""
    inserts = sql.count("INSERT INTO")
    return f"{inserts} inserts" if inserts else sql.split(maxsplit=1)[0]


@pytest.mark.usefixtures("ada")
async def test_known_and_unknown_addresses_run_the_same_statements(works: Works) -> None:
    seen: dict[str, list[str]] = {}
    for email in (ADA, "nobody@example.org"):
        with watch_statements() as statements:
            await ask(works, email)
        seen[email] = [kind(sql) for sql in statements]
    assert seen[ADA] == seen["nobody@example.org"]
    assert "3 inserts" in seen[ADA]


async def test_asking_makes_no_account_and_mails_nobody_unknown(works: Works, ada: UUID) -> None:
    await ask(works, "nobody@example.org")
    await works.run(CLI, disable_person, ada)
    await ask(works)
    assert (await list_messages()).items == ()
    assert len(await execute("SELECT id FROM person")) == 1
    rows = await execute("SELECT data FROM journal_entry WHERE event = 'SignInLinkRequested'")
    kept = [msgspec.json.decode(row["data"]) for row in rows]
    assert [entry["person_id"] for entry in kept] == [None, None]
    assert "nobody" not in str(rows)


@pytest.mark.parametrize("email", [ADA, "nobody@example.org"])
@pytest.mark.usefixtures("ada")
async def test_five_links_per_address_then_a_wait_that_ends(works: Works, clock: FrozenClock, email: str) -> None:
    for number in range(LINKS_PER_ADDRESS):
        await ask(works, email, f"203.0.113.{number}")
    clock.move(minutes=5)
    for _ in range(3):
        with pytest.raises(TooManyLinks) as refused:
            await ask(works, email.upper(), "198.51.100.1")
        assert refused.value.retry_after == 600
    clock.move(minutes=10, microseconds=-1)
    with pytest.raises(TooManyLinks) as refused:
        await ask(works, email)
    assert refused.value.retry_after == 1
    clock.move(microseconds=1)
    for _ in range(LINKS_PER_ADDRESS):
        await ask(works, email)
    with pytest.raises(TooManyLinks):
        await ask(works, email)


async def test_twenty_links_per_client(works: Works) -> None:
    for number in range(LINKS_PER_CLIENT):
        await ask(works, f"p{number}@example.org")
    with pytest.raises(TooManyLinks):
        await ask(works, "another@example.org")
    await ask(works, "another@example.org", "198.51.100.1")


@pytest.mark.usefixtures("ada")
async def test_a_burst_is_counted_exactly(works: Works) -> None:
    outcomes = await asyncio.gather(*(ask(works) for _ in range(20)), return_exceptions=True)
    assert sum(outcome is None for outcome in outcomes) == LINKS_PER_ADDRESS
    assert {type(outcome) for outcome in outcomes} == {type(None), TooManyLinks}
    assert len((await list_messages()).items) == LINKS_PER_ADDRESS


@pytest.mark.usefixtures("ada")
async def test_no_address_can_be_read_from_the_counters(works: Works) -> None:
    await ask(works)
    assert "ada@" not in str(await execute("SELECT * FROM attempt"))


@pytest.mark.parametrize("email", ["", "ada", "a@b@c.org", "ada@example.org\r\nBcc: eve@example.org"])
async def test_what_is_no_address_is_said_and_counts_nothing(works: Works, email: str) -> None:
    with pytest.raises(AddressUnusable):
        await ask(works, email)
    assert await execute("SELECT id FROM attempt") == []


async def test_an_operator_gets_a_link_without_any_mail(works: Works, ada: UUID) -> None:
    url = await works.run(CLI, sign_in_link, "ADA@example.org")
    assert url.startswith("http://testserver.example/sign-in/")
    assert (await list_messages()).items == ()
    begun = await works.run(ANONYMOUS, sign_in, url.rsplit("/", 1)[1])
    assert begun.person_id == ada
    with pytest.raises(PersonUnknown, match=r"add-manager .*nobody@example\.org"):
        await works.run(CLI, sign_in_link, "nobody@example.org")
    with pytest.raises(NotFound):
        await works.run(Viewer(person_id=ada), sign_in_link, ADA)


@pytest.mark.usefixtures("ada")
async def test_without_a_key_no_link_is_made(works: Works) -> None:
    keyless = Works(clock=works.clock, site=Site(), reactions={})
    with pytest.raises(ValueError, match="TRAINING_SECRET_KEY"):
        await keyless.run(CLI, sign_in_link, ADA)


@pytest.mark.usefixtures("ada")
async def test_errors_of_links_hold_no_secret(works: Works, mailed_token: MailedToken) -> None:
    token = await mailed_token()
    await works.run(ANONYMOUS, sign_in, token)
    with pytest.raises(Gone) as refused:
        await works.run(ANONYMOUS, sign_in, token)
    assert token not in f"{refused.value} {refused.value.data}"


async def test_refused_newcomers_are_counted_for_each_account(works: Works, clock: FrozenClock) -> None:
    one, other = "an account", "another"
    key = works.site.secret_key
    await works.run(ANONYMOUS, count_newcomers, one, REFUSED_NEWCOMERS_PER_ACCOUNT - 1)
    await check_newcomers(one, key, clock())
    clock.move(minutes=5)
    await works.run(ANONYMOUS, count_newcomers, one, 200)
    with pytest.raises(TooManyNewcomers) as error:
        await check_newcomers(one, key, clock())
    assert error.value.retry_after == 600
    await check_newcomers(other, key, clock())
    clock.move(minutes=10)
    await check_newcomers(one, key, clock())
    await works.run(ANONYMOUS, count_newcomers, one, 1)
    await check_newcomers(one, key, clock())
