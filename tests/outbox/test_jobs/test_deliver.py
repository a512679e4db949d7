"""Messages leave once, in time, if they are still wanted, whatever the mail server does."""

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from uuid import UUID

import pytest
from structlog.testing import capture_logs

from tests.conftest import FrozenClock
from tests.smtp.mailer import Mailer, mail_server
from tests.smtp.posting import CLI, carry_all, postman, states, write
from training.base.database import execute, fetch_one
from training.base.envelopes import message_of_envelope
from training.base.structs import Frozen
from training.base.work import Work, Works
from training.outbox.actions.delivery import Due, GoesAlong, bring_up_to_date, take_along
from training.outbox.jobs.deliver import Postman
from training.outbox.jobs.letters import make_letter
from training.outbox.queries import get_message
from training.outbox.rules.delivery import DEAD_ADDRESS
from training.outbox.rules.servers import parse_mail_url
from training.outbox.sender import Sender
from training.outbox.tables import AddressTrouble


class Kept(Frozen, frozen=True, kw_only=True):
    state: str
    attempts: int
    error: str
    answer: str


@pytest.fixture(scope="module")
def server() -> Iterator[Mailer]:
    with mail_server() as mailer:
        yield mailer


@pytest.fixture
def mailer(server: Mailer) -> Mailer:
    server.behave()
    server.forget()
    return server


async def until_something_came(mailer: Mailer) -> None:
    while not mailer.report()["taken"]:  # noqa: ASYNC110 - it is another process that tells
        await asyncio.sleep(0.01)


def patience(fault: str) -> float:
    """How many seconds a server may take: few when it hangs, else so many that only a hanging one takes longer."""
    return 1.5 if fault.startswith("hang") else 30


async def kept(message_id: UUID) -> Kept:
    found = await fetch_one(Kept, "SELECT state, attempts, error, answer FROM message WHERE id = {}", message_id)
    assert found is not None
    return found


async def test_everything_due_leaves_over_one_line_and_is_recorded(
    works: Works, clock: FrozenClock, mailer: Mailer
) -> None:
    ids = await works.run(CLI, write, 50)
    later = await works.run(CLI, write, 1, not_before=clock.now + timedelta(minutes=1))
    carrier = postman(mailer)
    assert await carrier.deliver(works) == 50
    assert await carrier.deliver(works) == 0
    report = mailer.report()
    assert sorted(one["id"] for one in report["taken"]) == sorted(f"<{key}@testserver.example>" for key in ids)
    assert report["connections"] == 1
    assert await kept(ids[0]) == Kept(state="sent", attempts=1, error="", answer="250 2.0.0 Taken")
    assert (await kept(later[0])).state == "waiting"
    clock.move(minutes=1)
    assert await carrier.deliver(works) == 1
    assert mailer.report()["connections"] == 1
    await carrier.close()


async def test_what_arrives_is_text_and_html_with_every_header(works: Works, mailer: Mailer) -> None:
    [message_id] = await works.run(CLI, write, 1, recipient_name="Zo\u00eb\r\nBcc: eve@example.org =?utf-8?Q?x?=")
    sender = Sender(parse_mail_url(mailer.url()), "testserver.example")
    carrier = Postman(sender, returns_to="bounces@example.org")
    await carrier.deliver(works)
    await carrier.close()
    report = mailer.report()
    assert message_of_envelope(report["taken"][0]["from"], works.site.secret_key) == message_id
    head, _, body = report["last"].partition("\r\n\r\n")
    assert "Auto-Submitted: auto-generated" in head
    assert f"Message-ID: <{message_id}@testserver.example>" in head
    assert "\r\nBcc" not in head
    assert "text/plain" in body
    assert "text/html" in body


async def test_urgent_ones_go_first(works: Works, mailer: Mailer) -> None:
    await works.run(CLI, write, 30)
    [urgent] = await works.run(CLI, write, 1, kind="sign-in", recipient="ada@example.org")
    await postman(mailer).deliver(works)
    assert mailer.report()["taken"][0]["id"].startswith(f"<{urgent}@")


