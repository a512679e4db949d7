"""The worker reads the mailbox: every mail once, one reader at a time, and no mail holds up another."""

import asyncio
import threading
from collections.abc import Iterator

import pytest

from tests.conftest import FrozenClock
from tests.inbox.mails import sample
from tests.inbox.servers import DOVECOT, OPENSSL, PASSWORD, FakeMailbox, dovecot, enter_unencrypted, fake
from training.base.database import execute
from training.base.structs import Viewer
from training.base.work import Work, Works
from training.inbox.actions import claim_mailbox
from training.inbox.actions.marks import LEASE
from training.inbox.actions.taking import KEPT
from training.inbox.events import BounceReceived
from training.inbox.jobs import forget, read_mailbox, reading
from training.inbox.mailbox import Account, Fetched, read_new
from training.inbox.queries import Mailbox, count_review, list_mailboxes

CLI = Viewer.machine("cli")


@pytest.fixture
def box() -> Iterator[FakeMailbox]:
    with fake() as opened:
        yield opened


def read(account: Account, validity: str, last_uid: int, most: int) -> tuple[str, list[Fetched]]:
    return read_new(account, validity, last_uid, most, enter_unencrypted)


async def mark() -> Mailbox:
    (only,) = await list_mailboxes()
    return only


async def kinds() -> list[str]:
    return [str(row["kind"]) for row in await execute("SELECT kind FROM incoming_mail ORDER BY kind")]


async def test_every_mail_is_taken_in_once(works: Works, box: FakeMailbox, clock: FrozenClock) -> None:
    for name in ("postfix", "person", "away"):
        box.put(sample(name))
    assert await read_mailbox(works, box.account, read) == 3
    assert await kinds() == ["automatic", "bounce", "unknown"]
    assert await read_mailbox(works, box.account, read) == 0
    box.put(sample("exim"))
    assert await read_mailbox(works, box.account, read) == 1
    found = await mark()
    assert (found.validity, found.last_uid, found.read_at, found.error) == ("7", "4", clock.now, "")
    assert PASSWORD not in found.name


async def test_a_rebuilt_mailbox_and_a_second_copy_do_nothing_twice(works: Works, box: FakeMailbox) -> None:
    box.put(sample("postfix"))
    assert await read_mailbox(works, box.account, read) == 1
    box.validity = 8
    box.put(sample("postfix"))
    assert await read_mailbox(works, box.account, read) == 0
    assert await kinds() == ["bounce"]
    assert ((await mark()).validity, (await mark()).last_uid) == ("8", "2")


async def test_many_mails_are_read_in_one_tick(works: Works, box: FakeMailbox) -> None:
    for number in range(120):
        box.put(sample("person") + str(number).encode())
    assert await read_mailbox(works, box.account, read) == 120
    assert await count_review() == 120


async def test_two_workers_read_one_after_the_other(works: Works, box: FakeMailbox) -> None:
    for number in range(20):
        box.put(sample("person") + str(number).encode())
    at_once, most, lock = [0], [0], threading.Lock()

    def slowly(account: Account, validity: str, last_uid: int, count: int) -> tuple[str, list[Fetched]]:
        with lock:
            at_once[0] += 1
            most[0] = max(most[0], at_once[0])
        found = read(account, validity, last_uid, count)
        with lock:
            at_once[0] -= 1
        return found

    done = await asyncio.gather(*(read_mailbox(works, box.account, slowly) for _ in range(3)))
    assert (sum(done), most[0], len(await kinds())) == (20, 1, 20)


async def test_a_reader_that_was_killed_is_followed_after_its_lease(
    works: Works, box: FakeMailbox, clock: FrozenClock
) -> None:
    box.put(sample("postfix"))
    await works.run(CLI, claim_mailbox, box.account.name, "a worker that was killed")
    assert await read_mailbox(works, box.account, read) == 0
    clock.move(seconds=LEASE.total_seconds() + 1)
    assert await read_mailbox(works, box.account, read) == 1


async def test_a_mailbox_in_trouble_says_since_when_and_why(works: Works, box: FakeMailbox, clock: FrozenClock) -> None:
    box.put(sample("postfix"))
    box.fault = "refuse"
    began = clock.now
    assert await read_mailbox(works, box.account, read) == 0
    clock.move(hours=1)
    assert await read_mailbox(works, box.account, read) == 0
    found = await mark()
    assert (found.failing_since, found.read_at) == (began, None)
    assert "wrong" in found.error
    assert PASSWORD not in found.error
    box.fault = ""
    assert await read_mailbox(works, box.account, read) == 1
    assert ((await mark()).failing_since, (await mark()).error) == (None, "")


async def test_a_line_that_is_cut_is_gone_on_with(works: Works, box: FakeMailbox) -> None:
    for name in ("postfix", "exim", "person"):
        box.put(sample(name))
    box.fault = "cut"
    assert await read_mailbox(works, box.account, read) == 1
    box.fault = ""
    assert await read_mailbox(works, box.account, read) == 2


async def test_a_poison_mail_is_put_before_a_person_and_blocks_nobody(works: Works, box: FakeMailbox) -> None:
    """What one mail leads to fails; the next mails have their turn."""

    async def fails(_work: Work, _event: BounceReceived) -> None:
        raise RuntimeError("what nobody thought of")

    failing = Works(clock=works.clock, site=works.site, reactions={BounceReceived: [fails]}, origin="worker")
    box.put(sample("postfix"))
    box.put(sample("person"))
    assert await read_mailbox(failing, box.account, read) == 2
    assert await kinds() == ["unknown", "unknown"]
    rows = await execute("SELECT reason FROM incoming_mail WHERE reason LIKE 'It could not be handled%'")
    assert len(rows) == 1
    assert (await mark()).last_uid == "2"


async def test_what_was_dealt_with_is_forgotten_and_what_waits_is_not(
    works: Works, box: FakeMailbox, clock: FrozenClock
) -> None:
    box.put(sample("away"))
    box.put(sample("person"))
    await read_mailbox(works, box.account, read)
    assert await forget(works) == 0
    clock.move(days=KEPT.days + 1)
    assert await forget(works) == 1
    assert await kinds() == ["unknown"]


@pytest.mark.parametrize("server", ["dovecot"] if DOVECOT and OPENSSL else [])
async def test_a_real_mailbox_is_read(works: Works, monkeypatch: pytest.MonkeyPatch, server: str) -> None:
    with dovecot() as real:
        assert server
        monkeypatch.setenv("SSL_CERT_FILE", str(real.folder / "cert.pem"))
        for name in ("postfix", "exchange", "person"):
            real.put(sample(name))
        job = reading(f"imaps://reader:a%20pass%2Fword%3A%20100%25@localhost:{real.tls_port}/INBOX")
        assert await job(works) == 3
        assert await job(works) == 0
    assert await kinds() == ["bounce", "bounce", "unknown"]
