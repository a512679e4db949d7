"""Messages leave: claimed some at a time, asked whether they are still wanted, sent one after the other, recorded.

One message is on its way at a time, and it is recorded before the next one's last byte leaves: a worker that is killed
repeats at most that one. While the server thinks about one, the next is made ready.
"""

import asyncio
import contextlib
import os
import random
import secrets
import socket
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from uuid import UUID

import structlog
from msgspec.structs import replace

from training.base.envelopes import envelope_sender
from training.base.errors import trace_of
from training.base.site import Site
from training.base.structs import Viewer
from training.base.work import Works
from training.outbox.actions.delivery import (
    Due,
    GoesAlong,
    anything_due,
    begin,
    claim,
    dead_addresses,
    give_back,
    record,
    renew,
)
from training.outbox.jobs.letters import make_letter
from training.outbox.rules import MessageState
from training.outbox.rules.delivery import (
    ASK_AGAIN,
    AT_ONCE,
    MOST_IN_A_ROW,
    RENEW_SECONDS,
    Ended,
    Fate,
    Trouble,
    judge_message,
    judge_refusal,
    pause_seconds,
    retry_at,
    shortened,
)
from training.outbox.rules.kinds import may_wait
from training.outbox.sender import NotTaken, Sender

StillWanted = Callable[[Sequence[Due]], Awaitable[Mapping[UUID, str]]]
"""Asked about messages of one kind; answers for each that is not wanted any more why."""
Quiet = Callable[[Sequence[Due], datetime], Awaitable[Mapping[UUID, datetime]]]
"""Asked about messages that may wait; answers for each whose reader has quiet hours at that instant when these end."""
Companion = Callable[[Works, Sequence[Due]], Awaitable[Mapping[UUID, GoesAlong]]]
"""Asked about messages that are about to leave; says what calendar goes along with each, and has written it down."""
Amender = Callable[[Works, Sequence[Due]], Awaitable[Mapping[UUID, str]]]
"""Asked about messages that are about to leave for the first time; answers what those keep now of which something was
not so any more, and has written it down."""
CARRIER = Viewer.machine("worker")

log = structlog.get_logger()


