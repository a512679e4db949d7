"""The full numbers of delivery: `make prove ARGS="-k delivery"`. Results go to docs/proof/."""

from collections.abc import Iterator

import pytest

from tests.conftest import SITE, FrozenClock
from tests.proofs import record
from tests.smtp.exim import exim
from tests.smtp.mailer import Mailer, mail_server
from tests.smtp.posting import CLI, states, write
from tests.smtp.scenes import FAULTS, crashes, faulty, taken_over, together
from training.base.clock import system_clock
from training.base.work import Works
from training.outbox.jobs.deliver import Postman
from training.outbox.rules.servers import parse_mail_url
from training.outbox.sender import Sender
from training.reactions import REACTIONS

pytestmark = pytest.mark.prove

PEOPLE, KILLS, MESSAGES = 300, 200, 1_000
TAKEN_OVER_SECONDS = 60
NAME = "delivery-of-mail"
PROMISE = (
    "Every message reaches a real mail server, whatever that server does wrong and however often the worker is killed"
    " with -9. It is repeated only where its line was cut after its last byte and before the server's answer, at most"
    " once for each such cut and each kill, always with the same Message-ID."
)


@pytest.fixture(scope="module")
def mailer() -> Iterator[Mailer]:
    with mail_server() as server:
        yield server


@pytest.mark.parametrize("fault", FAULTS)
async def test_prove_delivery_in_spite_of_faults(
    works: Works, clock: FrozenClock, mailer: Mailer, engine_name: str, fault: str
) -> None:
    came = await faulty(works, clock, mailer, fault, people=PEOPLE)
    assert came.arrived == PEOPLE
    done, found = f"{PEOPLE} people, 10 times {fault}", f"all arrived, {came.repeated} repeated"
    record(NAME, PROMISE, engine=engine_name, rounds=1, done=done, found=found)


@pytest.mark.parametrize("workers", [2, 3])
async def test_prove_delivery_by_several_workers(works: Works, mailer: Mailer, engine_name: str, workers: int) -> None:
    came = await together(works, mailer, workers=workers, messages=MESSAGES)
    assert (came.arrived, came.repeated) == (MESSAGES, 0)
    done = f"{MESSAGES:,} messages, {workers} workers"
    record(NAME, PROMISE, engine=engine_name, rounds=1, done=done, found="0 lost, 0 repeated")


async def test_prove_delivery_in_spite_of_kills(
    works: Works, clock: FrozenClock, mailer: Mailer, engine_name: str, database_url: str
) -> None:
    came = await crashes(works, clock, mailer, database_url, kills=KILLS, seed=7)
    assert came.arrived == came.written
    assert came.repeated <= KILLS
    done = f"{KILLS} kills -9 of the worker, {came.written:,} messages"
    found = f"0 lost, {came.repeated} repeated ({came.repeated / KILLS:.2f} for each kill)"
    record(NAME, PROMISE, engine=engine_name, rounds=KILLS, done=done, found=found)


@pytest.mark.usefixtures("database")
async def test_prove_delivery_is_taken_over_in_time(mailer: Mailer, engine_name: str, database_url: str) -> None:
    """By the real clock, nothing moved on."""
    works = Works(clock=system_clock, site=SITE, reactions=REACTIONS, origin="test")
    left, seconds = await taken_over(works, mailer, database_url)
    assert seconds <= TAKEN_OVER_SECONDS
    done = f"a worker killed with -9 that held {left} messages, beside another one, by the real clock"
    found = f"all sent by the other one {seconds:.0f} s later"
    record(NAME, PROMISE, engine=engine_name, rounds=1, done=done, found=found)


async def test_prove_delivery_to_a_server_of_others(works: Works, engine_name: str) -> None:
    """Debian's exim, which knows the protocol from elsewhere; names and words that need every encoding there is."""
    with exim() as server:
        postman = Postman(Sender(parse_mail_url(server.url), "testserver.example"))
        ids = await works.run(CLI, write, PEOPLE, recipient_name="Zoë \U0001f331 Ångström, “the first”")
        assert await postman.deliver(works) == PEOPLE
        await postman.close()
        taken = sorted(server.ids())
        assert taken == sorted(f"<{each}@testserver.example>" for each in ids), server.said()[-2000:]
        assert all(b"/sign-in/" in body for body in server.bodies())
    assert await states() == {"sent": PEOPLE}
    done = f"{PEOPLE} messages to Debian's exim"
    record(NAME, PROMISE, engine=engine_name, rounds=1, done=done, found="all arrived, 0 repeated")
