"""What the worker calls for reminders: plan what is ahead, send what is due. Truth is in rows; each has one winner."""

import traceback
from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

import structlog

from training.base.structs import Viewer
from training.base.work import Works
from training.outbox.queries import StoredMessage
from training.reminders.actions.announcements import send_announcement
from training.reminders.actions.digests import MOST_AT_ONCE as DIGESTS_AT_ONCE
from training.reminders.actions.digests import write_digests
from training.reminders.actions.healing import write_planned
from training.reminders.actions.sending import MOST_AT_ONCE, send_due
from training.reminders.mails import Letter, is_true
from training.reminders.queries.announcements import list_due_announcements
from training.reminders.queries.contents import list_contents
from training.reminders.queries.facts import list_facts
from training.reminders.queries.reach import list_in_reach
from training.reminders.queries.wanted import judge_waiting
from training.reminders.rules.comparing import AHEAD, Change, New, compare
from training.reminders.rules.expecting import LOOKS_BACK, expected
from training.reminders.rules.facts import Why

KEEPER = Viewer.machine("worker")
SESSIONS_AT_ONCE = 20
ROWS_AT_ONCE = 1_000
# What is late by more than this is found by the wide look, once an hour.
BEHIND = timedelta(hours=12)
MOST_ROUNDS = 100

log = structlog.get_logger()


async def plan_ahead(works: Works) -> int:
    """Plan the reminders of the coming day and a half, and put right what changed; returns how many rows were written.

    It asks the facts, not what happened, so whatever an event missed is healed here.
    """
    return await _heal(works, BEHIND)


async def look_back(works: Works) -> int:
    """The same for all that should have gone out during the last days, after a long standstill."""
    return await _heal(works, LOOKS_BACK)


async def _heal(works: Works, behind: timedelta) -> int:
    session_ids = await list_in_reach(works.clock(), AHEAD, behind)
    done = 0
    for first in range(0, len(session_ids), SESSIONS_AT_ONCE):
        done += await _heal_some(works, session_ids[first : first + SESSIONS_AT_ONCE])
    return done


async def _heal_some(works: Works, session_ids: Sequence[UUID]) -> int:
    """Plan some sessions together; if that fails, each alone, so that one holds up no other."""
    try:
        return await _plan(works, session_ids)
    except Exception as error:  # noqa: BLE001 - whatever it is, the others are not to wait for it
        if len(session_ids) == 1:
            _log("not planned", error, session=str(session_ids[0]))
            return 0
    done = 0
    for session_id in session_ids:
        done += await _heal_some(works, [session_id])
    return done


async def _plan(works: Works, session_ids: Sequence[UUID]) -> int:
    """Read and compare outside of any transaction, so that nobody who books waits for it; then write some at a time."""
    now = works.clock()
    new: list[New] = []
    changed: list[Change] = []
    for facts in await list_facts(session_ids):
        changes = compare(facts, expected(facts, now), now)
        new += changes.new
        changed += changes.changed
    done = 0
    for first in range(0, max(len(new), len(changed)), ROWS_AT_ONCE):
        part = slice(first, first + ROWS_AT_ONCE)
        done += await works.run(KEEPER, write_planned, new[part], changed[part])
    return done


async def deliver(works: Works) -> int:
    """Send the reminders that are due, some at a time; returns how many messages were written.

    If some cannot be sent together, each is tried alone; one that fails is logged and tried again with the next tick.
    """
    messages, failed, most = 0, 0, MOST_AT_ONCE
    for _ in range(MOST_ROUNDS):
        try:
            sent = await works.run(KEEPER, send_due, most=most, skip=failed)
        except Exception as error:  # noqa: BLE001 - whatever it is, the others are not to wait for it
            if most == 1:
                _log("not sent", error)
            failed, most = failed + (most == 1), 1
            continue
        messages += sent.messages
        if sent.due < most:
            break
    return messages


async def unwanted_reminders(asked: Sequence[StoredMessage]) -> dict[UUID, str]:
    """For each of these messages of reminders that is not to leave, why. The same number of statements for any number.

    What waited for long may say what is not true any more, or to an address that is not theirs any more: it is taken
    back as well, and the next tick that plans lets it be written anew.
    """
    judged = await judge_waiting(asked)
    reasons = dict(judged.why)
    contents = await list_contents([wanted.reader for wanted, _ in judged.wanted.values()])
    for message in asked:
        if message.id not in judged.wanted:
            continue
        wanted, facts = judged.wanted[message.id]
        if not is_true(message, Letter(wanted=wanted, facts=facts, contents=contents)):
            reasons[message.id] = Why.CHANGED
    return {key: reason.value for key, reason in reasons.items()}


async def gather_weeks(works: Works) -> int:
    """Write the weekly summaries that are due somewhere on earth; returns for how many coordinators."""
    done = 0
    for _ in range(MOST_ROUNDS):
        written = await works.run(KEEPER, write_digests)
        done += written
        if written < DIGESTS_AT_ONCE:
            break
    return done


def _log(what: str, error: Exception, **more: str) -> None:
    """What an error says may name people: it stays out."""
    where = "".join(traceback.format_tb(error.__traceback__))
    log.error(what, error=type(error).__name__, trace=where, **more)


async def send_announcements(works: Works) -> int:
    """Send the announcements whose time has come; returns how many. One that fails holds up no other."""
    sent = 0
    for announcement_id in await list_due_announcements(works.clock()):
        try:
            sent += await works.run(KEEPER, send_announcement, announcement_id) is not None
        except Exception as error:  # noqa: BLE001 - whatever it is, the others are not to wait for it
            log.error("not sent", announcement=str(announcement_id), error=type(error).__name__)
    return sent