class Postman:
    """Delivers what is due over one kept line. `deliver` is a tick; after `stop` it ends with the message in flight.

    `wanted` says for a kind, or for what stands before its first hyphen, who knows whether a message is still wanted.
    `quiet` knows whose quiet hours it is; what may wait, and is worth something afterwards, waits for their end.
    `companions` says for a kind what calendar goes along, and `amenders` who brings up to date what it says.
    `returns_to` is the address to which mail that cannot be delivered comes back, empty for the sender's own.
    """

    def __init__(
        self,
        sender: Sender,
        *,
        wanted: Mapping[str, StillWanted] | None = None,
        quiet: Quiet | None = None,
        companions: Mapping[str, Companion] | None = None,
        amenders: Mapping[str, Amender] | None = None,
        returns_to: str = "",
    ) -> None:
        self._sender = sender
        self._wanted = wanted or {}
        self._quiet = quiet
        self._companions = companions or {}
        self._amenders = amenders or {}
        self._returns_to = returns_to
        self.name = f"{socket.gethostname()[:30]}-{os.getpid()}-{secrets.token_hex(4)}"
        self._stopping = False
        self._resting_until = 0.0
        # Times in a row: that the server took nothing, and that the line was cut behind an offer.
        self._failures, self._cuts = 0, 0
        # What became of messages and is not written down yet.
        self._unsettled: list[Ended] = []

    def stop(self) -> None:
        """Begin no other message. What is claimed and was not begun is given back."""
        self._stopping = True

    async def close(self) -> None:
        """Hang up."""
        await self._sender.close()

    async def deliver(self, works: Works) -> int:
        """Send everything that is due and return how many messages that were.

        When the server takes none, nothing is counted against them; it is left alone for a while, and the calls
        meanwhile do nothing.
        """
        if _elapsed() < self._resting_until:
            return 0
        sent = 0
        try:
            async with self._renewing(works):
                while not self._stopping and (batch := await self._claim(works)):
                    sent += await self._carry(works, batch)
        except NotTaken as error:
            await self._rest(works, error.trouble)
        except BaseException:
            # Whatever it was: nobody is to wait for the end of our lease, and no offer stays open on the line.
            await self._sender.close()
            await works.run(CARRIER, give_back, self.name)
            raise
        if self._stopping:
            await works.run(CARRIER, give_back, self.name)
        return sent

    async def _claim(self, works: Works) -> list[Due]:
        await self._settle(works)
        if not await anything_due(works.clock()):
            return []
        return await works.run(CARRIER, claim, self.name, AT_ONCE)

    async def _carry(self, works: Works, batch: Sequence[Due]) -> int:
        """Send a batch; returns how many of it were sent. Raises NotTaken when the server takes none."""
        sent, asked_at = 0, works.clock()
        line = deque(await self._accompanied(works, await self._amended(works, await self._sift(works, batch))))
        made: bytes | Ended | None = None
        try:
            while line and not self._stopping:
                if works.clock() - asked_at > ASK_AGAIN:
                    line, asked_at, made = deque(await self._sift(works, line)), works.clock(), None
                    continue
                due = line.popleft()
                content = made or _make(due, works)
                made = None
                if isinstance(content, Ended):
                    self._unsettled.append(content)
                elif await self._offer(works, due):
                    handing = asyncio.create_task(self._sender.hand_over(content))
                    # Let it reach the line; the next one is made ready while the server thinks about this one.
                    await asyncio.sleep(0)
                    made = _make(line[0], works) if line else None
                    sent += await self._handed(works, due, handing)
        finally:
            await self._settle(works)
        return sent

    async def _offer(self, works: Works, due: Due) -> bool:
        """Offer a message to the server while what became of the one before is written down; True when it may go."""
        ended = tuple(self._unsettled)
        began, offered = await asyncio.gather(
            works.run(CARRIER, begin, self.name, ended, due.id),
            self._sender.offer(self._envelope_sender(due, works.site), due.recipient),
            return_exceptions=True,
        )
        if isinstance(began, BaseException):
            raise began
        del self._unsettled[: len(ended)]
        if isinstance(offered, NotTaken):
            if began or offered.trouble.fate is Fate.SERVER:
                self._refused(due, offered.trouble, works.clock())
        elif offered is not None:
            raise offered
        elif not began:
            await self._sender.take_back()
        return began and offered is None

    async def _handed(self, works: Works, due: Due, handing: Awaitable[str]) -> int:
        try:
            answer = await handing
        except NotTaken as error:
            self._refused(due, error.trouble, works.clock())
            return 0
        self._unsettled.append(Ended(id=due.id, state=MessageState.SENT, answer=answer))
        self._failures = self._cuts = 0
        return 1

    def _refused(self, due: Due, trouble: Trouble, now: datetime) -> None:
        """Note what a refusal means for the message. Raises NotTaken when it is the server that is in trouble."""
        if trouble.fate is Fate.SERVER:
            raise NotTaken(trouble)
        again_at = retry_at(now, due.attempts, random.random())  # noqa: S311 - jitter, not a secret
        self._unsettled.append(judge_refusal(due.id, trouble, again_at, due.expires_at))
        if not trouble.cut:
            self._failures = self._cuts = 0
            return
        self._cuts += 1
        if self._cuts >= MOST_IN_A_ROW:
            self._cuts = 0
            raise NotTaken(replace(trouble, fate=Fate.SERVER))

    async def _sift(self, works: Works, batch: Sequence[Due]) -> list[Due]:
        """Those that are to be sent now. What is too late, not wanted any more or cannot arrive ends here, with why."""
        now = works.clock()
        dead = await dead_addresses([due.recipient for due in batch])
        ended: dict[UUID, Ended] = {}
        for due in batch:
            over = judge_message(
                kind=due.kind, attempts=due.attempts, expires_at=due.expires_at, now=now, dead=due.recipient in dead
            )
            if over:
                ended[due.id] = Ended(id=due.id, state=over[0], error=over[1])
        left: dict[StillWanted, list[Due]] = {}
        for due in batch:
            ask = self._wanted.get(due.kind) or self._wanted.get(due.kind.partition("-")[0])
            if ask and due.id not in ended:
                left.setdefault(ask, []).append(due)
        for ask, asked in left.items():
            ended |= await _unwanted(ask, asked, now)
        patient = [due for due in batch if due.id not in ended and may_wait(due.kind)]
        if self._quiet and patient:
            ended |= await _put_off(self._quiet, patient, now)
        if ended:
            await works.run(CARRIER, record, self.name, tuple(ended.values()))
        return [due for due in batch if due.id not in ended]

    async def _amended(self, works: Works, batch: Sequence[Due]) -> list[Due]:
        """The same messages, saying what holds now. What was tried before stays as it is: whoever repeats a message
        after a crash sends the same bytes. Where nobody can tell, they leave as they were written."""
        left: dict[Amender, list[Due]] = {}
        for due in batch:
            if (amender := self._amenders.get(due.kind)) and due.first_tried_at is None:
                left.setdefault(amender, []).append(due)
        kept: dict[UUID, str] = {}
        for amender, asked in left.items():
            try:
                kept |= await amender(works, asked)
            except Exception as error:  # noqa: BLE001 - a message that is a night old is better than none
                log.error("nothing brought up to date", kind=asked[0].kind, error=type(error).__name__)
        return [replace(due, kept=kept[due.id]) if due.id in kept else due for due in batch]

    async def _accompanied(self, works: Works, batch: Sequence[Due]) -> list[Due]:
        """The same messages with the calendars that go along. Nothing is made anew that is in the row already: whoever
        repeats a message after a crash sends the same bytes."""
        left: dict[Companion, list[Due]] = {}
        for due in batch:
            if (companion := self._companions.get(due.kind)) and not due.calendar:
                left.setdefault(companion, []).append(due)
        along: dict[UUID, GoesAlong] = {}
        ended: dict[UUID, Ended] = {}
        for companion, asked in left.items():
            try:
                along |= await companion(works, asked)
            except Exception as error:  # noqa: BLE001 - messages of other kinds are not to wait for it
                log.error("nothing goes along", kind=asked[0].kind, error=type(error).__name__, trace=trace_of(error))
                said = f"Its calendar could not be made: {type(error).__name__}"
                ended |= _unknown(asked, works.clock(), said)
        if ended:
            await works.run(CARRIER, record, self.name, tuple(ended.values()))
        return [
            replace(due, calendar=along[due.id].calendar, calendar_method=along[due.id].method)
            if due.id in along
            else due
            for due in batch
            if due.id not in ended
        ]

    async def _settle(self, works: Works) -> None:
        if self._unsettled:
            ended = tuple(self._unsettled)
            await works.run(CARRIER, record, self.name, ended)
            del self._unsettled[: len(ended)]

    async def _rest(self, works: Works, trouble: Trouble) -> None:
        """Leave the server alone for a while, longer each time, and let other workers have what is claimed here."""
        self._failures += 1
        seconds = pause_seconds(self._failures, random.random())  # noqa: S311 - jitter, not a secret
        self._resting_until = _elapsed() + seconds
        await self._sender.close()
        given = await works.run(CARRIER, give_back, self.name, trouble.words, begun=True)
        log.warning("the mail server takes nothing", said=trouble.words, waiting=given, again_in=round(seconds, 1))

    @asynccontextmanager
    async def _renewing(self, works: Works) -> AsyncIterator[None]:
        """Keep what is claimed here meanwhile, however slow the server is."""

        async def again_and_again() -> None:
            while True:
                await asyncio.sleep(RENEW_SECONDS)
                try:
                    await works.run(CARRIER, renew, self.name)
                except Exception as error:  # noqa: BLE001 - the database may be back before the lease is over
                    log.error("lease not renewed", error=type(error).__name__, trace=trace_of(error))

        renewing = asyncio.create_task(again_and_again())
        try:
            yield
        finally:
            renewing.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await renewing

    def _envelope_sender(self, due: Due, site: Site) -> str:
        return envelope_sender(self._returns_to, due.id, site.secret_key) if self._returns_to else site.sender


