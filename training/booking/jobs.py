"""What the worker does for places: end what was kept for a time only, and give it to whoever is next."""

import traceback
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import timedelta
from functools import partial
from typing import Any
from uuid import UUID

import structlog
from msgspec.structs import replace

from training.base.structs import Frozen, Viewer
from training.base.work import Works
from training.booking.actions import expire_enrollment
from training.booking.actions.declining import give_back
from training.booking.actions.following_up import ask_what_is_needed
from training.booking.actions.giving_up import release_overdue, remind_of_names
from training.booking.actions.stand_ins import forget_stand_ins
from training.booking.mails import recipient_of, told_of_move
from training.booking.queries import list_expired
from training.booking.queries.declined import list_declined
from training.booking.queries.needed import list_newly_asked
from training.booking.queries.open_places import list_waiting_for_names
from training.booking.queries.queue import list_cancelled_at, list_told_of_move
from training.booking.rules import State
from training.booking.rules.guests import guest_of
from training.booking.rules.open_places import remind
from training.catalogue.rules import Mode
from training.outbox.rules.recipients import Audience, Recipient

KEEPER = Viewer.machine("worker")
STAND_INS_KEPT = timedelta(days=1)
# Whoever adds one question often adds another; after two days without a worker nobody is asked late.
NEWS_SETTLE, NEWS_KEPT = timedelta(minutes=15), timedelta(days=2)
# Every session that had one of them is locked meanwhile.
AT_ONCE = 50

log = structlog.get_logger()


async def told_of_move_next(args: Mapping[str, Any], after: str, limit: int) -> Sequence[Recipient]:
    """Who is told that a session moved: whoever was in it then and still is. Who came later knows the new times.
    `busy` lists the people who take part in another session at one of these."""
    some = await list_told_of_move(UUID(args["session_id"]), args["at"], after, limit)
    busy = frozenset(args["busy"])
    at = args.get("not_before")
    return [told_of_move(c, args["zone"], busy=str(c.person_id) in busy, not_before=at) for c in some]


async def told_of_end_next(args: Mapping[str, Any], after: str, limit: int) -> Sequence[Recipient]:
    """Who is told that a session was cancelled: whoever was in it then. `unnamed` had not confirmed their request."""
    some = await list_cancelled_at(UUID(args["session_id"]), args["at"], after, limit)
    unnamed = frozenset(args["unnamed"])
    asked = [replace(one, state=State.REQUESTED) if str(one.id) in unnamed else one for one in some]
    return [recipient_of(contact, args["zone"]) for contact in asked]


async def told_of_go_next(args: Mapping[str, Any], after: str, limit: int) -> Sequence[Recipient]:
    """Who is told that a session takes place: whoever had a place then and still does. The others are passed over."""
    some = await list_told_of_move(UUID(args["session_id"]), args["at"], after, limit)
    told = [contact if contact.state is State.ENROLLED else replace(contact, email="") for contact in some]
    return [recipient_of(contact, args["zone"], Mode(contact.mode) if contact.mode else None) for contact in told]


AUDIENCES: Mapping[str, Audience] = {
    "booking-moved": told_of_move_next,
    "booking-session-confirmed": told_of_go_next,
    "booking-session-cancelled": told_of_end_next,
}
"""Who knows the recipients of this room's messages to many."""


class _Due(Frozen, frozen=True, kw_only=True):
    """Something to be done, and the id of what it is done for."""

    of: UUID
    do: Callable[[], Awaitable[int]]


async def expire(works: Works) -> int:
    """End requests that were not confirmed and offers that were not answered in time; returns how many.

    Each in a unit of work of its own, so that nobody who books waits long. One that fails is logged and tried again
    with the next tick, and holds up no other, however many of them there are.
    """
    done, failed, now = 0, 0, works.clock()
    # What was done is in the list no more; what failed still is, before all others.
    while due := await list_expired(now, skip=failed):
        ended = await _each(
            "expire", [_Due(of=key, do=partial(works.run, KEEPER, expire_enrollment, key)) for key in due]
        )
        done, failed = done + ended.done, failed + ended.failed
    return done


