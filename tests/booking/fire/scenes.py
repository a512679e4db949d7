"""Sessions to be fought for, the client processes that do it, and what is found afterwards."""

import asyncio
import contextlib
import random
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Sequence
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec

from tests.booking.asked import bearer
from tests.booking.fire import checks
from tests.booking.fire.hands import Member, Plan, Round
from tests.booking.fire.haste import KEPT_SECONDS
from tests.booking.fire.history import HUNG_UP, History, Notes, quantile
from tests.booking.fire.mailbox import mailbox
from tests.booking.fire.operations import CHURN, RUSH
from tests.booking.fire.rows import Rows, order_written_down, read_rows
from tests.booking.made import Scene, make_scene
from training.base.clock import system_clock
from training.base.database import fetch
from training.base.structs import Frozen, Viewer
from training.base.work import Work, Works
from training.cli.checks import find_violations
from training.schedule.tables import Meeting, Session

CLIENTS = 4
# So many of each partner have sign-ins of their own.
LEARNERS = 40
READS = ("/api/v1/sessions?limit=50", "/health/ready")
Say = Callable[[str], None]


class Ground(Frozen, frozen=True, kw_only=True):
    """Two partners with members, the bearers of those who act, and the servers."""

    works: Works
    scene: Scene
    database_url: str
    addresses: tuple[str, ...]
    members: tuple[tuple[Member, ...], tuple[Member, ...]]
    bearers: tuple[str, str]
    manager: str
    durable: bool
    # Sessions never overlap, so that nobody is kept from one by another.
    days: Any


class Fought(Frozen, frozen=True, kw_only=True):
    """A scene that is over: what was told, what is there, what is wrong with it."""

    history: History
    rows: Rows
    findings: tuple[str, ...]

    @property
    def answered(self) -> list[float]:
        """How long each booking took that was answered, in seconds."""
        return [one.answered - one.asked for one in self.history.told if one.verb == "book" and one.status > HUNG_UP]

    @property
    def rate(self) -> float:
        """Answered bookings a second, from the first request to the last answer."""
        bookings = [one for one in self.history.told if one.verb == "book" and one.status > HUNG_UP]
        return len(bookings) / (max(one.answered for one in bookings) - min(one.asked for one in bookings))

    def speed(self) -> str:
        """One phrase for the record."""
        waits = self.history.waits()
        others = f", others' p95 {quantile(waits, 0.95) * 1000:.0f} ms" if waits else ""
        return f"{self.rate:.0f} bookings/s, p99 {quantile(self.answered, 0.99):.2f} s{others}"


class _Known(Frozen, frozen=True, kw_only=True):
    id: str
    person_id: UUID
    email: str


async def make_ground(
    works: Works, database_url: str, addresses: Sequence[str], *, members: int, durable: bool = False
) -> Ground:
    """Two partners with so many members each, some of whom act for themselves, too. All sign-ins are real."""
    scene = await make_scene(works, size=members, tag="-under-fire", state="draft")
    known = [await _members(works, partner_id) for partner_id in (scene.partner_id, scene.other_partner_id)]
    return Ground(
        works=works,
        scene=scene,
        database_url=database_url,
        members=(known[0], known[1]),
        addresses=tuple(addresses),
        bearers=(await bearer(works, scene.coordinator), await bearer(works, scene.other_coordinator)),
        manager=await bearer(works, scene.manager),
        durable=durable,
        days=count(30),
    )


async def _members(works: Works, partner_id: UUID) -> tuple[Member, ...]:
    found = await fetch(
        _Known,
        "SELECT CAST(id AS TEXT) AS id, person_id, contact_email AS email FROM membership WHERE partner_id = {}"
        " ORDER BY id",
        partner_id,
    )
    signed_in = [await bearer(works, Viewer(person_id=one.person_id)) for one in found[:LEARNERS]]
    tokens = [*signed_in, *[""] * len(found)]
    return tuple(Member(one.id, one.email, token) for one, token in zip(found, tokens, strict=False))