def _make(due: Due, works: Works) -> bytes | Ended:
    """The message as bytes, or its end: what cannot be written today cannot be written tomorrow."""
    try:
        return make_letter(due, works.site, works.clock())
    except Exception as error:  # noqa: BLE001 - one bad template or value must not hold up the others
        log.error("message cannot be written", message=str(due.id), template=due.template, error=type(error).__name__)
        return Ended(id=due.id, state=MessageState.FAILED, error=shortened(f"{type(error).__name__}: {error}"))


async def _unwanted(ask: StillWanted, asked: Sequence[Due], now: datetime) -> dict[UUID, Ended]:
    """Those that are not wanted any more. When nobody can tell, none of them leaves, and all are asked about again."""
    try:
        reasons = await ask(asked)
    except Exception as error:  # noqa: BLE001 - messages of other kinds are not to wait for it
        log.error("nobody knows whether it is wanted", kind=asked[0].kind, error=type(error).__name__)
        return _unknown(asked, now, f"Nobody knows whether it is still wanted: {type(error).__name__}")
    return {key: Ended(id=key, state=MessageState.WITHDRAWN, error=why) for key, why in reasons.items()}


async def _put_off(ask: Quiet, asked: Sequence[Due], now: datetime) -> dict[UUID, Ended]:
    """Those that wait for the end of somebody's quiet hours. What would be too late then leaves now."""
    try:
        ends = await ask(asked, now)
    except Exception as error:  # noqa: BLE001 - messages of other kinds are not to wait for it
        log.error("nobody knows whether it is quiet", kind=asked[0].kind, error=type(error).__name__)
        return _unknown(asked, now, f"Nobody knows whether its reader has quiet hours: {type(error).__name__}")
    return {
        due.id: Ended(id=due.id, state=MessageState.WAITING, error=due.error, not_before=ends[due.id], was_tried=False)
        for due in asked
        if due.id in ends and (due.expires_at is None or ends[due.id] < due.expires_at)
    }


def _unknown(asked: Sequence[Due], now: datetime, said: str) -> dict[UUID, Ended]:
    trouble = Trouble(fate=Fate.PASSING, said=said)
    return {due.id: judge_refusal(due.id, trouble, retry_at(now, due.attempts, 0), due.expires_at) for due in asked}


def _elapsed() -> float:
    """Seconds of a clock that nobody sets."""
    return asyncio.get_running_loop().time()