async def test_what_is_too_late_not_wanted_or_dead_does_not_leave(
    works: Works, clock: FrozenClock, mailer: Mailer
) -> None:
    [late] = await works.run(CLI, write, 1, expires_at=clock.now)
    [unwanted] = await works.run(CLI, write, 1, kind="booking-enrolled")
    [wanted] = await works.run(CLI, write, 1, kind="booking-moved")

    async def trouble(work: Work) -> None:
        for address, cleared in (("dead@example.org", None), ("cured@example.org", work.now)):
            row = {"id": work.new_id(), "address": address, "since": work.now, "last_at": work.now}
            work.add(AddressTrouble, **row, kind="hard", cleared_at=cleared)

    await works.run(CLI, trouble)
    [dead] = await works.run(CLI, write, 1, recipient="dead@example.org")
    [cured] = await works.run(CLI, write, 1, recipient="cured@example.org")
    [sign_in] = await works.run(CLI, write, 1, recipient="dead@example.org", kind="sign-in")

    async def ask(due: Sequence[Due]) -> Mapping[UUID, str]:
        return {one.id: "It was cancelled." for one in due if one.id == unwanted}

    assert await postman(mailer, wanted={"booking": ask}).deliver(works) == 3
    found = {key: (await kept(key)).state for key in (late, unwanted, wanted, dead, cured, sign_in)}
    assert list(found.values()) == ["expired", "withdrawn", "sent", "failed", "sent", "sent"]
    assert (await kept(unwanted)).error == "It was cancelled."
    assert (await kept(dead)).error == DEAD_ADDRESS


async def test_what_may_wait_leaves_after_quiet_hours(works: Works, clock: FrozenClock, mailer: Mailer) -> None:
    morning = clock.now + timedelta(hours=9)
    [patient] = await works.run(CLI, write, 1, kind="reminder-upcoming", expires_at=morning + timedelta(minutes=1))
    [hurried] = await works.run(CLI, write, 1, kind="reminder-upcoming", expires_at=morning)
    [awake] = await works.run(CLI, write, 1, kind="reminder-upcoming")
    [other] = await works.run(CLI, write, 1, kind="booking-moved")
    await execute("UPDATE message SET error = 'greylisted' WHERE id = {}", patient)

    async def quiet(asked: Sequence[Due], now: datetime) -> Mapping[UUID, datetime]:
        assert now == clock.now
        assert other not in {due.id for due in asked}
        return {due.id: morning for due in asked if due.id != awake} if now < morning else {}

    assert await postman(mailer, quiet=quiet).deliver(works) == 3
    assert {(await kept(key)).state for key in (hurried, awake, other)} == {"sent"}
    assert await kept(patient) == Kept(state="waiting", attempts=0, error="greylisted", answer="")
    assert await postman(mailer, quiet=quiet).deliver(works) == 0
    clock.move(hours=9)
    assert await postman(mailer, quiet=quiet).deliver(works) == 1
    assert ((await kept(patient)).state, (await kept(patient)).attempts) == ("sent", 1)


async def test_when_nobody_knows_of_quiet_hours_only_what_may_wait_does(works: Works, mailer: Mailer) -> None:
    [patient] = await works.run(CLI, write, 1, kind="digest")
    [other] = await works.run(CLI, write, 1)

    async def quiet(_: Sequence[Due], __: datetime) -> Mapping[UUID, datetime]:
        raise LookupError

    with capture_logs() as logs:
        assert await postman(mailer, quiet=quiet).deliver(works) == 1
    assert [line["event"] for line in logs] == ["nobody knows whether it is quiet"]
    assert ((await kept(patient)).state, (await kept(other)).state) == ("waiting", "sent")


async def test_when_nobody_can_tell_only_those_wait(works: Works, mailer: Mailer) -> None:
    [unknown] = await works.run(CLI, write, 1, kind="booking-enrolled")
    [other] = await works.run(CLI, write, 1)

    async def ask(_: Sequence[Due]) -> Mapping[UUID, str]:
        raise LookupError

    with capture_logs() as logs:
        assert await postman(mailer, wanted={"booking": ask}).deliver(works) == 1
    assert [line["event"] for line in logs] == ["nobody knows whether it is wanted"]
    assert ((await kept(unknown)).state, (await kept(other)).state) == ("waiting", "sent")


async def test_one_that_cannot_be_written_fails_and_holds_up_nobody(works: Works, mailer: Mailer) -> None:
    await works.run(CLI, write, 3)
    [bad] = await works.run(CLI, write, 1, template="people/nothing-there")
    [poor] = await works.run(CLI, write, 1, values={})
    await works.run(CLI, write, 3)
    with capture_logs() as logs:
        assert await postman(mailer).deliver(works) == 6
    assert [line["event"] for line in logs] == ["message cannot be written"] * 2
    assert (await kept(bad)).error.startswith("TemplateNotFound")
    assert "undefined" in (await kept(poor)).error


async def test_a_recipient_that_does_not_exist_fails_and_holds_up_nobody(works: Works, mailer: Mailer) -> None:
    await works.run(CLI, write, 3)
    [nobody] = await works.run(CLI, write, 1, recipient="nobody@example.org")
    await works.run(CLI, write, 3)
    assert await postman(mailer).deliver(works) == 6
    assert await kept(nobody) == Kept(state="failed", attempts=1, error="550 5.1.1 No such mailbox", answer="")
    assert mailer.report()["connections"] == 1