async def add_session(ground: Ground, *, day: int | None = None, **values: Any) -> str:
    """Another published session of two hours, on a day of its own unless there is one. `values` are columns."""
    in_days = next(ground.days) if day is None else day
    values = {"audience": "participating"} | values

    async def add(work: Work) -> str:
        session_id, meeting_id = work.new_id(), work.new_id()
        starts_at = (work.now + timedelta(days=in_days)).replace(microsecond=0)
        ends_at = starts_at + timedelta(hours=2)
        columns = {"title": "Under fire", "mode": "in_person", "capacity_in_person": 5} | values
        work.add(
            Session,
            id=session_id,
            program_id=ground.scene.program_id,
            course_id=ground.scene.course_id,
            state="published",
            zone="UTC",
            starts_at=starts_at,
            ends_at=ends_at,
            published_at=work.now,
            created_at=work.now,
            own_fields=sorted(columns),
            **columns,
        )
        work.add(
            Meeting,
            id=meeting_id,
            session_id=session_id,
            local_start=starts_at.replace(tzinfo=None),
            local_end=ends_at.replace(tzinfo=None),
            zone="UTC",
            starts_at=starts_at,
            ends_at=ends_at,
            changed_at=work.now,
        )
        return str(session_id)

    return await ground.works.run(ground.scene.manager, add)


