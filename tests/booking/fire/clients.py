"""A client process: `python -m tests.booking.fire.clients PLAN NOTES`.

It says "ready", waits for the instant at which all begin, does what its plan says over keep-alive lines, tells its
progress in lines, and leaves what it was told in the file NOTES.
"""

import asyncio
import contextlib
import random
import resource
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import msgspec
import uvloop

from tests.booking.fire.coming import NobodyLeft
from tests.booking.fire.going import call_off
from tests.booking.fire.hands import PROGRESS_EVERY, Crowd, Hand, Line, Plan, say, written
from tests.booking.fire.history import UNANSWERED, Effort, Notes
from tests.booking.fire.operations import OPERATIONS

READER_PAUSE = 0.02


async def ask_all(plan: Plan, begin: float) -> Notes:
    """Do the rounds of a plan."""
    crowd = Crowd(plan)
    hands = [Hand(crowd) for _ in range(plan.hands)]
    for number, round_ in enumerate(plan.rounds):
        await asyncio.sleep(max(0.0, begin + round_.at - time.monotonic()))
        crowd.begin(round_)
        steps = iter([f"{plan.seed} {number} {step}" for step in range(round_.steps)])
        over = [call_off(Hand(crowd), round_.calls_off)] if round_.calls_off else []
        await asyncio.gather(*(work(hand, steps) for hand in hands), *over)
    for hand in hands:
        hand.hang_up()
    return Notes(told=tuple(crowd.told), effort=effort(len(crowd.told)))


async def work(hand: Hand, steps: Iterator[str]) -> None:
    """Take one step after the other, until none are left. What a step does depends on the seed and its number only."""
    weights = hand.crowd.plan.weights
    for step in steps:
        hand.chance = random.Random(step)
        name = hand.chance.choices(list(weights), list(weights.values()))[0]
        with contextlib.suppress(NobodyLeft):
            await OPERATIONS[name].do(hand)


async def read_all(plan: Plan, over: asyncio.Event) -> Notes:
    """Read again and again, until it is over, and note how long each answer took."""
    lines = [Line(address) for address in plan.addresses]
    waits: dict[str, list[float]] = {path: [] for path in plan.reads}
    failed = []
    number = 0
    while not over.is_set():
        path, line = plan.reads[number % len(plan.reads)], lines[number // len(plan.reads) % len(lines)]
        number += 1
        asked = time.monotonic()
        try:
            status, _ = await line.receive(await line.send(written("GET", path, plan.coordinator)))
        except (OSError, EOFError, asyncio.IncompleteReadError, TimeoutError):
            status = UNANSWERED
            line.hang_up()
        waits[path].append(time.monotonic() - asked)
        if status != 200:
            failed.append(f"GET {path} was answered {status}")
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(over.wait(), READER_PAUSE)
    for line in lines:
        line.hang_up()
    return Notes(waits=waits, failed=tuple(failed), effort=effort(0))


def effort(requests: int) -> Effort:
    """What this process has cost so far."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return Effort(requests=requests, processor_seconds=used.ru_utime + used.ru_stime)


async def main(plan_path: str, notes_path: str) -> None:
    """Read the plan, say ready, begin when told, leave the notes. A reader ends when its input does."""
    plan = msgspec.json.decode(Path(plan_path).read_bytes(), type=Plan)
    say("ready")
    loop = asyncio.get_running_loop()
    begin = float(await loop.run_in_executor(None, sys.stdin.readline))
    if plan.reads:
        over = asyncio.Event()
        reading = asyncio.create_task(read_all(plan, over))
        await loop.run_in_executor(None, sys.stdin.read)
        over.set()
        notes = await reading
    else:
        notes = await ask_all(plan, begin)
    Path(notes_path).write_bytes(msgspec.json.encode(notes))
    say(f"asked {len(notes.told) % PROGRESS_EVERY}")


if __name__ == "__main__":
    uvloop.run(main(*sys.argv[1:3]))