async def give_back_declined(works: Works) -> int:
    """Give places back whose people declined in their calendar half an hour ago; returns how many.

    Each as the person whose place it is, so that nothing goes back that they could not give back themselves.
    """
    done, failed, now = 0, 0, works.clock()
    while due := await list_declined(now, skip=failed):
        ended = await _each(
            "give back",
            [
                _Due(
                    of=one.id,
                    do=partial(works.run, guest_of(one.person_id, one.person_name, one.person_zone), give_back, one.id),
                )
                for one in due
            ],
        )
        done, failed = done + ended.done, failed + ended.failed
    return done


_Asking = Callable[..., Awaitable[int]]


async def ask_for_names(works: Works) -> int:
    """Remind of places that have no name yet, and give those back whose time is over; returns how many places.

    Everything of a partner in a session in one unit of work, so that who looks after several bookings reads one
    message; where that fails, each booking alone. One that fails is logged and tried again with the next tick.
    """
    now = works.clock()
    due: dict[tuple[_Asking, UUID, UUID], list[UUID]] = {}
    for waiting in await list_waiting_for_names():
        of = waiting.session_id, waiting.partner_id
        if now >= waiting.until:
            due.setdefault((release_overdue, *of), []).append(waiting.booking_id)
        elif remind(now, waiting.until, waiting.created_at, waiting.chases, waiting.chased_at):
            due.setdefault((remind_of_names, *of), []).append(waiting.booking_id)
    done = 0
    for (action, session_id, _), found in due.items():
        # Places of one booking that do not stand alike are several lines.
        done += await _ask_together(works, action, session_id, list(dict.fromkeys(found)))
    return done


async def _ask_together(works: Works, action: _Asking, session_id: UUID, booking_ids: Sequence[UUID]) -> int:
    alone = [_Due(of=key, do=partial(works.run, KEEPER, action, session_id, key)) for key in booking_ids]
    if len(alone) > 1:
        try:
            return await works.run(KEEPER, action, session_id, *booking_ids)
        except Exception as error:  # noqa: BLE001 - whatever it is, the others are not to wait for it
            log.warning("not done together", job="ask for names", of=str(session_id), error=type(error).__name__)
    return (await _each("ask for names", alone)).done


async def ask_what_is_new(works: Works) -> int:
    """Write to people whose place is older than a question or a text that they must answer; returns how many.

    Not before a quarter of an hour has passed, so that several questions added one after the other are one message.
    """
    now = works.clock()
    newly = await list_newly_asked(now, now - NEWS_KEPT, now - NEWS_SETTLE)
    due = [_Due(of=one.session_id, do=partial(works.run, KEEPER, ask_what_is_needed, one)) for one in newly]
    return (await _each("ask what is new", due)).done


class _Ended(Frozen, frozen=True, kw_only=True):
    done: int
    failed: int


async def _each(job: str, due: Sequence[_Due]) -> _Ended:
    """Do everything that is due, whatever becomes of one of it. What an error says may name people: it stays out."""
    done = failed = 0
    for one in due:
        try:
            done += await one.do()
        except Exception as error:  # noqa: BLE001 - whatever it is, the others are not to wait for it
            failed += 1
            where = "".join(traceback.format_tb(error.__traceback__))
            log.error("not done", job=job, of=str(one.of), error=type(error).__name__, trace=where)
    return _Ended(done=done, failed=failed)


async def forget(works: Works) -> int:
    """Delete stand-ins a day after their requests ended, and return how many requests that were."""
    done = gone = await works.run(KEEPER, forget_stand_ins, works.clock() - STAND_INS_KEPT, AT_ONCE)
    while gone == AT_ONCE:
        gone = await works.run(KEEPER, forget_stand_ins, works.clock() - STAND_INS_KEPT, AT_ONCE)
        done += gone
    return done