async def rush(ground: Ground, seed: int, attempts: int, places: int, say: Say, **values: Any) -> Fought:
    """Everybody at once for one session: `attempts` people, each asking once or, as `RUSH` says, again and again."""
    session_id = await add_session(ground, capacity_in_person=places, **values)
    round_ = Round(sessions=(session_id,), steps=attempts // CLIENTS)
    return await fight(ground, plans(ground, f"rush {seed}", (round_,), RUSH), say)


async def small_rounds(ground: Ground, seed: int, rounds: int, say: Say) -> Fought:
    """Sixty people for five places, again and again: a fresh session every third of a second."""
    sessions = [await add_session(ground, capacity_in_person=5) for _ in range(rounds)]
    each = tuple(Round(sessions=(key,), steps=60 // CLIENTS, at=0.3 * n) for n, key in enumerate(sessions))
    return await fight(ground, plans(ground, f"small {seed}", each, RUSH, hands=60 // CLIENTS), say)


async def churn(ground: Ground, seed: int, steps: int, say: Say, **values: Any) -> Fought:
    """Every verb of the table at once in five kinds of session, with the order of changes written down."""
    chance = random.Random(f"churn {seed}")
    # Small enough that most wait, and never so small that a party of four could not be taken together.
    least = max(4, steps // 200)
    most = least + least // 2
    kinds: tuple[dict[str, Any], ...] = (
        {"overtaking": True},
        {"overtaking": False},
        # Hardly ever full: for what needs a free place.
        {"overtaking": True, "capacity_in_person": max(most, steps // 8)},
        {"overtaking": True, "mode": "hybrid", "capacity_online": chance.randint(least, most)},
        {"overtaking": False, "mode": "hybrid", "capacity_online": chance.randint(least, most)},
    )
    open_to_all = {"audience": "public", "self_enrollment": True}
    async with order_written_down(), mailbox() as port, keeping(ground) as keeper:
        days = [next(ground.days) for _ in kinds]
        sessions = []
        for day, kind in zip(days, kinds, strict=True):
            columns = {"capacity_in_person": chance.randint(least, most), **open_to_all, **kind, **values}
            sessions.append(await add_session(ground, day=day, **columns))
        elsewhere = {
            sessions[n]: await add_session(ground, day=days[n], capacity_in_person=10_000, **open_to_all)
            for n in (0, len(kinds) - 1)
        }
        over = sessions[seed // 2 % len(sessions)] if seed % 2 else ""
        rounds = [Round(sessions=tuple(sessions), steps=steps // CLIENTS)]
        rounds += [Round(sessions=(over,), steps=steps // CLIENTS // 20)] if over else []
        more = {"roomy": sessions[2], "elsewhere": elsewhere, "mailbox": port, "kept": KEPT_SECONDS}
        made = [
            msgspec.structs.replace(plan, capacities=(least, 2 * most), **more)
            for plan in plans(ground, f"churn {seed}", tuple(rounds), CHURN)
        ]
        # One of the managers does it, in the middle of what everybody else does.
        last = msgspec.structs.replace(rounds[-1], calls_off=over)
        made[0] = msgspec.structs.replace(made[0], rounds=(*rounds[:-1], last))
        return await fight(ground, made, say, keeper=keeper)


def plans(ground: Ground, seed: str, rounds: tuple[Round, ...], weights: dict[str, int], hands: int = 32) -> list[Plan]:
    """One plan for each client process, with people of its own; two processes act for each partner."""
    made = []
    for number in range(CLIENTS):
        partner = number % 2
        everybody = ground.members[partner]
        made.append(
            Plan(
                seed=f"{seed} {number}",
                addresses=ground.addresses,
                coordinator=ground.bearers[partner],
                manager=ground.manager,
                partner_id=str((ground.scene.partner_id, ground.scene.other_partner_id)[partner]),
                members=everybody[number // 2 :: CLIENTS // 2],
                weights=weights,
                rounds=rounds,
                hands=hands,
            )
        )
    return made


async def fight(
    ground: Ground, plans: Sequence[Plan], say: Say, *, steps: bool = False, keeper: "Keeper | None" = None
) -> Fought:
    """Let the clients do what is planned while somebody reads, then look at what came of it.

    With a keeper, its last tick comes before that, and the order of changes is looked at, too.
    """
    reader = Plan(seed="", addresses=ground.addresses, coordinator=ground.bearers[0], reads=READS)
    history = await send_out([*plans, reader], say)
    ended = await keeper.finish() if keeper else system_clock()
    sessions = {key for plan in plans for round_ in plan.rounds for key in round_.sessions}
    sessions |= {key for plan in plans for key in plan.elsewhere.values()}
    rows = await read_rows(sorted(sessions), steps=steps or keeper is not None)
    violations = [f"{v.check}: {v.subject_id} {v.detail}" for v in await find_violations(system_clock())]
    late = checks.overdue(rows, ended) if keeper else ()
    return Fought(history=history, rows=rows, findings=(*checks.find(rows, history), *late, *violations))


class Keeper:
    """The worker's process: it ends what was kept for a time."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process

    async def finish(self) -> datetime:
        """Let it ask once more and end. What was over at the instant returned must be ended by then."""
        at = system_clock()
        _input(self._process).close()
        if await self._process.wait():
            raise RuntimeError("The worker failed; what it said is above.")
        return at


@contextlib.asynccontextmanager
async def keeping(ground: Ground) -> AsyncIterator[Keeper]:
    """The worker, running in haste."""
    synchronous = "FULL" if ground.durable else "OFF"
    async with _process("tests.booking.fire.haste", ground.database_url, synchronous) as process:
        yield Keeper(process)


async def send_out(plans: Sequence[Plan], say: Say) -> History:
    """Run the client processes to their end and collect what they were told. Raises RuntimeError when one fails."""
    with tempfile.TemporaryDirectory() as folder:
        async with contextlib.AsyncExitStack() as stack:
            clients = [await stack.enter_async_context(_client(plan, Path(folder, str(n)))) for n, plan in
                       enumerate(plans)]  # fmt: skip
            for client in clients:
                await _line(client)
            begin = time.monotonic() + 0.1
            for client in clients:
                _input(client).write(f"{begin}\n".encode())
            progress = Progress(say)
            askers = [client for client, plan in zip(clients, plans, strict=True) if not plan.reads]
            await asyncio.gather(*(progress.follow(client) for client in askers))
            for client in clients:
                _input(client).close()
            for client in clients:
                if await client.wait():
                    raise RuntimeError("A client process failed; what it said is above.")
        notes = [msgspec.json.decode(Path(folder, f"{n}.notes").read_bytes(), type=Notes) for n in range(len(plans))]
    return History(notes=tuple(notes))


class Progress:
    """Tells every few seconds how many requests were answered."""

    def __init__(self, say: Say, every: float = 10.0) -> None:
        self._say = say
        self._every = every
        self._begun = self._told = time.monotonic()
        self._asked = 0

    async def follow(self, client: asyncio.subprocess.Process) -> None:
        """Read a client's lines to the end."""
        while line := await _line(client):
            self._asked += int(line.removeprefix("asked "))
            now = time.monotonic()
            if now - self._told >= self._every:
                self._told = now
                self._say(f"{self._asked} requests, {self._asked / (now - self._begun):.0f}/s")


@contextlib.asynccontextmanager
async def _client(plan: Plan, path: Path) -> AsyncIterator[asyncio.subprocess.Process]:
    path.write_bytes(msgspec.json.encode(plan))
    async with _process("tests.booking.fire.clients", str(path), f"{path}.notes") as client:
        yield client


@contextlib.asynccontextmanager
async def _process(module: str, *arguments: str) -> AsyncIterator[asyncio.subprocess.Process]:
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(sys.executable, "-m", module, *arguments, stdin=pipe, stdout=pipe)
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


def _input(client: asyncio.subprocess.Process) -> asyncio.StreamWriter:
    assert client.stdin is not None
    return client.stdin


async def _line(client: asyncio.subprocess.Process) -> str:
    assert client.stdout is not None
    return (await client.stdout.readline()).decode().strip()