async def test_waits_grow_until_it_would_be_too_late(works: Works, clock: FrozenClock, mailer: Mailer) -> None:
    [lasting] = await works.run(CLI, write, 1)
    [short] = await works.run(CLI, write, 1, expires_at=clock.now + timedelta(minutes=4))
    mailer.fail("rcpt-4xx")
    carrier = postman(mailer)
    began = clock.now
    assert await carrier.deliver(works) == 0
    assert (await kept(lasting)).error == "450 4.2.1 Mailbox busy"
    clock.move(minutes=1.3)
    await carrier.deliver(works)
    assert (await kept(short)).state == "expired"
    while (await kept(lasting)).state == "waiting":
        clock.move(minutes=5)
        await carrier.deliver(works)
    assert timedelta(days=2.5) < clock.now - began < timedelta(days=3.8)
    assert (await kept(lasting)).attempts == 28


SERVERS_OWN = ["refuse", "hang-greeting", "greeting-421", "mail-4xx"]


@pytest.mark.parametrize("fault", SERVERS_OWN)
async def test_a_server_in_trouble_costs_no_attempt(works: Works, mailer: Mailer, fault: str) -> None:
    ids = await works.run(CLI, write, 5)
    mailer.fail(fault)
    carrier = postman(mailer, timeout=patience(fault))
    with capture_logs() as logs:
        assert await carrier.deliver(works) == 0
        assert await carrier.deliver(works) == 0
    assert [line["event"] for line in logs] == ["the mail server takes nothing"]
    found = await kept(ids[0])
    assert (found.state, found.attempts) == ("waiting", 0)
    assert found.error
    mailer.behave()
    assert await postman(mailer).deliver(works) == 5
    assert set(mailer.counted().values()) == {1}
    assert (await kept(ids[0])).error == ""


@pytest.mark.parametrize("fault", ["rcpt-421", "hang-rcpt", "hang-data", "drop-in-data"])
async def test_lines_cut_again_and_again_are_the_servers_trouble(works: Works, mailer: Mailer, fault: str) -> None:
    await works.run(CLI, write, 10)
    mailer.fail(fault)
    with capture_logs() as logs:
        assert await postman(mailer, timeout=patience(fault)).deliver(works) == 0
    assert [line["event"] for line in logs] == ["the mail server takes nothing"]
    rows = await execute("SELECT attempts FROM message ORDER BY attempts")
    assert [row["attempts"] for row in rows] == [0] * 7 + [1] * 3


FAULTS = (
    "refuse hang-greeting greeting-421 mail-4xx rcpt-4xx data-4xx drop-in-data drop-before-250 hang-before-250"
    " drop-after-250 slow greylist"
).split()
REPEATS = {"drop-before-250", "hang-before-250"}


@pytest.mark.parametrize("fault", FAULTS)
async def test_everything_arrives_whatever_goes_wrong(
    works: Works, clock: FrozenClock, mailer: Mailer, fault: str
) -> None:
    await works.run(CLI, write, 12)
    mailer.fail(fault, 3)
    with capture_logs():
        await carry_all(works, clock, mailer, timeout=patience(fault))
    report = mailer.report()
    counted = mailer.counted()
    assert await states() == {"sent": 12}
    assert len(counted) == 12
    unanswered = {one["id"] for one in report["taken"] if not one["answered"]}
    assert {key for key, times in counted.items() if times > 1} == unanswered
    assert len(unanswered) == (3 if fault in REPEATS else 0)


async def test_encryption_that_fails_sends_nothing_in_the_clear(works: Works, clock: FrozenClock) -> None:
    await works.run(CLI, write, 3)
    with mail_server("--starttls", "--password", "secret word") as mailer:
        login = "ada:secret%20word@"
        for line in (
            {"tls": "none"},
            {"tls": "starttls", "trusted": False, "login": login},
            {"tls": "starttls", "login": "ada:guessed@"},
            {"tls": "tls", "timeout": 1},
        ):
            with capture_logs() as logs:
                assert await postman(mailer, **line).deliver(works) == 0
            assert "secret" not in str(logs)
            assert "guessed" not in str(logs)
        mailer.fail("bad-tls", 2)
        with capture_logs():
            assert await postman(mailer, tls="starttls", login=login).deliver(works) == 0
            assert mailer.report()["taken"] == []
            await carry_all(works, clock, mailer, tls="starttls", login=login)
        assert set(mailer.counted().values()) == {1}
    assert await states() == {"sent": 3}


