"""What the worker calls for completion: decide what is due, and tell people whose completion ends soon."""

import traceback
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

import structlog

from training.base.structs import Viewer
from training.base.work import Work, Works
from training.completion.actions.judging import check_rule, issue_put_off, judge_sessions
from training.completion.actions.renewing import MOST_AT_ONCE, propose_anew, tell_renewals
from training.completion.mails.renewals import KIND
from training.completion.queries.facts import Judged, judge_enrollments, list_session_facts
from training.completion.queries.put_off import list_sessions_put_off
from training.completion.queries.rule_checks import page_rule_checks
from training.completion.queries.scopes import list_undecided, page_begun
from training.outbox.actions.delivery import Due
from training.outbox.jobs.deliver import Amender

KEEPER = Viewer.machine("worker")
SESSIONS_AT_ONCE = 100
MOST_ROUNDS = 100
# What else is due does not wait for a rule of thousands of sessions.
MOST_PAGES_OF_CHECKS = 3
LATELY = timedelta(days=90)
LONG_AGO = timedelta(days=5 * 365)

log = structlog.get_logger()


async def decide_due(works: Works) -> int:
    """Decide where everything is in, also without an event: a survey that closed, a meeting that was moved.

    Before that, what rules that changed mean for the next sessions of wide ones. Returns how many enrollments changed,
    and how many new editions of certificates were issued that had waited for it.
    """
    done = await _check_rules(works)
    done += await _heal(works, await list_undecided(works.clock(), LATELY))
    for session_id in await list_sessions_put_off(works.clock()):
        done += await _one(works, issue_put_off, session_id)
    return done


async def look_back(works: Works) -> int:
    """The same for every session of the last years, for whatever an event missed."""
    done, after = 0, None
    while page := await page_begun(after, works.clock(), LONG_AGO, SESSIONS_AT_ONCE):
        done, after = done + await _heal(works, page), page[-1]
    return done


async def tell_endings(works: Works) -> int:
    """Tell people, 60 and 14 days before, that what they completed ends; returns how many were looked at."""
    done = 0
    for _ in range(MOST_ROUNDS):
        told = await works.run(KEEPER, tell_renewals)
        done += told
        if told < MOST_AT_ONCE:
            break
    return done


async def propose_renewals(works: Works, asked: Sequence[Due]) -> Mapping[UUID, str]:
    """The dates of messages about an end that are about to leave. One unit of work."""
    return await works.run(KEEPER, propose_anew, asked)


AMENDERS: Mapping[str, Amender] = {KIND: propose_renewals}
"""Who brings a message up to date before it leaves, by its kind."""


async def _check_rules(works: Works) -> int:
    """Session by session, each with its row gone in one unit of work: whoever stops in between loses nothing."""
    done, after = 0, None
    for _ in range(MOST_PAGES_OF_CHECKS):
        page = await page_rule_checks(after, SESSIONS_AT_ONCE)
        for session_id in page:
            done += await _one(works, check_rule, session_id)
        if len(page) < SESSIONS_AT_ONCE:
            break
        after = page[-1]
    return done


async def _heal(works: Works, session_ids: Sequence[UUID]) -> int:
    """Read and compare outside of any transaction, so that nobody who books waits for it; lock only what changes."""
    done = 0
    for first in range(0, len(session_ids), SESSIONS_AT_ONCE):
        sessions = await list_session_facts(session_ids[first : first + SESSIONS_AT_ONCE], works.clock())
        found = await judge_enrollments(sessions, works.clock())
        for session_id in dict.fromkeys(one.session.id for one in found if one.changes):
            done += await _one(works, _judge, session_id)
    return done


async def _judge(work: Work, session_id: UUID) -> list[Judged]:
    return await judge_sessions(work, [session_id], ruled=True)


async def _one(works: Works, action: Callable[[Work, UUID], Awaitable[Sequence[Any]]], session_id: UUID) -> int:
    """One session; if it fails, the others do not wait for it. What an error says may name people: it stays out."""
    try:
        return len(await works.run(KEEPER, action, session_id))
    except Exception as error:  # noqa: BLE001 - whatever it is, the others are not to wait for it
        where = "".join(traceback.format_tb(error.__traceback__))
        log.error("not judged", session=str(session_id), error=type(error).__name__, trace=where)
        return 0
