"""What the clients were told, held against the rows, and the rows against each other. Every finding is a sentence.

None of the product's rules are used here. Whether places were given in order is judged in `orders`.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import datetime
from math import inf

from tests.booking.fire.history import HUNG_UP, UNANSWERED, History, Told, targets
from tests.booking.fire.operations import OVER, RIGHT
from tests.booking.fire.orders import out_of_order, served_out_of_turn, wrong_steps
from tests.booking.fire.rows import MODES, Enrollment, Rows

LEFT = ("cancelled", "declined", "removed")
# Verbs after which an enrollment is over.
LEAVING = ("cancel", "replace", "move")
# Why somebody of whom this was said may have left without having asked for it.
_LATE, _NAMED = "Not answered in time.", "Has an open place of the same organization instead."
_REPLACES = "Takes part instead of somebody else."
ENDS = {"promoted": (_LATE,), "waitlisted": (_LATE, _NAMED, _REPLACES)}
NOBODYS = "@nobody.invalid"


def find(rows: Rows, history: History) -> list[str]:
    """Everything that is wrong; an empty list when all is well."""
    told = history.told
    return [
        *history.failed,
        *unexpected_answers(told),
        *oversold(rows),
        *undersold(rows),
        *immortal(rows),
        *lost(rows, told),
        *doubled(rows, told),
        *out_of_order(rows, told),
        *served_out_of_turn(rows, told),
        *wrong_steps(rows, told),
    ]


def unexpected_answers(told: Sequence[Told]) -> Iterator[str]:
    """Answers of 500 and above, none at all, and those that the table of operations does not name."""
    over = {one.session_id: one.asked for one in reversed(told) if one.verb == "call off"}
    for one in told:
        # Whoever moves has to do with two sessions.
        ends = bool(over) if one.verb == "move" else over.get(one.session_id, inf) < one.answered
        right = RIGHT[one.verb] | (OVER.get(one.verb, OVER[""]) if ends else frozenset())
        if one.status == UNANSWERED:
            yield f"unanswered: a {one.verb} got no answer"
        elif one.status != HUNG_UP and f"{one.status} {one.code}".strip() not in right:
            yield f"unexpected: a {one.verb} was answered {one.status} {one.code}"


def oversold(rows: Rows) -> Iterator[str]:
    """More places held than there are, by the rows and not by the counters."""
    held = Counter((e.session_id, e.mode) for e in rows.enrollments if e.mode)
    held += Counter((o.session_id, o.mode) for o in rows.open_places if o.state == "open")
    for session in rows.sessions:
        for mode in MODES:
            if held[session.id, mode] > session.capacity(mode):
                yield f"oversold: {held[session.id, mode]} hold {session.capacity(mode)} places {mode}"


def undersold(rows: Rows) -> Iterator[str]:
    """Somebody waits beside a place that they would take, and nobody stands before them whom it is kept for."""
    held = Counter((e.session_id, e.mode) for e in rows.enrollments if e.mode)
    held += Counter((o.session_id, o.mode) for o in rows.open_places if o.state == "open")
    for session in rows.sessions:
        if session.state == "cancelled":
            continue
        queue = [e for e in rows.enrollments if e.session_id == session.id and e.state == "waitlisted"]
        for place, waits in enumerate(queue):
            if waits.together or (place and not session.overtaking):
                continue
            free = [m for m in waits.accepts.split(",") if held[session.id, m] < session.capacity(m)]
            if free:
                yield f"undersold: {waits.id} waits as number {place + 1} although a place {free[0]} is free"


def immortal(rows: Rows) -> Iterator[str]:
    """In a session that was cancelled everybody has left, no place is kept, and nothing is counted."""
    for session in rows.sessions:
        if session.state != "cancelled":
            continue
        stays = [e for e in rows.enrollments if e.session_id == session.id and (e.state not in LEFT or e.mode)]
        kept = [place for place in rows.open_places if place.session_id == session.id and place.state == "open"]
        counted = session.taken_in_person + session.taken_online + session.waiting
        if stays or kept or counted:
            yield f"immortal: {len(stays)} people and {len(kept)} places, {counted} counted, in a cancelled session"


def overdue(rows: Rows, now: datetime) -> Iterator[str]:
    """What was kept for a time that is over, although the worker has asked since."""
    for e in rows.enrollments:
        if e.keeps_until is not None and e.keeps_until < now:
            yield f"immortal: {e.id} is still {e.state} after its time"
    for place in rows.open_places:
        if place.state == "open" and place.keep_until < now:
            yield f"immortal: {place.id} is still without a name after its time"


def lost(rows: Rows, told: Sequence[Told]) -> Iterator[str]:
    """What was acknowledged must be there, unless somebody asked to end it, or it was kept for a time that is over."""
    by_id = {e.id: e for e in rows.enrollments}
    ended = _ended(rows, told)
    undone = targets(told, "undo")
    places = Counter(place.booking_id for place in rows.open_places)
    for one in told:
        left = by_id.get(one.target)
        leaves = one.verb in LEAVING and one.status == 200 and one.target not in undone
        if leaves and (left is None or left.state not in LEFT):
            yield f"lost: {one.target} was told to have left and has not"
        if one.booking_id and one.open_places != places[one.booking_id]:
            yield f"lost: booking {one.booking_id} was told {one.open_places} open places"
        for key, promise, booking_id in _promises(one):
            found = by_id.get(key)
            if found is None or (booking_id and found.booking_id != booking_id):
                yield f"lost: {key} was told to be {promise} and is not there"
            elif key not in ended and not _kept(found, promise):
                yield f"lost: {key} was told to be {promise} and is {found.state}. {found.reason}".rstrip(". ")
    yield from _not_undone(rows, told)
    yield from _not_named(rows, told, ended)


def _promises(one: Told) -> list[tuple[str, str, str]]:
    """Enrollments that an answer was about, what it said of them, and their booking if it said that."""
    promised = [(key, "promoted", "") for key in one.promoted]
    if one.successor:
        promised.append((one.successor, "taken", ""))
    if one.verb == "confirm" and one.status == 303:
        promised.append((one.target, "waitlisted", ""))
    promised += [(said.enrollment_id, said.outcome, one.booking_id) for said in one.verdicts if said.enrollment_id]
    return promised


def _kept(found: Enrollment, promise: str) -> bool:
    """Whether somebody is what they were told to be, or more. Who moved up may not have answered."""
    if found.state in LEFT:
        return found.reason in ENDS.get(promise, ())
    return promise == "waitlisted" or bool(found.mode)


def _ended(rows: Rows, told: Sequence[Told]) -> set[str]:
    """Enrollments that somebody ended, or may have: themselves, with their booking, or with their session."""
    bookings = targets(told, "undo booking")
    over = {session.id for session in rows.sessions if session.state == "cancelled"}
    by_others = {e.id for e in rows.enrollments if e.booking_id in bookings or e.session_id in over}
    return targets(told, *LEAVING) | by_others


def _not_undone(rows: Rows, told: Sequence[Told]) -> Iterator[str]:
    """A booking that was taken back leaves nobody and no open place, unless a cancellation was undone afterwards."""
    gone = {one.target for one in told if one.verb == "undo booking" and one.status == 200}
    restored = targets(told, "undo")
    for e in rows.enrollments:
        if e.booking_id in gone and e.state not in LEFT and e.id not in restored:
            yield f"lost: booking {e.booking_id} was told to be undone, and {e.id} is {e.state}"
    for place in rows.open_places:
        if place.booking_id in gone and place.state == "open":
            yield f"lost: booking {place.booking_id} was told to be undone, and {place.id} is open"


def _not_named(rows: Rows, told: Sequence[Told], ended: Collection[str]) -> Iterator[str]:
    """A place that somebody took by its link is theirs, and nobody else was told the same."""
    by_id = {e.id: e for e in rows.enrollments}
    places = {place.id: place for place in rows.open_places}
    taken = [one for one in told if one.verb == "follow" and one.status == 200]
    for target, count in Counter(one.target for one in taken).items():
        if count > 1:
            yield f"doubled: {count} people were told to have the place {target}"
    for one in taken:
        found = by_id.get(places[one.target].enrollment_id)
        if found is None or found.email != one.email:
            yield f"lost: the place {one.target} was taken by its link and is not theirs"
        elif found.id not in ended and not found.mode:
            yield f"lost: {found.id} took a place by its link and is {found.state}"


def doubled(rows: Rows, told: Sequence[Told]) -> Iterator[str]:
    """One person twice in a session, one key with two answers, a booking that nobody was told of."""
    active = Counter((e.session_id, e.person_id) for e in rows.enrollments if e.state not in LEFT)
    for (session_id, person_id), count in active.items():
        if count > 1:
            yield f"doubled: {person_id} is in {session_id} {count} times"
    yield from _two_answers(told)
    known = {one.booking_id for one in told} | {one.successor for one in told}
    known |= {said.enrollment_id or "" for one in told for said in one.verdicts}
    followed = targets(told, "follow")
    known |= {place.enrollment_id for place in rows.open_places if place.id in followed}
    # Who hung up without a key may have booked without hearing of it.
    unheard = {(one.session_id, m) for one in told if one.status == HUNG_UP and not one.key for m in one.members}
    hung_up = {one.key for one in told if one.status == HUNG_UP and one.key}
    refused = [one for one in told if one.key in hung_up and one.status == 409 and not one.in_flight]
    for place in rows.open_places:
        if place.booking_id not in known:
            why = [one.key for one in refused if one.session_id == place.session_id and not one.members]
            yield f"doubled: nobody was told of booking {place.booking_id}; refused in its session: {why}"
    asked_for = {(one.session_id, one.email) for one in told if one.verb == "request"}
    for e in rows.enrollments:
        wished = (e.session_id, e.email) in asked_for or e.email.endswith(NOBODYS)
        if not wished and not known & {e.booking_id, e.id} and (e.session_id, e.membership_id) not in unheard:
            why = [one.key for one in refused if one.session_id == e.session_id and e.membership_id in one.members]
            yield f"doubled: nobody was told of booking {e.booking_id} of {e.email}; refused: {why}"
    yield from _stand_ins(rows, asked_for)


def _two_answers(told: Iterable[Told]) -> Iterator[str]:
    """One key with two effects, or refused after its effect was told. Refusals before it change nothing."""
    answers: dict[str, list[Told]] = defaultdict(list)
    for one in told:
        if one.key and one.status not in (HUNG_UP, UNANSWERED) and not one.in_flight:
            answers[one.key].append(one)
    for key, given in answers.items():
        done = [one for one in given if one.status < 400]
        since = min((one.answered for one in done), default=inf)
        late = [one for one in given if one.status >= 400 and one.asked > since]
        if late or len({(one.status, one.booking_id) for one in done}) > 1:
            yield f"doubled: the key {key} was answered {sorted({(one.status, one.booking_id) for one in given})}"


def _stand_ins(rows: Rows, asked_for: Collection[tuple[str, str]]) -> Iterator[str]:
    """There are at most as many stand-ins as addresses that somebody asked with, and none of them gets a place."""
    there = {(e.session_id, e.email) for e in rows.enrollments if e.email.endswith(NOBODYS)}
    asked = Counter(session_id for session_id, _ in asked_for)
    for session_id, count in Counter(session_id for session_id, _ in there).items():
        if count > asked[session_id]:
            yield f"doubled: {count} stand-ins for {asked[session_id]} addresses in {session_id}"
    for e in rows.enrollments:
        if e.email.endswith(NOBODYS) and e.state not in (*LEFT, "requested"):
            yield f"doubled: the stand-in {e.id} is {e.state}"