async def test_a_server_that_speaks_no_starttls_gets_nothing(works: Works, mailer: Mailer) -> None:
    await works.run(CLI, write, 1)
    with capture_logs() as logs:
        assert await postman(mailer, tls="starttls").deliver(works) == 0
    assert "STARTTLS" in logs[0]["said"]
    assert await states() == {"waiting": 1}


async def test_tls_from_the_first_byte(works: Works) -> None:
    await works.run(CLI, write, 3)
    with mail_server("--tls") as mailer:
        carrier = postman(mailer, tls="tls")
        assert await carrier.deliver(works) == 3
        await carrier.close()


async def test_a_message_that_waited_behind_a_slow_server_is_asked_about_again(
    works: Works, clock: FrozenClock, mailer: Mailer
) -> None:
    first, second = await works.run(CLI, write, 2, kind="booking-enrolled")
    asked: list[int] = []

    async def ask(due: Sequence[Due]) -> Mapping[UUID, str]:
        asked.append(len(due))
        if len(asked) == 1:
            # As if the first one takes so long.
            asyncio.get_running_loop().call_later(0.02, partial(clock.move, seconds=3))
            return {}
        return {one.id: "It was cancelled meanwhile." for one in due}

    mailer.fail("slow")
    assert await postman(mailer, wanted={"booking": ask}).deliver(works) == 1
    assert asked == [2, 1]
    assert ((await kept(first)).state, (await kept(second)).state) == ("sent", "withdrawn")


def calendar_of(message_id: UUID) -> str:
    return f"BEGIN:VCALENDAR\r\nUID:{message_id}\r\nORGANIZER:mailto:me@training.example\r\nEND:VCALENDAR\r\n"


async def test_a_calendar_goes_along(works: Works, clock: FrozenClock, mailer: Mailer) -> None:
    asked: list[UUID] = []

    async def along(works: Works, due: Sequence[Due]) -> Mapping[UUID, GoesAlong]:
        asked.extend(one.id for one in due)
        made = {one.id: GoesAlong(calendar=calendar_of(one.id), method="REQUEST") for one in due}

        async def keep(work: Work) -> None:
            for key, one in made.items():
                take_along(work, key, one)

        await works.run(CLI, keep)
        return made

    async def broken(works: Works, due: Sequence[Due]) -> Mapping[UUID, GoesAlong]:  # noqa: ARG001 - as they are called
        raise ValueError("secret")

    [with_one] = await works.run(CLI, write, 1, kind="booking-enrolled")
    [without] = await works.run(CLI, write, 1, kind="booking-moved")
    [other] = await works.run(CLI, write, 1)
    carrier = Postman(
        Sender(parse_mail_url(mailer.url()), "testserver.example"),
        companions={"booking-enrolled": along, "booking-moved": broken},
    )
    await carrier.deliver(works)
    waiting = await kept(without)
    assert (waiting.state, waiting.error) == ("waiting", "Its calendar could not be made: ValueError")
    await carrier.close()
    assert asked == [with_one]
    letter = make_letter(await get_message(with_one), works.site, clock.now)
    assert b"method=REQUEST" in letter
    assert b"<me@training.example>" in letter
    assert b"text/calendar" not in make_letter(await get_message(other), works.site, clock.now)
    assert (await kept(with_one)).state == (await kept(other)).state == "sent"


async def test_what_is_not_so_any_more_is_brought_up_to_date_before_it_leaves(works: Works, mailer: Mailer) -> None:
    async def amend(works: Works, due: Sequence[Due]) -> Mapping[UUID, str]:
        async def write_down(work: Work) -> dict[UUID, str]:
            said = {one.id: bring_up_to_date(work, one, {"minutes": 4 * one.values["minutes"]}) for one in due}
            return {key: kept for key, kept in said.items() if kept is not None}

        return await works.run(CLI, write_down)

    async def broken(works: Works, due: Sequence[Due]) -> Mapping[UUID, str]:  # noqa: ARG001 - as they are called
        raise ValueError("secret")

    [amended] = await works.run(CLI, write, 1, kind="booking-enrolled")
    [as_it_was] = await works.run(CLI, write, 1, kind="booking-moved")
    [tried] = await works.run(CLI, write, 1, kind="booking-enrolled")
    await execute("UPDATE message SET first_tried_at = {} WHERE id = {}", works.clock(), tried)
    carrier = Postman(
        Sender(parse_mail_url(mailer.url()), "testserver.example"),
        amenders={"booking-enrolled": amend, "booking-moved": broken},
    )
    with capture_logs() as logs:
        assert await carrier.deliver(works) == 3
    await carrier.close()
    assert [(await get_message(key)).values["minutes"] for key in (amended, as_it_was, tried)] == [40, 10, 10]
    assert ("secret" in str(logs), "nothing brought up to date" in str(logs)) == (False, True)
